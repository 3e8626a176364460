"""Accounts of the lab without Autodiscover, and what several scripts say of them.

Environment: COEXIST_ENDPOINTS (path of endpoints.json), HTTPS_PROXY, REQUESTS_CA_BUNDLE. Certificates are checked.
"""

import json
import logging
import os
import sys

from exchangelib import DELEGATE, Account, Configuration, Credentials, Mailbox, Message
from exchangelib.protocol import BaseProtocol, FailFast

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

with open(os.environ["COEXIST_ENDPOINTS"], encoding="utf-8") as file:
    world = json.load(file)
users = {user["mail"]: user for user in world["users"]}
# It warns of what it is told to do (wiping), and of the times of free/busy, which have no zone.
logging.getLogger("exchangelib").setLevel(logging.ERROR)
assert BaseProtocol.HTTP_ADAPTER_CLS.__name__ == "HTTPAdapter", "certificates are checked"


def configuration(mail, password=None):
    user = users[mail]
    return Configuration(
        service_endpoint="https://mail.contoso.test/EWS/Exchange.asmx",
        credentials=Credentials(user["userName"], password or user["password"]),
        auth_type="basic",
        retry_policy=FailFast(),
    )


def open_account(mail, by=None, access_type=DELEGATE):
    return Account(mail, config=configuration(by or mail), autodiscover=False, access_type=access_type)


def letter(account, subject, folder=None, to="rob@contoso.test", **fields):
    return Message(
        account=account,
        folder=folder or account.drafts,
        subject=subject,
        **{"body": "Grüße", "to_recipients": [Mailbox(email_address=to)], **fields},
    )


def refused(error, action):
    """Whether an action ends in this error, and in no other."""
    try:
        action()
    except error:
        return True
    return False
