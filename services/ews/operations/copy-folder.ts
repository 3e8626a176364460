import { copyFolderTree } from '../../../shared/domain/mailbox/copy-folder.ts';
import { copyItemsIn } from '../../../shared/domain/mailbox/folder-contents.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { copyFolder as contract } from '../../../shared/protocols/ews/operations/copy-folder.ts';
import { ewsRefusal } from '../failures.ts';
import { alongCounters, sliceItems } from '../folders/in-slices.ts';
import { openBelow, openParent } from '../folders/rights.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planFolders, viewFolder } from '../views/folder-view.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/copyfolder-operation */
export const copyFolder: Operation<typeof contract> = async (call, { ToFolderId, FolderIds }) => {
  const plan = planFolders({ BaseShape: 'IdOnly' }, false);
  const { store } = call.context;
  return perItem(call, FolderIds, async (source) => {
    const target = await openParent(call, ToFolderId, 'ErrorToFolderNotFound');
    const opened = await openFolder(call, source, folderRights.readAny);
    const { mailbox, folder } = opened;
    if (mailbox.guid !== target.mailbox.guid) throw ewsRefusal('ErrorCrossMailboxMoveCopy');
    await openBelow(call, opened, folderRights.readAny);
    const copies = await store.transaction((tx) => copyFolderTree(tx, mailbox.guid, folder.counter, target.folder.counter, call.instant));
    for (const { source: from, copy } of copies) {
      const slice = { mailbox: mailbox.guid, folder: from.counter, associated: true, limit: sliceItems.copy };
      await alongCounters(store, (tx, after) => copyItemsIn(tx, slice, copy.counter, after, call.instant));
    }
    const top = present(copies[0], 'the copy of the folder itself').copy;
    return { class: 'Success', Folders: [viewFolder(mailbox, top, plan)] } as const;
  });
};
