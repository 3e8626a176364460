"""Searching with exchangelib: filters, order, pages, query strings; items kept in step; notifications."""

import datetime

from exchangelib import EWSDateTime, EWSTimeZone, FolderCollection, Q
from exchangelib.errors import ErrorInvalidSyncStateData, ErrorInvalidSubscription
from exchangelib.properties import NewMailEvent
from opened import letter, open_account, refused

from checks import check

mary, rob = open_account("mary@contoso.test"), open_account("rob@contoso.test")
big = max(mary.msg_folder_root.walk(), key=lambda folder: folder.total_count or 0)
for number in range(6):
    letter(mary, f"Needle {number}", importance=("Low", "Normal", "High")[number % 3], categories=[f"Pin {number % 2}"], body=f"haystack {number}").save()
needles = mary.drafts.filter(subject__startswith="Needle")


def subjects(query):
    return sorted(item.subject[-1] for item in query)


check("a whole folder, page by page", lambda: len({row[0] for row in big.all().values_list("id", "subject")}) == big.total_count)
check("it is counted", lambda: big.all().count() == big.total_count)
check("whether there is any", lambda: needles.exists() and not mary.drafts.filter(subject="None of them").exists())
check("one that is and one that is not", lambda: mary.drafts.get(subject="Needle 3").subject == "Needle 3" and refused(Exception, lambda: mary.drafts.get(subject="Needle 9")))
check("equal, in any letter case", lambda: subjects(mary.drafts.filter(subject__iexact="NEEDLE 4")) == ["4"])
check("contained", lambda: subjects(mary.drafts.filter(subject__contains="eedle 5")) == ["5"])
check("excluded", lambda: subjects(needles.exclude(subject="Needle 0")) == list("12345"))
check("one of several", lambda: subjects(mary.drafts.filter(subject__in=["Needle 1", "Needle 2", "no"])) == list("12"))
check("greater, less, between", lambda: subjects(mary.drafts.filter(subject__range=("Needle 2", "Needle 3"))) == list("23") and subjects(mary.drafts.filter(subject__gt="Needle 4", subject__lt="Needle 6")) == ["5"])
check("and, or, not", lambda: subjects(mary.drafts.filter((Q(subject="Needle 1") | Q(subject="Needle 2")) & ~Q(importance="High"))) == ["1"])
check("by importance", lambda: subjects(needles.filter(importance="High")) == list("25"))
check("by a category", lambda: subjects(needles.filter(categories__contains=["Pin 1"])) == list("135"))
check("by the text", lambda: subjects(mary.drafts.filter(body__contains="haystack 3")) == ["3"])
check("by whether a field is there", lambda: needles.filter(categories__exists=True).count() == 6)
recent = EWSDateTime.now(tz=EWSTimeZone("UTC")) - datetime.timedelta(days=4000)
check("by date", lambda: big.filter(datetime_received__gt=recent).count() == big.total_count)
check("ordered, and the other way round", lambda: [m.subject[-1] for m in needles.order_by("subject")] == list("012345") and [m.subject[-1] for m in needles.order_by("-subject")] == list("543210"))
check("ordered by two fields", lambda: [m.subject[-1] for m in needles.order_by("importance", "-subject")] == list("304152"))
check("a slice", lambda: [m.subject[-1] for m in needles.order_by("subject")[2:4]] == list("23"))
check("values", lambda: list(needles.order_by("subject").values("subject")[:1]) == [{"subject": "Needle 0"}])
check("a flat list", lambda: list(needles.order_by("subject").values_list("subject", flat=True))[-1] == "Needle 5")
check("several folders at once", lambda: FolderCollection(account=mary, folders=[mary.inbox, mary.drafts]).filter(subject__startswith="Needle").count() == 6)
check("nothing", lambda: list(mary.drafts.none()) == [])
check("a query string", lambda: subjects(mary.drafts.filter('subject:"Needle 2"')) == ["2"])
check("a query string of words", lambda: subjects(mary.drafts.filter("haystack")) == list("012345"))
check("deleted by a query", lambda: needles.filter(subject="Needle 5").delete() and subjects(needles) == list("01234"))

check("items in full", lambda: len(list(rob.inbox.sync_items(only_fields=["subject"]))) == rob.inbox.all().count())


def followed():
    item = letter(rob, "Followed", folder=rob.inbox).save()
    created = [kind for kind, _ in rob.inbox.sync_items(only_fields=["subject"])]
    item.subject = "Followed on"
    item.save(update_fields=["subject"])
    updated = [(kind, change.subject) for kind, change in rob.inbox.sync_items(only_fields=["subject"])]
    item.is_read = not item.is_read
    item.save(update_fields=["is_read"])
    read = [kind for kind, _ in rob.inbox.sync_items(only_fields=["subject"])]
    item.delete()
    deleted = [(kind, change.id == item.id) for kind, change in rob.inbox.sync_items(only_fields=["subject"])]
    return (created, updated, read, [kind for kind, _ in deleted]) == (["create"], [("update", "Followed on")], ["read_flag_change"], ["delete"])


check("created, updated, read, deleted", followed)
check("in portions", lambda: len(list(big.sync_items(only_fields=["subject"], max_changes_returned=50))) == big.total_count)
check("a state that is none", lambda: refused(ErrorInvalidSyncStateData, lambda: list(rob.inbox.sync_items(sync_state="bm9uZQ=="))))


def pulled():
    with rob.inbox.pull_subscription() as (subscription, watermark):
        letter(mary, "For the pull", folder=mary.sent).send_and_save()
        events = [event for notification in rob.inbox.get_events(subscription, watermark) for event in notification.events]
        return any(isinstance(event, NewMailEvent) for event in events)


check("events are pulled", pulled)
check("a subscription that is none", lambda: refused(ErrorInvalidSubscription, lambda: rob.inbox.unsubscribe("EQBub25lAAAAAAAAAAAAAAAAAA==")))


def streamed():
    with rob.inbox.streaming_subscription() as subscription:
        letter(mary, "For the stream", folder=mary.sent).send_and_save()
        notifications = list(rob.inbox.get_streaming_events(subscription, connection_timeout=1, max_notifications_returned=1))
        return any(isinstance(event, NewMailEvent) for notification in notifications for event in notification.events)


check("events are streamed", streamed)
