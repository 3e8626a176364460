import { maybe, maybeAttr, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { itemList } from '../item-lists.ts';
import { newItemList } from '../item-references.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { messageDisposition, sendMeetings } from '../sending.ts';
import { targetFolderId } from '../types/folder-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation */
export const createItem = contract({
  name: 'CreateItem',
  request: sequence({
    MessageDisposition: maybeAttr(messageDisposition),
    SendMeetingInvitations: maybeAttr(sendMeetings),
    SavedItemFolderId: maybe(messages, targetFolderId),
    Items: one(messages, newItemList),
  }),
  response: responseMessages('CreateItemResponseMessage', responseMessage({ Items: one(messages, itemList) }, { Items: [] })),
});
