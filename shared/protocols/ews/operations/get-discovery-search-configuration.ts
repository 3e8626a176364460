import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { searchConfigurations } from '../types/discovery.ts';
import { text, truth } from '../types/simple.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getdiscoverysearchconfiguration-operation
 * The answer is a response message itself.
 */
export const getDiscoverySearchConfiguration = contract({
  name: 'GetDiscoverySearchConfiguration',
  request: sequence({
    SearchId: maybe(messages, text),
    ExpandGroupMembership: maybe(messages, truth),
    InPlaceHoldConfigurationOnly: maybe(messages, truth),
  }),
  response: responseMessage({ DiscoverySearchConfigurations: one(messages, searchConfigurations) }, { DiscoverySearchConfigurations: [] }),
});
