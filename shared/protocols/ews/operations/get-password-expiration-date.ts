import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { instant, text } from '../types/simple.ts';

/** .NET's DateTime.MinValue: the schema asks for a date where there is none to tell. */
const noDate = Date.parse('0001-01-01T00:00:00Z');

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getpasswordexpirationdate-operation
 * The answer is a response message itself (MS-OXWSPED 3.1.4.1).
 */
export const getPasswordExpirationDate = contract({
  name: 'GetPasswordExpirationDate',
  request: sequence({ MailboxSmtpAddress: maybe(messages, text) }),
  response: responseMessage({ PasswordExpirationDate: one(messages, instant) }, { PasswordExpirationDate: noDate }),
});
