import { attr, one, sequence } from '../../../xml/codec.ts';
import { boolean } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { disposal } from '../sending.ts';
import { baseFolderIds } from '../types/folder-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/emptyfolder-operation */
export const emptyFolder = contract({
  name: 'EmptyFolder',
  request: sequence({ DeleteType: attr(disposal), DeleteSubFolders: attr(boolean), FolderIds: one(messages, baseFolderIds) }),
  response: responseMessages('EmptyFolderResponseMessage', responseMessage({})),
});
