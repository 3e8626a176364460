import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { deleteFolder as contract } from '../../../shared/protocols/ews/operations/delete-folder.ts';
import { discardFolder, removals } from '../folders/discard.ts';
import { giveWay } from '../folders/in-slices.ts';
import { openBelow } from '../folders/rights.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deletefolder-operation */
export const deleteFolder: Operation<typeof contract> = async (call, { DeleteType, FolderIds }) =>
  perItem(call, FolderIds, async (target) => {
    await giveWay();
    const opened = await openFolder(call, target, folderRights.owner);
    await openBelow(call, opened, folderRights.owner);
    await discardFolder(call, opened.mailbox, opened.folder, removals[DeleteType]);
    return { class: 'Success' } as const;
  });
