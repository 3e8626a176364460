import { present } from '../../../shared/kernel/assert.ts';
import type { getNonIndexableItemDetails as contract } from '../../../shared/protocols/ews/operations/get-non-indexable-item-details.ts';
import { askedMailbox } from '../discovery/non-indexable.ts';
import { ewsRefusal } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getnonindexableitemdetails-operation: there are no
 * such items, as `GetNonIndexableItemStatistics` counts, and no page but the first.
 */
export const getNonIndexableItemDetails: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async (asked) => {
    const { mailbox, name, failure } = await askedMailbox(call, asked);
    if (asked.PageSize !== undefined && asked.PageSize < 1)
      throw ewsRefusal('ErrorInvalidPagingMaxRows', { detail: `PageSize ${asked.PageSize}` });
    if ((asked.PageItemReference ?? '') !== '') throw ewsRefusal('ErrorInvalidIndexedPagingParameters', { detail: 'PageItemReference' });
    const failed = { Mailbox: mailbox?.legacyDn ?? name, ErrorCode: 0, IsArchive: asked.SearchArchiveOnly === true };
    const FailedMailboxes = failure === undefined ? {} : { FailedMailboxes: [{ ...failed, ErrorMessage: failure }] };
    return { class: 'Success', NonIndexableItemDetailsResult: { Items: [], ...FailedMailboxes } } as const;
  });
  return present(answer, 'the answer for the one mailbox');
};
