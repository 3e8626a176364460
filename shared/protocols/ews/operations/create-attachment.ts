import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { attachmentList, attachments } from '../types/attachments.ts';
import { itemId } from '../types/item-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createattachment-operation */
export const createAttachment = contract({
  name: 'CreateAttachment',
  request: sequence({ ParentItemId: one(messages, itemId), Attachments: one(messages, attachments) }),
  response: responseMessages(
    'CreateAttachmentResponseMessage',
    responseMessage({ Attachments: one(messages, attachmentList) }, { Attachments: [] }),
  ),
});
