import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/availability.ts';
import { userOofSettings } from '../types/out-of-office.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/setuseroofsettings-operation */
export const setUserOofSettings = contract({
  name: 'SetUserOofSettings',
  requestElement: 'SetUserOofSettingsRequest',
  request: sequence({ Mailbox: one(types, emailAddress), UserOofSettings: one(types, userOofSettings) }),
  response: sequence({ ResponseMessage: one(messages, responseMessage({})) }),
});
