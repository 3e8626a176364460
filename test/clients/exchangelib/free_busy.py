"""Asks for time zones and, with one of them, for the free/busy of two mailboxes, with exchangelib as Debian ships it.

Environment: COEXIST_ENDPOINTS (path of endpoints.json), HTTPS_PROXY, HTTP_PROXY, REQUESTS_CA_BUNDLE. Appointments are in
the calendars of mary and rob: 2026-11-23, 9 to 10 o'clock UTC. Prints one JSON object and exits 1 where a call fails.
"""

import datetime
import json
import os

from exchangelib import DELEGATE, Account, Configuration, Credentials, EWSDateTime, EWSTimeZone
from exchangelib.protocol import BaseProtocol, FailFast

with open(os.environ["COEXIST_ENDPOINTS"], encoding="utf-8") as file:
    world = json.load(file)
mary = next(user for user in world["users"] if user["mail"] == "mary@contoso.test")
assert BaseProtocol.HTTP_ADAPTER_CLS.__name__ == "HTTPAdapter", "certificates are checked"
configuration = Configuration(
    service_endpoint="https://mail.contoso.test/EWS/Exchange.asmx",
    credentials=Credentials(mary["userName"], mary["password"]),
    auth_type="basic",
    retry_policy=FailFast(),
)
account = Account(mary["mail"], config=configuration, autodiscover=False, access_type=DELEGATE)
protocol = account.protocol

zones = list(protocol.get_timezones(return_full_timezone_data=True))
unreadable = []
for zone in zones:
    try:
        for year in (2025, 2026, 2027):
            zone.get_std_and_dst(for_year=year)
    except Exception as error:
        unreadable.append(f"{zone.id}: {error!r}")


def asked(name):
    zone = EWSTimeZone(name)
    start = EWSDateTime(2026, 11, 23, 0, 0, tzinfo=zone)
    accounts = [(account, "Organizer", False), ("rob@contoso.test", "Required", False)]
    views = protocol.get_free_busy_info(
        accounts=accounts, start=start, end=start + datetime.timedelta(days=1), merged_free_busy_interval=60
    )
    return [
        {
            "merged": view.merged,
            "events": [[event.start.isoformat(), event.end.isoformat(), event.busy_type] for event in view.calendar_events or []],
        }
        for view in views
    ]


print(
    json.dumps(
        {
            "zones": len(zones),
            "unreadable": unreadable,
            "free_busy": {name: asked(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")},
        }
    )
)
