"""Folders with exchangelib: the tree, making, renaming, moving, emptying, wiping, deleting; the hierarchy kept in step."""

from exchangelib.errors import ErrorDeleteDistinguishedFolder, ErrorFolderExists, ErrorFolderNotFound
from exchangelib.folders import Calendar, Contacts, Messages, Tasks
from opened import letter, open_account, refused

from checks import check

mary = open_account("mary@contoso.test")
root = check("the root is opened", lambda: mary.root)
check("its tree names the folders", lambda: all(name in mary.root.tree() for name in ("Inbox", "Sent Items", "Recoverable Items")))
check("folders have their classes", lambda: (type(mary.calendar), type(mary.contacts), type(mary.tasks)) == (Calendar, Contacts, Tasks))
check("a path leads to a folder", lambda: (mary.root / "Top of Information Store" / "Inbox").id == mary.inbox.id)
check("a path step by step", lambda: (mary.root // "Top of Information Store" // "Inbox").id == mary.inbox.id)
check("a path that leads nowhere", lambda: refused(ErrorFolderNotFound, lambda: mary.root / "Nowhere"))
check("folders by pattern", lambda: {folder.name for folder in mary.msg_folder_root.glob("*Items")} == {"Sent Items", "Deleted Items"})
check("the parent", lambda: mary.inbox.parent.id == mary.msg_folder_root.id)
check("an absolute path", lambda: mary.inbox.absolute.endswith("/Top of Information Store/Inbox"))
check("the counts are those of the items", lambda: mary.inbox.total_count == mary.inbox.all().count() and mary.inbox.unread_count == mary.inbox.filter(is_read=False).count())
check("who may what", lambda: mary.inbox.effective_rights.create_contents and mary.inbox.effective_rights.read)
check("the permissions of a calendar", lambda: {p.user_id.distinguished_user for p in mary.calendar.permission_set.calendar_permissions} >= {"Default", "Anonymous"})
state = check("the hierarchy in full", lambda: [kind for kind, _ in mary.root.sync_hierarchy(only_fields=["name"])] and mary.root.folder_sync_state)
check("and nothing since", lambda: list(mary.root.sync_hierarchy(sync_state=state, only_fields=["name"])) == [])


def created():
    folder = Messages(parent=mary.inbox, name="Projekte ✓").save()
    folder.refresh()
    return (folder.name, folder.total_count, folder.folder_class) == ("Projekte ✓", 0, "IPF.Note") and folder


folder = check("a folder is made", created)
check("one of that name is there already", lambda: refused(ErrorFolderExists, lambda: Messages(parent=mary.inbox, name="projekte ✓").save()))
check("the hierarchy tells of it", lambda: [(kind, f.name) for kind, f in mary.root.sync_hierarchy(only_fields=["name"])] == [("create", "Projekte ✓")])


def renamed():
    folder.name = "Undertakings"
    folder.save(update_fields=["name"])
    return [f.name for f in mary.inbox.glob("Undert*")] == ["Undertakings"]


check("it is renamed", renamed)


def child():
    below = Messages(parent=folder, name="Alpha").save()
    folder.refresh()
    return folder.child_folder_count == 1 and below


below = check("one is made below it", child)


def moved():
    before = folder.id
    folder.move(to_folder=mary.msg_folder_root)
    mary.root.clear_cache()
    return (mary.msg_folder_root / "Undertakings").id == before and refused(ErrorFolderNotFound, lambda: mary.inbox / "Undertakings")


check("it is moved, and keeps its id", moved)


def filled(subjects):
    return folder.bulk_create(items=[letter(mary, subject, folder=folder) for subject in subjects])


def emptied():
    filled(["one", "two"])
    folder.empty()
    folder.refresh()
    return folder.total_count == 0 and folder.child_folder_count == 1


check("it is emptied of items, not of folders", emptied)


def wiped():
    filled(["three"])
    folder.wipe()
    folder.refresh()
    return (folder.total_count, folder.child_folder_count) == (0, 0)


check("it is wiped", wiped)


def deleted():
    folder.delete()
    return refused(ErrorFolderNotFound, lambda: open_account("mary@contoso.test").msg_folder_root / "Undertakings")


check("it is deleted", deleted)
check("a folder of the mailbox itself is not", lambda: refused(ErrorDeleteDistinguishedFolder, mary.inbox.delete))
check("the hierarchy tells that it is gone", lambda: "delete" in [kind for kind, _ in mary.root.sync_hierarchy(only_fields=["name"])])


def configured():
    name = "ExchangelibTest"
    mary.inbox.create_user_configuration(name=name, dictionary={"a": "x", "b": 7, "c": True}, xml_data=b"<a/>", binary_data=b"\x00\x01")
    first = mary.inbox.get_user_configuration(name=name)
    mary.inbox.update_user_configuration(name=name, dictionary={"a": "y"}, xml_data=b"<b/>", binary_data=b"\x02")
    second = mary.inbox.get_user_configuration(name=name)
    mary.inbox.delete_user_configuration(name=name)
    return (first.dictionary, first.xml_data, second.dictionary, second.binary_data) == ({"a": "x", "b": 7, "c": True}, b"<a/>", {"a": "y"}, b"\x02")


check("a configuration is made, read, changed, deleted", configured)
