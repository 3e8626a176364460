"""CalDAV as a calendar program speaks it to DavMail, and what it needs of iCalendar."""

import base64
import http.client
import re
import xml.etree.ElementTree as tree

names = {"D": "DAV:", "C": "urn:ietf:params:xml:ns:caldav", "CS": "http://calendarserver.org/ns/"}
spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())


class CalendarClient:
    """One user's folders under `/users/<user>/`."""

    def __init__(self, port, user, password):
        self.port, self.user = port, user
        self.token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.calendar, self.inbox, self.outbox = (f"/users/{user}/{folder}/" for folder in ("calendar", "inbox", "outbox"))

    def ask(self, method, path, body=None, **headers):
        """Status, headers and text of an answer; header names with `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Authorization": f"Basic {self.token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path, body=None if body is None else body.encode(), headers=sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def propfind(self, path, depth, *properties):
        wanted = "".join(f"<{name}/>" for name in properties)
        body = f'<?xml version="1.0"?><D:propfind {spaces}><D:prop>{wanted}</D:prop></D:propfind>'
        status, _, text = self.ask("PROPFIND", path, body, Depth=str(depth), Content_Type="application/xml")
        assert status == 207, (status, text[:500])
        return tree.fromstring(text).findall("D:response", names)

    def hrefs(self, folder=None):
        """What lies in a folder, by default the calendar: names and versions."""
        found = self.propfind(folder or self.calendar, 1, "D:getetag")
        return {one.findtext("D:href", None, names): one.findtext(".//D:getetag", None, names) for one in found}

    def report(self, *paths):
        """Several events of the calendar at once."""
        wanted = "".join(f"<D:href>{path}</D:href>" for path in paths)
        prop = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
        body = f'<?xml version="1.0"?><C:calendar-multiget {spaces}>{prop}{wanted}</C:calendar-multiget>'
        status, _, text = self.ask("REPORT", self.calendar, body, Depth="1", Content_Type="application/xml")
        assert status == 207, (status, text[:500])
        return [one.findtext(".//C:calendar-data", None, names) for one in tree.fromstring(text).findall("D:response", names)]

    def read(self, path):
        status, headers, text = self.ask("GET", path)
        assert status == 200, (status, text[:500])
        return text

    def write(self, path, text, **headers):
        """The status, and what was said where it is none of success."""
        status, answered, body = self.ask("PUT", path, text, Content_Type="text/calendar; charset=utf-8", **headers)
        return (status, body[:500]) if status >= 300 else status

    def says(self, path, **expected):
        """Whether the first event under a path says what is expected; what it says where not."""
        text = self.read(path)
        return all(value(text, name.replace("_", "-")) == wanted for name, wanted in expected.items()) or text


def lines(text):
    """Content lines, unfolded."""
    return re.sub(r"\r?\n[ \t]", "", text).splitlines()


def value(text, name):
    """What the first event says under a name."""
    inside = False
    for line in lines(text):
        inside = inside or line == "BEGIN:VEVENT"
        if inside and re.match(rf"{name}[;:]", line):
            return line.split(":", 1)[1]
    return None


berlin = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


def event(uid, *words):
    body = "\n".join(words)
    return f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Client 1.0//EN
{berlin}
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261101T080000Z
{body}
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
