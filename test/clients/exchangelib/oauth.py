"""Opens a mailbox in the cloud with a token that exchangelib gets itself, with the surroundings that `coexist exec` gives.

It has the addresses of Microsoft's service built in. Argument: the kind of credentials. Prints what it found as one JSON object.
"""

import json
import sys
from urllib.parse import parse_qs, urlsplit

import requests
from exchangelib import DELEGATE, IMPERSONATION, OAUTH2, Account, Configuration, Identity, Message
from exchangelib.credentials import OAuth2AuthorizationCodeCredentials, OAuth2Credentials, OAuth2LegacyCredentials
from exchangelib.protocol import BaseProtocol, FailFast

TENANT = "11111111-1111-4111-8111-111111111111"
JOE = "joe@contoso.test"
DAEMON = {"client_id": "22222222-2222-4222-8222-222222222222", "client_secret": "daemon-Pa55word!"}
WEB = {"client_id": "33333333-3333-4333-8333-333333333333", "client_secret": "web-Pa55word!"}
PUBLIC = {"client_id": "44444444-4444-4444-8444-444444444444", "client_secret": None}


def application():
    return OAuth2Credentials(tenant_id=TENANT, identity=Identity(primary_smtp_address=JOE), **DAEMON)


def password():
    return OAuth2LegacyCredentials(username=JOE, password="Pa55word!", tenant_id=TENANT, **PUBLIC)


def refresh():
    """A token that has expired: the library refreshes it at `common`. (It cannot redeem the code of a sign-in itself: in 4.9.0
    the scope of its own class is nothing.)
    """
    asked = {"redirect_uri": "http://localhost:8400", "scope": "https://outlook.office365.com/.default offline_access"}
    query = {"client_id": WEB["client_id"], "response_type": "code", "login_hint": JOE, **asked}
    authority = "https://login.microsoftonline.com/common/oauth2/v2.0/"
    answer = requests.get(authority + "authorize", params=query, allow_redirects=False, timeout=20)
    (code,) = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, **WEB, **asked}
    token = requests.post(authority + "token", data=form, timeout=20).json()
    return OAuth2AuthorizationCodeCredentials(access_token={**token, "access_token": "expired", "expires_in": -1}, **WEB)


kind = sys.argv[1]
assert BaseProtocol.HTTP_ADAPTER_CLS.__name__ == "HTTPAdapter", "certificates are checked"
configuration = Configuration(
    server="outlook.office365.com", credentials=globals()[kind](), auth_type=OAUTH2, retry_policy=FailFast()
)
account = Account(JOE, config=configuration, autodiscover=False, access_type=IMPERSONATION if kind == "application" else DELEGATE)
folders = {folder.name for folder in account.msg_folder_root.walk()}
items = list(account.inbox.all().order_by("-datetime_received")[:5])
draft = Message(account=account, folder=account.drafts, subject="Ünder OAuth", body="text")
draft.save()
found = account.drafts.get(subject="Ünder OAuth")
print(
    json.dumps(
        {
            "folders": sorted(folders & {"Inbox", "Sent Items", "Drafts", "Deleted Items"}),
            "items": sum(1 for item in items if item.subject and isinstance(item.body, str)),
            "draft": found.subject,
            "build": account.version.build.major_version,
        }
    )
)
