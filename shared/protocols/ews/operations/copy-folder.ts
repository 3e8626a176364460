import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { folderInfo } from '../folders.ts';
import { messages } from '../namespaces.ts';
import { responseMessages } from '../response-message.ts';
import { baseFolderIds, targetFolderId } from '../types/folder-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/copyfolder-operation */
export const copyFolder = contract({
  name: 'CopyFolder',
  request: sequence({ ToFolderId: one(messages, targetFolderId), FolderIds: one(messages, baseFolderIds) }),
  response: responseMessages('CopyFolderResponseMessage', folderInfo),
});
