import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { emptyFolder as contract } from '../../../shared/protocols/ews/operations/empty-folder.ts';
import { emptyFolder as empty, removals } from '../folders/discard.ts';
import { giveWay } from '../folders/in-slices.ts';
import { openBelow, refuseSearchFolder } from '../folders/rights.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/emptyfolder-operation */
export const emptyFolder: Operation<typeof contract> = async (call, { DeleteType, DeleteSubFolders, FolderIds }) =>
  perItem(call, FolderIds, async (target) => {
    await giveWay();
    const opened = await openFolder(call, target, folderRights.deleteAny);
    refuseSearchFolder(opened, 'ErrorCannotEmptyFolder');
    if (DeleteSubFolders) await openBelow(call, opened, folderRights.owner);
    await empty(call, opened.mailbox, opened.folder, removals[DeleteType], DeleteSubFolders);
    return { class: 'Success' } as const;
  });
