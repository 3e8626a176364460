import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { userConfiguration } from '../types/user-configuration.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createuserconfiguration-operation */
export const createUserConfiguration = contract({
  name: 'CreateUserConfiguration',
  request: sequence({ UserConfiguration: one(messages, userConfiguration) }),
  response: responseMessages('CreateUserConfigurationResponseMessage', responseMessage({})),
});
