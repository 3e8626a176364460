import { mailboxAccess } from '../../shared/bridges/access/mailbox-access.ts';
import { localMailbox, type Recipient } from '../../shared/domain/directory/recipient.ts';
import type { FolderRow } from '../../shared/domain/mailbox/folder-columns.ts';
import { getFolder, getFolderByRole } from '../../shared/domain/mailbox/folders.ts';
import { getMailbox, type Mailbox } from '../../shared/domain/mailbox/mailboxes.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { changeKeyWriter, type ObjectKind } from '../../shared/protocols/ews/change-key.ts';
import type { FolderKey, ItemKey, StoreKey } from '../../shared/protocols/ews/entry-id.ts';
import { decodeId, type IdWriter, idWriter } from '../../shared/protocols/ews/item-id.ts';
import { everyScope } from '../../shared/store/change-feed.ts';
import type { EwsCall } from './context.ts';
import { ewsRefusal } from './failures.ts';

/** A mailbox that the caller may open, with what ids of its objects are made of. */
export interface OpenMailbox {
  readonly guid: Guid;
  readonly owner: Recipient;
  readonly store: StoreKey;
  readonly ids: IdWriter;
  changeKey(kind: ObjectKind, change: number): string;
}

/** A folder and the mailbox it lies in. */
export interface OpenFolder {
  readonly mailbox: OpenMailbox;
  readonly folder: FolderRow;
}

/** An id that has been read: the mailbox it names is open. */
export interface OpenItemKey {
  readonly mailbox: OpenMailbox;
  readonly key: ItemKey;
}

/** A mailbox with what does not depend on who opens it. */
interface KnownMailbox extends Pick<OpenMailbox, 'guid' | 'store' | 'ids' | 'changeKey'> {
  readonly mailbox: Mailbox;
}

// Mailboxes hardly ever come or go; what may change, who may open one, is asked every time. When the store's content is
// replaced as a whole, its numbers begin again, and whatever is remembered of a mailbox must go with it.
const known = new WeakMap<object, Map<Guid, KnownMailbox>>();

function knownIn(store: EwsCall['context']['store']): Map<Guid, KnownMailbox> {
  const cache = known.get(store);
  if (cache !== undefined) return cache;
  const made = new Map<Guid, KnownMailbox>();
  known.set(store, made);
  store.changes.watch(everyScope, (woken) => {
    if (woken === everyScope) made.clear();
  });
  return made;
}

/** Opens the mailbox with that GUID. Refuses with ErrorNonExistentMailbox or `access-denied`. */
export async function openMailbox(call: EwsCall, guid: Guid): Promise<OpenMailbox> {
  const { context, organization, caller } = call;
  const found = await mailboxOf(context.store, guid);
  const owner =
    found?.mailbox.organization === organization.name
      ? await context.directory(organization.name).byGuid(found.mailbox.recipient)
      : undefined;
  if (found === undefined || owner === undefined) {
    throw ewsRefusal('ErrorNonExistentMailbox', { values: { MailboxGuid: guid }, detail: `${organization.name} has no mailbox ${guid}` });
  }
  mailboxAccess(caller, owner);
  const { store, ids, changeKey } = found;
  return { guid, owner, store, ids, changeKey };
}

async function mailboxOf(store: EwsCall['context']['store'], guid: Guid): Promise<KnownMailbox | undefined> {
  const cache = knownIn(store);
  const cached = cache.get(guid);
  if (cached !== undefined) return cached;
  const mailbox = await getMailbox(store.read, guid);
  if (mailbox === undefined) return undefined;
  const key = { mailbox: guid, database: mailbox.databaseGuid };
  const made = { guid, mailbox, store: key, ids: idWriter(key), changeKey: changeKeyWriter(mailbox.replicaGuid) };
  cache.set(guid, made);
  return made;
}

/** What ids of items in a mailbox are made of, whoever may see them; undefined where there is no such mailbox. */
export async function storeOf(store: EwsCall['context']['store'], guid: Guid): Promise<StoreKey | undefined> {
  return (await mailboxOf(store, guid))?.store;
}

/** Opens the caller's own mailbox, or the one of an address. Refuses when there is none here. */
export async function openMailboxOf(call: EwsCall, address?: string): Promise<OpenMailbox> {
  const { context, organization, caller } = call;
  if (address === undefined) {
    if (caller.mailbox !== null) return openMailbox(call, caller.mailbox);
    throw ewsRefusal('ErrorNonExistentMailbox', { values: { SmtpAddress: caller.primarySmtpAddress } });
  }
  const recipient = await context.directory(organization.name).byAddress(address);
  const guid = recipient === undefined ? null : localMailbox(recipient);
  if (guid === null) throw ewsRefusal('ErrorNonExistentMailbox', { values: { SmtpAddress: address } });
  return openMailbox(call, guid);
}

/** A folder as a request names it. */
export type FolderTarget =
  | { readonly is: 'FolderId'; readonly value: { readonly Id: string } }
  | {
      readonly is: 'DistinguishedFolderId';
      readonly value: { readonly Id: string; readonly Mailbox?: { readonly EmailAddress?: string | undefined } | undefined };
    }
  | { readonly is: 'AddressListId'; readonly value: { readonly Id: string } };

/** The folder that a request names. Refuses with ErrorInvalidIdMalformed, ErrorFolderNotFound and what opening a mailbox refuses. */
export async function openFolder(call: EwsCall, target: FolderTarget): Promise<OpenFolder> {
  const { read } = call.context.store;
  if (target.is === 'AddressListId') throw ewsRefusal('ErrorFolderNotFound', { detail: 'address lists are no folders here' });
  if (target.is === 'DistinguishedFolderId') {
    const mailbox = await openMailboxOf(call, target.value.Mailbox?.EmailAddress);
    const folder = await getFolderByRole(read, mailbox.guid, target.value.Id);
    if (folder === undefined) throw ewsRefusal('ErrorFolderNotFound', { detail: `the mailbox has no folder ${target.value.Id}` });
    return { mailbox, folder };
  }
  const decoded = decodeId(target.value.Id);
  if (decoded === undefined) throw ewsRefusal('ErrorInvalidIdMalformed', { detail: 'not the id of a folder' });
  if (decoded.is !== 'folder') throw ewsRefusal('ErrorCannotUseItemIdForFolderId', { detail: `the id of an ${decoded.is}` });
  const mailbox = await openMailbox(call, decoded.key.mailbox);
  return { mailbox, folder: await folderOf(call, mailbox, decoded.key) };
}

async function folderOf(call: EwsCall, mailbox: OpenMailbox, key: FolderKey): Promise<FolderRow> {
  const folder = key.database === mailbox.store.database ? await getFolder(call.context.store.read, mailbox.guid, key.folder) : undefined;
  if (folder === undefined) throw ewsRefusal('ErrorFolderNotFound', { detail: `folder ${key.folder} of mailbox ${mailbox.guid}` });
  return folder;
}

/** An item's id as a request names it. */
export interface ItemIdText {
  readonly Id: string;
  readonly ChangeKey?: string | undefined;
}

/** Reads an item id and opens its mailbox; whether the item is there is the reader's to see. */
export async function openItemKey(call: EwsCall, { Id }: ItemIdText): Promise<OpenItemKey> {
  const decoded = decodeId(Id);
  if (decoded === undefined) throw ewsRefusal('ErrorInvalidIdMalformed', { detail: 'not the id of an item' });
  if (decoded.is === 'folder') throw ewsRefusal('ErrorCannotUseFolderIdForItemId', { detail: 'the id of a folder' });
  if (decoded.is === 'attachment') throw ewsRefusal('ErrorInvalidId', { detail: 'the id of an attachment' });
  return { mailbox: await openMailbox(call, decoded.key.mailbox), key: decoded.key };
}
