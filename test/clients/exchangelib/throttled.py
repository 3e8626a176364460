"""exchangelib waits as long as a busy server says, and no longer. Prints one JSON line per check."""

import json
import os
import time

from exchangelib import Account, Configuration, Credentials, DELEGATE, FailFast, FaultTolerance
from exchangelib.errors import ErrorServerBusy, TransportError
from exchangelib.protocol import CachingProtocol

endpoints = json.load(open(os.environ["COEXIST_ENDPOINTS"]))
user = next(one for one in endpoints["users"] if one["mail"] == "mary@contoso.test")


def account(retry_policy):
    credentials = Credentials(user["userName"], user["password"])
    configuration = Configuration(
        service_endpoint="https://mail.contoso.test/EWS/Exchange.asmx", credentials=credentials, auth_type="basic", retry_policy=retry_policy
    )
    return Account("mary@contoso.test", config=configuration, autodiscover=False, access_type=DELEGATE)


def said(check, ok, actual):
    print(json.dumps({"check": check, "ok": ok, "actual": str(actual)}), flush=True)


began = time.monotonic()
mary = account(FaultTolerance(max_wait=60))
for _ in range(3):
    mary.inbox.refresh()
said("waits for the server and comes through", mary.inbox.name == "Inbox", f"{time.monotonic() - began:.2f} s")
# Protocols are kept with the policy that they were made with.
CachingProtocol.clear_cache()
try:
    hasty = account(FailFast())
    for _ in range(3):
        hasty.inbox.refresh()
    said("is refused where it does not wait", False, "never refused")
except (ErrorServerBusy, TransportError) as error:
    # It begins with a request for the version, and wraps what that was refused with.
    said("is refused where it does not wait", "ErrorServerBusy" in repr(error), repr(error))
