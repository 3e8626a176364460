import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import { prepared } from '../../store/prepared.ts';
import { storable, storableJson } from '../../store/storable.ts';
import { type ChangeOrigin, changeRow } from './change-rows.ts';
import { removeItem } from './delete-item.ts';
import { mailboxRefusal } from './errors.ts';
import { type FolderRow, folderColumns } from './folder-columns.ts';
import { folderSize } from './folder-size.ts';
import { allFolders, requireFolder, requireHolder, subtreeBelow } from './folders.ts';
import { keepingOf, keepsAnything } from './keeping.ts';
import { addSize } from './mailbox-size.ts';
import { bagOf } from './property-reader.ts';
import { isSearchFolder, mostSearchFolders } from './search-criteria.ts';
import type { StandardFolder } from './standard-folders.ts';

export interface FolderDraft {
  readonly parent: number;
  readonly displayName: string;
  /** PidTagContainerClass; the parent's when it is absent. */
  readonly class?: string;
  /** Further properties; those with a column of their own are passed over. */
  readonly properties?: PropertyBag;
}

const insertFolder = prepared((db, p: FolderRow) =>
  db.insertInto('folder').values({
    mailbox: p.mailbox,
    counter: p.counter,
    parent: p.parent,
    role: p.role,
    display_name: p.display_name,
    display_name_fold: p.display_name_fold,
    class: p.class,
    change_number: p.change_number,
    item_count: p.item_count,
    unread_count: p.unread_count,
    associated_count: p.associated_count,
    child_count: p.child_count,
    last_article: p.last_article,
    created: p.created,
    modified: p.modified,
    bag: p.bag,
  }),
);

/**
 * Creates a folder; `origin` says what it is a copy of. Refuses with `folder-not-found` (the parent), `search-folder` (the parent
 * is one), `folder-exists` (a sibling of that name) and `too-many-search-folders`.
 */
export async function createFolder(
  tx: Executor,
  mailbox: Guid,
  draft: FolderDraft,
  instant: Instant,
  origin?: ChangeOrigin,
): Promise<FolderRow> {
  const counter = await nextSequence(tx, mailbox);
  const parent = await requireHolder(tx, mailbox, draft.parent);
  const folder: FolderRow = {
    ...newFolder(mailbox, counter, instant),
    parent: parent.counter,
    display_name: storable(draft.displayName),
    display_name_fold: foldKey(draft.displayName),
    // What lies at the top, where no class is, is mail.
    class: storable(draft.class ?? (parent.role === 'msgfolderroot' ? 'IPF.Note' : parent.class)),
    bag: storableJson(bagProperties(draft.properties ?? {})),
  };
  await refuseSameName(tx, mailbox, folder);
  if (isSearchFolder(folder)) await refuseMoreSearches(tx, mailbox);
  await insertFolder.run(tx, folder);
  await countChildren(tx, mailbox, parent.counter, 1, instant);
  const change = { kind: 'folder', object: counter, operation: 'create', folder: parent.counter } as const;
  await appendChanges(tx, [changeRow(mailbox, counter, origin === undefined ? change : { ...change, origin }, instant)]);
  return folder;
}

async function refuseMoreSearches(tx: Executor, mailbox: Guid): Promise<void> {
  const searches = (await allFolders(tx, mailbox)).filter(isSearchFolder).length;
  if (searches >= mostSearchFolders) throw mailboxRefusal('too-many-search-folders', `mailbox ${mailbox} has ${searches}`);
}

/** Creates the folders that a new mailbox has. `folders` names parents before their children. */
export async function createStandardFolders(
  tx: Executor,
  mailbox: Guid,
  folders: readonly StandardFolder[],
  instant: Instant,
): Promise<void> {
  const first = await nextSequence(tx, mailbox, folders.length);
  const counters = new Map(folders.map((folder, index) => [folder.role, first + index]));
  for (const [index, { role, parent, displayName, class: containerClass, hidden }] of folders.entries()) {
    await insertFolder.run(tx, {
      ...newFolder(mailbox, first + index, instant),
      parent: parent === undefined ? null : present(counters.get(parent), `the parent of ${role}`),
      role,
      display_name: displayName,
      display_name_fold: foldKey(displayName),
      class: containerClass,
      child_count: folders.filter((child) => child.parent === role).length,
      bag: hidden === true ? storableJson({ [tags.attributeHidden]: true }) : '{}',
    });
  }
  const rows = folders.map(({ parent }, index) => {
    const folder = parent === undefined ? null : (counters.get(parent) ?? null);
    return changeRow(mailbox, first + index, { kind: 'folder', object: first + index, operation: 'create', folder }, instant);
  });
  await appendChanges(tx, rows);
}

/**
 * Sets and removes properties of a folder, its name among them, and answers it as it is now. Computed properties are
 * passed over. Refuses with `folder-not-found`, `folder-exists`, `distinguished-folder` (another name for one of the
 * standard folders, unless `renamesStandard`) and, when `expectedChangeNumber` is not the current one, `change-key-stale`.
 */
export async function updateFolder(
  tx: Executor,
  mailbox: Guid,
  counter: number,
  changes: { readonly set?: PropertyBag; readonly remove?: readonly PropertyKey[]; readonly renamesStandard?: boolean },
  expectedChangeNumber: number | 'any',
  instant: Instant,
): Promise<FolderRow> {
  const sequence = await nextSequence(tx, mailbox);
  const folder = await requireFolder(tx, mailbox, counter);
  if (expectedChangeNumber !== 'any' && expectedChangeNumber !== folder.change_number) {
    throw mailboxRefusal('change-key-stale', `folder ${counter} has change ${folder.change_number}, not ${expectedChangeNumber}`);
  }
  const bag: Record<PropertyKey, PropertyValue> = { ...bagOf(folder) };
  let changed: FolderRow = { ...folder, change_number: sequence, modified: instant };
  for (const [key, value] of [...entries(changes.set), ...(changes.remove ?? []).map((key) => [key, undefined] as const)]) {
    const column = folderColumns.get(key);
    if (column !== undefined) changed = { ...changed, ...column.write?.(value) };
    else if (value === undefined) delete bag[key];
    else bag[key] = value;
  }
  changed.bag = storableJson(bag);
  if (changed.display_name !== folder.display_name) {
    if (folder.role !== null && changes.renamesStandard !== true)
      throw mailboxRefusal('distinguished-folder', `folder ${folder.role} keeps its name`);
    await refuseSameName(tx, mailbox, changed);
  }
  const { display_name, display_name_fold, class: containerClass, change_number, modified } = changed;
  await tx
    .updateTable('folder')
    .set({ display_name, display_name_fold, class: containerClass, change_number, modified, bag: changed.bag })
    .where('mailbox', '=', mailbox)
    .where('counter', '=', counter)
    .execute();
  await appendChanges(tx, [
    changeRow(mailbox, sequence, { kind: 'folder', object: counter, operation: 'update', folder: folder.parent }, instant),
  ]);
  return changed;
}

/**
 * Removes a folder for good, with all that is in it but what the mailbox keeps, as `removeItem` says. The folders below it each
 * leave a change; their items leave none, since nobody can ask for changes of a folder that is gone. Refuses with `folder-not-found` and `distinguished-folder`,
 * the latter also when a standard folder lies below it.
 */
export async function deleteFolder(tx: Executor, mailbox: Guid, counter: number, instant: Instant): Promise<void> {
  // The first number locks the mailbox before anything is read.
  const lock = await nextSequence(tx, mailbox);
  const folder = await requireFolder(tx, mailbox, counter);
  // Children leave before their parents.
  const leaving = [...(await subtreeBelow(tx, mailbox, folder)).reverse(), folder];
  const standard = leaving.find((one) => one.role !== null);
  if (standard !== undefined) throw mailboxRefusal('distinguished-folder', `folder ${standard.role} cannot be removed`);
  if (leaving.length > 1) await nextSequence(tx, mailbox, leaving.length - 1);
  for (const { counter: gone } of leaving) {
    await keepContents(tx, mailbox, gone, instant);
    await addSize(tx, mailbox, folder, -(await folderSize(tx, mailbox, gone)));
    await deleteContents(tx, mailbox, gone);
  }
  await countChildren(tx, mailbox, present(folder.parent, 'the parent of a folder without a role'), -1, instant);
  const rows = leaving.map((one, index) =>
    changeRow(mailbox, lock + index, { kind: 'folder', object: one.counter, operation: 'delete', folder: one.parent }, instant),
  );
  await appendChanges(tx, rows);
}

/** Puts away what the mailbox keeps of a folder that goes. */
async function keepContents(tx: Executor, mailbox: Guid, folder: number, instant: Instant): Promise<void> {
  if (!keepsAnything(await keepingOf(tx, mailbox))) return;
  const items = tx.selectFrom('item').selectAll().where('mailbox', '=', mailbox).where('folder', '=', folder);
  for (const item of await items.where('associated', '=', 0).orderBy('counter').execute()) await removeItem(tx, mailbox, item, instant);
}

async function deleteContents(tx: Executor, mailbox: Guid, folder: number): Promise<void> {
  const items = tx.selectFrom('item').select('counter').where('mailbox', '=', mailbox).where('folder', '=', folder);
  await tx.deleteFrom('recipient_row').where('mailbox', '=', mailbox).where('item', 'in', items).execute();
  await tx.deleteFrom('attachment').where('mailbox', '=', mailbox).where('item', 'in', items).execute();
  await tx.deleteFrom('item').where('mailbox', '=', mailbox).where('folder', '=', folder).execute();
  await tx.deleteFrom('folder').where('mailbox', '=', mailbox).where('counter', '=', folder).execute();
}

/** Keeps the number of a folder's children true. */
export async function countChildren(tx: Executor, mailbox: Guid, parent: number, by: number, instant: Instant): Promise<void> {
  await tx
    .updateTable('folder')
    .set((row) => ({ child_count: row('child_count', '+', by), modified: instant }))
    .where('mailbox', '=', mailbox)
    .where('counter', '=', parent)
    .execute();
}

const siblingNamed = prepared((db, p: { mailbox: string; parent: number; name: string }) =>
  db
    .selectFrom('folder')
    .select('counter')
    .where('mailbox', '=', p.mailbox)
    .where('parent', '=', p.parent)
    .where('display_name_fold', '=', p.name),
);

/** Refuses with `folder-exists` where the parent has another folder of that name. */
export async function refuseSameName(
  tx: Executor,
  mailbox: Guid,
  { counter, parent, display_name_fold: name }: Pick<FolderRow, 'counter' | 'parent' | 'display_name_fold'>,
): Promise<void> {
  const sibling = await siblingNamed.first(tx, { mailbox, parent: present(parent, 'the parent of a named folder'), name });
  if (sibling !== undefined && sibling.counter !== counter)
    throw mailboxRefusal('folder-exists', `folder ${parent} has a folder of that name`);
}

function newFolder(
  mailbox: Guid,
  counter: number,
  instant: Instant,
): Omit<FolderRow, 'parent' | 'display_name' | 'display_name_fold' | 'class' | 'bag'> {
  const counts = { item_count: 0, unread_count: 0, associated_count: 0, child_count: 0, last_article: 0 };
  return { mailbox, counter, role: null, change_number: counter, ...counts, created: instant, modified: instant };
}

function bagProperties(properties: PropertyBag): PropertyBag {
  return Object.fromEntries(entries(properties).filter(([key]) => !folderColumns.has(key)));
}

function entries(properties: PropertyBag = {}): [PropertyKey, PropertyValue][] {
  return Object.entries(properties) as [PropertyKey, PropertyValue][];
}
