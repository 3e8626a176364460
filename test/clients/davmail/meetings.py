"""One person asks another to meetings by CalDAV through DavMail, who answers by it, with what Python itself has.

Arguments: the port of CalDAV, the user names of who asks and of who is asked, the password of both. Prints one JSON object
per check.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from calendar_client import CalendarClient, event, lines, value  # noqa: E402
from checks import check  # noqa: E402

port, password = int(sys.argv[1]), sys.argv[4]
organizer, attendee = (CalendarClient(port, user, password) for user in sys.argv[2:4])


def meeting(uid, hour, subject="Planung"):
    return event(
        uid,
        f"SUMMARY:{subject}",
        "TRANSP:OPAQUE",
        f"DTSTART;TZID=Europe/Berlin:20261208T{hour}0000",
        f"DTEND;TZID=Europe/Berlin:20261208T{hour}3000",
        f"ORGANIZER;CN=Organizer:mailto:{organizer.user}",
        f"ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:{organizer.user}",
        f"ATTENDEE;CN=Asked;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:{attendee.user}",
    )


def lying(client, folder, uid, **expected):
    """Where in a folder something of a meeting lies that says what is expected, the newest first."""
    found = [path for path in client.hrefs(folder) if path.upper().endswith(".EML")]
    texts = {path: client.read(path) for path in found}
    return [
        path
        for path, text in reversed(texts.items())
        if value(text, "UID") == uid and all(said(text, name) == wanted for name, wanted in expected.items())
    ]


def said(text, name):
    """What is said under a name; METHOD stands outside of the event, `answer` is that of the attendee."""
    if name == "METHOD":
        return next((line.split(":", 1)[1] for line in lines(text) if line.startswith("METHOD:")), None)
    if name == "answer":
        own = [line for line in lines(text) if line.startswith("ATTENDEE") and line.lower().endswith(f":mailto:{attendee.user}")]
        return next((word.split("=", 1)[1] for line in own for word in line.split(":", 1)[0].split(";") if word.startswith("PARTSTAT=")), None)
    return value(text, name.replace("_", "-"))


def answer(uid, word):
    """Says PARTSTAT of the attendee, in the event as it is, as calendar programs do."""
    (path,) = lying(attendee, attendee.calendar, uid)
    theirs = [
        line.replace("PARTSTAT=NEEDS-ACTION", f"PARTSTAT={word}") if line.endswith(f":mailto:{attendee.user}") else line
        for line in lines(attendee.read(path))
    ]
    return attendee.write(path, "\r\n".join(theirs) + "\r\n")


asked = "5e1c2a77-accepted"
path = f"{organizer.calendar}{asked}.ics"
check("a meeting is taken", lambda: organizer.write(path, meeting(asked, 10), If_None_Match="*") == 201)
check("who is asked has the request", lambda: lying(attendee, attendee.inbox, asked, METHOD="REQUEST", answer="NEEDS-ACTION"))
check(
    "and the meeting, tentatively, in the calendar",
    lambda: lying(attendee, attendee.calendar, asked, answer="NEEDS-ACTION", X_MICROSOFT_CDO_BUSYSTATUS="TENTATIVE", DTSTART="20261208T100000"),
)
check("the organizer knows of no answer", lambda: said(organizer.read(path), "answer") == "NEEDS-ACTION")
check("accepting is taken", lambda: answer(asked, "ACCEPTED") == 200)
check("it is accepted there", lambda: lying(attendee, attendee.calendar, asked, answer="ACCEPTED", X_MICROSOFT_CDO_BUSYSTATUS="BUSY"))
check("the organizer has the answer", lambda: lying(organizer, organizer.inbox, asked, METHOD="REPLY", answer="ACCEPTED"))
check("and the event says so", lambda: said(organizer.read(path), "answer") == "ACCEPTED")

check("another time is taken", lambda: organizer.write(path, meeting(asked, 14)) == 200)
check(
    "who is asked has it, and is asked again",
    lambda: lying(attendee, attendee.calendar, asked, answer="NEEDS-ACTION", DTSTART="20261208T140000"),
)
check("a request tells of it", lambda: lying(attendee, attendee.inbox, asked, METHOD="REQUEST", DTSTART="20261208T140000"))
check("accepting it again is taken", lambda: answer(asked, "ACCEPTED") == 200)
check("the organizer sees that", lambda: said(organizer.read(path), "answer") == "ACCEPTED")

check("cancelling is taken", lambda: organizer.ask("DELETE", path)[0] in (200, 204))
check("the organizer has no meeting any more", lambda: organizer.ask("GET", path)[0] == 404)
check("who was asked is told", lambda: lying(attendee, attendee.inbox, asked, METHOD="CANCEL", STATUS="CANCELLED"))
check(
    "and has it as cancelled, and is free",
    lambda: lying(attendee, attendee.calendar, asked, SUMMARY="Canceled: Planung", X_MICROSOFT_CDO_BUSYSTATUS="FREE"),
)
check("which can be deleted", lambda: attendee.ask("DELETE", lying(attendee, attendee.calendar, asked)[0])[0] in (200, 204))

refused = "5e1c2a77-declined"
path = f"{organizer.calendar}{refused}.ics"
check("a second meeting is taken", lambda: organizer.write(path, meeting(refused, 16, "Umzug"), If_None_Match="*") == 201)
check("declining is taken", lambda: answer(refused, "DECLINED") == 200)
check("it is in the calendar no more", lambda: lying(attendee, attendee.calendar, refused) == [])
check("the organizer sees that it is declined", lambda: said(organizer.read(path), "answer") == "DECLINED")
