import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { getFolder as contract } from '../../../shared/protocols/ews/operations/get-folder.ts';
import { ewsRefusal } from '../failures.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { folderExtras, planFolders, viewFolder } from '../views/folder-view.ts';
import { wirePermissionSet } from '../views/permission-set.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation */
export const getFolder: Operation<typeof contract> = async (call, { FolderShape, FolderIds }) => {
  const plan = planFolders(FolderShape, false);
  return perItem(call, FolderIds, async (target) => {
    const { mailbox, folder } = await openFolder(call, target, folderRights.visible);
    const extras = await folderExtras(call, mailbox, folder, plan);
    if (!plan.showsPermissions) return { class: 'Success', Folders: [viewFolder(mailbox, folder, plan, extras)] } as const;
    // Observed: ecederstrand/exchangelib#610.
    if ((mailbox.rights & folderRights.owner) === 0)
      throw ewsRefusal('ErrorAccessDenied', { detail: `${call.caller.primarySmtpAddress} does not own folder ${folder.counter}` });
    const permissions = await wirePermissionSet(call.context.directory(call.organization.name), folder);
    return { class: 'Success', Folders: [viewFolder(mailbox, folder, plan, { ...extras, permissions })] } as const;
  });
};
