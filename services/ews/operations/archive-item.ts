import { localArchive } from '../../../shared/domain/directory/recipient.ts';
import { transferItem } from '../../../shared/domain/mailbox/copy-item.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { pathOf, requireFolderPath } from '../../../shared/domain/mailbox/folder-path.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { folderElementOf, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { archiveItem as contract } from '../../../shared/protocols/ews/operations/archive-item.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { refuseSearchFolder } from '../folders/rights.ts';
import { inSlices } from '../in-slices.ts';
import { itemFor } from '../item-rights.ts';
import { type OpenMailbox, openFolder, openItemKey, openMailbox } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { itemReference } from '../views/item-reference.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/archiveitem-operation */
export const archiveItem: Operation<typeof contract> = (call, { ArchiveSourceFolderId, ItemIds }) =>
  inSlices(call, ItemIds, async (target) => {
    if (target.is !== 'ItemId') throw ewsRefusal('ErrorInvalidItemForOperationArchiveItem', { detail: target.is });
    const source = await openFolder(call, ArchiveSourceFolderId, folderRights.visible);
    if (source.mailbox.kind === 'public') throw ewsRefusal('ErrorCannotArchiveItemsInPublicFolders');
    if (source.mailbox.isShared) throw ewsRefusal('ErrorAccessDenied', { detail: `the archive of ${source.mailbox.owner.primaryAddress}` });
    refuseSearchFolder(source, 'ErrorCannotSpecifySearchFolderAsSourceFolder');
    const archive = await archiveOf(call, source.mailbox);
    const path = await archivePath(call, source.mailbox.guid, source.folder);
    const opened = await openItemKey(call, target.value);
    const { mailbox, key } = opened;
    if (mailbox.guid === archive.guid) throw ewsRefusal('ErrorCannotArchiveItemsInArchiveMailbox');
    return async (tx) => {
      const row = await itemFor(tx, call, opened, 'move');
      const folder = await requireFolderPath(tx, archive.guid, path, call.instant);
      const place = { mailbox: archive.guid, folder: folder.counter };
      const moved = await transferItem(tx, { mailbox: mailbox.guid, counter: key.item }, place, call.instant);
      return { class: 'Success', Items: [itemReference(archive, itemElementOf(row.class), moved)] } as const;
    };
  });

async function archiveOf(call: EwsCall, { guid, owner }: OpenMailbox): Promise<OpenMailbox> {
  const archive = localArchive(owner);
  if (archive === null) throw ewsRefusal('ErrorArchiveMailboxNotEnabled', { detail: owner.primaryAddress });
  if (archive === guid) throw ewsRefusal('ErrorCannotArchiveItemsInArchiveMailbox');
  return openMailbox(call, archive);
}

/** The folder's names from the top of its mailbox on, with their classes. Calendars, contacts and tasks are not archived. */
async function archivePath(call: EwsCall, mailbox: Guid, folder: FolderRow): Promise<readonly FolderRow[]> {
  const element = folderElementOf(folder.class);
  if (element !== 'Folder') throw ewsRefusal('ErrorCannotArchiveCalendarContactTaskFolderException', { detail: folder.class });
  const path = await pathOf(call.context.store.read, mailbox, folder);
  if (path === undefined) throw ewsRefusal('ErrorFolderNotFound', { detail: 'outside of what users see of a mailbox' });
  return path;
}
