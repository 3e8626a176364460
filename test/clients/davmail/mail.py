"""Reads and writes a mailbox by IMAP and SMTP through DavMail, with what Python itself has.

Arguments: the ports of IMAP and SMTP, the user name, the password. Prints one JSON object per check.
"""

import email
import email.utils
import imaplib
import os
import re
import smtplib
import sys
import time
from email.message import EmailMessage

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from checks import check  # noqa: E402

imap_port, smtp_port, user, password = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
imap = imaplib.IMAP4("127.0.0.1", imap_port, timeout=60)


def told(answer):
    """The data of an answer that is OK."""
    kind, data = answer
    assert kind == "OK", (kind, data)
    return data


def rejected(action):
    try:
        action()
    except imaplib.IMAP4.error as error:
        return str(error)
    return None


def folder_names(connection):
    lines = [line.decode() for line in told(connection.list('""', '"*"')) if line]
    return {re.search(r'"/" "?([^"]*)"?$', line).group(1) for line in lines}


def uids(*criteria):
    return told(imap.uid("SEARCH", *criteria))[0].split()


def flags_of(uid):
    return set(imaplib.ParseFlags(told(imap.uid("FETCH", uid, "(FLAGS)"))[0]))


def letter(subject, text, to="rob@contoso.test"):
    message = EmailMessage()
    message["From"] = "mary@contoso.test"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{re.sub('[^a-z]', '', subject.lower())}@davmail.contoso.test>"
    message.set_content(text)
    return message


def connect(name=user, secret=password):
    connection = imaplib.IMAP4("127.0.0.1", imap_port, timeout=60)
    connection.login(name, secret)
    return connection


def found(connection, folder, *criteria):
    told(connection.select(folder))
    return told(connection.uid("SEARCH", *criteria))[0].split()


def append(folder, flags, subject):
    told(imap.append(folder, flags, imaplib.Time2Internaldate(time.time()), bytes(letter(subject, "Grüße\n"))))
    told(imap.select(folder))
    return uids("SUBJECT", f'"{subject}"')


check("LOGIN with a wrong password is refused", lambda: rejected(lambda: connect(user, "wrong")))
check("LOGIN", lambda: told(imap.login(user, password)))
check("CAPABILITY", lambda: b"IMAP4REV1" in told(imap.capability())[0])
names = check("LIST", lambda: folder_names(imap)) or set()
check("LIST shows the standard folders", lambda: {"INBOX", "Sent", "Drafts", "Trash"} <= names)
check("LIST below a folder", lambda: told(imap.list('""', '"%"')))
check("STATUS", lambda: int(re.search(rb"MESSAGES (\d+)", told(imap.status("INBOX", "(MESSAGES UNSEEN UIDNEXT)"))[0]).group(1)) > 0)
count = int((check("SELECT", lambda: told(imap.select("INBOX"))) or [0])[0])
inbox = check("UID SEARCH ALL finds all of them", lambda: len(uids("ALL")) == count and uids("ALL")) or []
check("UIDs ascend and are unique", lambda: [int(uid) for uid in inbox] == sorted({int(uid) for uid in inbox}))
check("FETCH of flags and sizes", lambda: all(b"RFC822.SIZE" in line for line in told(imap.fetch("1:5", "(UID FLAGS RFC822.SIZE INTERNALDATE)"))))
check("FETCH ENVELOPE", lambda: b"contoso" in told(imap.fetch("1", "(ENVELOPE)"))[0])
check("FETCH BODYSTRUCTURE", lambda: b"BODYSTRUCTURE" in b" ".join(part if isinstance(part, bytes) else part[0] for part in told(imap.fetch("1", "(BODYSTRUCTURE)"))))
newest = inbox[-1] if inbox else b"1"
whole = check("FETCH of a message", lambda: email.message_from_bytes(told(imap.uid("FETCH", newest, "(BODY.PEEK[])"))[0][1]))
check("it has sender, subject, date", lambda: whole["From"] and whole["Subject"] and whole["Date"])
check("FETCH of its header alone", lambda: b"Subject:" in told(imap.uid("FETCH", newest, "(BODY.PEEK[HEADER])"))[0][1])
check("FETCH of chosen header fields", lambda: b"ubject:" in told(imap.uid("FETCH", newest, "(BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])"))[0][1])
check("SEARCH UNSEEN and SEEN share the folder", lambda: len(uids("UNSEEN")) + len(uids("SEEN")) == count)
words = re.findall("[A-Za-z]+", str(email.header.make_header(email.header.decode_header(whole["Subject"]))) if whole else "")
check("SEARCH SUBJECT", lambda: newest in uids("SUBJECT", max(words, key=len).upper()))
sender = email.utils.parseaddr(str(whole["From"]))[0].split()[0] if whole else ""
check("SEARCH FROM, by the sender's name", lambda: newest in uids("FROM", sender.lower()))
check("SEARCH SINCE", lambda: len(uids("SINCE", "01-Jan-2000")) == count)
check("SEARCH BEFORE", lambda: uids("BEFORE", "01-Jan-2000") == [])
check("SEARCH UNDELETED", lambda: len(uids("UNDELETED")) == count)
check("SEARCH OR NOT", lambda: len(uids("OR", "SEEN", "NOT", "SEEN")) == count)
check("SEARCH HEADER Message-ID", lambda: uids("HEADER", "Message-ID", whole["Message-ID"]) == [newest])

draft = check("APPEND", lambda: append("Drafts", r"(\Draft)", "Appended as a draft"))
draft = (draft or [b"0"])[0]
check("the appended text comes back", lambda: "Grüße" in email.message_from_bytes(told(imap.uid("FETCH", draft, "(BODY.PEEK[])"))[0][1]).get_payload(decode=True).decode())
check("APPEND keeps Draft", lambda: r"\Draft" in {flag.decode() for flag in flags_of(draft)})
check("STORE +FLAGS Seen", lambda: told(imap.uid("STORE", draft, "+FLAGS", r"(\Seen)")) and b"\\Seen" in flags_of(draft))
check("STORE -FLAGS Seen", lambda: told(imap.uid("STORE", draft, "-FLAGS", r"(\Seen)")) and b"\\Seen" not in flags_of(draft))
check("STORE +FLAGS Flagged", lambda: told(imap.uid("STORE", draft, "+FLAGS", r"(\Flagged)")) and b"\\Flagged" in flags_of(draft))
check("SEARCH FLAGGED", lambda: draft in uids("FLAGGED"))
check("STORE -FLAGS Flagged", lambda: told(imap.uid("STORE", draft, "-FLAGS", r"(\Flagged)")) and b"\\Flagged" not in flags_of(draft))
check("STORE of a keyword, which becomes a category", lambda: told(imap.uid("STORE", draft, "+FLAGS", "(Urgent)")) and b"Urgent" in flags_of(draft))
check("SEARCH KEYWORD", lambda: draft in uids("KEYWORD", "Urgent"))


check("another connection sees it", lambda: draft in found(connect(), "Drafts", "KEYWORD", "Urgent"))


# DavMail may end a connection over what fails: each of these has one of its own.
def created(name):
    connection = connect()
    told(connection.create(name))
    return name in folder_names(connection)


def copied():
    connection = connect()
    told(connection.select("Drafts"))
    told(connection.uid("COPY", draft, "INBOX"))
    return found(connection, "INBOX", *appended) and found(connection, "Drafts", *appended)


def moved():
    connection = connect()
    told(connection.select("Drafts"))
    told(connection.uid("MOVE", draft, "Trash"))
    return found(connection, "Drafts", *appended) == [] and found(connection, "Trash", *appended)


def renamed(old, new):
    connection = connect()
    told(connection.rename(old, new))
    names = folder_names(connection)
    return new in names and old not in names


def deleted(name):
    connection = connect()
    before = folder_names(connection)
    told(connection.delete(name))
    return name in before and name not in folder_names(connection)


appended = ("SUBJECT", '"Appended as a draft"')
check("CREATE", lambda: created("Projekte"))
check("CREATE below it", lambda: created("Projekte/Alpha"))
check("COPY", copied)
check("MOVE", moved)
check("RENAME", lambda: renamed("Projekte", "Undertakings"))
check("DELETE of a folder", lambda: deleted("Undertakings/Alpha"))
imap = connect()


def expunged():
    uid = append("Drafts", r"(\Seen)", "To be expunged")[0]
    told(imap.uid("STORE", uid, "+FLAGS", r"(\Deleted)"))
    told(imap.expunge())
    told(imap.select("Drafts"))
    return uids("SUBJECT", '"To be expunged"') == []


check("STORE Deleted and EXPUNGE", expunged)


def sent():
    with smtplib.SMTP("127.0.0.1", smtp_port, timeout=60) as smtp:
        smtp.login(user, password)
        return smtp.send_message(letter("Sent through DavMail", "Schöne Grüße\n")) == {}


check("SMTP", sent)


check("a copy lies in Sent", lambda: found(imap, "Sent", "SUBJECT", '"Sent through DavMail"'))


def arrived():
    rob = connect("rob@contoso.test")
    uid = found(rob, "INBOX", "SUBJECT", '"Sent through DavMail"')[0]
    message = email.message_from_bytes(told(rob.uid("FETCH", uid, "(BODY.PEEK[])"))[0][1])
    flags = imaplib.ParseFlags(told(rob.uid("FETCH", uid, "(FLAGS)"))[0])
    return "mary@contoso.test" in message["From"] and "Schöne Grüße" in message.get_payload(decode=True).decode() and b"\\Seen" not in flags


check("the receiver has it, unread", arrived)


def smtp_refused():
    with smtplib.SMTP("127.0.0.1", smtp_port, timeout=60) as smtp:
        try:
            smtp.login(user, "wrong")
        except smtplib.SMTPAuthenticationError as error:
            return error.smtp_code == 535
    return False


check("SMTP with a wrong password is refused", smtp_refused)
check("LOGOUT", lambda: imap.logout()[0] == "BYE")
