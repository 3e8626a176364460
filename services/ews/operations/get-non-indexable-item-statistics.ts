import { present } from '../../../shared/kernel/assert.ts';
import type { getNonIndexableItemStatistics as contract } from '../../../shared/protocols/ews/operations/get-non-indexable-item-statistics.ts';
import { askedMailbox } from '../discovery/non-indexable.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getnonindexableitemstatistics-operation: nothing is
 * left out of a search here, since searches look at the items themselves.
 */
export const getNonIndexableItemStatistics: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async (asked) => {
    const { mailbox, name, failure } = await askedMailbox(call, asked);
    const statistic = { Mailbox: mailbox?.legacyDn ?? name, ItemCount: '0' };
    const NonIndexableItemStatistics = [failure === undefined ? statistic : { ...statistic, ErrorMessage: failure }];
    return { class: 'Success', NonIndexableItemStatistics } as const;
  });
  return present(answer, 'the answer for the one mailbox');
};
