import { createHash } from 'node:crypto';
import { markMovedItem, removeMovedItem } from '../../domain/mailbox/change-moved-items.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { deleteFolder } from '../../domain/mailbox/folder-writes.ts';
import { getFolder } from '../../domain/mailbox/folders.ts';
import { createItem } from '../../domain/mailbox/item-writes.ts';
import { getItem } from '../../domain/mailbox/items.ts';
import { forgetMoved, movedCounters, rememberMoved } from '../../domain/mailbox/moved-entries.ts';
import { replaceItem } from '../../domain/mailbox/replace-item.ts';
import type { Store, Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { ResponseOf } from '../../protocols/ews/contract-type.ts';
import { CorruptStream } from '../../protocols/ews/fast-transfer/octet-reader.ts';
import { itemFields } from '../../protocols/ews/fields/item.ts';
import type { WireItem } from '../../protocols/ews/items.ts';
import { exportItems } from '../../protocols/ews/operations/export-items.ts';
import { syncFolderItems } from '../../protocols/ews/operations/sync-folder-items.ts';
import { fieldValue } from '../../protocols/ews/wire-object.ts';
import { draftFromStream } from '../message/transfer.ts';
import { type AnywhereAccount, askSource, granted } from './anywhere-account.ts';
import { type SourceFolder, sourceFolders } from './anywhere-folders.ts';
import { folderAt } from './anywhere-place.ts';

/** What is kept between two synchronisations: of each folder of the source where it lies here, and how far it has been read. */
export type AnywhereNotes = Readonly<Record<string, FolderNote>>;

interface FolderNote {
  /** Counter here. */
  readonly folder: number;
  /** SyncState of EWS; '' before the first page. */
  readonly syncState: string;
  /** Standard folders stay when the source has lost theirs. */
  readonly isStandard: boolean;
}

/** A mailbox that the contents of another one are copied into. */
export interface AnywhereSync {
  readonly store: Store;
  /** As it lies here. */
  readonly mailbox: Guid;
  readonly account: AnywhereAccount;
  /** An address of the mailbox at the source. */
  readonly source: string;
  readonly notes: AnywhereNotes;
  /** World time. */
  now(): Instant;
  /** Heard between two portions: refuses with `interrupted`. */
  readonly signal: AbortSignal;
  /** Keeps how far it has come, and tells what that portion brought. */
  keep(notes: AnywhereNotes, done: AnywhereSynced): Promise<void>;
  /** Tells of an item that is not copied. */
  skip(item: AnywhereSkipped): Promise<void>;
}

/** What a synchronisation, or a portion of one, has done. */
export interface AnywhereSynced {
  readonly written: number;
  readonly deleted: number;
  readonly marked: number;
  readonly bytes: number;
}

export interface AnywhereSkipped {
  readonly kind: 'CorruptItem' | 'LargeItem' | 'MissingItem';
  readonly entryId: string;
  readonly folder: string;
  readonly subject: string;
  readonly messageClass: string;
  readonly size: number;
  readonly failure: string;
}

const changesATime = 100;
/** Items of one ExportItems and of one transaction; octets, as the source counts them. */
const exportedATime = 25;
const exportedBytes = 8 * 1_048_576;
/** 35 MB: Microsoft, "What you need to know about a cutover email migration" (messages larger than that are not migrated). */
const mostBytes = 35 * 1_048_576;

const shape = {
  BaseShape: 'IdOnly',
  AdditionalProperties: (['item:ItemClass', 'item:Subject', 'item:Size'] as const).map(
    (FieldURI) => ({ is: 'FieldURI', value: { FieldURI } }) as const,
  ),
} as const;

type Success = Extract<ResponseOf<typeof syncFolderItems>[number], { class: 'Success' }>;
type Change = NonNullable<Success['Changes']>[number];

/**
 * Copies what the mailbox does not have yet and carries over what has changed at the source since, over EWS with the rights of the migration
 * account: a declared simulation of what goes by RPC over HTTP in life. Each item is noted in the transaction that writes it, so that none
 * is lost or doubled however often this is broken off. Refuses as {@link askSource} does, as the mailbox does, and with `interrupted`.
 */
export async function syncAnywhere(sync: AnywhereSync): Promise<AnywhereSynced> {
  const folders = await sourceFolders(sync.account, sync.source);
  let notes = sync.notes;
  let all = nothing;
  for (const folder of folders) {
    stopIf(sync.signal);
    const place = await placed(sync, folder, notes);
    notes = { ...notes, [folder.id]: place };
    for (let syncState = place.syncState, isLast = false; !isLast; ) {
      const page = await pageOf(sync, folder, syncState);
      const done = await carry(sync, folder, place.folder, page.Changes ?? []);
      [syncState, isLast] = [page.SyncState ?? '', page.IncludesLastItemInRange !== false];
      notes = { ...notes, [folder.id]: { ...place, syncState } };
      all = sum(all, done);
      await sync.keep(notes, done);
    }
  }
  const known = new Set(folders.map(({ id }) => id));
  const gone = Object.entries(notes).filter(([id, { isStandard }]) => !known.has(id) && !isStandard);
  if (gone.length === 0) return all;
  await sync.store.transaction(async (tx) => {
    for (const [, { folder }] of gone)
      if ((await getFolder(tx, sync.mailbox, folder)) !== undefined) await deleteFolder(tx, sync.mailbox, folder, sync.now());
  });
  await sync.keep(Object.fromEntries(Object.entries(notes).filter(([id]) => known.has(id) || notes[id]?.isStandard)), nothing);
  return { ...all, deleted: all.deleted + gone.length };
}

const nothing: AnywhereSynced = { written: 0, deleted: 0, marked: 0, bytes: 0 };

function sum(one: AnywhereSynced, other: AnywhereSynced): AnywhereSynced {
  const [written, deleted] = [one.written + other.written, one.deleted + other.deleted];
  return { written, deleted, marked: one.marked + other.marked, bytes: one.bytes + other.bytes };
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new Refusal('interrupted', { detail: 'the synchronisation was broken off' });
}

/** Where a folder of the source lies here, called as it is there. */
async function placed({ store, mailbox, now }: AnywhereSync, folder: SourceFolder, notes: AnywhereNotes): Promise<FolderNote> {
  const known = notes[folder.id];
  const parent = folder.parent === null ? undefined : notes[folder.parent]?.folder;
  const counter = await store.transaction((tx) => folderAt(tx, mailbox, folder, { known: known?.folder, parent }, now()));
  // What lay in a folder that is another one now is read from the beginning.
  const syncState = known?.folder === counter ? known.syncState : '';
  return { folder: counter, syncState, isStandard: folder.role !== null };
}

async function pageOf(
  { account }: AnywhereSync,
  folder: SourceFolder,
  syncState: string,
): Promise<Pick<Success, 'Changes' | 'SyncState' | 'IncludesLastItemInRange'>> {
  const [answer] = await askSource(account, syncFolderItems, {
    ItemShape: shape,
    SyncFolderId: { is: 'FolderId', value: { Id: folder.id } },
    ...(syncState === '' ? {} : { SyncState: syncState }),
    MaxChangesReturned: changesATime,
  });
  return granted(answer);
}

/** Does here what has happened to items of a folder there. */
async function carry(sync: AnywhereSync, folder: SourceFolder, into: number, changes: readonly Change[]): Promise<AnywhereSynced> {
  const { store, mailbox, now, signal } = sync;
  stopIf(signal);
  const wanted = changes.flatMap((change) => (change.is === 'Create' || change.is === 'Update' ? [listed(change.value)] : []));
  let done = nothing;
  for (const portion of portions(wanted)) {
    stopIf(signal);
    const drafts = await fetched(sync, folder, portion);
    done = sum(done, await store.transaction((tx) => writeItems(tx, mailbox, into, drafts, now())));
  }
  const further = changes.filter((change) => change.is === 'Delete' || change.is === 'ReadFlagChange');
  if (further.length === 0) return done;
  const keys = further.map(({ value }) => keyOf(value.ItemId.Id));
  return store.transaction(async (tx) => {
    const counters = await movedCounters(tx, mailbox, keys);
    let [deleted, marked] = [0, 0];
    for (const [index, change] of further.entries()) {
      const key = keys[index] ?? '';
      const counter = counters.get(key);
      if (counter === undefined) continue;
      if (change.is === 'ReadFlagChange') {
        await markMovedItem(tx, mailbox, counter, change.value.IsRead, now());
        marked += 1;
      } else {
        await removeMovedItem(tx, mailbox, counter, now());
        await forgetMoved(tx, mailbox, key);
        deleted += 1;
      }
    }
    return { ...done, deleted, marked };
  });
}

/** An item of the source that is to be fetched. */
interface Listed {
  readonly id: string;
  readonly messageClass: string;
  readonly subject: string;
  readonly size: number;
}

function listed(item: WireItem): Listed {
  return {
    id: fieldValue(item, itemFields.ItemId)?.Id ?? '',
    messageClass: fieldValue(item, itemFields.ItemClass) ?? '',
    subject: fieldValue(item, itemFields.Subject) ?? '',
    size: fieldValue(item, itemFields.Size) ?? 0,
  };
}

function portions(items: readonly Listed[]): readonly (readonly Listed[])[] {
  const all: Listed[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const last = all.at(-1);
    if (last === undefined || last.length >= exportedATime || bytes + item.size > exportedBytes) {
      all.push([item]);
      bytes = item.size;
    } else {
      last.push(item);
      bytes += item.size;
    }
  }
  return all;
}

interface Fetched {
  readonly key: string;
  readonly draft: ItemDraft;
  readonly bytes: number;
}

async function fetched(sync: AnywhereSync, folder: SourceFolder, items: readonly Listed[]): Promise<readonly Fetched[]> {
  const small = items.filter(({ size }) => size <= mostBytes);
  const skip = (item: Listed, kind: AnywhereSkipped['kind'], failure: string): Promise<void> =>
    sync.skip({ kind, entryId: item.id, folder: folder.name, ...item, failure });
  for (const item of items)
    if (item.size > mostBytes) await skip(item, 'LargeItem', `The item has ${item.size} octets; ${mostBytes} may come.`);
  if (small.length === 0) return [];
  const answers = await askSource(sync.account, exportItems, { ItemIds: { ItemId: small.map(({ id }) => ({ Id: id })) } });
  const found: Fetched[] = [];
  for (const [index, item] of small.entries()) {
    const answer = answers[index];
    const data = answer?.class === 'Error' ? undefined : answer?.Data;
    if (answer?.class === 'Error' && answer.ResponseCode === 'ErrorItemNotFound') continue;
    if (data === undefined) await skip(item, 'CorruptItem', answer?.class === 'Error' ? answer.MessageText : 'The source gave no data.');
    else {
      const draft = readDraft(data);
      if (draft === undefined) await skip(item, 'CorruptItem', 'The stream of the item cannot be read.');
      else found.push({ key: keyOf(item.id), draft, bytes: data.length });
    }
  }
  return found;
}

function readDraft(data: Buffer): ItemDraft | undefined {
  try {
    return draftFromStream(data);
  } catch (error) {
    if (error instanceof CorruptStream) return undefined;
    throw error;
  }
}

/** Writes items, those that have come before in place of what came. One that its owner has removed here since stays away. */
async function writeItems(
  tx: Transaction,
  mailbox: Guid,
  folder: number,
  items: readonly Fetched[],
  instant: Instant,
): Promise<AnywhereSynced> {
  const counters = await movedCounters(
    tx,
    mailbox,
    items.map(({ key }) => key),
  );
  let [written, bytes] = [0, 0];
  for (const { key, draft, bytes: size } of items) {
    const before = counters.get(key);
    if (before === undefined) await rememberMoved(tx, mailbox, key, (await createItem(tx, mailbox, folder, draft, instant)).counter);
    else if ((await getItem(tx, mailbox, before, { properties: [] })) === undefined) continue;
    else await replaceItem(tx, mailbox, before, draft, instant);
    written += 1;
    bytes += size;
  }
  return { ...nothing, written, bytes };
}

/** What an item of the source is known by in the mailbox that it was copied to. */
function keyOf(id: string): string {
  return `ews:${createHash('sha256').update(id).digest('base64url')}`;
}
