import { folderAccessOf } from '../../shared/bridges/access/folder-access.ts';
import { mailboxAccess, mailboxRight } from '../../shared/bridges/access/mailbox-access.ts';
import { addressEntryId } from '../../shared/domain/directory/address-entry-id.ts';
import { publicFolderAccess, publicFolderHierarchy } from '../../shared/domain/directory/public-folders.ts';
import { localArchive, localMailbox, publicFolderMailbox, type Recipient } from '../../shared/domain/directory/recipient.ts';
import { seesPrivateItems } from '../../shared/domain/mailbox/delegates.ts';
import type { FolderRow } from '../../shared/domain/mailbox/folder-columns.ts';
import { allFolderRights } from '../../shared/domain/mailbox/folder-permissions.ts';
import { getFolder, getFolderByRole } from '../../shared/domain/mailbox/folders.ts';
import type { Mailbox } from '../../shared/domain/mailbox/mailboxes.ts';
import { mailboxState } from '../../shared/domain/mailbox/transit.ts';
import { readOrganizationConfig } from '../../shared/domain/organization/organization-config.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import type { Refusal } from '../../shared/kernel/refusal.ts';
import { decodeChangeKey } from '../../shared/protocols/ews/change-key.ts';
import type { FolderKey, ItemKey } from '../../shared/protocols/ews/entry-id.ts';
import { type AttachmentKey, decodeId } from '../../shared/protocols/ews/item-id.ts';
import { decodeLegacyId } from '../../shared/protocols/ews/legacy-id.ts';
import type { ResponseCode } from '../../shared/protocols/ews/response-codes.ts';
import type { EwsCall } from './context.ts';
import { ewsRefusal, notSupported } from './failures.ts';
import { folderOnDemand } from './folders/on-demand.ts';
import { type KnownMailbox, knownMailbox } from './known-mailboxes.ts';

/** A mailbox that the caller may open, or one folder of it, with what ids of its objects are made of. */
export interface OpenMailbox extends Pick<KnownMailbox, 'guid' | 'store' | 'ids' | 'changeKey'> {
  readonly owner: Recipient;
  readonly kind: Mailbox['kind'];
  /** The last change of its contents when it was opened. */
  readonly lastChange: number;
  /** What the caller may do in the folder that was opened: bits of PidTagMemberRights. */
  readonly rights: number;
  /** He may open that folder alone, by its permissions. */
  readonly isShared: boolean;
  /** What is private in it stays so: for those who are no delegates that see it. */
  readonly hidesPrivate: boolean;
  /** Then: who he is, by his entry id in the address book, as what he created says. */
  readonly visitor?: string;
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

/** A mailbox of this organisation, whoever asks. */
interface FoundMailbox {
  readonly known: KnownMailbox;
  readonly owner: Recipient;
  readonly lastChange: number;
}

/** Beyond the bits of rights: marks the stores of those who see what is private. */
const seeingPrivate = 0x10000;

/**
 * Opens the mailbox with that GUID. Refuses with ErrorNonExistentMailbox, ErrorMailboxMoveInProgress or `access-denied`, and, of public
 * folders that nobody may use now, with ErrorNoPublicFolderReplicaAvailable.
 */
export async function openMailbox(call: EwsCall, guid: Guid): Promise<OpenMailbox> {
  return admit(call, await findMailbox(call, guid));
}

async function findMailbox({ context, organization, instant }: EwsCall, guid: Guid): Promise<FoundMailbox> {
  const known = await knownMailbox(context.store, guid);
  const owner =
    known?.mailbox.organization === organization.name
      ? await context.directory(organization.name).byGuid(known.mailbox.recipient)
      : undefined;
  if (known === undefined || owner === undefined || !isOwned(owner, known.mailbox)) {
    throw ewsRefusal('ErrorNonExistentMailbox', { values: { MailboxGuid: guid }, detail: `${organization.name} has no mailbox ${guid}` });
  }
  if (known.mailbox.kind === 'public') {
    const access = publicFolderAccess(await readOrganizationConfig(context.store.read, organization.name), owner);
    if (access !== 'open') throw ewsRefusal('ErrorNoPublicFolderReplicaAvailable', { detail: `${organization.name}: ${access}` });
  }
  const { isLocked, lastChange } = await mailboxState(context.store.read, guid, instant);
  if (isLocked) throw ewsRefusal('ErrorMailboxMoveInProgress', { detail: `mailbox ${guid}` });
  return { known, owner, lastChange };
}

/** Whether a mailbox is its owner's: one that was disabled or has moved away is still in the store. */
export function isOwned(owner: Recipient, { guid, kind }: Pick<Mailbox, 'guid' | 'kind'>): boolean {
  if (kind === 'archive') return localArchive(owner) === guid;
  return (kind === 'public' ? publicFolderMailbox(owner) : localMailbox(owner)) === guid;
}

/**
 * Lets the owner in, whoever has full access, and, where `need` says so, whoever has these rights in the folder. Refuses
 * with `access-denied`.
 */
async function admit(call: EwsCall, { known, owner, lastChange }: FoundMailbox, folder?: FolderRow, need?: number): Promise<OpenMailbox> {
  const { context, organization, caller } = call;
  const { guid, mailbox, store, ids, changeKey, sharedStores } = known;
  if (need !== undefined && folder !== undefined && mailboxRight(caller, owner) === undefined) {
    const { rights } = await folderAccessOf(context.directory(organization.name), folder, caller);
    if ((rights & need) === need) {
      const visitor = addressEntryId((await context.directory(organization.name).byGuid(caller.recipient))?.legacyDn ?? '');
      const hidesPrivate = !(await seesPrivateItems(context.store.read, guid, visitor));
      const view = hidesPrivate ? rights : rights | seeingPrivate;
      const shared = sharedStores.get(view) ?? { ...store };
      sharedStores.set(view, shared);
      return { guid, kind: mailbox.kind, owner, lastChange, store: shared, ids, changeKey, rights, isShared: true, hidesPrivate, visitor };
    }
  }
  mailboxAccess(caller, owner);
  return {
    guid,
    kind: mailbox.kind,
    owner,
    lastChange,
    store,
    ids,
    changeKey,
    rights: allFolderRights,
    isShared: false,
    hidesPrivate: false,
  };
}

/** Opens the caller's own mailbox, or the one of an address. Refuses when there is none here, and with `access-denied`. */
export async function openMailboxOf(call: EwsCall, address?: string): Promise<OpenMailbox> {
  return admit(call, await findMailboxOf(call, address));
}

/** The caller's own mailbox, or the one of an address. Refuses when there is none here. */
async function findMailboxOf(call: EwsCall, address?: string): Promise<FoundMailbox> {
  const { context, organization, caller } = call;
  if (address === undefined) {
    if (caller.mailbox !== null) return findMailbox(call, caller.mailbox);
    throw ewsRefusal('ErrorNonExistentMailbox', { values: { SmtpAddress: caller.primarySmtpAddress } });
  }
  const recipient = await context.directory(organization.name).byAddress(address);
  const guid = recipient === undefined ? null : localMailbox(recipient);
  if (guid === null) throw ewsRefusal('ErrorNonExistentMailbox', { values: { SmtpAddress: address } });
  return findMailbox(call, guid);
}

/** The role of a folder of archives that a distinguished id names: `archivemsgfolderroot`, but not `archive`, a folder of every mailbox. */
function archiveRole(id: string): string | undefined {
  return /^archive(.+)$/.exec(id)?.[1];
}

/** The mailbox whose folder a distinguished id names. */
async function findStore(call: EwsCall, id: string, address: string | undefined): Promise<FoundMailbox> {
  if (id === 'publicfoldersroot') return findPublicFolders(call);
  if (address === undefined && call.caller.mailbox === null) throw ewsRefusal('ErrorMissingEmailAddress', { detail: `${id} of nobody` });
  const primary = await findMailboxOf(call, address);
  return archiveRole(id) === undefined ? primary : findArchive(call, primary);
}

/** The public folders of the organisation, whoever asks. Refuses with ErrorNoPublicFolderReplicaAvailable where it has none. */
async function findPublicFolders(call: EwsCall): Promise<FoundMailbox> {
  const { name } = call.organization;
  const hierarchy = publicFolderHierarchy(await call.context.directory(name).all());
  const guid = hierarchy === undefined ? null : publicFolderMailbox(hierarchy);
  if (guid !== null) return findMailbox(call, guid);
  throw ewsRefusal('ErrorNoPublicFolderReplicaAvailable', { detail: `${name} has no public folder mailbox` });
}

/** The archive beside a mailbox. Refuses when there is none; who may open the one may open the other. */
async function findArchive(call: EwsCall, primary: FoundMailbox): Promise<FoundMailbox> {
  const archive = localArchive(primary.owner);
  if (archive !== null) return findMailbox(call, archive);
  mailboxAccess(call.caller, primary.owner);
  // Observed: the sentence with this code, in a trace of GNOME/evolution-ews.
  throw ewsRefusal('ErrorInvalidOperation', {
    text: 'Archive mailbox is not enabled for this user.',
    detail: primary.owner.primaryAddress,
  });
}

/** A folder as a request names it. */
export type FolderTarget =
  | { readonly is: 'FolderId'; readonly value: { readonly Id: string } }
  | {
      readonly is: 'DistinguishedFolderId';
      readonly value: { readonly Id: string; readonly Mailbox?: { readonly EmailAddress?: string | undefined } | undefined };
    }
  | { readonly is: 'AddressListId'; readonly value: { readonly Id: string } };

/** Observed, by exchangelib's tests against Exchange Online: the answer where there are no public folders. */
const absentCodes: Readonly<Record<string, ResponseCode>> = { publicfoldersroot: 'ErrorNoPublicFolderReplicaAvailable' };

/**
 * The folder that a request names. Refuses with ErrorInvalidIdEmpty, ErrorInvalidIdMalformed,
 * ErrorFolderNotFound and what opening a mailbox refuses.
 *
 * @param need rights in the folder that suffice to open it: without, the mailbox must be open
 */
export async function openFolder(call: EwsCall, target: FolderTarget, need?: number): Promise<OpenFolder> {
  const { read } = call.context.store;
  if (target.is === 'AddressListId') throw ewsRefusal('ErrorFolderNotFound', { detail: 'address lists are no folders here' });
  if (target.is === 'DistinguishedFolderId') {
    const { Id, Mailbox } = target.value;
    const role = archiveRole(Id);
    const found = await findStore(call, Id, Mailbox?.EmailAddress);
    const there = await getFolderByRole(read, found.known.guid, role ?? Id);
    const mailbox = await admit(call, found, there, need);
    const folder = there ?? (await folderOnDemand(call, mailbox, Id));
    if (folder === undefined) throw ewsRefusal(absentCodes[Id] ?? 'ErrorFolderNotFound', { detail: `no ${Id}` });
    return { mailbox, folder };
  }
  const decoded = decodeId(target.value.Id);
  if (decoded === undefined) throw unreadable(target.value.Id, 'a folder');
  if (decoded.is !== 'folder') throw ewsRefusal('ErrorCannotUseItemIdForFolderId', { detail: `the id of an ${decoded.is}` });
  const found = await findMailbox(call, decoded.key.mailbox);
  const folder = await folderOf(call, found.known, decoded.key);
  const mailbox = await admit(call, found, folder, need);
  if (folder === undefined) throw ewsRefusal('ErrorFolderNotFound', { detail: `folder ${decoded.key.folder} of mailbox ${mailbox.guid}` });
  return { mailbox, folder };
}

async function folderOf(
  { context }: EwsCall,
  { guid, store }: KnownMailbox,
  { database, folder }: Pick<FolderKey, 'database' | 'folder'>,
): Promise<FolderRow | undefined> {
  return database === store.database ? getFolder(context.store.read, guid, folder) : undefined;
}

/** The refusal of a text that is no id; nothing at all (Garethp/php-ews#184) and the ids of Exchange 2007 have codes of their own. */
export function unreadable(id: string, what: string): Refusal<ResponseCode> {
  const malformed = decodeLegacyId(id) === undefined ? 'ErrorInvalidIdMalformed' : 'ErrorInvalidIdMalformedEwsLegacyIdFormat';
  return ewsRefusal(id === '' ? 'ErrorInvalidIdEmpty' : malformed, { detail: `not the id of ${what}` });
}

/** An item's id as a request names it. */
export interface ItemIdText {
  readonly Id: string;
  readonly ChangeKey?: string | undefined;
}

/**
 * Reads an item id and opens its mailbox, or its folder as {@link openFolder}; whether the item is there is the reader's to see.
 *
 * @param opened mailboxes that this request has opened as a whole, for one that names many items and only reads: they are opened once
 */
export async function openItemKey(
  call: EwsCall,
  { Id, ChangeKey }: ItemIdText,
  need?: number,
  opened?: Map<Guid, OpenMailbox>,
): Promise<OpenItemKey> {
  const decoded = decodeId(Id);
  if (decoded === undefined) throw unreadable(Id, 'an item');
  if (ChangeKey !== undefined && decodeChangeKey(ChangeKey) === undefined)
    throw ewsRefusal('ErrorInvalidChangeKey', { detail: 'not a change key' });
  if (decoded.is === 'folder') throw ewsRefusal('ErrorCannotUseFolderIdForItemId', { detail: 'the id of a folder' });
  if (decoded.is === 'attachment') throw ewsRefusal('ErrorInvalidId', { detail: 'the id of an attachment' });
  if (decoded.is === 'occurrence') throw notSupported('An occurrence here');
  const { key } = decoded;
  const mailbox = opened?.get(key.mailbox) ?? (await openMailboxOfItem(call, key, need));
  if (!mailbox.isShared) opened?.set(key.mailbox, mailbox);
  return { mailbox, key };
}

/** Reads an attachment id; see {@link openItemKey}. */
export async function openAttachmentKey(
  call: EwsCall,
  { Id }: ItemIdText,
  need?: number,
): Promise<{ readonly mailbox: OpenMailbox; readonly key: AttachmentKey }> {
  const decoded = decodeId(Id);
  if (decoded === undefined) throw unreadable(Id, 'an attachment');
  if (decoded.is !== 'attachment') throw ewsRefusal('ErrorInvalidIdNotAnItemAttachmentId', { detail: `the id of an ${decoded.is}` });
  return { mailbox: await openMailboxOfItem(call, decoded.key, need), key: decoded.key };
}

async function openMailboxOfItem(call: EwsCall, key: ItemKey, need?: number): Promise<OpenMailbox> {
  const found = await findMailbox(call, key.mailbox);
  // The owner has no need of the folder's permissions.
  const isOpen = need === undefined || mailboxRight(call.caller, found.owner) !== undefined;
  const folder = isOpen ? undefined : await folderOf(call, found.known, key);
  return admit(call, found, folder, need);
}
