import { folderPermissionNoun } from './mailbox-folder-permission.ts';
import { publicPath, requirePublicFolders } from './public-folder/hierarchy.ts';

const { get, add, remove } = folderPermissionNoun(async (scope, given) => {
  const written = String(given['Identity']);
  const path = publicPath(written);
  return { ...(await requirePublicFolders(scope)), path, written, top: 'publicfoldersroot', shown: `\\${path.join('\\')}` };
});

/** `Add-PublicFolderClientPermission \Sales -User mary -AccessRights Editor`: who may do what in a public folder. There is no Set-. */
export const publicFolderClientPermission = { get, add, remove };
