import { calendarView } from '../../../shared/domain/calendar/calendar-view.ts';
import { withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenFolder } from '../mailboxes.ts';
import { longAppointments } from '../occurrences/long-appointments.ts';
import type { ItemPlan } from './item-plan.ts';
import { viewEntries } from './item-view.ts';
import { seekCount } from './page.ts';

/** CalendarViewType. */
export interface WireCalendarView {
  readonly StartDate: number;
  readonly EndDate: number;
  readonly MaxEntriesReturned?: number | undefined;
}

/** It reaches over at most two years (Microsoft's page "CalendarView"). */
export const longestViewMs = 2 * 366 * 86_400_000;
/** Neither end may be an end of .NET's time, to the second (Microsoft's page "ResponseCode", ErrorValueOutOfRange). */
const endsOfTime = { first: Date.parse('0001-01-01T00:00:00Z'), last: Date.parse('9999-12-31T23:59:59Z') } as const;

/** Refuses a view that cannot be asked of any calendar. */
export function refuseWindow({ StartDate, EndDate }: WireCalendarView): void {
  for (const date of [StartDate, EndDate])
    if (date <= endsOfTime.first || date >= endsOfTime.last) throw ewsRefusal('ErrorValueOutOfRange', { detail: `a view at ${date}` });
  if (EndDate < StartDate) throw ewsRefusal('ErrorCalendarEndDateIsEarlierThanStartDate');
  if (EndDate - StartDate > longestViewMs) throw ewsRefusal('ErrorCalendarViewRangeTooBig');
}

/** What a calendar shows in a period. Refuses a view without entries with ErrorInvalidPagingMaxRows. */
export async function viewCalendar(
  call: EwsCall,
  { mailbox, folder }: OpenFolder,
  view: WireCalendarView,
  plan: ItemPlan,
): Promise<{ readonly items: readonly WireItem[]; readonly total: number }> {
  const { read } = call.context.store;
  const { entries, total } = await calendarView(read, {
    mailbox: mailbox.guid,
    folder: folder.counter,
    window: { start: view.StartDate, end: view.EndDate },
    long: await longAppointments(read, mailbox, folder.counter),
    need: mailbox.isShared ? withSharedFacts(plan.need) : plan.need,
    count: seekCount(view),
    withoutPrivate: mailbox.hidesPrivate,
  });
  return { items: await viewEntries(call, mailbox, entries, plan), total };
}
