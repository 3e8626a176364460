import type { FolderRow } from '../../domain/mailbox/folder-columns.ts';
import { folderPermissions } from '../../domain/mailbox/folder-permissions.ts';
import { allFolders, getFolder, getFolderByRole } from '../../domain/mailbox/folders.ts';
import {
  folderObjectsSince,
  foldersChangedSince,
  foldersWithItems,
  itemChangesSince,
  type ListedItem,
  listItems,
  parentsFirst,
} from '../../domain/mailbox/read-for-move.ts';
import { isRuleMessage, ruleCounters } from '../../domain/mailbox/rules/rule-messages.ts';
import { isSearchFolder } from '../../domain/mailbox/search-criteria.ts';
import { lastNumberOf } from '../../domain/mailbox/sync.ts';
import { nextTurn } from '../../domain/mailbox/turns.ts';
import { present } from '../../kernel/assert.ts';
import { freeOctets } from '../../kernel/free-octets.ts';
import type { Guid } from '../../kernel/ids.ts';
import { convertRecipient } from './convert-recipient.ts';
import { folderRecordOf, lookedAt } from './folder-record.ts';
import { portable } from './folder-settings.ts';
import { type RecordedItem, recordOf } from './message-record.ts';
import type { AclEntry, BadMessage, FolderDetails, FolderRecord, MessagePayload, MessageRecord, SourceMailbox } from './ports.ts';
import { mailObjectsOf, withMailObject } from './public-folder-records.ts';
import { readRecordedItems } from './read-item.ts';
import { counterIn, entryIdOf } from './references.ts';
import { tooLarge } from './refusals.ts';
import { rulesRecordOf } from './rules-record.ts';
import {
  informationOf,
  letGo,
  type MoveGround,
  type MoveOf,
  mailboxAclOf,
  movingRecipient,
  ownerOf,
  principalsOf,
  renew,
  requireMovingMailbox,
  type StoreEnd,
  setInTransit,
  sidOf,
  takeAway,
} from './store-end.ts';

/** Folders, listed messages and rows of the change log that are told at once. */
const foldersATime = 100;
const messagesATime = 500;
/** A portion of an export: so many messages, or so many octets. */
const exportedATime = 50;
const exportedOctets = 1024 * 1024;

export interface SourceOptions {
  /** Octets of the largest message that is given out; larger ones are bad items. Exchange Online takes 150 MB of a message that moves. */
  readonly largestMessage?: number;
}
const usualLargest = 150 * 1024 * 1024;

/** A mailbox of the store as the end of a move that is read. Refuses where nobody has the mailbox GUID. */
export async function openStoreSource(ground: MoveGround, of: MoveOf, options: SourceOptions = {}): Promise<SourceMailbox> {
  const end: StoreEnd = { ground, of, side: 'source' };
  await ownerOf(end);
  const { store } = ground;
  const open = async (): Promise<Guid> => (await requireMovingMailbox(end)).guid;
  return {
    information: () => informationOf(end),
    recipient: async () => movingRecipient(await ownerOf(end)),
    setInTransit: (status) => setInTransit(end, status),
    convertRecipient: (conversion) => convertRecipient(end, conversion),
    resolvePrincipals: (sids) => principalsOf(end, sids),
    deleteMailbox: () => takeAway(end),
    close: () => letGo(end),
    folders: (besides) => foldersOf(end, besides),
    messages: (folder) => messagesOf(end, folder),
    export: (messages) => exportOf(end, messages, options.largestMessage ?? usualLargest),
    checkpoint: async () => String(await lastNumberOf(store.read, await open())),
    hierarchyChanges: (since) => hierarchyChangesOf(end, positionOf(since)),
    messageChanges: (folder, since) => messageChangesOf(end, folder, positionOf(since)),
    async changedFolders(since) {
      const mailbox = await open();
      const [changed, folders] = [await foldersChangedSince(store.read, mailbox, positionOf(since)), await allFolders(store.read, mailbox)];
      const existing = new Set(folders.map(({ counter }) => counter));
      return changed.filter((counter) => existing.has(counter)).map((counter) => entryIdOf(mailbox, counter));
    },
    folderAcl: (folder) => folderAclOf(end, folder),
    mailboxAcl: () => mailboxAclOf(end),
    async rules() {
      const mailbox = await requireMovingMailbox(end);
      const inbox = await getFolderByRole(store.read, mailbox.guid, 'inbox');
      const counters = inbox === undefined ? [] : await ruleCounters(store.read, inbox);
      if (counters.length === 0) return null;
      const items = await readRecordedItems({ read: store.read, blobs: ground.blobs }, mailbox, counters);
      const readable = [...items.values()].flatMap((item) => (item instanceof Error ? [] : [item]));
      return readable.length === 0 ? null : rulesRecordOf(mailbox.guid, readable);
    },
  };
}

/** A checkpoint is a number of the mailbox's change log. */
function positionOf(checkpoint: string): number {
  if (!/^\d{1,15}$/.test(checkpoint)) throw new Error(`defect: ${checkpoint} is no checkpoint`);
  return Number(checkpoint);
}

async function* foldersOf(end: StoreEnd, { access, looked }: FolderDetails = {}): AsyncGenerator<readonly FolderRecord[]> {
  const mailbox = (await requireMovingMailbox(end)).guid;
  const folders = inOrder(parentsFirst(await allFolders(end.ground.store.read, mailbox)));
  const filled = looked === true ? await foldersWithItems(end.ground.store.read, mailbox) : undefined;
  for (let start = 0; start < folders.length; start += foldersATime) {
    const some = folders.slice(start, start + foldersATime);
    const told = await recordsOf(end, mailbox, some);
    const records = filled === undefined ? told : told.map((record, index) => lookedAt(record, filled.has(some[index]?.counter ?? -1)));
    yield access === true ? await withAccess(end, some, records) : records;
    await nextTurn();
  }
}

async function recordsOf(end: StoreEnd, mailbox: Guid, folders: readonly FolderRow[]): Promise<readonly FolderRecord[]> {
  const objects = await mailObjectsOf(end);
  const records: FolderRecord[] = [];
  for (const folder of folders)
    records.push(withMailObject(await portable(end.ground, folderRecordOf(mailbox, folder)), objects.get(folder.counter)));
  return records;
}

/** Search folders name other folders and hold none: they come last. */
function inOrder<Folder extends { readonly bag: string }>(folders: readonly Folder[]): readonly Folder[] {
  return [...folders.filter((folder) => !isSearchFolder(folder)), ...folders.filter(isSearchFolder)];
}

async function folderOf(
  end: StoreEnd,
  entryId: string,
): Promise<{ readonly mailbox: Guid; readonly counter: number; readonly isInbox: boolean }> {
  const mailbox = (await requireMovingMailbox(end)).guid;
  const counter = counterIn(mailbox, entryId) ?? -1;
  const folder = await getFolder(end.ground.store.read, mailbox, counter);
  return { mailbox, counter, isInbox: folder?.role === 'inbox' };
}

/** The messages that keep the rules of the Inbox are no messages of it here: they are told as rules. */
function isTold(item: ListedItem, isInbox: boolean): boolean {
  return !(isInbox && isRuleMessage(item));
}

async function* messagesOf(end: StoreEnd, folderEntryId: string): AsyncGenerator<readonly MessageRecord[]> {
  const { mailbox, counter, isInbox } = await folderOf(end, folderEntryId);
  for (let after = 0; ; ) {
    const items = await listItems(end.ground.store.read, mailbox, counter, after, messagesATime);
    const told = items.filter((item) => isTold(item, isInbox)).map((item) => messageRecordOf(mailbox, item));
    if (told.length > 0) yield told;
    const last = items.at(-1);
    if (last === undefined || items.length < messagesATime) return;
    after = last.counter;
    await renew(end, mailbox);
    await nextTurn();
  }
}

function messageRecordOf(mailbox: Guid, item: ListedItem): MessageRecord {
  return {
    entryId: entryIdOf(mailbox, item.counter),
    folderEntryId: entryIdOf(mailbox, item.folder),
    isAssociated: item.associated === 1,
    messageClass: item.class,
    subject: item.subject ?? '',
    size: item.size,
  };
}

async function* exportOf(
  end: StoreEnd,
  messages: readonly MessageRecord[],
  largest: number,
): AsyncGenerator<readonly (MessagePayload | BadMessage)[]> {
  const mailbox = await requireMovingMailbox(end);
  for (const portion of portionsOf(messages)) {
    const wanted = portion.map((record) => ({ record, counter: counterIn(mailbox.guid, record.entryId) ?? -1 }));
    const readable = wanted.filter(({ record }) => record.size <= largest).map(({ counter }) => counter);
    const items = await readRecordedItems({ read: end.ground.store.read, blobs: end.ground.blobs }, mailbox, readable);
    yield wanted.map(({ record, counter }): MessagePayload | BadMessage => {
      if (record.size > largest) return { record, kind: 'LargeItem', failure: tooLarge };
      const item = items.get(counter);
      if (item === undefined) return { record, kind: 'MissingItem', failure: 'The message is not in the mailbox any more.' };
      if (item instanceof Error) return { record, kind: 'CorruptItem', failure: item.message };
      try {
        return { entryId: record.entryId, folderEntryId: record.folderEntryId, octets: recordOnce(item) };
      } catch (error) {
        return { record, kind: 'CorruptItem', failure: error instanceof Error ? error.message : String(error) };
      }
    });
    await renew(end, mailbox.guid);
    await nextTurn();
  }
}

/** The record of an item that is done with then: what its record has a copy of is let go. */
function recordOnce(item: RecordedItem): Buffer {
  const octets = recordOf(item);
  for (const attachment of item.draft.attachments) if (attachment.kind === 'file') freeOctets(attachment.bytes);
  return octets;
}

function* portionsOf(messages: readonly MessageRecord[]): Generator<readonly MessageRecord[]> {
  let portion: MessageRecord[] = [];
  let octets = 0;
  for (const message of messages) {
    if (portion.length > 0 && (portion.length >= exportedATime || octets + message.size > exportedOctets)) {
      yield portion;
      portion = [];
      octets = 0;
    }
    portion.push(message);
    octets += message.size;
  }
  if (portion.length > 0) yield portion;
}

/** Read in one go, so that no folder is told without those that it lies in. */
async function hierarchyChangesOf(end: StoreEnd, since: number) {
  const mailbox = (await requireMovingMailbox(end)).guid;
  const { folders, touched } = await end.ground.store.transaction(async (tx) => ({
    touched: await folderObjectsSince(tx, mailbox, since),
    folders: await allFolders(tx, mailbox),
  }));
  const existing = new Set(folders.map(({ counter }) => counter));
  return {
    changed: await recordsOf(end, mailbox, inOrder(parentsFirst(folders).filter(({ counter }) => touched.has(counter)))),
    deleted: [...touched].filter((counter) => !existing.has(counter)).map((counter) => entryIdOf(mailbox, counter)),
  };
}

async function* messageChangesOf(end: StoreEnd, folderEntryId: string, since: number) {
  const { mailbox, counter, isInbox } = await folderOf(end, folderEntryId);
  for (let after: number | undefined = since; after !== undefined; ) {
    const page = await itemChangesSince(end.ground.store.read, mailbox, counter, after, messagesATime);
    const flagged = page.flagged.filter((item) => isTold(item, isInbox));
    const idsOf = (items: readonly ListedItem[]): readonly string[] => items.map((item) => entryIdOf(mailbox, item.counter));
    const changes = {
      changed: page.changed.filter((item) => isTold(item, isInbox)).map((item) => messageRecordOf(mailbox, item)),
      deleted: page.deleted.map((gone) => entryIdOf(mailbox, gone)),
      read: idsOf(flagged.filter((item) => item.is_read === 1)),
      unread: idsOf(flagged.filter((item) => item.is_read === 0)),
    };
    if (Object.values(changes).some((list) => list.length > 0)) yield changes;
    after = page.next;
    await renew(end, mailbox);
    await nextTurn();
  }
}

async function folderAclOf(end: StoreEnd, folderEntryId: string): Promise<readonly AclEntry[]> {
  const mailbox = (await requireMovingMailbox(end)).guid;
  const folder = await getFolder(end.ground.store.read, mailbox, counterIn(mailbox, folderEntryId) ?? -1);
  return folder === undefined ? [] : accessOf(end, folder);
}

/** @param records those of `folders`, in their order */
async function withAccess(
  end: StoreEnd,
  folders: readonly FolderRow[],
  records: readonly FolderRecord[],
): Promise<readonly FolderRecord[]> {
  const told: FolderRecord[] = [];
  for (const [index, record] of records.entries())
    told.push({ ...record, access: await accessOf(end, present(folders[index], 'the row of a folder')) });
  return told;
}

async function accessOf(end: StoreEnd, folder: FolderRow): Promise<readonly AclEntry[]> {
  const entries: AclEntry[] = [];
  for (const { member, rights } of folderPermissions(folder)) {
    const rest = { rights, right: null, isInherited: false };
    if (member === 'Default' || member === 'Anonymous')
      entries.push({ sid: null, name: member === 'Default' ? 'Default' : 'Anonymous', ...rest });
    else entries.push({ sid: await sidOf(end, member), name: null, ...rest });
  }
  return entries;
}
