import type { createFolder as contract } from '../../../shared/protocols/ews/operations/create-folder.ts';
import { createWireFolder } from '../folders/create.ts';
import { giveWay } from '../folders/in-slices.ts';
import { openParent } from '../folders/rights.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planFolders, viewFolder } from '../views/folder-view.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createfolder-operation */
export const createFolder: Operation<typeof contract> = async (call, { ParentFolderId, Folders }) => {
  const plan = planFolders({ BaseShape: 'IdOnly' }, false);
  return perItem(call, Folders, async (wire) => {
    await giveWay();
    const parent = await openParent(call, ParentFolderId, 'ErrorParentFolderNotFound');
    const folder = await createWireFolder(call, parent, wire);
    return { class: 'Success', Folders: [viewFolder(parent.mailbox, folder, plan)] } as const;
  });
};
