import { maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { holdResult } from '../types/discovery.ts';
import { strings } from '../types/item-parts.ts';
import { text, truth } from '../types/simple.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/setholdonmailboxes-operation
 * The answer is a response message itself.
 */
export const setHoldOnMailboxes = contract({
  name: 'SetHoldOnMailboxes',
  request: sequence({
    ActionType: one(messages, simple(enumeration('HoldActionType', ['Create', 'Update', 'Remove']))),
    HoldId: one(messages, text),
    Query: one(messages, text),
    Mailboxes: maybe(messages, strings),
    Language: maybe(messages, text),
    IncludeNonIndexableItems: maybe(messages, truth),
    Deduplication: maybe(messages, truth),
    InPlaceHoldIdentity: maybe(messages, text),
    ItemHoldPeriod: maybe(messages, text),
  }),
  response: responseMessage({ MailboxHoldResult: maybe(messages, holdResult) }),
});
