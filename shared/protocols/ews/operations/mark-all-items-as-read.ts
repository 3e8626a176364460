import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { baseFolderIds } from '../types/folder-ids.ts';
import { truth } from '../types/simple.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/markallitemsasread-operation */
export const markAllItemsAsRead = contract({
  name: 'MarkAllItemsAsRead',
  request: sequence({
    ReadFlag: one(messages, truth),
    SuppressReadReceipts: one(messages, truth),
    FolderIds: one(messages, baseFolderIds),
  }),
  response: responseMessages('MarkAllItemsAsReadResponseMessage', responseMessage({})),
});
