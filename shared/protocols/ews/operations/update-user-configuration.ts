import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { userConfiguration } from '../types/user-configuration.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateuserconfiguration-operation */
export const updateUserConfiguration = contract({
  name: 'UpdateUserConfiguration',
  request: sequence({ UserConfiguration: one(messages, userConfiguration) }),
  response: responseMessages('UpdateUserConfigurationResponseMessage', responseMessage({})),
});
