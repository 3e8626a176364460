import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import { prepared } from '../../store/prepared.ts';
import { mailboxRefusal } from './errors.ts';
import type { FolderRow } from './folder-columns.ts';
import { isSearchFolder } from './search-criteria.ts';

const byCounter = prepared(
  (db, p: { mailbox: string; counter: number }) =>
    db.selectFrom('folder').selectAll().where('mailbox', '=', p.mailbox).where('counter', '=', p.counter),
  { isKept: true },
);

const byRole = prepared(
  (db, p: { mailbox: string; role: string }) =>
    db.selectFrom('folder').selectAll().where('mailbox', '=', p.mailbox).where('role', '=', p.role),
  { isKept: true },
);

const ofMailbox = prepared((db, p: { mailbox: string }) => db.selectFrom('folder').selectAll().where('mailbox', '=', p.mailbox));

const ofParent = prepared((db, p: { mailbox: string; parent: number }) =>
  db
    .selectFrom('folder')
    .selectAll()
    .where('mailbox', '=', p.mailbox)
    .where('parent', '=', p.parent)
    .orderBy('display_name_fold')
    .orderBy('counter'),
);

/** The folder with that object counter, or undefined. */
export function getFolder(executor: Executor, mailbox: Guid, counter: number): Promise<FolderRow | undefined> {
  return byCounter.first(executor, { mailbox, counter });
}

/** The folder with that role (`inbox`, `msgfolderroot` ...), or undefined when the mailbox has none. */
export function getFolderByRole(executor: Executor, mailbox: Guid, role: string): Promise<FolderRow | undefined> {
  return byRole.first(executor, { mailbox, role });
}

/** The folder, or a refusal with `folder-not-found`. */
export async function requireFolder(executor: Executor, mailbox: Guid, which: number | string): Promise<FolderRow> {
  const folder = typeof which === 'number' ? await getFolder(executor, mailbox, which) : await getFolderByRole(executor, mailbox, which);
  if (folder === undefined) throw mailboxRefusal('folder-not-found', `folder ${which} of mailbox ${mailbox}`);
  return folder;
}

/** The folder that something is to be put into, as {@link requireFolder}. Refuses a search folder with `search-folder`. */
export async function requireHolder(executor: Executor, mailbox: Guid, which: number): Promise<FolderRow> {
  const folder = await requireFolder(executor, mailbox, which);
  if (isSearchFolder(folder)) throw mailboxRefusal('search-folder', `folder ${which} of mailbox ${mailbox} holds nothing`);
  return folder;
}

/** The folders directly in `parent`, in the order of their names. */
export function childFolders(executor: Executor, mailbox: Guid, parent: number): Promise<FolderRow[]> {
  return ofParent.all(executor, { mailbox, parent });
}

/** The child of that name, as names of siblings are compared. */
export async function childNamed(executor: Executor, mailbox: Guid, parent: number, name: string): Promise<FolderRow | undefined> {
  const fold = foldKey(name);
  return (await childFolders(executor, mailbox, parent)).find(({ display_name_fold: one }) => one === fold);
}

/** All folders below `ancestor`, however deep, in the order of their names. */
export async function descendantFolders(executor: Executor, mailbox: Guid, ancestor: number): Promise<FolderRow[]> {
  const folders = await ofMailbox.all(executor, { mailbox });
  return foldersBelow(folders, ancestor).sort((left, right) => compareNames(left, right));
}

/** The folders below one, parents before their children; what lies beside it is not read. */
export async function subtreeBelow(executor: Executor, mailbox: Guid, folder: FolderRow): Promise<FolderRow[]> {
  const below: FolderRow[] = [];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const children = next.child_count === 0 ? [] : await childFolders(executor, mailbox, next.counter);
    below.push(...children);
    open.push(...children);
  }
  return below;
}

/** The folders that one lies in, from its parent up to the root. */
export async function foldersAbove(executor: Executor, mailbox: Guid, { parent }: FolderRow): Promise<FolderRow[]> {
  const above: FolderRow[] = [];
  for (let at = parent; at !== null; ) {
    const folder = await requireFolder(executor, mailbox, at);
    above.push(folder);
    at = folder.parent;
  }
  return above;
}

/** Those of `folders` that lie below `ancestor`. */
export function foldersBelow(folders: readonly FolderRow[], ancestor: number): FolderRow[] {
  const children = Map.groupBy(folders, (folder) => folder.parent);
  const below: FolderRow[] = [];
  const open = [ancestor];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const child of children.get(parent) ?? []) {
      below.push(child);
      open.push(child.counter);
    }
  }
  return below;
}

/** Every folder of the mailbox, in no particular order. */
export function allFolders(executor: Executor, mailbox: Guid): Promise<FolderRow[]> {
  return ofMailbox.all(executor, { mailbox });
}

function compareNames(left: FolderRow, right: FolderRow): number {
  const names = Buffer.compare(Buffer.from(left.display_name_fold), Buffer.from(right.display_name_fold));
  return names === 0 ? left.counter - right.counter : names;
}
