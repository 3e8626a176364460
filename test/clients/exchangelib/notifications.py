"""Subscriptions by pull, by stream and by call with exchangelib as Debian ships it.

Environment: COEXIST_ENDPOINTS (path of endpoints.json), HTTPS_PROXY, HTTP_PROXY, REQUESTS_CA_BUNDLE.
Prints one JSON object per check and exits 1 when one does not hold. Certificate checking stays on.
"""

import json
import os
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from exchangelib import DELEGATE, Account, Configuration, Credentials, Mailbox, Message
from exchangelib.errors import ErrorInvalidSubscription, ErrorSubscriptionNotFound
from exchangelib.properties import CopiedEvent, CreatedEvent, DeletedEvent, ModifiedEvent, MovedEvent, NewMailEvent, StatusEvent
from exchangelib.protocol import BaseProtocol, FailFast
from exchangelib.services import SendNotification

with open(os.environ["COEXIST_ENDPOINTS"], encoding="utf-8") as file:
    world = json.load(file)
users = {user["mail"]: user for user in world["users"]}
BaseProtocol.USERAGENT = "exchangelib"
failures = 0


def check(name, holds, actual=None):
    global failures
    failures += 0 if holds else 1
    print(json.dumps({"check": name, "ok": bool(holds), "actual": None if holds else repr(actual)}), flush=True)


def open_account(mail):
    user = users[mail]
    configuration = Configuration(
        server="mail.contoso.test", credentials=Credentials(user["userName"], user["password"]), retry_policy=FailFast()
    )
    return Account(mail, config=configuration, autodiscover=False, access_type=DELEGATE)


def kinds(notifications):
    return [type(event) for notification in notifications for event in notification.events]


mary = open_account("mary@contoso.test")
rob = open_account("rob@contoso.test")


def send(subject):
    Message(account=rob, subject=subject, body="text", to_recipients=[Mailbox(email_address="mary@contoso.test")]).send()


# Pull.
with mary.inbox.pull_subscription() as (subscription_id, watermark):
    first = list(mary.inbox.get_events(subscription_id, watermark))
    check("nothing yet is a status", kinds(first) == [StatusEvent], first)
    send("By pull")
    told = list(mary.inbox.get_events(subscription_id, watermark))
    check("mail that arrives", kinds(told) == [CreatedEvent, NewMailEvent, ModifiedEvent], told)
    event = told[0].events[0]
    message = mary.inbox.get(id=event.item_id.id)
    check("the event's id is the message's", message.subject == "By pull", message)
    watermark = told[-1].events[-1].watermark
    check("the watermark is behind it", kinds(mary.inbox.get_events(subscription_id, watermark)) == [StatusEvent])
    message.is_read = True
    message.save(update_fields=["is_read"])
    message.delete()
    told = list(mary.inbox.get_events(subscription_id, watermark))
    check("read and deleted", {ModifiedEvent, DeletedEvent} & set(kinds(told)) == {ModifiedEvent, DeletedEvent}, told)
try:
    list(mary.inbox.get_events(subscription_id, watermark))
    check("after Unsubscribe there is none", False)
except ErrorSubscriptionNotFound as error:
    check("after Unsubscribe there is none", True, error)

# Streaming.
with mary.inbox.streaming_subscription() as subscription_id:
    threading.Timer(0.2, send, ["By stream"]).start()
    told = list(mary.inbox.get_streaming_events(subscription_id, connection_timeout=1, max_notifications_returned=1))
    check("a stream tells of mail", CreatedEvent in kinds(told), told)
    check("and of whose subscription", told[0].subscription_id == subscription_id, told)
    fresh = [event for event in told[0].events if isinstance(event, CreatedEvent)]
    check("the message is there", mary.inbox.get(id=fresh[0].item_id.id).subject == "By stream")
    send("While nobody listens")
    told = []
    while NewMailEvent not in kinds(told):
        told += list(mary.inbox.get_streaming_events(subscription_id, connection_timeout=1, max_notifications_returned=1))
    subjects = {mary.inbox.get(id=event.item_id.id).subject for event in told[-1].events if isinstance(event, NewMailEvent)}
    check("what happened between connections is told", "While nobody listens" in subjects, subjects)
try:
    told = list(mary.inbox.get_streaming_events("AAA-", connection_timeout=1, max_notifications_returned=1))
    check("an id that is none", False, told)
except ErrorInvalidSubscription as error:
    check("an id that is none", str(error) == "Subscription is invalid. (subscription IDs: ['AAA-'])", error)

# Push.
calls = queue.Queue()


class Listener(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service = SendNotification(protocol=None)
        calls.put(list(service.parse(body)))
        answer = service.ok_payload()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Listener)
threading.Thread(target=server.serve_forever, daemon=True).start()
with mary.inbox.push_subscription(callback_url=f"http://127.0.0.1:{server.server_port}/") as (subscription_id, watermark):
    status = calls.get(timeout=30)
    check("a call at first", kinds(status) == [StatusEvent], status)
    send("By call")
    told = calls.get(timeout=30)
    check("a call tells of mail", CreatedEvent in kinds(told) and told[0].subscription_id == subscription_id, told)
    moving = next(event for event in told[0].events if isinstance(event, CreatedEvent))
    mary.inbox.get(id=moving.item_id.id).move_to_trash()
    told = calls.get(timeout=30)
    check("and where it went", MovedEvent in kinds(told), told)
check("no copy was made", CopiedEvent not in kinds(told))
server.shutdown()

sys.exit(1 if failures else 0)
