import { maybe, one, sequence, simple, some } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { text } from '../types/simple.ts';

const tokenType = enumeration('ClientAccessTokenTypeType', [
  'CallerIdentity',
  'ExtensionCallback',
  'ScopedToken',
  'ExtensionRestApiCallback',
  'Connectors',
  'Loki',
  'DesktopOutlook',
]);

const tokenRequest = sequence(
  {
    Id: one(types, text),
    TokenType: one(types, simple(tokenType)),
    Scope: maybe(types, text),
    ResourceUri: maybe(types, text),
  },
  'ClientAccessTokenRequestType',
);

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getclientaccesstoken-operation
 * The form of an answer with a token is left out: none is ever given.
 */
export const getClientAccessToken = contract({
  name: 'GetClientAccessToken',
  request: sequence({
    TokenRequests: one(messages, sequence({ TokenRequest: some(types, tokenRequest) }, 'NonEmptyArrayOfClientAccessTokenRequestsType')),
  }),
  response: responseMessages('GetClientAccessTokenResponseMessage', responseMessage({})),
});
