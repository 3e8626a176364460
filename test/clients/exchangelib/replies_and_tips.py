"""Sets and reads automatic replies and asks for MailTips, with exchangelib as Debian ships it.

Environment: COEXIST_ENDPOINTS (path of endpoints.json), HTTPS_PROXY, HTTP_PROXY, REQUESTS_CA_BUNDLE. The clock of the lab must
be near that of the machine. Prints one JSON object and exits 1 where a call fails.
"""

import datetime
import json
import os

from exchangelib import DELEGATE, UTC, Account, Configuration, Credentials, OofSettings
from exchangelib.properties import Mailbox, SendingAs
from exchangelib.protocol import BaseProtocol, FailFast
from exchangelib.services import GetMailTips
from exchangelib.util import create_element

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


def shown(settings):
    return {
        "state": settings.state,
        "audience": settings.external_audience,
        "internal": settings.internal_reply,
        "external": settings.external_reply,
        "hours": (settings.end - settings.start).total_seconds() / 3600,
    }


before = shown(account.oof_settings)
now = datetime.datetime.now(tz=UTC).replace(microsecond=0)
account.oof_settings = OofSettings(
    state=OofSettings.SCHEDULED,
    external_audience="All",
    start=now - datetime.timedelta(hours=1),
    end=now + datetime.timedelta(hours=2),
    internal_reply="Inside",
    external_reply="Outside",
)
# account.mail_tips writes the types as bare text, which the schema does not allow; an element is passed on as it is.
requested = create_element("m:MailTipsRequested")
requested.text = "All"


def tips(address):
    """What is told of one recipient."""
    told = GetMailTips(protocol=account.protocol).get(
        sending_as=SendingAs(email_address=mary["mail"]),
        recipients=[Mailbox(email_address=address)],
        mail_tips_requested=[requested],
    )
    return [told.recipient_address.email_address, told.out_of_office.reply_body, told.mailbox_full, told.total_member_count]


print(
    json.dumps(
        {
            "before": before,
            "after": shown(account.oof_settings),
            "tips": [tips("mary@contoso.test"), tips("joe@contoso.test")],
        }
    )
)
