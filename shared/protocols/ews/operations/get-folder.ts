import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { folderList } from '../folders.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { folderShape } from '../shapes.ts';
import { baseFolderIds } from '../types/folder-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation */
export const getFolder = contract({
  name: 'GetFolder',
  request: sequence({ FolderShape: one(messages, folderShape), FolderIds: one(messages, baseFolderIds) }),
  response: responseMessages('GetFolderResponseMessage', responseMessage({ Folders: one(messages, folderList) }, { Folders: [] })),
});
