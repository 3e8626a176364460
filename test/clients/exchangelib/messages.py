"""Messages with exchangelib: writing, sending, answering, attachments, MIME, extended properties, many at once."""

from exchangelib import ExtendedProperty, FileAttachment, HTMLBody, ItemAttachment, Mailbox, Message
from exchangelib.errors import ErrorItemNotFound, ErrorUnsupportedCulture, TransportError
from opened import letter, open_account, refused

from checks import check


class Tracking(ExtendedProperty):
    property_set_id = "c11ff724-aa03-4555-9952-8fa248a11c3e"
    property_name = "Tracking"
    property_type = "String"


class Labels(ExtendedProperty):
    distinguished_property_set_id = "PublicStrings"
    property_name = "Labels"
    property_type = "StringArray"


class Flag(ExtendedProperty):
    property_tag = 0x1090
    property_type = "Integer"


Message.register("tracking", Tracking)
Message.register("labels", Labels)
Message.register("flag", Flag)
mary, rob = open_account("mary@contoso.test"), open_account("rob@contoso.test")


def again(item, account=mary):
    return account.inbox.get(id=item.id, changekey=item.changekey)


def outgoing(subject):
    item = letter(mary, subject)
    item.folder = None
    return item


def received(subject):
    return rob.inbox.get(subject=subject)


draft = check("a draft is saved", lambda: letter(mary, "Draft", cc_recipients=["joe@contoso.test"], importance="High", categories=["Red", "Grün"]).save())
check("and read back", lambda: (lambda m: (m.subject, m.body, m.importance, m.categories, m.is_draft))(again(draft)) == ("Draft", "Grüße", "High", ["Red", "Grün"], True))
check("with recipients of both kinds", lambda: ([r.email_address for r in again(draft).to_recipients], len(again(draft).cc_recipients)) == (["rob@contoso.test"], 1))


def html():
    item = letter(mary, "HTML", body=HTMLBody("<html><body><b>fett</b> 日本</body></html>")).save()
    return "<b>fett</b> 日本" in again(item).body and "fett 日本" in again(item).text_body


check("HTML and the text of it", html)


def updated():
    draft.subject, draft.sensitivity, draft.categories = "Changed ✓", "Private", None
    before = draft.changekey
    draft.save(update_fields=["subject", "sensitivity", "categories"])
    now = again(draft)
    return (now.subject, now.sensitivity, now.categories, draft.changekey != before) == ("Changed ✓", "Private", None, True)


check("fields are set and deleted", updated)
check("a culture", lambda: again(letter(mary, "Culture", culture="de-DE").save()).culture == "de-DE")
check("a culture of nobody", lambda: refused(ErrorUnsupportedCulture, lambda: letter(mary, "Culture", culture="tlh-QO").save()))
check("refresh", lambda: draft.refresh().subject == "Changed ✓")


def extended():
    item = letter(mary, "Extended", tracking="№ 7", labels=["a", "b"], flag=2).save()
    first = again(item)
    item.tracking, item.labels, item.flag = "changed", None, 1
    item.save(update_fields=["tracking", "labels", "flag"])
    second = again(item)
    return ((first.tracking, first.labels, first.flag), (second.tracking, second.labels, second.flag)) == (("№ 7", ["a", "b"], 2), ("changed", None, 1))


check("extended properties by set, by name, by tag", extended)
check("found by an extended property", lambda: mary.drafts.filter(tracking="changed").count() == 1)


def from_mime():
    mime = b"From: mary@contoso.test\r\nTo: rob@contoso.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <own@contoso.test>\r\n\r\nAs it is\r\n"
    item = Message(account=mary, folder=mary.drafts, mime_content=mime).save()
    now = again(item)
    return (now.subject, now.message_id, now.text_body.strip()) == ("Grüße", "<own@contoso.test>", "As it is") and b"Message-ID: <own@contoso.test>" in now.mime_content


check("a message from MIME", from_mime)


def with_files():
    item = letter(mary, "Files")
    item.attach(FileAttachment(name="Übersicht.txt", content=b"one\n"))
    item.attach(FileAttachment(name="b.bin", content=bytes(range(256)), is_inline=True, content_id="b@c"))
    item.save()
    first, second = again(item).attachments
    return (first.name, first.content, second.content, second.content_id, second.is_inline) == ("Übersicht.txt", b"one\n", bytes(range(256)), "b@c", True)


check("files with a new message", with_files)


def attached_later():
    item = letter(mary, "Files later").save()
    item.attach(FileAttachment(name="later.txt", content=b"later"))
    present = again(item).has_attachments
    item.detach(item.attachments)
    return present and not again(item).has_attachments


check("a file is attached to what is saved, and detached", attached_later)


def with_item():
    item = letter(mary, "Item attached")
    item.attach(ItemAttachment(name="inner", item=Message(subject="Inner", body="inside", to_recipients=["rob@contoso.test"])))
    item.save()
    inner = again(item).attachments[0].item
    return (inner.subject, inner.body.strip()) == ("Inner", "inside")


check("a message in a message", with_item)


def streamed():
    item = letter(mary, "Streamed")
    item.attach(FileAttachment(name="big.bin", content=b"0123456789" * 10_000))
    item.save()
    with again(item).attachments[0].fp as stream:
        return stream.read() == b"0123456789" * 10_000


check("a file is read as a stream", streamed)


def sent():
    outgoing("Sent without a copy").send(save_copy=False)
    return received("Sent without a copy").sender.email_address == "mary@contoso.test" and mary.sent.filter(subject="Sent without a copy").count() == 0


check("sent without a copy", sent)
check("sent with a copy", lambda: letter(mary, "Sent with a copy", folder=mary.sent).send_and_save() is None and mary.sent.filter(subject="Sent with a copy").count() == 1)


def draft_sent():
    item = letter(mary, "Sent from the drafts").save()
    item.send()
    return received("Sent from the drafts").is_read is False and mary.drafts.filter(subject="Sent from the drafts").count() == 0


check("a draft is sent", draft_sent)


def replied():
    received("Sent with a copy").reply(subject="Re: Sent with a copy", body="Danke")
    answer = mary.inbox.get(subject="Re: Sent with a copy")
    return "Danke" in answer.body and answer.in_reply_to == received("Sent with a copy").message_id


check("a reply", replied)
check("a reply to all", lambda: received("Sent with a copy").reply_all(subject="All", body="an alle") is None and mary.inbox.filter(subject="All").count() == 1)


def forwarded():
    received("Sent with a copy").forward(subject="Fwd", body="siehe", to_recipients=[Mailbox(email_address="mary@contoso.test")])
    return "Grüße" in mary.inbox.get(subject="Fwd").text_body


check("forwarded", forwarded)
check("a reply as a draft", lambda: received("Sent with a copy").create_reply(subject="Re: later", body="x").save(rob.drafts).id and rob.drafts.filter(subject="Re: later").count() == 1)
check("a message without receivers is not sent", lambda: refused(Exception, lambda: letter(mary, "Nobody", to_recipients=None).send()))


def copied():
    new_id, _ = draft.copy(to_folder=mary.inbox)
    return new_id != draft.id and mary.inbox.filter(subject="Changed ✓").count() == 1 and mary.drafts.filter(subject="Changed ✓").count() == 1


check("copied", copied)


def moved():
    item, old = letter(mary, "Moved").save(), None
    old = item.id
    item.move(to_folder=mary.inbox)
    return item.id != old and mary.inbox.get(id=item.id).subject == "Moved" and [type(result) for result in mary.fetch([(old, None)])] == [ErrorItemNotFound]


check("moved", moved)


def binned():
    item = letter(mary, "Binned").save()
    item.move_to_trash()
    return mary.trash.filter(subject="Binned").count() == 1


check("into the bin", binned)


def recoverable():
    item = letter(mary, "Recoverable").save()
    item.soft_delete()
    return mary.recoverable_items_deletions.filter(subject="Recoverable").count() == 1


check("deleted so that it can be recovered", recoverable)


def junk():
    received("Sent without a copy").mark_as_junk(is_junk=True, move_item=True)
    outgoing("From one who is blocked").send(save_copy=False)
    return sorted(item.subject for item in rob.junk.all()) == ["From one who is blocked", "Sent without a copy"]


def no_junk():
    rob.junk.get(subject="Sent without a copy").mark_as_junk(is_junk=False, move_item=True)
    outgoing("From one who is not").send(save_copy=False)
    return received("Sent without a copy") and received("From one who is not")


check("marked as junk, and what the sender sends from then on", junk)
check("not marked any more", no_junk)


def archived():
    try:
        letter(mary, "Archived").save().archive(to_folder=mary.inbox)
    except TransportError as error:
        return "ErrorArchiveMailboxNotEnabled" in str(error)
    return False


check("nothing is archived where there is no archive, in a code that the library does not know", archived)
many = check("many are made at once", lambda: (lambda ids: len(ids) == 30 and all(i.id for i in ids) and ids)(mary.bulk_create(folder=mary.drafts, items=[letter(mary, f"Many {n}") for n in range(30)], chunk_size=7))) or []


def many_updated():
    items = list(mary.fetch(many))
    for item in items:
        item.subject = item.subject.replace("Many", "Several")
    results = mary.bulk_update([(item, ["subject"]) for item in items])
    return len(results) == 30 and mary.drafts.filter(subject__startswith="Several ").count() == 30


check("many are read and changed at once", many_updated)
check("many are copied at once", lambda: len(mary.bulk_copy(many, to_folder=mary.inbox)) == 30 and mary.inbox.filter(subject__startswith="Several ").count() == 30)
check("many are moved at once", lambda: len(mary.bulk_move(mary.drafts.filter(subject__startswith="Several ").only("id", "changekey"), to_folder=mary.trash)) == 30 and mary.trash.filter(subject__startswith="Several ").count() == 30)
check("many are deleted at once, one of them for the second time", lambda: (lambda ids: [type(r).__name__ for r in mary.bulk_delete([*ids, ids[0]])] == ["bool", "bool", "ErrorItemNotFound"])([letter(mary, f"Gone {n}").save() for n in range(2)]))
check("many are sent at once", lambda: all(r is True for r in mary.bulk_send([letter(mary, f"Bulk {n}").save() for n in range(3)])) and rob.inbox.filter(subject__startswith="Bulk ").count() == 3)
check("a result for each in order", lambda: [type(r).__name__ for r in mary.fetch([draft, ("AAMkbm90aGluZw==", None)])] == ["Message", "ErrorInvalidIdMalformed"])
