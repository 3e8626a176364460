import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from './folder-columns.ts';
import { createFolder } from './folder-writes.ts';
import { requireFolder, subtreeBelow } from './folders.ts';
import { refuseBelowItself } from './move-folder.ts';
import { bagOf } from './property-reader.ts';

/** A folder and the empty copy that was made of it. */
export interface FolderCopy {
  readonly source: FolderRow;
  readonly copy: FolderRow;
}

/**
 * Copies a folder and those below it into `target`, without what is in them: items are many and are copied slice by slice
 * (`copyItemsIn`). The copy of the folder itself comes first. A copy of one of the standard folders is an ordinary folder.
 * Refuses with `folder-not-found`, `folder-below-itself` and `folder-exists`.
 */
export async function copyFolderTree(
  tx: Executor,
  mailbox: Guid,
  counter: number,
  target: number,
  instant: Instant,
): Promise<readonly FolderCopy[]> {
  const folder = await requireFolder(tx, mailbox, counter);
  await refuseBelowItself(tx, mailbox, counter, await requireFolder(tx, mailbox, target));
  const copies = new Map<number, FolderCopy>();
  // Parents come before their children.
  for (const source of [folder, ...(await subtreeBelow(tx, mailbox, folder))]) {
    const parent = source === folder ? target : copies.get(source.parent ?? 0)?.copy.counter;
    if (parent === undefined) throw new Error(`defect: folder ${source.counter} comes before its parent`);
    const draft = { parent, displayName: source.display_name, class: source.class, properties: bagOf(source) };
    const origin = { how: 'copied', object: source.counter, folder: source.parent ?? 0 } as const;
    copies.set(source.counter, { source, copy: await createFolder(tx, mailbox, draft, instant, origin) });
  }
  return [...copies.values()];
}
