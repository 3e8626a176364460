import type { Removal } from '../../../shared/domain/mailbox/delete-item.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { moveItemsIn, removeItemsIn } from '../../../shared/domain/mailbox/folder-contents.ts';
import { deleteFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { foldersAbove, requireFolder, subtreeBelow } from '../../../shared/domain/mailbox/folders.ts';
import { moveFolder } from '../../../shared/domain/mailbox/move-folder.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { inSlices, sliceItems } from './in-slices.ts';

/** What the wire calls the three ways to delete. */
export const removals = { HardDelete: 'hard', SoftDelete: 'soft', MoveToDeletedItems: 'to-deleted-items' } as const satisfies Readonly<
  Record<string, Removal>
>;

/**
 * Deletes a folder with those below it. To Deleted Items it moves, with a number behind its name where that is taken
 * (inferred). Else the folders are removed for good, since "folders cannot be soft deleted" (Microsoft's page "Deleting
 * items by using EWS"); of a soft delete their items, not the folder associated ones, go to the recoverable items. What lies
 * in Deleted Items already is soft deleted, what lies in the recoverable items hard, as with items. Large folders are
 * emptied slice by slice first. Refuses with ErrorDeleteDistinguishedFolder, before anything is touched.
 */
export async function discardFolder(call: EwsCall, mailbox: OpenMailbox, folder: FolderRow, removal: Removal): Promise<void> {
  const { store } = call.context;
  const below = await subtreeBelow(store.read, mailbox.guid, folder);
  refuseDistinguished([folder, ...below]);
  const way = await wayFrom(call, mailbox, folder, removal);
  if (way === 'to-deleted-items') {
    await store.transaction(async (tx) => {
      const { counter } = await requireFolder(tx, mailbox.guid, 'deleteditems');
      await moveFolder(tx, mailbox.guid, folder.counter, counter, 'rename', call.instant);
    });
    return;
  }
  for (const one of [...below, folder]) await discardContents(call, mailbox, one, way, true);
  await store.transaction((tx) => deleteFolder(tx, mailbox.guid, folder.counter, call.instant));
}

/** Empties a folder, and what lies below it goes too where `withFolders` says so. Refuses as {@link discardFolder}. */
export async function emptyFolder(
  call: EwsCall,
  mailbox: OpenMailbox,
  folder: FolderRow,
  removal: Removal,
  withFolders: boolean,
): Promise<void> {
  if (withFolders) {
    const below = await subtreeBelow(call.context.store.read, mailbox.guid, folder);
    refuseDistinguished(below);
    for (const child of below.filter(({ parent }) => parent === folder.counter)) await discardFolder(call, mailbox, child, removal);
  }
  await discardContents(call, mailbox, folder, await wayFrom(call, mailbox, folder, removal), false);
}

/** Items go where `way` says; folder associated ones, where they are to go, for good. */
async function discardContents(
  call: EwsCall,
  { guid }: OpenMailbox,
  { counter }: FolderRow,
  way: Removal,
  associated: boolean,
): Promise<void> {
  const { store } = call.context;
  const slice = { mailbox: guid, folder: counter };
  if (way !== 'hard') {
    const role = way === 'soft' ? 'recoverableitemsdeletions' : 'deleteditems';
    const target = await requireFolder(store.read, guid, role);
    await inSlices(store, (tx) => moveItemsIn(tx, { ...slice, associated: false, limit: sliceItems.move }, target.counter, call.instant));
    if (!associated) return;
  }
  await inSlices(store, (tx) => removeItemsIn(tx, { ...slice, associated, limit: sliceItems.remove }, call.instant));
}

/** How a folder, or what is in it, really leaves: nothing goes to a place where it lies already. */
async function wayFrom({ context }: EwsCall, { guid }: OpenMailbox, folder: FolderRow, removal: Removal): Promise<Removal> {
  for (const { role } of [folder, ...(await foldersAbove(context.store.read, guid, folder))]) {
    if (role?.startsWith('recoverableitems') === true) return 'hard';
    if (role === 'deleteditems' && removal === 'to-deleted-items') return 'soft';
  }
  return removal;
}

function refuseDistinguished(folders: readonly FolderRow[]): void {
  const standard = folders.find(({ role }) => role !== null);
  if (standard !== undefined) throw ewsRefusal('ErrorDeleteDistinguishedFolder', { detail: present(standard.role, 'a role') });
}
