import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { text } from '../types/simple.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/uninstallapp-operation The answer is a response message itself. */
export const uninstallApp = contract({
  name: 'UninstallApp',
  request: sequence({ ID: one(messages, text) }),
  response: responseMessage({}),
});
