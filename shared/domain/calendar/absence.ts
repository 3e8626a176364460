import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { setTimer } from '../../store/timer-table.ts';
import { type AbsenceInCalendar, type AutomaticReplies, changeAutomaticReplies, type ReplyPeriod } from '../mailbox/automatic-replies.ts';
import { requireFolder } from '../mailbox/folders.ts';
import { createItem } from '../mailbox/item-writes.ts';
import { getItem } from '../mailbox/items.ts';
import { updateItem } from '../mailbox/update-item.ts';
import { type CalendarClearing, calendarClearing, type Missed, type MissedEvent } from './calendar-clearing.ts';
import { newGlobalObjectId } from './global-object-id.ts';

/** PidLidBusyStatus, MS-OXOCAL 2.2.1.2: out of office. */
const outOfOffice = 3;

/** What is said of the calendar: whether new requests, and events of the period, are declined; all of these, or those that are named. */
export interface AskedOfCalendar {
  readonly declinesRequests?: boolean | undefined;
  readonly declinesEvents?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly named?: readonly MissedEvent[] | undefined;
}

/**
 * What is missed by what is said and by what is kept of events, and what is kept then (page of Set-MailboxAutoReplyConfiguration); a text where
 * it does not go together. The sentences are ours.
 */
export function missedBy(
  asked: AskedOfCalendar,
  kept: AbsenceInCalendar['declinesEvents'],
  state: AutomaticReplies['state'],
): string | (Pick<AbsenceInCalendar, 'declinesEvents'> & { readonly missed: Missed | undefined }) {
  const declines = asked.declinesEvents ?? kept !== false;
  const scheduled = 'needs the AutoReplyState Scheduled.';
  if (asked.declinesRequests === true && state !== 'Scheduled') return `AutoDeclineFutureRequestsWhenOOF ${scheduled}`;
  if (asked.declinesEvents === true && state !== 'Scheduled') return `DeclineEventsForScheduledOOF ${scheduled}`;
  if (asked.all === true && !declines) return 'DeclineAllEventsForScheduledOOF needs DeclineEventsForScheduledOOF.';
  if (asked.named !== undefined && !declines) return 'EventsToDeleteIDs needs DeclineEventsForScheduledOOF.';
  if (asked.all === true && asked.named !== undefined) return 'EventsToDeleteIDs and DeclineAllEventsForScheduledOOF exclude each other.';
  const all = declines && (asked.all ?? kept === 'all');
  return { declinesEvents: all ? 'all' : declines, missed: asked.all === true ? 'all' : asked.named };
}

/** How an absence changes. */
export interface AbsenceChange {
  readonly change: Partial<AutomaticReplies>;
  /** For the appointment that shows it. */
  readonly eventGuid: string;
  /** What is declined now. */
  readonly missed?: Missed | undefined;
}

/**
 * Changes what a mailbox answers while its owner is away; where that is to show in his calendar, there is an appointment of
 * the period, the same for one absence after the other as long as it lies there (inferred). What he misses is declined by a timer that is
 * due at once. Refuses as `changeAutomaticReplies`.
 */
export async function changeAbsence(tx: Executor, mailbox: Guid, { change, eventGuid, missed }: AbsenceChange, at: Instant): Promise<void> {
  const { state, period, meetings } = await changeAutomaticReplies(tx, mailbox, change, at);
  if (state !== 'Scheduled' || period === null) return;
  if (missed !== undefined) {
    const payload: CalendarClearing = { mailbox, period, missed, reply: meetings.declineReply.html };
    await setTimer(tx, { id: `${calendarClearing}/${mailbox}/${eventGuid}`, due: at, kind: calendarClearing, payload });
  }
  await showAbsence(tx, mailbox, { period, meetings }, eventGuid, at);
}

async function showAbsence(
  tx: Executor,
  mailbox: Guid,
  { period, meetings }: { readonly period: ReplyPeriod; readonly meetings: AbsenceInCalendar },
  guid: string,
  at: Instant,
): Promise<void> {
  if (!meetings.createsEvent) return;
  const set: PropertyBag = {
    [tags.subject]: meetings.eventSubject,
    [named.appointmentStartWhole]: period.start,
    [named.appointmentEndWhole]: period.end,
    [named.busyStatus]: outOfOffice,
  };
  const calendar = await requireFolder(tx, mailbox, 'calendar');
  const known = meetings.event === null ? undefined : await getItem(tx, mailbox, meetings.event, { properties: [] });
  if (known !== undefined && known.folder === calendar.counter) {
    await updateItem(tx, mailbox, known.counter, { set }, 'any', at);
    return;
  }
  const id = newGlobalObjectId(at, guid);
  const properties = { ...set, ...plain, [named.globalObjectId]: id, [named.cleanGlobalObjectId]: id };
  const draft = { class: 'IPM.Appointment', properties, recipients: [], attachments: [] };
  const { counter } = await createItem(tx, mailbox, calendar.counter, draft, at);
  await changeAutomaticReplies(tx, mailbox, { meetings: { ...meetings, event: counter } }, at);
}

/** An appointment that nobody is asked to, and that reminds of nothing. */
const plain: PropertyBag = {
  [named.appointmentStateFlags]: 0,
  [named.responseStatus]: 1,
  [named.appointmentSubType]: false,
  [named.recurring]: false,
  [named.location]: '',
  [named.reminderSet]: false,
  [tags.responseRequested]: false,
  [tags.read]: true,
};
