import { localArchive, localMailbox, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import { allFolders } from '../../../shared/domain/mailbox/folders.ts';
import { readQueryString } from '../../../shared/domain/mailbox/query-string/read.ts';
import { scanEach } from '../../../shared/domain/mailbox/scan-items.ts';
import { type SortKey, type SortValues, sortValues } from '../../../shared/domain/mailbox/sort.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';

/** An item that a search has found. */
export interface Hit extends SortValues {
  readonly mailbox: Guid;
  readonly owner: Recipient;
  readonly size: number;
  /** Equal for copies of one message: its internet message id, else the item itself. */
  readonly hash: string;
}

/** The mailboxes that a scope means: his own, the archive beside it, or what there is of both. */
export function mailboxesIn(owner: Recipient, scope: 'PrimaryOnly' | 'ArchiveOnly' | 'All'): readonly Guid[] {
  const both = [scope === 'ArchiveOnly' ? null : localMailbox(owner), scope === 'PrimaryOnly' ? null : localArchive(owner)];
  return both.filter((guid) => guid !== null);
}

/**
 * What a query finds in all folders of a mailbox or archive, the recoverable items too. Refuses with ErrorSearchQueryHasTooManyKeywords,
 * and with ErrorResultSetTooBig what finds more than `left` items.
 */
export async function searchMailbox(
  call: EwsCall,
  { owner, mailbox, query }: { readonly owner: Recipient; readonly mailbox: Guid; readonly query: string },
  sort: SortKey,
  left: number,
): Promise<readonly Hit[]> {
  const { read } = call.context.store;
  const restriction = restrictionOf(call, query);
  const hits: Hit[] = [];
  for (const { counter: folder } of await allFolders(read, mailbox)) {
    const keys = [sort.property, tags.messageSize, tags.internetMessageId];
    await scanEach(read, { mailbox, folder, associated: false, restriction }, keys, (counter, value) => {
      if (hits.length >= left) throw ewsRefusal('ErrorResultSetTooBig', { detail: `more than ${left} items of ${owner.primaryAddress}` });
      const id = value(tags.internetMessageId);
      const hash = typeof id === 'string' && id !== '' ? id : `${mailbox}/${counter}`;
      hits.push({ ...sortValues([sort], counter, value), mailbox, owner, size: Number(value(tags.messageSize) ?? 0), hash });
    });
  }
  return hits;
}

function restrictionOf({ instant }: EwsCall, query: string): ReturnType<typeof readQueryString>['restriction'] {
  try {
    return readQueryString(query, instant).restriction;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'query-too-complex')
      throw ewsRefusal('ErrorSearchQueryHasTooManyKeywords', { detail: error.detail ?? '' });
    throw error;
  }
}
