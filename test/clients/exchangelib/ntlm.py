"""exchangelib signs in by NTLM: requests-ntlm sends the MIC and, over https, the channel binding. One JSON object per line."""

import json
import os

from exchangelib import DELEGATE, Account, Configuration, Credentials
from exchangelib.errors import UnauthorizedError
from exchangelib.protocol import FailFast

with open(os.environ["COEXIST_ENDPOINTS"], encoding="utf-8") as file:
    endpoints = json.load(file)
password = endpoints["users"][0]["password"]


def tell(check, ok, actual=None):
    print(json.dumps({"check": check, "ok": bool(ok), "actual": None if actual is None else str(actual)}), flush=True)


def account(user_name, given=password, auth_type="NTLM"):
    config = Configuration(
        service_endpoint="https://mail.contoso.test/EWS/Exchange.asmx",
        credentials=Credentials(user_name, given),
        auth_type=auth_type,
        retry_policy=FailFast(),
    )
    return Account("mary@contoso.test", config=config, autodiscover=False, access_type=DELEGATE)


mary = account("CONTOSO\\mary")
tell("the inbox is opened", mary.inbox.total_count > 0, mary.inbox.total_count)
tell("and read", len(list(mary.inbox.all().only("subject"))) == mary.inbox.total_count)
chosen = account("mary@contoso.test", auth_type=None)
tell("of all that is offered exchangelib chooses NTLM", chosen.protocol.auth_type == "NTLM", chosen.protocol.auth_type)
tell("and it works with a user principal name", chosen.inbox.total_count == mary.inbox.total_count)
for name, given in (("CONTOSO\\mary", "wrong"), ("CONTOSO\\nobody", password), ("FABRIKAM\\mary", password)):
    try:
        tell(f"{name} is refused", False, account(name, given).inbox.total_count)
    except UnauthorizedError:
        tell(f"{name} is refused", True)
