import { anyContent, maybe, one, sequence, simple, some, unwrapped } from '../../../xml/codec.ts';
import { enumeration, listOf } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';
import { serviceConfigurations } from '../types/service-configuration.ts';

const configurationNames = listOf(
  'ServiceConfigurationType',
  enumeration('', [
    'MailTips',
    'UnifiedMessagingConfiguration',
    'ProtectionRules',
    'PolicyNudges',
    'SharePointURLs',
    'OfficeIntegrationConfiguration',
  ]),
);

const configuration = responseMessage(serviceConfigurations);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getserviceconfiguration-operation */
export const getServiceConfiguration = contract({
  name: 'GetServiceConfiguration',
  request: sequence({
    ActingAs: maybe(messages, emailAddress),
    RequestedConfiguration: one(
      messages,
      unwrapped('ConfigurationName', sequence({ ConfigurationName: some(messages, simple(configurationNames)) })),
    ),
    ConfigurationRequestDetails: maybe(messages, anyContent),
  }),
  response: responseMessage({
    ResponseMessages: maybe(
      messages,
      unwrapped(
        'ServiceConfigurationResponseMessageType',
        sequence({ ServiceConfigurationResponseMessageType: some(messages, configuration) }),
      ),
    ),
  }),
});
