"""From an e-mail address to folders, items and a sent message with exchangelib as Debian ships it.

Its names are looked up at the lab's name server. Environment: COEXIST_ENDPOINTS (path of endpoints.json), HTTPS_PROXY,
HTTP_PROXY, REQUESTS_CA_BUNDLE. Prints one JSON object per check and exits 1 when one does not hold. Certificate checking stays on.
"""

import json
import os
import sys

from exchangelib import DELEGATE, Account, Configuration, Credentials, HTMLBody, Mailbox, Message
from exchangelib.autodiscover import clear_cache
from exchangelib.autodiscover.discovery.pox import PoxAutodiscovery
from exchangelib.autodiscover.discovery.soap import SoapAutodiscovery
from exchangelib.errors import ErrorItemNotFound, ErrorNonExistentMailbox, UnauthorizedError
from exchangelib.protocol import BaseProtocol, FailFast

with open(os.environ["COEXIST_ENDPOINTS"], encoding="utf-8") as file:
    world = json.load(file)
users = {user["mail"]: user for user in world["users"]}
name_server, port = world["dns"].rsplit(":", 1)
for way in (PoxAutodiscovery, SoapAutodiscovery):
    way.DNS_RESOLVER_KWARGS = {"configure": False}
    way.DNS_RESOLVER_ATTRS = {"nameservers": [name_server], "port": int(port), "timeout": 2}
BaseProtocol.USERAGENT = "exchangelib"
failures = 0


def check(name, holds, actual=None):
    global failures
    failures += 0 if holds else 1
    print(json.dumps({"check": name, "ok": bool(holds), "actual": None if holds else repr(actual)}), flush=True)


def open_account(mail, user_name=None, way="pox", address=None):
    user = users[mail]
    credentials = Credentials(user_name or user["userName"], user["password"])
    return Account(address or mail, credentials=credentials, autodiscover=way, access_type=DELEGATE)


mary = open_account("mary@contoso.test")
check("mary is discovered on-premises", "mail.contoso.test" in mary.protocol.service_endpoint, mary.protocol.service_endpoint)
check("the server names its build", mary.version.build.major_version == 15, mary.version)

joe = open_account("joe@contoso.test", "joe@contoso.test")
check("joe is redirected to the cloud", "outlook.office365.test" in joe.protocol.service_endpoint, joe.protocol.service_endpoint)
check("joe's address there", joe.primary_smtp_address.lower().startswith("joe@"), joe.primary_smtp_address)

clear_cache()
soap = open_account("mary@contoso.test", way="soap")
check("mary is discovered by SOAP", soap.protocol.service_endpoint == mary.protocol.service_endpoint, soap.protocol.service_endpoint)
soap = open_account("joe@contoso.test", "joe@contoso.test", "soap")
check("joe is redirected to the cloud by SOAP", soap.protocol.service_endpoint == joe.protocol.service_endpoint, soap.protocol.service_endpoint)

clear_cache()
for way in ("pox", "soap"):
    # A domain without any host: its service record alone leads on.
    served = open_account("joe@contoso.test", "joe@contoso.test", way, "joe@contoso.onmicrosoft.test")
    check(f"joe is found by a service record, {way}", served.protocol.service_endpoint == joe.protocol.service_endpoint, served.protocol.service_endpoint)

check("inbox", mary.inbox.name == "Inbox", mary.inbox.name)
tree = list(mary.msg_folder_root.walk())
names = {folder.name for folder in tree}
check("folders are walked", {"Inbox", "Sent Items", "Drafts", "Deleted Items", "Calendar", "Contacts"} <= names, names)
big = next((folder for folder in tree if folder.total_count is not None and folder.total_count >= 500), None)
check("a folder of 500", big is not None, sorted((f.total_count or 0) for f in tree))
if big is not None:
    everything = big.all().order_by("-datetime_received").values_list("id", "subject")
    everything.page_size = 100
    subjects = list(everything)
    check("500 items in pages of 100", len(subjects) == big.total_count and len({row[0] for row in subjects}) == len(subjects), len(subjects))
    newest = list(big.all().order_by("-datetime_received")[:3])
    check("sorted by date received", [m.datetime_received for m in newest] == sorted((m.datetime_received for m in newest), reverse=True))
    found = list(big.filter(subject__icontains=newest[0].subject[:12].lower()))
    check("found by part of its subject", newest[0].id in {item.id for item in found}, len(found))
    check("count of a restriction", big.filter(subject=newest[0].subject).count() >= 1)

items = list(mary.inbox.all()[:10])
check("inbox items are read with all fields", len(items) == 10 and all(isinstance(item.body, str) for item in items if isinstance(item, Message)))
with_mime = mary.inbox.all().only("mime_content", "subject")[0]
check("MIME content", b"Subject:" in with_mime.mime_content, with_mime.mime_content)
with_files = [item for item in mary.inbox.filter(has_attachments=True)[:2]]
check("attachments are listed", with_files and all(item.attachments for item in with_files), with_files)

draft = Message(
    account=mary,
    folder=mary.drafts,
    subject="Grüße aus dem Labor ✓",
    body=HTMLBody("<html><body><p>日本語 &amp; <b>bold</b></p></body></html>"),
    to_recipients=[Mailbox(email_address="rob@contoso.test")],
)
draft.save()
again = mary.drafts.get(id=draft.id, changekey=draft.changekey)
check("a draft is saved and read back", again.subject == draft.subject and "日本語" in again.body, (again.subject, again.body))
check("its recipients", [r.email_address for r in again.to_recipients] == ["rob@contoso.test"], again.to_recipients)
again.subject = "Changed"
again.importance = "High"
again.save(update_fields=["subject", "importance"])
third = mary.drafts.get(id=draft.id)
check("an update", (third.subject, third.importance) == ("Changed", "High"), (third.subject, third.importance))
check("a new change key", third.changekey != draft.changekey)
third.delete()
try:
    gone = mary.drafts.get(id=draft.id)
except ErrorItemNotFound as error:
    gone = error
check("a deleted item is gone", isinstance(gone, ErrorItemNotFound), gone)

message = Message(
    account=mary,
    folder=mary.sent,
    subject="Sent by exchangelib",
    body="Plain text",
    to_recipients=[Mailbox(email_address="rob@contoso.test")],
)
message.send_and_save()
check("a copy in Sent Items", mary.sent.filter(subject="Sent by exchangelib").count() == 1)
rob = open_account("rob@contoso.test")
received = list(rob.inbox.filter(subject="Sent by exchangelib"))
check("rob has it", len(received) == 1 and received[0].sender.email_address == "mary@contoso.test", received)
if received:
    check("unread on arrival", received[0].is_read is False)
    check("its text", received[0].text_body.strip() == "Plain text", received[0].text_body)
    received[0].is_read = True
    received[0].save(update_fields=["is_read"])
    check("marked as read", rob.inbox.get(id=received[0].id).is_read is True)

changes = list(rob.inbox.sync_items(only_fields=["subject"]))
check("sync delivers all", len(changes) == rob.inbox.all().count() and all(kind == "create" for kind, _ in changes), len(changes))
check("sync from the state delivers nothing", list(rob.inbox.sync_items(only_fields=["subject"])) == [])

check("names are resolved", [m.email_address for m in mary.protocol.resolve_names(["rob"])] == ["rob@contoso.test"], mary.protocol.resolve_names(["rob"]))

user = users["mary@contoso.test"]
configuration = Configuration(
    service_endpoint="https://mail.contoso.test/EWS/Exchange.asmx",
    credentials=Credentials(user["userName"], "wrong"),
    auth_type="basic",
    retry_policy=FailFast(),
)
try:
    Account("mary@contoso.test", config=configuration, autodiscover=False, access_type=DELEGATE).root.refresh()
    check("a wrong password is refused", False)
except UnauthorizedError:
    check("a wrong password is refused", True)

configuration = Configuration(service_endpoint="https://mail.contoso.test/EWS/Exchange.asmx", credentials=Credentials(user["userName"], user["password"]))
try:
    Account("nobody@contoso.test", config=configuration, autodiscover=False, access_type=DELEGATE).root.refresh()
    check("an unknown mailbox is refused", False)
except ErrorNonExistentMailbox:
    check("an unknown mailbox is refused", True)

sys.exit(1 if failures else 0)
