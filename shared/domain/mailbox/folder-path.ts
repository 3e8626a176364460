import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import type { FolderRow } from './folder-columns.ts';
import { childFolders, getFolderByRole } from './folders.ts';

/** Folders lie no deeper than this, for whoever names them by a path. */
const deepestPath = 64;

/** The folder that is reached from the top of a mailbox by these names, in any case; the top itself by none. Undefined where there is none. */
export async function folderByPath(executor: Executor, mailbox: Guid, names: readonly string[]): Promise<FolderRow | undefined> {
  let folder = await getFolderByRole(executor, mailbox, 'msgfolderroot');
  if (names.length > deepestPath) return undefined;
  for (const name of names) {
    if (folder === undefined) return undefined;
    const wanted = foldKey(name);
    folder = (await childFolders(executor, mailbox, folder.counter)).find((one) => one.display_name_fold === wanted);
  }
  return folder;
}
