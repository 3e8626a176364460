import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { requestAttachmentIds, rootItemId } from '../types/item-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteattachment-operation */
export const deleteAttachment = contract({
  name: 'DeleteAttachment',
  request: sequence({ AttachmentIds: one(messages, requestAttachmentIds) }),
  response: responseMessages('DeleteAttachmentResponseMessage', responseMessage({ RootItemId: maybe(messages, rootItemId) })),
});
