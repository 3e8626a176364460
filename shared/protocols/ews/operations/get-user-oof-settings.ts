import { maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/availability.ts';
import { externalAudience, userOofSettings } from '../types/out-of-office.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseroofsettings-operation
 * The settings stand beside the one response message, not in it.
 */
export const getUserOofSettings = contract({
  name: 'GetUserOofSettings',
  requestElement: 'GetUserOofSettingsRequest',
  request: sequence({ Mailbox: one(types, emailAddress) }),
  response: sequence({
    ResponseMessage: one(messages, responseMessage({})),
    OofSettings: maybe(types, userOofSettings),
    AllowExternalOof: maybe(messages, simple(externalAudience)),
  }),
});
