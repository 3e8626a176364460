import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ChangeTable, ItemTable } from '../../store/schema.ts';
import type { FolderRow } from './folder-columns.ts';
import { foldersBelow } from './folders.ts';

/** What is listed of an item before it is read. */
export type ListedItem = Pick<ItemTable, 'counter' | 'folder' | 'associated' | 'class' | 'subject' | 'size' | 'is_read'>;

const listed = ['counter', 'folder', 'associated', 'class', 'subject', 'size', 'is_read'] as const;

const itemsAfter = prepared((db, p: { mailbox: string; folder: number; after: number; limit: number }) =>
  db
    .selectFrom('item')
    .select(listed)
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('counter', '>', p.after)
    .orderBy('counter')
    .limit(p.limit),
);

/** The items of a folder above a counter, folder associated ones too, in the order of their counters. */
export function listItems(executor: Executor, mailbox: Guid, folder: number, after: number, limit: number): Promise<ListedItem[]> {
  return itemsAfter.all(executor, { mailbox, folder, after, limit });
}

const holding = prepared((db, p: { mailbox: string }) =>
  db
    .selectFrom('folder')
    .select('counter')
    .where('mailbox', '=', p.mailbox)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('item').select('item.counter').where('item.mailbox', '=', p.mailbox).whereRef('item.folder', '=', 'folder.counter'),
      ),
    ),
);

/** The folders in which there is an item; one is looked for in each, whatever the folder says of itself. */
export async function foldersWithItems(executor: Executor, mailbox: Guid): Promise<ReadonlySet<number>> {
  return new Set((await holding.all(executor, { mailbox })).map(({ counter }) => counter));
}

/** Those of some objects that exist. */
export async function listedNow(executor: Executor, mailbox: Guid, counters: readonly number[]): Promise<Map<number, ListedItem>> {
  const rows =
    counters.length === 0
      ? []
      : await executor.selectFrom('item').select(listed).where('mailbox', '=', mailbox).where('counter', 'in', counters).execute();
  return new Map(rows.map((row) => [row.counter, row]));
}

const itemChanges = prepared((db, p: { scope: string; folder: number; after: number; limit: number }) =>
  db
    .selectFrom('change')
    .select(['sequence', 'object', 'operation'])
    .where('scope', '=', p.scope)
    .where('folder', '=', p.folder)
    .where('kind', 'in', ['item', 'associated'])
    .where('sequence', '>', p.after)
    .orderBy('sequence')
    .limit(p.limit),
);

/** What became of items of a folder: as they are now, gone from it, or told to be read or unread. */
export interface ItemChanges {
  readonly changed: readonly ListedItem[];
  readonly deleted: readonly number[];
  readonly flagged: readonly ListedItem[];
  /** The number of the log that was read to; undefined: to its end. */
  readonly next: number | undefined;
}

/**
 * What happened in a folder since a number of the change log, at most `limit` rows of it. An item that moved away is gone from the
 * folder and new in another one.
 */
export async function itemChangesSince(
  executor: Executor,
  mailbox: Guid,
  folder: number,
  since: number,
  limit: number,
): Promise<ItemChanges> {
  const rows = await itemChanges.all(executor, { scope: mailbox, folder, after: since, limit });
  const operations = Map.groupBy(rows, ({ object }) => object);
  const now = await listedNow(executor, mailbox, [...operations.keys()]);
  const changed: ListedItem[] = [];
  const deleted: number[] = [];
  const flagged: ListedItem[] = [];
  for (const [object, told] of operations) {
    const row = now.get(object);
    if (row === undefined || row.folder !== folder) deleted.push(object);
    else if (told.every(({ operation }) => operation === 'read-flag')) flagged.push(row);
    else changed.push(row);
  }
  return { changed, deleted, flagged, next: rows.length < limit ? undefined : rows.at(-1)?.sequence };
}

/** The counters of the folders in which something happened to items since a number of the change log. */
export async function foldersChangedSince(executor: Executor, mailbox: Guid, since: number): Promise<readonly number[]> {
  const rows = await executor
    .selectFrom('change')
    .select('folder')
    .distinct()
    .where('scope', '=', mailbox)
    .where('kind', 'in', ['item', 'associated'])
    .where('sequence', '>', since)
    .where('folder', 'is not', null)
    .execute();
  return rows.flatMap(({ folder }) => folder ?? []).sort((left, right) => left - right);
}

/** The objects of the log's rows about folders since a number of it, each once. */
export async function folderObjectsSince(executor: Executor, mailbox: Guid, since: number): Promise<ReadonlySet<number>> {
  const rows: Pick<ChangeTable, 'object'>[] = await executor
    .selectFrom('change')
    .select('object')
    .distinct()
    .where('scope', '=', mailbox)
    .where('kind', '=', 'folder')
    .where('sequence', '>', since)
    .execute();
  return new Set(rows.map(({ object }) => object));
}

/** Folders parents first, the standard ones before all others. */
export function parentsFirst(folders: readonly FolderRow[]): readonly FolderRow[] {
  const root = folders.find(({ parent }) => parent === null);
  if (root === undefined) return folders;
  const ordered = [root, ...foldersBelow(folders, root.counter)];
  const depths = new Map<number, number>();
  const open: FolderRow[] = [root];
  const children = Map.groupBy(ordered, ({ parent }) => parent);
  depths.set(root.counter, 0);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of children.get(next.counter) ?? []) {
      depths.set(child.counter, (depths.get(next.counter) ?? 0) + 1);
      open.push(child);
    }
  }
  const rank = ({ counter, role }: FolderRow): number => (depths.get(counter) ?? 0) + (role === null ? ordered.length : 0);
  return ordered.sort((left, right) => rank(left) - rank(right) || left.counter - right.counter);
}
