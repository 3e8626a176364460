"""Everything that a mailbox holds, as exchangelib sees it, which finds its home by Autodiscover: one JSON object.

Environment: COEXIST_ENDPOINTS (path of endpoints.json), MAILBOX and USER_NAME, HTTPS_PROXY, HTTP_PROXY, REQUESTS_CA_BUNDLE. Certificates are
checked. Folders by their paths; of each item its class, subject, what makes it this one, and the digests of its files.
"""

import hashlib
import json
import logging
import os

from exchangelib import DELEGATE, Account, Credentials
from exchangelib.autodiscover.discovery.pox import PoxAutodiscovery
from exchangelib.errors import ErrorItemNotFound
from exchangelib.protocol import BaseProtocol

logging.getLogger("exchangelib").setLevel(logging.ERROR)
assert BaseProtocol.HTTP_ADAPTER_CLS.__name__ == "HTTPAdapter", "certificates are checked"
with open(os.environ["COEXIST_ENDPOINTS"], encoding="utf-8") as file:
    world = json.load(file)
name_server, port = world["dns"].rsplit(":", 1)
PoxAutodiscovery.DNS_RESOLVER_KWARGS = {"configure": False}
PoxAutodiscovery.DNS_RESOLVER_ATTRS = {"nameservers": [name_server], "port": int(port), "timeout": 2}

mail = os.environ["MAILBOX"]
password = next(user["password"] for user in world["users"] if user["mail"] == mail)
account = Account(mail, credentials=Credentials(os.environ["USER_NAME"], password), autodiscover="pox", access_type=DELEGATE)

wanted = ["item_class", "subject", "is_read", "categories", "recurrence", "start", "due_date", "surname", "members", "attachments"]
kept = {}
for folder in [account.inbox.parent, *account.inbox.parent.walk()]:
    if folder.folder_class == "IPF.Note.OutlookHomepage" or folder.total_count == 0:
        continue
    path = folder.absolute.split("/", 2)[-1]
    items = []
    known = {field.name for model in folder.supported_item_models for field in model.FIELDS}
    for item in folder.all().only(*(name for name in wanted if name in known)):
        facts = [item.item_class, item.subject, str(getattr(item, "is_read", "")), str(item.categories), str(getattr(item, "recurrence", ""))]
        facts += [str(getattr(item, name, "")) for name in ("start", "due_date", "surname", "members")]
        facts += sorted(f"{one.name} {hashlib.sha256(one.content).hexdigest()}" for one in item.attachments or [])
        items.append(" | ".join(facts))
    kept[path] = sorted(items)

settings = {}
for name in json.loads(os.environ.get("CONFIGURATIONS", "[]")):
    try:
        settings[name] = str(account.inbox.get_user_configuration(name).dictionary)
    except ErrorItemNotFound:
        settings[name] = None
print(json.dumps({"endpoint": account.protocol.service_endpoint, "folders": kept, "configurations": settings}))
