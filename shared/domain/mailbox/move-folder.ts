import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import { changeRow } from './change-rows.ts';
import { mailboxRefusal } from './errors.ts';
import type { FolderRow } from './folder-columns.ts';
import { countChildren, refuseSameName } from './folder-writes.ts';
import { childFolders, foldersAbove, requireFolder, requireHolder } from './folders.ts';

/** What happens where the new parent has a folder of the same name. */
export type NameClash = 'refuse' | 'rename';

/**
 * Moves a folder, with all that is in it and below, and answers it as it is now. It keeps its object counter and so its
 * id; where it lies in `target` already nothing happens. `rename` puts a number behind its name as long as there is
 * another of that name. Refuses with `folder-not-found`, `distinguished-folder`, `folder-below-itself` and `folder-exists`.
 */
export async function moveFolder(
  tx: Executor,
  mailbox: Guid,
  counter: number,
  target: number,
  clash: NameClash,
  instant: Instant,
): Promise<FolderRow> {
  const sequence = await nextSequence(tx, mailbox);
  const folder = await requireFolder(tx, mailbox, counter);
  const parent = await requireHolder(tx, mailbox, target);
  if (folder.role !== null) throw mailboxRefusal('distinguished-folder', `folder ${folder.role} keeps its place`);
  await refuseBelowItself(tx, mailbox, counter, parent);
  const from = present(folder.parent, 'the parent of a folder without a role');
  if (from === target) return folder;
  const name = clash === 'rename' ? await freeName(tx, mailbox, target, folder.display_name) : folder.display_name;
  const moved = {
    parent: parent.counter,
    display_name: name,
    display_name_fold: foldKey(name),
    change_number: sequence,
    modified: instant,
  };
  await refuseSameName(tx, mailbox, { ...moved, counter });
  await tx.updateTable('folder').set(moved).where('mailbox', '=', mailbox).where('counter', '=', counter).execute();
  await countChildren(tx, mailbox, from, -1, instant);
  await countChildren(tx, mailbox, target, 1, instant);
  const origin = { how: 'moved', object: counter, folder: from } as const;
  await appendChanges(tx, [
    changeRow(mailbox, sequence, { kind: 'folder', object: counter, operation: 'update', folder: target, origin }, instant),
  ]);
  return { ...folder, ...moved };
}

/** Refuses with `folder-below-itself` where `target` is the folder or lies below it. */
export async function refuseBelowItself(tx: Executor, mailbox: Guid, counter: number, target: FolderRow): Promise<void> {
  const way = [target, ...(await foldersAbove(tx, mailbox, target))];
  if (way.some((one) => one.counter === counter))
    throw mailboxRefusal('folder-below-itself', `folder ${target.counter} is folder ${counter} or lies below it`);
}

async function freeName(tx: Executor, mailbox: Guid, parent: number, wanted: string): Promise<string> {
  const taken = new Set((await childFolders(tx, mailbox, parent)).map((one) => one.display_name_fold));
  let name = wanted;
  for (let number = 1; taken.has(foldKey(name)); number += 1) name = `${wanted}${number}`;
  return name;
}
