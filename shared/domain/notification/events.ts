import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { readChanges } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { type Change, changeOf } from '../mailbox/change-rows.ts';
import type { FolderRow } from '../mailbox/folder-columns.ts';
import { allFolders } from '../mailbox/folders.ts';
import type { EventName, SubscriptionTerms } from './subscription.ts';

/** Where an object is, or was. */
export interface Place {
  /** Its counter. */
  readonly object: number;
  /** The folder it lies in, or the parent of the folder. */
  readonly folder: number;
}

/** One thing that happened to an item or a folder. */
export interface MailboxEvent extends Place {
  readonly name: EventName;
  readonly is: 'item' | 'folder';
  /** The number of the change that it was made of: events of one change share it. */
  readonly sequence: number;
  readonly at: Instant;
  /** Of `Moved` and `Copied`. */
  readonly old?: Place;
  /** Of a folder that was modified: how many items in it are unread now. */
  readonly unread?: number;
}

/** What happened from a position of the log on. */
export interface EventPage {
  readonly events: readonly MailboxEvent[];
  /** Where to go on: everything up to there has been looked at. */
  readonly position: number;
  /** The log goes on, as far as is known. */
  readonly more: boolean;
}

/** What is read: of whose log, from where, and about how many events. */
export interface EventQuery {
  readonly mailbox: Guid;
  readonly after: number;
  readonly terms: Pick<SubscriptionTerms, 'folders' | 'events'>;
  /** The page ends with the change that reaches it: the events of one change are never parted. */
  readonly limit: number;
}

/** Rows of the log that are read at a time, and that one page looks at in all. */
const sliceRows = 500;
const mostRows = 20_000;

/**
 * The events that a subscriber is told of, in the order of the log. What is answered for a position is the same whenever
 * it is asked, but for the number of unread items, which is today's.
 *
 * An item that comes in, goes or is read changes its folder too (Modified with UnreadCount). What moves into the
 * recoverable items is deleted for those who do not follow these. Folder associated information tells nothing (inferred).
 */
export async function readEvents(executor: Executor, { mailbox, after, terms, limit }: EventQuery): Promise<EventPage> {
  const events: MailboxEvent[] = [];
  let position = after;
  let folders: ReadonlyMap<number, FolderRow> | undefined;
  for (let looked = 0; looked < mostRows; looked += sliceRows) {
    const rows = await readChanges(executor, mailbox, position, sliceRows);
    if (rows.length > 0) folders ??= new Map((await allFolders(executor, mailbox)).map((folder) => [folder.counter, folder]));
    for (const [index, row] of rows.entries()) {
      const change = changeOf(row);
      position = row.sequence;
      for (const event of eventsOf(change, row.sequence, row.at, folders ?? new Map(), terms.folders)) {
        if (terms.events.includes(event.name)) events.push(event);
      }
      if (events.length >= limit) return { events, position, more: index < rows.length - 1 || rows.length === sliceRows };
    }
    if (rows.length < sliceRows) return { events, position, more: false };
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { events, position, more: true };
}

type Folders = ReadonlyMap<number, FolderRow>;

function eventsOf(change: Change, sequence: number, at: Instant, folders: Folders, followed: SubscriptionTerms['folders']): MailboxEvent[] {
  if (change.kind === 'associated' || change.folder === null) return [];
  const when = { sequence, at };
  const made = change.kind === 'item' ? itemEvents(change, change.folder, folders, followed) : folderEvents(change, change.folder, folders);
  return made.filter((event) => isFollowed(event, folders, followed)).map((event) => ({ ...event, ...when }));
}

type Made = Omit<MailboxEvent, 'sequence' | 'at'>;

function itemEvents(change: Change, folder: number, folders: Folders, followed: SubscriptionTerms['folders']): Made[] {
  const { object, operation, origin, isMove } = change;
  if (operation === 'delete' && isMove === true) return [];
  const place = { is: 'item', object, folder } as const;
  if (operation === 'update') return [{ ...place, name: 'Modified' }, ...busy(place, folders)];
  const around = [folderModified(folder, folders)];
  if (operation === 'read-flag') return [{ ...place, name: 'Modified' } as const, ...around].flatMap((one) => one ?? []);
  const told: (Made | undefined)[] = [];
  if (operation === 'delete') told.push({ ...place, name: 'Deleted' }, ...busy(place, folders));
  else if (origin === undefined) told.push({ ...place, name: 'Created' }, ...busy(place, folders));
  else if (origin.how === 'delivered') told.push({ ...place, name: 'Created' }, { ...place, name: 'NewMail' }, ...busy(place, folders));
  else {
    const old = { object: origin.object, folder: origin.folder };
    if (origin.how === 'copied') told.push({ ...place, name: 'Copied', old }, ...busy(place, folders));
    else {
      const isGone = isRecoverable(folder, folders) && (followed === 'all' || !followed.includes(folder));
      told.push(isGone ? { is: 'item', ...old, name: 'Deleted' } : { ...place, name: 'Moved', old });
      told.push(...busy(place, folders), ...busy({ ...place, ...old }, folders));
      around.push(folderModified(origin.folder, folders));
    }
  }
  return [...told, ...around].flatMap((one) => one ?? []);
}

function folderEvents({ object, operation, origin }: Change, folder: number, folders: Folders): Made[] {
  const place = { is: 'folder', object, folder } as const;
  if (origin !== undefined && origin.how !== 'delivered') {
    const old = { object: origin.object, folder: origin.folder };
    const now = origin.how === 'moved' ? (folders.get(object)?.parent ?? folder) : folder;
    return [{ ...place, folder: now, name: origin.how === 'moved' ? 'Moved' : 'Copied', old }];
  }
  if (operation === 'create') return [{ ...place, name: 'Created' }];
  if (operation === 'delete') return [{ ...place, name: 'Deleted' }];
  return [folderModified(object, folders)].flatMap((one) => one ?? []);
}

/** A folder that is gone, or has no parent, tells nothing. */
function folderModified(counter: number, folders: Folders): Made | undefined {
  const row = folders.get(counter);
  if (row === undefined || row.parent === null) return undefined;
  return { is: 'folder', object: counter, folder: row.parent, name: 'Modified', unread: row.unread_count };
}

/** The times of an owner are those of the one calendar that every mailbox has. */
function busy({ object, folder }: Place, folders: Folders): Made[] {
  return folders.get(folder)?.role === 'calendar' ? [{ is: 'item', object, folder, name: 'FreeBusyChanged' }] : [];
}

function isRecoverable(counter: number, folders: Folders): boolean {
  return folders.get(counter)?.role?.startsWith('recoverableitems') === true;
}

function isFollowed({ is, object, folder, old }: Made, folders: Folders, followed: SubscriptionTerms['folders']): boolean {
  if (followed === 'all') return !isRecoverable(folder, folders) && !(is === 'folder' && isRecoverable(object, folders));
  return (
    followed.includes(folder) || (is === 'folder' && followed.includes(object)) || (old !== undefined && followed.includes(old.folder))
  );
}
