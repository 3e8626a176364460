import type { getFolder as contract } from '../../../shared/protocols/ews/operations/get-folder.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planFolders, viewFolder } from '../views/folder-view.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation */
export const getFolder: Operation<typeof contract> = async (call, { FolderShape, FolderIds }) => {
  const plan = planFolders(FolderShape, false);
  return perItem(call, FolderIds, async (target) => {
    const { mailbox, folder } = await openFolder(call, target);
    return { class: 'Success', Folders: [viewFolder(mailbox, folder, plan)] } as const;
  });
};
