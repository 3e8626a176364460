"""Opens an inbox at an EWS address and writes into it, with the surroundings that `coexist exec` gives.

Arguments: the address of EWS, the mail address, the user name, the password. Prints what it found as one JSON object.
"""

import json
import sys

from exchangelib import DELEGATE, Account, Configuration, Credentials, Message
from exchangelib.protocol import BaseProtocol, FailFast

endpoint, mail, user_name, password = sys.argv[1:]
assert BaseProtocol.HTTP_ADAPTER_CLS.__name__ == "HTTPAdapter", "certificates are checked"
configuration = Configuration(
    service_endpoint=endpoint, credentials=Credentials(user_name, password), auth_type="basic", retry_policy=FailFast()
)
account = Account(mail, config=configuration, autodiscover=False, access_type=DELEGATE)
subjects = [item.subject for item in account.inbox.all().order_by("-datetime_received").only("subject")[:5]]
draft = Message(account=account, folder=account.drafts, subject="Ünder exec", body="text")
draft.save()
found = account.drafts.get(subject="Ünder exec")
print(json.dumps({"inbox": account.inbox.name, "newest": len(subjects), "draft": found.subject, "build": account.version.build.major_version}))
