"""Prints the subjects of somebody's newest messages and leaves a draft. Arguments: mail address, user name, password."""

import sys

from exchangelib import DELEGATE, Account, Configuration, Credentials, Message
from exchangelib.protocol import FailFast

mail, user_name, password = sys.argv[1:]
# The proxy and the CA come from the environment, as in any program: nothing here knows of a lab.
configuration = Configuration(
    service_endpoint="https://mail.contoso.test/EWS/Exchange.asmx",
    credentials=Credentials(user_name, password),
    auth_type="basic",
    retry_policy=FailFast(),
)
account = Account(mail, config=configuration, autodiscover=False, access_type=DELEGATE)
for item in account.inbox.all().order_by("-datetime_received").only("subject")[:3]:
    print(item.subject)
Message(account=account, folder=account.drafts, subject="Draft of exchangelib", body="text").save()
