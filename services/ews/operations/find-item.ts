import { findItems, type ItemQuery, seekPage } from '../../../shared/domain/mailbox/find-items.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { groupItems } from '../../../shared/domain/mailbox/group-items.ts';
import { withoutPrivateItems } from '../../../shared/domain/mailbox/private-items.ts';
import { readQueryString } from '../../../shared/domain/mailbox/query-string/read.ts';
import type { Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { findItem as contract } from '../../../shared/protocols/ews/operations/find-item.ts';
import type { Clocks } from '../../../shared/xml/clocks.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { refuseSearchFolder } from '../folders/rights.ts';
import { type OpenMailbox, openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { refuseWindow, viewCalendar } from '../views/calendar-view.ts';
import { groupingOf, type PlannedGrouping } from '../views/grouping.ts';
import { highlightTerms } from '../views/highlight-terms.ts';
import { type ItemPlan, planItems } from '../views/item-plan.ts';
import { viewFound, viewItems } from '../views/item-view.ts';
import { findBudget, fractionalPage, indexedPage, pagingOf } from '../views/page.ts';
import { restrictionOf, sortKeysOf } from '../views/search.ts';
import { seekView } from '../views/seek-view.ts';

type Request = RequestOf<typeof contract>;
/** What is asked of each folder; the page depends on how much there is when it is a fraction. */
type Query = Omit<ItemQuery, 'mailbox' | 'folder' | 'page' | 'need'>;
type Place = Query & { readonly mailbox: ItemQuery['mailbox']; readonly folder: FolderRow };

/** Items that a query string finds (reference: Exchange 2013 and later; see "EWS throttling in Exchange"). */
const mostByQuery = 250;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation */
export const findItem: Operation<typeof contract> = async (call, request) => {
  const { view, QueryString } = request;
  const plan = planItems(request.ItemShape, true);
  const isFractional = view?.is === 'FractionalPageItemView';
  const searched = QueryString === undefined ? undefined : readQueryString(QueryString.text, call.instant);
  const query: Query = {
    ...selection(request, searched?.restriction, call.clocks),
    associated: request.Traversal === 'Associated',
    ...(searched === undefined ? {} : { atMost: mostByQuery }),
  };
  const grouping = request.grouping && groupingOf(request.grouping);
  const HighlightTerms = QueryString?.ReturnHighlightTerms === true ? highlightTerms(searched?.terms ?? []) : undefined;
  const spend = findBudget();
  return perItem(call, request.ParentFolderIds, async (target) => {
    const { mailbox, folder } = await openFolder(call, target, folderRights.readAny);
    refuseView(view, folder);
    // What it finds lies in folders with permissions of their own.
    if (mailbox.isShared) refuseSearchFolder({ mailbox, folder }, 'ErrorAccessDenied');
    // What is private is not there for those who open a folder by its permissions, but for some delegates.
    const restriction = mailbox.hidesPrivate ? withoutPrivateItems(query.restriction) : query.restriction;
    if (view?.is === 'CalendarView' && query.associated !== true && request.Traversal !== 'SoftDeleted') {
      const { items, total } = await viewCalendar(call, { mailbox, folder }, view.value, plan);
      spend(items.length);
      const paging = { TotalItemsInView: total, IncludesLastItemInRange: items.length === total };
      const contents = { is: 'Items', value: items } as const;
      return { class: 'Success', RootFolder: { ...paging, contents } } as const;
    }
    const place = { ...query, restriction, mailbox: mailbox.guid, folder };
    const page = request.Traversal === 'SoftDeleted' ? nothing : await pageOf(call, view, place);
    const { found, contents, count } =
      request.Traversal === 'SoftDeleted'
        ? { found: noneFound, contents: { is: 'Items', value: [] } as const, count: 0 }
        : await contentsOf(call, mailbox, { ...place, page }, plan, grouping);
    spend(count);
    const isWhole = view?.is === 'CalendarView' || view?.is === 'ContactsView';
    const paging = isWhole ? { TotalItemsInView: found.total, IncludesLastItemInRange: found.last } : pagingOf(found, isFractional);
    return { class: 'Success', RootFolder: { ...paging, contents }, ...(HighlightTerms && { HighlightTerms }) } as const;
  });
};

const nothing = { offset: 0, count: 0, from: 'beginning' } as const;
/** No folder has had a dumpster since Exchange 2010: what is soft-deleted lies in the recoverable items, where it is found as anything is. */
const noneFound = { items: [], total: 0, nextOffset: 0, last: true } as const;

type Contents =
  | { readonly is: 'Items'; readonly value: readonly WireItem[] }
  | { readonly is: 'Groups'; readonly value: readonly { readonly GroupIndex: string; readonly Items: readonly WireItem[] }[] };

async function contentsOf(
  call: EwsCall,
  mailbox: OpenMailbox,
  query: Omit<ItemQuery, 'need'>,
  plan: ItemPlan,
  grouping: PlannedGrouping | undefined,
): Promise<{ readonly found: Parameters<typeof pagingOf>[0]; readonly contents: Contents; readonly count: number }> {
  if (grouping === undefined) {
    const { found, items } = await viewFound(call, mailbox, query, plan);
    return { found, contents: { is: 'Items', value: items }, count: items.length };
  }
  const { properties } = plan.need;
  const need = { ...plan.need, properties: properties === 'all' ? properties : [...properties, grouping.property] };
  const found = await groupItems(call.context.store.read, { ...query, need }, grouping);
  const value: { readonly GroupIndex: string; readonly Items: readonly WireItem[] }[] = [];
  for (const rows of found.items) {
    const [first] = rows;
    if (first !== undefined) value.push({ GroupIndex: grouping.index(first), Items: await viewItems(call, mailbox, rows, plan) });
  }
  return { found, contents: { is: 'Groups', value }, count: found.count };
}

function refuseView(view: Request['view'], folder: FolderRow): void {
  const isCalendar = /^ipf\.appointment(\.|$)/i.test(folder.class);
  if (view?.is === 'CalendarView' && !isCalendar) throw ewsRefusal('ErrorCalendarFolderIsInvalidForCalendarView', { detail: folder.class });
  if (view?.is === 'SeekToConditionPageItemView' && isCalendar) throw ewsRefusal('ErrorCalendarSeekToConditionNotSupported');
}

function selection(
  { view, grouping, Restriction: expression, SortOrder }: Request,
  searched: Restriction | undefined,
  clocks: Clocks | undefined,
): Pick<ItemQuery, 'restriction' | 'sort'> {
  // Microsoft's page "QueryString (QueryStringType)": it excludes restrictions. The code is a guess.
  if (expression !== undefined && searched !== undefined)
    throw ewsRefusal('ErrorUnsupportedQueryFilter', { detail: 'a query string and a restriction' });
  const restriction = expression === undefined ? searched : restrictionOf(expression, clocks);
  if (view?.is === 'CalendarView') {
    // The code: exchangelib's tests against Exchange Online. Observed: the sentence, jamesiarmes/php-ews, issue 164.
    if (restriction !== undefined || SortOrder !== undefined || grouping !== undefined)
      throw ewsRefusal('ErrorInvalidOperation', { text: 'Restrictions and sort order may not be specified for a CalendarView.' });
    refuseWindow(view.value);
    return { restriction, sort: undefined };
  }
  const sort = SortOrder === undefined ? undefined : sortKeysOf(SortOrder);
  if (view?.is !== 'ContactsView') return { restriction, sort };
  const names = between(view.value);
  return {
    restriction: restriction === undefined ? names : { kind: 'and', of: [restriction, names] },
    sort: sort ?? [{ property: tags.displayName, direction: 'ascending' }],
  };
}

/** Contacts whose display names lie between two names, both among them (Microsoft's page "ContactsView"). */
function between({
  InitialName,
  FinalName,
}: {
  readonly InitialName?: string | undefined;
  readonly FinalName?: string | undefined;
}): Restriction {
  const property = tags.displayName;
  const bounds: Restriction[] = [{ kind: 'exists', property }];
  if (InitialName !== undefined) bounds.push({ kind: 'compare', property, operator: '>=', with: { value: InitialName } });
  if (FinalName !== undefined) bounds.push({ kind: 'compare', property, operator: '<=', with: { value: FinalName } });
  return { kind: 'and', of: bounds };
}

async function pageOf(call: EwsCall, view: Request['view'], query: Place): Promise<ItemQuery['page']> {
  const { read } = call.context.store;
  switch (view?.is) {
    case 'FractionalPageItemView': {
      const all = await findItems(read, { ...query, page: nothing, need: { properties: [] } });
      return fractionalPage(view.value, all.total);
    }
    case 'SeekToConditionPageItemView': {
      return seekPage(read, query, seekView(view.value, call.clocks));
    }
    case 'CalendarView':
    case 'ContactsView':
      return indexedPage({ MaxEntriesReturned: view.value.MaxEntriesReturned, Offset: 0, BasePoint: 'Beginning' });
    default:
      return indexedPage(view?.value);
  }
}
