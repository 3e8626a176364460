"""Keeps a calendar by CalDAV through DavMail, with what Python itself has.

Arguments: the port of CalDAV, the user name, the password. Prints one JSON object per check.
"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from calendar_client import CalendarClient, event, lines, value  # noqa: E402
from checks import check  # noqa: E402

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = CalendarClient(port, user, password)
calendar, ask, hrefs, propfind, read, report, says, write = (
    client.calendar, client.ask, client.hrefs, client.propfind, client.read, client.report, client.says, client.write
)


def of_kind(one):
    return {child.tag for child in one.find(".//{DAV:}resourcetype") or []}


def events(text):
    return text.count("BEGIN:VEVENT")


check("the calendar is one", lambda: any("calendar" in tag for tag in of_kind(propfind(calendar, 0, "D:resourcetype", "CS:getctag")[0])))
before = check("what is there has names and versions", lambda: (lambda all: all if len(all) > 1 else None)(hrefs()))
there = [name for name in before or {} if name.endswith(".EML")]
check("what is there is given out", lambda: all(value(read(name), "SUMMARY") for name in there))
check("a series of it has its rule, what is moved and what is gone", lambda: any(events(text) == 2 and value(text, "RRULE") and value(text, "EXDATE") for text in map(read, there)))

single = f"{calendar}0b9d4c1e-single.ics"
words = ["SUMMARY:Zahnarzt", "LOCATION:Mitte\\, 2. Stock", "DTSTART;TZID=Europe/Berlin:20261203T140000", "DTEND;TZID=Europe/Berlin:20261203T150000", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "BEGIN:VALARM", "TRIGGER:-PT30M", "ACTION:DISPLAY", "END:VALARM"]
check("a new event is taken", lambda: write(single, event("0b9d4c1e-single", *words), If_None_Match="*") == 201)
check(
    "it comes back with its times, place and alarm",
    lambda: says(single, SUMMARY="Zahnarzt", LOCATION="Mitte\\, 2. Stock", DTSTART="20261203T140000", DTEND="20261203T150000", TRIGGER="-PT30M", UID="0b9d4c1e-single") is True,
)
check("it is in the calendar", lambda: len(hrefs()) == len(before) + 1)

later = [word.replace("T14", "T16").replace("T15", "T17").replace("Zahnarzt", "Zahnarzt (neu)") for word in words]
check("a change is taken", lambda: write(single, event("0b9d4c1e-single", *later)) == 200)
check("it shows", lambda: says(single, SUMMARY="Zahnarzt (neu)", DTSTART="20261203T160000", DTEND="20261203T170000") is True)
check("a change of what was changed since is refused", lambda: write(single, event("0b9d4c1e-single", *words), If_Match="nonsense")[0] == 412)

series = f"{calendar}0b9d4c1e-series.ics"
weekly = ["SUMMARY:Chor", "DTSTART;TZID=Europe/Berlin:20261201T190000", "DTEND;TZID=Europe/Berlin:20261201T210000", "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270330T170000Z", "EXDATE;TZID=Europe/Berlin:20261222T190000,20261229T190000"]
check("a series is taken", lambda: write(series, event("0b9d4c1e-series", *weekly), If_None_Match="*") == 201)
check("it comes back with its rule and what is gone", lambda: (lambda text: "UNTIL=20270330T170000Z" in value(text, "RRULE") and "BYDAY=TU" in value(text, "RRULE") and value(text, "EXDATE"))(read(series)))

holiday = f"{calendar}0b9d4c1e-holiday.ics"
check("whole days are taken", lambda: write(holiday, event("0b9d4c1e-holiday", "SUMMARY:Urlaub", "DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227", "TRANSP:TRANSPARENT"), If_None_Match="*") == 201)
check("they come back as days", lambda: says(holiday, DTSTART="20261224", DTEND="20261227") is True)
check("several are given out at once", lambda: [value(text, "SUMMARY") for text in report(single, series)] == ["Zahnarzt (neu)", "Chor"])


def busy(start, end):
    question = f"""BEGIN:VCALENDAR
VERSION:2.0
METHOD:REQUEST
BEGIN:VFREEBUSY
DTSTAMP:20261101T080000Z
DTSTART:{start}
DTEND:{end}
ORGANIZER:mailto:{user}
ATTENDEE:mailto:{user}
UID:free-busy
END:VFREEBUSY
END:VCALENDAR
""".replace("\n", "\r\n")
    status, _, text = ask("POST", f"/users/{user}/outbox/", question, Content_Type="text/calendar; charset=utf-8")
    assert status == 200, (status, text[:500])
    return text


check("free/busy tells of them", lambda: "20261203T150000Z" in busy("20261203T000000Z", "20261204T000000Z"))

meeting = f"{calendar}0b9d4c1e-meeting.ics"
asked = ["SUMMARY:Planung", "DTSTART;TZID=Europe/Berlin:20261208T100000", "DTEND;TZID=Europe/Berlin:20261208T110000", f"ORGANIZER;CN=Mary:mailto:{user}", f"ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:{user}", "ATTENDEE;CN=Rob;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:rob@contoso.test"]
check("a meeting is taken, and its attendees are asked", lambda: write(meeting, event("0b9d4c1e-meeting", *asked), If_None_Match="*") == 201)
check("it has its organizer and who was asked", lambda: (lambda text: value(text, "ORGANIZER") == f"mailto:{user}" and any(re.match(r"ATTENDEE;.*:mailto:rob@contoso.test$", line) for line in lines(text)))(read(meeting)))

for path in (single, series, holiday, meeting):
    check(f"{path.rsplit('-', 1)[1]} is deleted", lambda: ask("DELETE", path)[0] in (200, 204) and ask("GET", path)[0] == 404)
check("the calendar is as before", lambda: set(hrefs()) == set(before))
