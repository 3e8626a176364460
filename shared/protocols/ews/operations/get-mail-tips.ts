import { maybe, one, sequence, simple, some, unwrapped } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { mailTips, mailTipTypes } from '../types/mail-tips.ts';
import { emailAddress, recipients } from '../types/mailbox.ts';

const tipsOfOne = responseMessage({ MailTips: maybe(messages, mailTips) });

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getmailtips-operation
 * The answer is a response message itself, with one for each recipient inside.
 */
export const getMailTips = contract({
  name: 'GetMailTips',
  request: sequence({
    SendingAs: one(messages, emailAddress),
    Recipients: one(messages, recipients),
    MailTipsRequested: one(messages, simple(mailTipTypes)),
  }),
  response: responseMessage({
    ResponseMessages: maybe(
      messages,
      unwrapped('MailTipsResponseMessageType', sequence({ MailTipsResponseMessageType: some(messages, tipsOfOne) })),
    ),
  }),
});
