import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { userConfiguration, userConfigurationName, userConfigurationProperties } from '../types/user-configuration.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserconfiguration-operation */
export const getUserConfiguration = contract({
  name: 'GetUserConfiguration',
  request: sequence({
    UserConfigurationName: one(messages, userConfigurationName),
    UserConfigurationProperties: one(messages, userConfigurationProperties),
  }),
  response: responseMessages(
    'GetUserConfigurationResponseMessage',
    responseMessage({ UserConfiguration: maybe(messages, userConfiguration) }),
  ),
});
