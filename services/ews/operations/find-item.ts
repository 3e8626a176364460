import { findItems, type ItemQuery } from '../../../shared/domain/mailbox/find-items.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { withoutPrivateItems } from '../../../shared/domain/mailbox/private-items.ts';
import type { Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { findItem as contract } from '../../../shared/protocols/ews/operations/find-item.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planItems } from '../views/item-plan.ts';
import { viewFound } from '../views/item-view.ts';
import { findBudget, fractionalPage, indexedPage, pagingOf } from '../views/page.ts';
import { restrictionOf, sortKeysOf } from '../views/search.ts';

type Request = RequestOf<typeof contract>;
/** What is asked of each folder; the page depends on how much there is when it is a fraction. */
type Query = Omit<ItemQuery, 'mailbox' | 'folder' | 'page' | 'need'>;

/** A calendar view reaches over at most two years (Microsoft's page "CalendarView"). */
const longestViewMs = 2 * 366 * 86_400_000;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation */
export const findItem: Operation<typeof contract> = async (call, request) => {
  refuseUnsupported(request);
  const { view } = request;
  const plan = planItems(request.ItemShape, true);
  const isFractional = view?.is === 'FractionalPageItemView';
  const query: Query = { ...selection(request), associated: request.Traversal === 'Associated' };
  const spend = findBudget();
  return perItem(call, request.ParentFolderIds, async (target) => {
    const { mailbox, folder } = await openFolder(call, target, folderRights.readAny);
    if (view?.is === 'CalendarView' && !/^ipf\.appointment(\.|$)/i.test(folder.class)) {
      throw ewsRefusal('ErrorCalendarFolderIsInvalidForCalendarView', { detail: folder.class });
    }
    // What is private is not there for those who open a folder by its permissions.
    const restriction = mailbox.isShared ? withoutPrivateItems(query.restriction) : query.restriction;
    const place = { ...query, restriction, mailbox: mailbox.guid, folder };
    const { found, items } = await viewFound(call, mailbox, { ...place, page: await pageOf(call, view, place) }, plan);
    spend(items.length);
    const paging =
      view?.is === 'CalendarView' ? { TotalItemsInView: found.total, IncludesLastItemInRange: found.last } : pagingOf(found, isFractional);
    return { class: 'Success', RootFolder: { ...paging, contents: { is: 'Items', value: [...items] } } } as const;
  });
};

function refuseUnsupported({ Traversal, view, grouping, QueryString }: Request): void {
  if (Traversal === 'SoftDeleted') throw notSupported('FindItem with Traversal SoftDeleted');
  if (view?.is === 'SeekToConditionPageItemView' || view?.is === 'ContactsView') throw notSupported(`FindItem with ${view.is}`);
  if (grouping !== undefined) throw notSupported(`FindItem with ${grouping.is}`);
  if (QueryString !== undefined) throw notSupported('FindItem with QueryString');
}

function selection({ view, Restriction: expression, SortOrder }: Request): Pick<ItemQuery, 'restriction' | 'sort'> {
  if (view?.is !== 'CalendarView') {
    return {
      restriction: expression === undefined ? undefined : restrictionOf(expression),
      sort: SortOrder === undefined ? undefined : sortKeysOf(SortOrder),
    };
  }
  // Microsoft's page "CalendarView": it takes neither a restriction nor a sort order.
  if (expression !== undefined || SortOrder !== undefined)
    throw ewsRefusal('ErrorRestrictionTooComplex', { detail: 'CalendarView with a restriction or sort order' });
  return { restriction: during(view.value), sort: [{ property: named.appointmentStartWhole, direction: 'ascending' }] };
}

/** Appointments that lie in a period, even if only in part. */
function during({ StartDate, EndDate }: { readonly StartDate: number; readonly EndDate: number }): Restriction {
  if (EndDate < StartDate) throw ewsRefusal('ErrorCalendarEndDateIsEarlierThanStartDate');
  if (EndDate - StartDate > longestViewMs) throw ewsRefusal('ErrorCalendarViewRangeTooBig');
  const begins: Restriction = { kind: 'compare', property: named.appointmentStartWhole, operator: '<', with: { value: EndDate } };
  const ends: Restriction = { kind: 'compare', property: named.appointmentEndWhole, operator: '>', with: { value: StartDate } };
  return { kind: 'and', of: [begins, ends] };
}

async function pageOf(call: EwsCall, view: Request['view'], query: Omit<ItemQuery, 'page' | 'need'>): Promise<ItemQuery['page']> {
  if (view?.is === 'FractionalPageItemView') {
    const nothing = { offset: 0, count: 0, from: 'beginning' } as const;
    const all = await findItems(call.context.store.read, { ...query, page: nothing, need: { properties: [] } });
    return fractionalPage(view.value, all.total);
  }
  if (view?.is === 'CalendarView')
    return indexedPage({ MaxEntriesReturned: view.value.MaxEntriesReturned, Offset: 0, BasePoint: 'Beginning' });
  return indexedPage(view?.is === 'IndexedPageItemView' ? view.value : undefined);
}
