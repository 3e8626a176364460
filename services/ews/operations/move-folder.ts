import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { moveFolder as move } from '../../../shared/domain/mailbox/move-folder.ts';
import type { moveFolder as contract } from '../../../shared/protocols/ews/operations/move-folder.ts';
import { ewsRefusal } from '../failures.ts';
import { giveWay } from '../folders/in-slices.ts';
import { openParent } from '../folders/rights.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planFolders, viewFolder } from '../views/folder-view.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/movefolder-operation */
export const moveFolder: Operation<typeof contract> = async (call, { ToFolderId, FolderIds }) => {
  const plan = planFolders({ BaseShape: 'IdOnly' }, false);
  return perItem(call, FolderIds, async (source) => {
    await giveWay();
    const target = await openParent(call, ToFolderId, 'ErrorToFolderNotFound');
    const { mailbox, folder } = await openFolder(call, source, folderRights.owner);
    if (mailbox.guid !== target.mailbox.guid) throw ewsRefusal('ErrorCrossMailboxMoveCopy');
    if (folder.role !== null) throw ewsRefusal('ErrorMoveDistinguishedFolder', { detail: folder.role });
    const moved = await call.context.store.transaction((tx) =>
      move(tx, mailbox.guid, folder.counter, target.folder.counter, 'refuse', call.instant),
    );
    return { class: 'Success', Folders: [viewFolder(mailbox, moved, plan)] } as const;
  });
};
