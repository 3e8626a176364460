import { isDeepStrictEqual } from 'node:util';
import { removeMovedItemsIn } from '../../domain/mailbox/change-moved-items.ts';
import { folderPermissions, mostFolderMembers, permissionProperties } from '../../domain/mailbox/folder-permissions.ts';
import { updateFolder } from '../../domain/mailbox/folder-writes.ts';
import { getFolder } from '../../domain/mailbox/folders.ts';
import type { Mailbox } from '../../domain/mailbox/mailboxes.ts';
import { forgetMoved, movedCounters, rememberMoved } from '../../domain/mailbox/moved-entries.ts';
import { putMovedFolder, removeMovedFolder } from '../../domain/mailbox/put-moved-folder.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import { foldersIn, movedFolderOf } from './folder-record.ts';
import { withPhotoHere } from './folder-settings.ts';
import type { AclEntry, FolderRecord } from './ports.ts';

/** Writes folders, each where it was written before, parents first. */
export async function writeFolders(tx: Transaction, { guid }: Mailbox, records: readonly FolderRecord[], instant: Instant): Promise<void> {
  const named = records.flatMap((record) => [record.entryId, ...foldersIn(record)]);
  const counters = await movedCounters(tx, guid, [...new Set(named)]);
  for (const record of records) {
    if (record.parentEntryId !== null && !counters.has(record.parentEntryId))
      throw new Error(`defect: folder ${record.entryId} comes before the one that it lies in`);
    const folder = movedFolderOf(await withPhotoHere(tx, record), counters);
    const counter = await putMovedFolder(tx, guid, folder, counters.get(record.entryId), instant);
    if (counters.get(record.entryId) !== counter) await rememberMoved(tx, guid, record.entryId, counter);
    counters.set(record.entryId, counter);
  }
}

/** Removes some items of a folder that is gone, or the folder where it has none; answers whether there is more to do. */
export async function removeFolder(tx: Transaction, { guid }: Mailbox, entryId: string, limit: number, instant: Instant): Promise<boolean> {
  const counter = (await movedCounters(tx, guid, [entryId])).get(entryId);
  const folder = counter === undefined ? undefined : await getFolder(tx, guid, counter);
  if (folder !== undefined && folder.role !== null) return false;
  if (folder !== undefined && (await removeMovedItemsIn(tx, guid, folder.counter, limit, instant))) return true;
  if (folder !== undefined) await removeMovedFolder(tx, guid, folder.counter, instant);
  await forgetMoved(tx, guid, entryId);
  return false;
}

/** Writes the permissions of a folder, whose people are named by what `guidOf` makes of their SIDs; without an effect where there is none. */
export async function writeFolderAcl(
  tx: Transaction,
  { guid }: Mailbox,
  entryId: string,
  entries: readonly (AclEntry & { readonly member: Parameters<typeof permissionProperties>[0][number]['member'] })[],
  instant: Instant,
): Promise<void> {
  const counter = (await movedCounters(tx, guid, [entryId])).get(entryId);
  const folder = counter === undefined ? undefined : await getFolder(tx, guid, counter);
  if (counter === undefined || folder === undefined) return;
  const rows = entries.slice(0, mostFolderMembers + 2).map(({ member, rights }) => ({ member, rights }));
  // Most folders have what a new one has.
  if (isDeepStrictEqual(folderPermissions(folder), rows)) return;
  await updateFolder(tx, guid, counter, { set: permissionProperties(rows) }, 'any', instant);
}
