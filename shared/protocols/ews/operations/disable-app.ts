import { one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { text } from '../types/simple.ts';

const reason = enumeration('DisableReasonType', [
  'NoReason',
  'OutlookClientPerformance',
  'OWAClientPerformance',
  'MobileClientPerformance',
]);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/disableapp-operation The answer is a response message itself. */
export const disableApp = contract({
  name: 'DisableApp',
  request: sequence({ ID: one(messages, text), DisableReason: one(messages, simple(reason)) }),
  response: responseMessage({}),
});
