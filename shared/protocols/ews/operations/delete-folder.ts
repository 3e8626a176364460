import { attr, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { disposal } from '../sending.ts';
import { baseFolderIds } from '../types/folder-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deletefolder-operation */
export const deleteFolder = contract({
  name: 'DeleteFolder',
  request: sequence({ DeleteType: attr(disposal), FolderIds: one(messages, baseFolderIds) }),
  response: responseMessages('DeleteFolderResponseMessage', responseMessage({})),
});
