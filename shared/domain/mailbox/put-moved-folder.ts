import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { PropertyBag, PropertyKey, PropertyValue } from '../../kernel/mapi.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import { storable, storableJson } from '../../store/storable.ts';
import { changeRow } from './change-rows.ts';
import type { FolderRow } from './folder-columns.ts';
import { permissionTable } from './folder-permissions.ts';
import { countChildren, createFolder } from './folder-writes.ts';
import { childFolders, getFolder, getFolderByRole, requireFolder } from './folders.ts';
import { bagOf } from './property-reader.ts';
import { toDoSearch } from './todo-search.ts';

/** A folder as it is to be in a mailbox that another one is moved to. */
export interface MovedFolder {
  readonly role: string | null;
  /** Counter, in the mailbox that is written; of a folder with a role it is passed over. */
  readonly parent: number | null;
  readonly displayName: string;
  readonly class: string;
  /** Without its permissions, which are said apart. */
  readonly properties: PropertyBag;
  readonly created: Instant;
  readonly lastArticle: number;
}

/**
 * Writes a folder that was written before as `counter`, or a new one, and answers its counter. One with a role is the one that the
 * mailbox has for it. A sibling that has the name makes room: in the mailbox that is read it has another name by now, or is gone.
 */
export async function putMovedFolder(
  tx: Executor,
  mailbox: Guid,
  folder: MovedFolder,
  counter: number | undefined,
  instant: Instant,
): Promise<number> {
  const standard = folder.role === null ? undefined : await getFolderByRole(tx, mailbox, folder.role);
  const existing = standard ?? (counter === undefined ? undefined : await getFolder(tx, mailbox, counter));
  const parent = standard === undefined ? folder.parent : standard.parent;
  if (parent !== null) await makeRoom(tx, mailbox, parent, folder.displayName, existing?.counter, instant);
  if (existing === undefined) return create(tx, mailbox, folder, present(parent, 'the parent of a folder that moves'), instant);
  const sequence = await nextSequence(tx, mailbox);
  const { [permissionTable]: permissions } = bagOf(existing);
  const bag: Record<PropertyKey, PropertyValue> = { ...folder.properties };
  if (permissions !== undefined) bag[permissionTable] = permissions;
  await tx
    .updateTable('folder')
    .set({
      ...{ parent, display_name: storable(folder.displayName), display_name_fold: foldKey(folder.displayName) },
      ...{ class: storable(folder.class), bag: storableJson(bag), change_number: sequence, modified: instant },
      ...{ created: folder.created, last_article: Math.max(folder.lastArticle, existing.last_article) },
    })
    .where('mailbox', '=', mailbox)
    .where('counter', '=', existing.counter)
    .execute();
  await countMoved(tx, mailbox, existing.parent, parent, instant);
  await appendChanges(tx, [
    changeRow(mailbox, sequence, { kind: 'folder', object: existing.counter, operation: 'update', folder: parent }, instant),
  ]);
  return existing.counter;
}

async function create(tx: Executor, mailbox: Guid, folder: MovedFolder, parent: number, instant: Instant): Promise<number> {
  const { displayName, class: containerClass, properties, created, lastArticle } = folder;
  // A mailbox has it from when somebody asks for it first; no other role is taken from elsewhere.
  const role = folder.role === toDoSearch ? toDoSearch : null;
  const { counter } = await createFolder(tx, mailbox, { parent, displayName, class: containerClass, properties }, instant);
  await tx
    .updateTable('folder')
    .set({ role, created, last_article: lastArticle })
    .where('mailbox', '=', mailbox)
    .where('counter', '=', counter)
    .execute();
  return counter;
}

async function countMoved(tx: Executor, mailbox: Guid, from: number | null, to: number | null, instant: Instant): Promise<void> {
  if (from === to) return;
  if (from !== null) await countChildren(tx, mailbox, from, -1, instant);
  if (to !== null) await countChildren(tx, mailbox, to, 1, instant);
}

async function makeRoom(
  tx: Executor,
  mailbox: Guid,
  parent: number,
  name: string,
  own: number | undefined,
  instant: Instant,
): Promise<void> {
  const siblings = await childFolders(tx, mailbox, parent);
  const holder = siblings.find((one) => one.display_name_fold === foldKey(name) && one.counter !== own);
  if (holder !== undefined) await place(tx, holder, parent, siblings, instant);
}

/** Puts a folder below another one under a name that nobody has. */
async function place(tx: Executor, folder: FolderRow, parent: number, siblings: readonly FolderRow[], instant: Instant): Promise<void> {
  const mailbox = folder.mailbox as Guid;
  const taken = new Set(siblings.map(({ display_name_fold }) => display_name_fold));
  let name = `${folder.display_name} (${folder.counter})`;
  while (taken.has(foldKey(name))) name += '*';
  const sequence = await nextSequence(tx, mailbox);
  await tx
    .updateTable('folder')
    .set({ parent, display_name: name, display_name_fold: foldKey(name), change_number: sequence, modified: instant })
    .where('mailbox', '=', mailbox)
    .where('counter', '=', folder.counter)
    .execute();
  await countMoved(tx, mailbox, folder.parent, parent, instant);
  const change = { kind: 'folder', object: folder.counter, operation: 'update', folder: parent } as const;
  await appendChanges(tx, [changeRow(mailbox, sequence, change, instant)]);
}

/**
 * Removes an empty folder that is gone in the mailbox that is read. Folders that still lie in it have moved elsewhere there, or are
 * removed next: until that is told they lie at the top. One with a role stays, and what is not there is passed over.
 */
export async function removeMovedFolder(tx: Executor, mailbox: Guid, counter: number, instant: Instant): Promise<void> {
  const sequence = await nextSequence(tx, mailbox);
  const folder = await getFolder(tx, mailbox, counter);
  if (folder === undefined || folder.role !== null) return;
  const top = await requireFolder(tx, mailbox, 'root');
  for (const child of await childFolders(tx, mailbox, counter))
    await place(tx, child, top.counter, await childFolders(tx, mailbox, top.counter), instant);
  await tx.deleteFrom('folder').where('mailbox', '=', mailbox).where('counter', '=', counter).execute();
  await countMoved(tx, mailbox, folder.parent, null, instant);
  await appendChanges(tx, [
    changeRow(mailbox, sequence, { kind: 'folder', object: counter, operation: 'delete', folder: folder.parent }, instant),
  ]);
}
