import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { folderInfo, newFolders } from '../folders.ts';
import { messages } from '../namespaces.ts';
import { responseMessages } from '../response-message.ts';
import { targetFolderId } from '../types/folder-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createfolder-operation */
export const createFolder = contract({
  name: 'CreateFolder',
  request: sequence({ ParentFolderId: one(messages, targetFolderId), Folders: one(messages, newFolders) }),
  response: responseMessages('CreateFolderResponseMessage', folderInfo),
});
