import { many, maybe, one, sequence, unwrapped } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { legacyDns } from '../types/discovery.ts';
import { longInteger, text, truth } from '../types/simple.ts';

const statistics = unwrapped(
  'NonIndexableItemStatistic',
  sequence(
    {
      NonIndexableItemStatistic: many(
        types,
        sequence(
          { Mailbox: one(types, text), ItemCount: one(types, longInteger), ErrorMessage: maybe(types, text) },
          'NonIndexableItemStatisticType',
        ),
      ),
    },
    'ArrayOfNonIndexableItemStatisticsType',
  ),
);

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getnonindexableitemstatistics-operation
 * The answer is a response message itself.
 */
export const getNonIndexableItemStatistics = contract({
  name: 'GetNonIndexableItemStatistics',
  request: sequence({ Mailboxes: one(messages, legacyDns), SearchArchiveOnly: maybe(messages, truth) }),
  response: responseMessage({ NonIndexableItemStatistics: maybe(messages, statistics) }),
});
