import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { userConfigurationName } from '../types/user-configuration.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteuserconfiguration-operation */
export const deleteUserConfiguration = contract({
  name: 'DeleteUserConfiguration',
  request: sequence({ UserConfigurationName: one(messages, userConfigurationName) }),
  response: responseMessages('DeleteUserConfigurationResponseMessage', responseMessage({})),
});
