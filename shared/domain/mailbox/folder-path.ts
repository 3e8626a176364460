import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import type { FolderRow } from './folder-columns.ts';
import { createFolder } from './folder-writes.ts';
import { childFolders, getFolder, getFolderByRole, requireFolder } from './folders.ts';

/** Folders lie no deeper than this, for whoever names them by a path. */
const deepestPath = 64;

/**
 * The folder that is reached from the top of a mailbox by these names, in any case; the top itself by none. `top`: its role.
 * Undefined where there is none.
 */
export async function folderByPath(
  executor: Executor,
  mailbox: Guid,
  names: readonly string[],
  top = 'msgfolderroot',
): Promise<FolderRow | undefined> {
  let folder = await getFolderByRole(executor, mailbox, top);
  if (names.length > deepestPath) return undefined;
  for (const name of names) {
    if (folder === undefined) return undefined;
    const wanted = foldKey(name);
    folder = (await childFolders(executor, mailbox, folder.counter)).find((one) => one.display_name_fold === wanted);
  }
  return folder;
}

/** The folders from the top of a mailbox down to one of it, the top left out; undefined for one that does not lie below the top. */
export async function pathOf(
  executor: Executor,
  mailbox: Guid,
  folder: FolderRow,
  top = 'msgfolderroot',
): Promise<readonly FolderRow[] | undefined> {
  const path: FolderRow[] = [];
  for (let one: FolderRow | undefined = folder; one !== undefined; ) {
    if (one.role === top) return path;
    path.unshift(one);
    one = one.parent === null || path.length > deepestPath ? undefined : await getFolder(executor, mailbox, one.parent);
  }
  return undefined;
}

type PathFolder = Pick<FolderRow, 'display_name' | 'display_name_fold' | 'class'>;

/** The folder with the same path in another mailbox; what is missing of it is created. */
export async function requireFolderPath(tx: Executor, mailbox: Guid, path: readonly PathFolder[], instant: Instant): Promise<FolderRow> {
  let folder = await requireFolder(tx, mailbox, 'msgfolderroot');
  for (const { display_name, display_name_fold, class: containerClass } of path) {
    const known = (await childFolders(tx, mailbox, folder.counter)).find((one) => one.display_name_fold === display_name_fold);
    folder =
      known ?? (await createFolder(tx, mailbox, { parent: folder.counter, displayName: display_name, class: containerClass }, instant));
  }
  return folder;
}

/** The folder that is reached from the top of a mailbox by these names, in any case; what is missing of it is created, for mail. */
export async function makeFolderByPath(tx: Executor, mailbox: Guid, names: readonly string[], instant: Instant): Promise<FolderRow> {
  const path = names.map((name) => ({ display_name: name, display_name_fold: foldKey(name), class: 'IPF.Note' }));
  return requireFolderPath(tx, mailbox, path, instant);
}
