import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ItemTable } from '../../store/schema.ts';
import { isForDeleted, readParent } from './deletion-stamp.ts';
import type { FolderRow } from './folder-columns.ts';
import { foldersAbove, getFolder, requireFolder } from './folders.ts';
import { getMailbox } from './mailboxes.ts';
import { moveItem } from './move-item.ts';
import { itemProperty } from './property-reader.ts';

/** Items of one page: a figure of ours. */
const pageItems = 100;

const itemsAfter = prepared((db, p: { mailbox: string; folder: number; after: number; limit: number }) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('associated', '=', 0)
    .where('counter', '>', p.after)
    .orderBy('counter')
    .limit(p.limit),
);

/** The next items of a folder, read whole, behind one by its counter; none at the end. */
export function itemsBehind(executor: Executor, mailbox: Guid, folder: number, after: number): Promise<ItemTable[]> {
  return itemsAfter.all(executor, { mailbox, folder, after, limit: pageItems });
}

/** The folder that a deleted item was last in use in. */
export interface LastParent {
  /** As the shell names it: the octets of the stamp in hexadecimal. */
  readonly text: string;
  /** Absent where it is no more, or deleted itself. */
  readonly folder?: FolderRow;
}

/** What an item tells of the folder that it was deleted from; undefined when nothing was stamped. */
export async function lastParentOf(executor: Executor, mailbox: Guid, item: ItemTable): Promise<LastParent | undefined> {
  const parent = readParent(itemProperty(item, tags.lastActiveParentEntryId));
  if (parent === undefined) return undefined;
  const { text } = parent;
  const isOfMailbox = (await getMailbox(executor, mailbox))?.databaseGuid === parent.database;
  const folder = isOfMailbox ? await getFolder(executor, mailbox, parent.folder) : undefined;
  if (folder === undefined || [folder, ...(await foldersAbove(executor, mailbox, folder))].some(isForDeleted)) return { text };
  return { text, folder };
}

/**
 * Moves a deleted item back and answers where to: a folder that is named, else the one it was last in use in, else the one of
 * its type (Exchange Team Blog "Announcing Original Folder Item Recovery"). Refuses with `item-not-found`.
 */
export async function recoverItem(
  tx: Executor,
  mailbox: Guid,
  item: ItemTable,
  target: FolderRow | undefined,
  instant: Instant,
): Promise<FolderRow> {
  const to = target ?? (await lastParentOf(tx, mailbox, item))?.folder ?? (await requireFolder(tx, mailbox, folderOfType(item.class)));
  await moveItem(tx, mailbox, item.counter, to.counter, instant);
  return to;
}

/** Which folder items of a class are recovered to; of notes and the journal inferred. */
function folderOfType(itemClass: string): string {
  const kind = /^IPM\.([a-z]+)/i.exec(itemClass)?.[1]?.toLowerCase() ?? '';
  return folders[kind] ?? 'inbox';
}

const folders: Readonly<Record<string, string>> = {
  appointment: 'calendar',
  contact: 'contacts',
  distlist: 'contacts',
  task: 'tasks',
  stickynote: 'notes',
  activity: 'journal',
};
