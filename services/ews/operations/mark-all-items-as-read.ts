import { markItemsIn } from '../../../shared/domain/mailbox/folder-contents.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { markAllItemsAsRead as contract } from '../../../shared/protocols/ews/operations/mark-all-items-as-read.ts';
import { answerReceiptsIn } from '../drafts/read-receipt.ts';
import { alongCounters, sliceItems } from '../folders/in-slices.ts';
import { refuseSearchFolder } from '../folders/rights.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/markallitemsasread-operation */
export const markAllItemsAsRead: Operation<typeof contract> = async (call, { ReadFlag, SuppressReadReceipts, FolderIds }) =>
  perItem(call, FolderIds, async (target) => {
    const opened = await openFolder(call, target, folderRights.editAny);
    refuseSearchFolder(opened);
    const { mailbox, folder } = opened;
    if (ReadFlag) await answerReceiptsIn(call, { mailbox, folder }, SuppressReadReceipts);
    const slice = { mailbox: mailbox.guid, folder: folder.counter, limit: sliceItems.mark };
    await alongCounters(call.context.store, (tx, after) => markItemsIn(tx, slice, ReadFlag, after, call.instant));
    return { class: 'Success' } as const;
  });
