import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { legacyDns, nonIndexableItems, pageDirection } from '../types/discovery.ts';
import { integer, text, truth } from '../types/simple.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getnonindexableitemdetails-operation
 * The answer is a response message itself.
 */
export const getNonIndexableItemDetails = contract({
  name: 'GetNonIndexableItemDetails',
  request: sequence({
    Mailboxes: one(messages, legacyDns),
    PageSize: maybe(messages, integer),
    PageItemReference: maybe(messages, text),
    PageDirection: maybe(messages, pageDirection),
    SearchArchiveOnly: maybe(messages, truth),
  }),
  response: responseMessage({ NonIndexableItemDetailsResult: maybe(messages, nonIndexableItems) }),
});
