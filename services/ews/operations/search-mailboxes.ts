import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { compareSorted, type SortKey, sortInTurns } from '../../../shared/domain/mailbox/sort.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { searchMailboxes as contract } from '../../../shared/protocols/ews/operations/search-mailboxes.ts';
import type { EwsCall } from '../context.ts';
import { discoveryGround, mailboxNamed } from '../discovery/ground.ts';
import { previewItems, referenceOf } from '../discovery/preview.ts';
import { type Hit, mailboxesIn, searchMailbox } from '../discovery/search.ts';
import { ewsRefusal } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planExtended } from '../views/extended-plan.ts';
import { sortKeysOf } from '../views/search.ts';

type Request = RequestOf<typeof contract>;

/** Scopes of one request (reference: DiscoveryMaxMailboxes of the default throttling policy), and items of one page. */
const mostScopes = 5_000;
const largestPage = 500;
const usualPage = 100;
/** Items that one request finds: a bound of ours. */
const mostHits = 100_000;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/searchmailboxes-operation */
export const searchMailboxes: Operation<typeof contract> = async (call, request) =>
  perItem(call, [request], async ({ SearchQueries, ResultType, Deduplication, SortBy, PreviewItemResponseShape }) => {
    await discoveryGround(call, 'Mailbox Search');
    const { BaseShape, AdditionalProperties = [] } = PreviewItemResponseShape ?? {};
    const shape = { isCompact: BaseShape === 'Compact', extended: planExtended(AdditionalProperties) };
    const sort = (SortBy && sortKeysOf([SortBy])[0]) ?? { property: tags.messageDeliveryTime, direction: 'descending' };
    const { failed, queries } = await searchAll(call, SearchQueries, sort);
    const all = queries.flatMap(({ hits }) => hits);
    const sorted = await sortInTurns(all, compareHits(sort));
    const shown = Deduplication === true ? [...new Map(sorted.toReversed().map((hit) => [hit.hash, hit])).values()].reverse() : sorted;
    const page = ResultType === 'PreviewOnly' ? pageOf(shown, request) : [];
    const SearchMailboxesResult = {
      SearchQueries,
      ResultType,
      ItemCount: String(shown.length),
      Size: sizeOf(shown),
      PageItemCount: page.length,
      PageItemSize: sizeOf(page),
      ...(ResultType === 'StatisticsOnly' ? { KeywordStats: queries.map(keywordStat) } : { Items: await previewItems(call, page, shape) }),
      ...(failed.length === 0 ? {} : { FailedMailboxes: failed }),
      MailboxStats: [...Map.groupBy(shown, ({ owner }) => owner)].map(mailboxStat),
    };
    return { class: 'Success', SearchMailboxesResult } as const;
  });

interface SearchedQuery {
  readonly query: string;
  readonly hits: readonly Hit[];
}

interface FailedMailbox {
  readonly Mailbox: string;
  readonly ErrorCode: number;
  readonly ErrorMessage: string;
  readonly IsArchive: boolean;
}

async function searchAll(
  call: EwsCall,
  queries: Request['SearchQueries'],
  sort: SortKey,
): Promise<{ readonly queries: readonly SearchedQuery[]; readonly failed: readonly FailedMailbox[] }> {
  const directory = call.context.directory(call.organization.name);
  const scopes = queries.reduce((sum, { MailboxSearchScopes }) => sum + MailboxSearchScopes.length, 0);
  if (scopes > mostScopes) throw ewsRefusal('ErrorSearchTooManyMailboxes', { detail: `${scopes} mailboxes` });
  const failed: FailedMailbox[] = [];
  const searched: SearchedQuery[] = [];
  let left = mostHits;
  for (const { Query, MailboxSearchScopes } of queries) {
    const hits: Hit[] = [];
    for (const { Mailbox, SearchScope } of MailboxSearchScopes) {
      const IsArchive = SearchScope === 'ArchiveOnly';
      const owner = await mailboxNamed(directory, Mailbox);
      const mailboxes = owner === undefined ? [] : mailboxesIn(owner, SearchScope);
      const reason = failureOf(Query, owner, mailboxes);
      if (owner === undefined || reason !== undefined) {
        failed.push({ Mailbox, ErrorCode: 0, ErrorMessage: reason ?? '', IsArchive });
        continue;
      }
      for (const mailbox of mailboxes) {
        const found = await searchMailbox(call, { owner, mailbox, query: Query }, sort, left);
        left -= found.length;
        for (const hit of found) hits.push(hit);
      }
    }
    if (Query.trim() !== '') searched.push({ query: Query, hits });
  }
  return { queries: searched, failed };
}

/** Why a mailbox cannot be searched. The first sentence is Microsoft's (page "SearchMailboxes operation"), the last that of folders of archives. */
function failureOf(query: string, owner: Recipient | undefined, mailboxes: readonly Guid[]): string | undefined {
  if (query.trim() === '') return "The search query can't be empty.";
  if (owner === undefined) return 'There is no such mailbox.';
  return mailboxes.length === 0 ? 'Archive mailbox is not enabled for this user.' : undefined;
}

/** In the order asked for; what is equal goes by mailbox and age. */
function compareHits(sort: SortKey): (one: Hit, other: Hit) => number {
  const compare = compareSorted([sort]);
  return (one, other) =>
    one.mailbox === other.mailbox || one.values[0] !== other.values[0] ? compare(one, other) : one.mailbox < other.mailbox ? -1 : 1;
}

/** The items behind the one that a page is to follow, or before the one that it is to precede. */
function pageOf(hits: readonly Hit[], { PageSize = usualPage, PageItemReference, PageDirection = 'Next' }: Request): readonly Hit[] {
  if (PageSize < 1) throw ewsRefusal('ErrorInvalidPagingMaxRows', { detail: `PageSize ${PageSize}` });
  const size = Math.min(PageSize, largestPage);
  if (PageItemReference === undefined || PageItemReference === '') return hits.slice(0, size);
  const at = hits.findIndex((hit) => referenceOf(hit) === PageItemReference);
  if (at < 0) throw ewsRefusal('ErrorInvalidIndexedPagingParameters', { detail: 'PageItemReference' });
  return PageDirection === 'Next' ? hits.slice(at + 1, at + 1 + size) : hits.slice(Math.max(0, at - size), at);
}

function sizeOf(hits: readonly Hit[]): string {
  return String(hits.reduce((sum, { size }) => sum + size, 0));
}

function keywordStat({ query, hits }: SearchedQuery) {
  return { Keyword: query, ItemHits: hits.length, Size: sizeOf(hits) };
}

function mailboxStat([{ legacyDn, displayName }, hits]: readonly [Recipient, readonly Hit[]]) {
  return { MailboxId: legacyDn, DisplayName: displayName, ItemCount: String(hits.length), Size: sizeOf(hits) };
}
