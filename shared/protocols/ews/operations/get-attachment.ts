import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { attachmentShape } from '../shapes.ts';
import { attachmentList } from '../types/attachments.ts';
import { requestAttachmentIds } from '../types/item-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getattachment-operation */
export const getAttachment = contract({
  name: 'GetAttachment',
  request: sequence({ AttachmentShape: maybe(messages, attachmentShape), AttachmentIds: one(messages, requestAttachmentIds) }),
  response: responseMessages(
    'GetAttachmentResponseMessage',
    responseMessage({ Attachments: one(messages, attachmentList) }, { Attachments: [] }),
  ),
});
