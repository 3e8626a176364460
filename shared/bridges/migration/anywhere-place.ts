import { createFolder, updateFolder } from '../../domain/mailbox/folder-writes.ts';
import { childFolders, getFolder, getFolderByRole, requireFolder } from '../../domain/mailbox/folders.ts';
import { moveFolder } from '../../domain/mailbox/move-folder.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import type { SourceFolder } from './anywhere-folders.ts';

/** Where a folder was put before, and where the one that it lies in is; absent: nowhere yet, and at the top. */
interface Place {
  readonly known: number | undefined;
  readonly parent: number | undefined;
}

/**
 * The folder here for one of the source: that of its role, the one that was made for it, one of its name, or a new one. One that was made for
 * it is called and lies as it does there.
 */
export async function folderAt(
  tx: Transaction,
  mailbox: Guid,
  folder: SourceFolder,
  { known, parent }: Place,
  instant: Instant,
): Promise<number> {
  const standard = folder.role === null ? undefined : await getFolderByRole(tx, mailbox, folder.role);
  if (standard !== undefined) return standard.counter;
  const above = parent ?? (await requireFolder(tx, mailbox, 'msgfolderroot')).counter;
  const before = known === undefined ? undefined : await getFolder(tx, mailbox, known);
  const siblings = (await childFolders(tx, mailbox, above)).filter(({ counter }) => counter !== before?.counter);
  const named = siblings.find(({ display_name: name }) => name.toLowerCase() === folder.name.toLowerCase());
  if (before === undefined) {
    if (named !== undefined) return named.counter;
    const draft = { parent: above, displayName: folder.name, ...(folder.folderClass === '' ? {} : { class: folder.folderClass }) };
    return (await createFolder(tx, mailbox, draft, instant)).counter;
  }
  // Where its owner has another one of that name here, it stays as it is.
  if (named !== undefined) return before.counter;
  if (before.parent !== above) await moveFolder(tx, mailbox, before.counter, above, 'rename', instant);
  if (before.display_name !== folder.name)
    await updateFolder(tx, mailbox, before.counter, { set: { [tags.displayName]: folder.name } }, 'any', instant);
  return before.counter;
}
