"""What else exchangelib asks for: appointments, contacts, tasks, export, names, zones, who may act for whom, refusals."""

import datetime

from exchangelib import IMPERSONATION, Account, CalendarItem, Contact, EWSDate, EWSDateTime, EWSTimeZone, PostItem, Task
from exchangelib.errors import ErrorAccessDenied, ErrorImpersonateUserDenied, ErrorItemNotFound, ErrorNonExistentMailbox, UnauthorizedError
from opened import configuration, letter, open_account, refused

from checks import check

mary = open_account("mary@contoso.test")
zone = EWSTimeZone("Europe/Berlin")
start = EWSDateTime(2026, 12, 1, 9, 0, tzinfo=zone)


def appointment(**fields):
    item = CalendarItem(account=mary, folder=mary.calendar, subject="Termin", start=start, end=start + datetime.timedelta(hours=1), **fields)
    return item.save()


check("the build", lambda: mary.version.build.major_version == 15 and mary.version.fullname.startswith("Microsoft Exchange Server"))
check("an appointment", lambda: mary.calendar.get(id=appointment(location="Raum 1").id).location == "Raum 1")
check("appointments in a window", lambda: list(mary.calendar.view(start=start, end=start + datetime.timedelta(days=30))) is not None)
check("a contact", lambda: mary.contacts.get(id=Contact(account=mary, folder=mary.contacts, given_name="Ann", surname="Bo", display_name="Ann Bo").save().id).surname == "Bo")
check("a task", lambda: mary.tasks.get(id=Task(account=mary, folder=mary.tasks, subject="Tun", due_date=EWSDate(2026, 12, 24)).save().id).due_date == EWSDate(2026, 12, 24))
check("a note on the board", lambda: mary.inbox.get(id=PostItem(account=mary, folder=mary.inbox, subject="Post", body="x").save().id).item_class == "IPM.Post")


def exported():
    item = letter(mary, "Exported", categories=["Blue"]).save()
    data = mary.export([item])
    ((_, new_id, _),) = [(True, *result) if isinstance(result, tuple) else (False, result, None) for result in mary.upload([(mary.inbox, data[0])])]
    copy = mary.inbox.get(id=new_id if isinstance(new_id, str) else new_id.id)
    return (copy.subject, copy.categories, copy.body) == ("Exported", ["Blue"], "Grüße")


check("exported and uploaded", exported)
check("names are resolved", lambda: [m.email_address for m in mary.protocol.resolve_names(["rob"])] == ["rob@contoso.test"])
check("names with their contacts", lambda: mary.protocol.resolve_names(["rob"], return_full_contact_data=True)[0][1].display_name == "Rob")
check("a name that nobody has", lambda: [type(r).__name__ for r in mary.protocol.resolve_names(["nobody at all"])] == ["ErrorNameResolutionNoResults"])
check("the members of a group", lambda: len(list(mary.protocol.expand_dl("all-staff@contoso.test"))) > 0)
check("room lists", lambda: list(mary.protocol.get_roomlists()) is not None)
check("mailboxes that can be searched", lambda: list(mary.protocol.get_searchable_mailboxes()) is not None, lacks="GetSearchableMailboxes")
check("time zones", lambda: len(list(mary.protocol.get_timezones())) > 100)
check("free/busy", lambda: len(list(mary.protocol.get_free_busy_info(accounts=[(mary, "Organizer", False)], start=start, end=start + datetime.timedelta(hours=9)))) == 1)
check("whether replies are automatic", lambda: mary.oof_settings.state == "Disabled")
check("delegates", lambda: mary.delegates == [])
check("ids are converted", lambda: list(mary.protocol.convert_ids([], destination_format="EwsId")) == [])
check("impersonation by whoever has the role", lambda: open_account("rob@contoso.test", by="mary@contoso.test", access_type=IMPERSONATION).inbox.total_count >= 0)
check("impersonation by anybody else", lambda: refused(ErrorImpersonateUserDenied, lambda: open_account("mary@contoso.test", by="rob@contoso.test", access_type=IMPERSONATION).inbox.refresh()))
check("another's mailbox", lambda: refused(ErrorAccessDenied, lambda: open_account("mary@contoso.test", by="rob@contoso.test").inbox.refresh()))
check("a mailbox that nobody has", lambda: refused(ErrorNonExistentMailbox, lambda: Account("nobody@contoso.test", config=configuration("mary@contoso.test"), autodiscover=False, access_type="delegate").inbox.refresh()))
check("a wrong password", lambda: refused(UnauthorizedError, lambda: Account("mary@contoso.test", config=configuration("mary@contoso.test", "wrong"), autodiscover=False, access_type="delegate").root.refresh()))


def deleted_twice():
    item = letter(mary, "Deleted twice").save()
    identifier = (item.id, item.changekey)
    item.delete()
    return [type(result) for result in mary.fetch([identifier])] == [ErrorItemNotFound]


check("an item that is gone", deleted_twice)
