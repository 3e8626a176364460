import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../../kernel/mapi.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import { nextSequence } from '../../../store/change-feed.ts';
import type { Executor } from '../../../store/database.ts';
import type { ItemDraft } from '../../mailbox/draft.ts';
import { getItem } from '../../mailbox/items.ts';
import { itemProperty } from '../../mailbox/property-reader.ts';
import { type CalendarEvent, calendarEvents } from '../calendar-events.ts';
import type { CalendarProcessing } from '../calendar-processing.ts';
import type { Period } from '../free-busy.ts';
import { type Day, lastDay } from '../recurrence/pattern.ts';
import { dayOfException, type Occurrence, occurrences, type Series } from '../recurrence/series.ts';
import { recurrenceProperties, seriesOf } from '../recurrence/series-properties.ts';
import type { TimeZone } from '../time-zone.ts';
import type { WorkingHours } from '../working-hours.ts';
import { automaticAnswer } from './automatic-answer.ts';
import { bookingAnswer } from './booking-answer.ts';
import { declineOccurrences } from './decline-occurrences.ts';
import { findMeeting, type MeetingName, meetingName } from './find-meeting.ts';
import { changeHeld, type HeldMeeting, removeHeld } from './held-meeting.ts';
import { type Asker, type BookingConflict, type BookingVerdict, judgeBooking } from './judge-booking.ts';
import { type Answered, busy, inBag, meetingMessageKind, meetingTypes, responses } from './meeting-facts.ts';
import type { MeetingParty } from './meeting-messages.ts';
import { type MeetingReceipt, receiveMeetingMessage } from './receive.ts';

const dayMs = 86_400_000;
/** A series is looked at as far as this, and by so many of its occurrences: bounds of ours. */
const longestLook = 400 * dayMs;
const mostOccurrences = 1_000;
/** The calendar is read in pieces of this length. */
const lookMs = 31 * dayMs;

/** A room or something else that is booked, and who asks. */
export interface BookingGround {
  readonly resource: MeetingParty;
  readonly processing: CalendarProcessing;
  readonly hours: WorkingHours;
  readonly asker: Asker;
  /** Addresses of whoever sent the message, in small letters. */
  readonly sender: readonly string[];
}

export interface BookingReceipt extends MeetingReceipt {
  /** What the organizer is told. */
  readonly response?: ItemDraft;
  /** What he is told besides, of single occurrences. */
  readonly declined?: readonly ItemDraft[];
  /** What became of a request. */
  readonly verdict?: BookingVerdict;
}

const answers = { booked: 'accepted', pending: 'tentative', refused: 'declined' } as const satisfies Record<BookingVerdict['is'], Answered>;

/**
 * What the calendar of a resource does with a message about a meeting: it takes requests that its rules allow and that
 * nothing stands against, keeps those that a delegate is to decide on, declines all others, and forgets what is called off.
 * Judgement and booking are in one transaction, behind the lock of the mailbox: of two who want one time the first gets it.
 */
export async function bookResource(
  tx: Executor,
  mailbox: Guid,
  message: ItemDraft,
  ground: BookingGround,
  instant: Instant,
): Promise<BookingReceipt> {
  // Whoever takes a number locks the mailbox: what is read from here on is what will be.
  await nextSequence(tx, mailbox);
  const name = meetingName(inBag(message.properties));
  const isApproved = name !== undefined && (await isOnlyTold(tx, mailbox, name, message));
  const received = await receiveMeetingMessage(tx, mailbox, message, { addresses: ground.sender, addsRequests: true }, instant);
  const { outcome } = received;
  const held = name === undefined || !changed.has(outcome) ? undefined : await findMeeting(tx, mailbox, name);
  if (held === undefined) return received;
  if (meetingMessageKind(message.class) === 'cancellation') {
    await removeHeld(tx, mailbox, held, 'to-deleted-items', {}, instant);
    return received;
  }
  const { conflicts, judged } = await judge(tx, mailbox, message, held.row.counter, ground, instant);
  const verdict: BookingVerdict = judged.is === 'pending' && isApproved ? { is: 'booked' } : judged;
  const { processing, resource } = ground;
  if (verdict.is === 'refused') await removeHeld(tx, mailbox, held, 'to-deleted-items', {}, instant);
  else await take(tx, mailbox, message, held, { processing, is: verdict.is }, instant);
  const until = asked(message.properties, processing, instant)?.until;
  const body = { [tags.body]: bookingAnswer(verdict, processing, until) };
  const response = await automaticAnswer(tx, mailbox, message, { answered: answers[verdict.is], party: resource, body }, instant);
  const declined =
    verdict.is === 'booked' ? await declineOccurrences(tx, mailbox, message, { conflicts, processing, resource }, instant) : [];
  return { ...received, response, declined, verdict };
}

/**
 * Whether a request only tells more of what the resource has accepted, at the same times: a delegate who has agreed is not
 * asked again (inferred). The times are compared, too: that nothing has changed is what the request says of itself.
 */
async function isOnlyTold(
  tx: Executor,
  mailbox: Guid,
  name: MeetingName,
  { class: messageClass, properties }: ItemDraft,
): Promise<boolean> {
  if (meetingMessageKind(messageClass) !== 'request' || properties[named.meetingType] !== meetingTypes.informational) return false;
  const before = await findMeeting(tx, mailbox, name);
  if (before === undefined || before.occurrence?.isDeleted === true) return false;
  const had = (key: PropertyKey): PropertyValue | undefined => itemProperty(before.row, key);
  const keys = before.occurrence === undefined ? [...times, named.appointmentRecur] : times;
  return had(named.responseStatus) === responses.accepted && keys.every((key) => had(key) === properties[key]);
}

const times = [named.appointmentStartWhole, named.appointmentEndWhole];
const changed: ReadonlySet<MeetingReceipt['outcome']> = new Set(['created', 'updated', 'cancelled']);

async function judge(
  tx: Executor,
  mailbox: Guid,
  { properties }: ItemDraft,
  appointment: number,
  { processing, hours, asker }: BookingGround,
  at: Instant,
): Promise<{ readonly judged: BookingVerdict; readonly conflicts: readonly BookingConflict[] }> {
  const { periods, isSeries, lastEnd } = periodsOf(properties, processing, at);
  const conflicts = processing.allowConflicts ? [] : await conflictsOf(tx, mailbox, periods, appointment);
  return { judged: judgeBooking({ periods, isSeries, lastEnd, asker, conflicts }, processing, hours, at), conflicts };
}

/** A time that is asked for, and whose it is in a series. */
type AskedPeriod = Period | Occurrence;

/**
 * The series that a request asks for, as a resource takes it: where it may begin within the booking window and go on behind it, it
 * ends with the window, `until` (page of Set-CalendarProcessing: EnforceSchedulingHorizon).
 */
function asked(
  properties: PropertyBag,
  { enforceSchedulingHorizon, bookingWindowInDays }: CalendarProcessing,
  at: Instant,
): { readonly series: Series; readonly zone: TimeZone; readonly until?: Day } | undefined {
  const found = properties[named.recurring] === true ? seriesOf(inBag(properties)) : undefined;
  const day = Math.floor(at / dayMs) + bookingWindowInDays;
  if (found === undefined || enforceSchedulingHorizon || lastDay(found.series.pattern) <= day) return found;
  const { pattern, deleted, exceptions, ...times } = found.series;
  const series = {
    ...times,
    pattern: { ...pattern, end: { is: 'until', day } as const },
    deleted: deleted.filter((one) => one <= day),
    exceptions: exceptions.filter((one) => dayOfException(one) <= day),
  };
  return { ...found, series, until: day };
}

function periodsOf(
  properties: PropertyBag,
  processing: CalendarProcessing,
  at: Instant,
): { periods: readonly AskedPeriod[]; isSeries: boolean; lastEnd?: Instant } {
  const [start, end] = [Number(properties[named.appointmentStartWhole] ?? 0), Number(properties[named.appointmentEndWhole] ?? 0)];
  const first = { start, end };
  const found = asked(properties, processing, at);
  if (found === undefined) return { periods: [first], isSeries: false };
  const from = Math.max(start, at);
  const periods: Occurrence[] = [];
  for (const occurrence of occurrences(found.series, found.zone, { start: from, end: from + longestLook })) {
    if (periods.length >= mostOccurrences) break;
    periods.push(occurrence);
  }
  const { pattern } = found.series;
  const isEndless = pattern.end.is === 'never';
  return {
    periods: periods.length === 0 ? [first] : periods,
    isSeries: true,
    ...(isEndless ? {} : { lastEnd: (lastDay(pattern) + 1) * dayMs }),
  };
}

/** What else there is at these times, the appointment itself left out; one for each time at most. */
async function conflictsOf(
  tx: Executor,
  mailbox: Guid,
  periods: readonly AskedPeriod[],
  appointment: number,
): Promise<readonly BookingConflict[]> {
  const conflicts: BookingConflict[] = [];
  for (const month of Map.groupBy(periods, ({ start }) => Math.floor(start / lookMs)).values()) {
    const window = { start: Math.min(...month.map(({ start }) => start)), end: Math.max(...month.map(({ end }) => end)) };
    const events = await calendarEvents(tx, mailbox, window).catch((error: unknown) => {
      // More than can be listed: then something stands against it.
      if (error instanceof Refusal && error.code === 'too-many-events') return undefined;
      throw error;
    });
    for (const period of month) {
      const { start, end } = period;
      const occurrence = 'day' in period ? period : undefined;
      const isOther = (event: CalendarEvent): boolean =>
        event.item !== appointment && event.status !== 'free' && event.start < end && event.end > start;
      const other = events?.find(isOther);
      if (events === undefined) conflicts.push({ start, end, organizer: '', occurrence });
      else if (other !== undefined)
        conflicts.push({ start: other.start, end: other.end, organizer: await organizerOf(tx, mailbox, other.item), occurrence });
    }
  }
  return conflicts;
}

async function organizerOf(tx: Executor, mailbox: Guid, item: number): Promise<string> {
  const row = await getItem(tx, mailbox, item, { properties: [tags.sentRepresentingName] });
  const name = row === undefined ? undefined : itemProperty(row, tags.sentRepresentingName);
  return typeof name === 'string' ? name : '';
}

/** The appointment as a resource keeps it: whose it is rather than what it is about; until a delegate agrees, perhaps. */
async function take(
  tx: Executor,
  mailbox: Guid,
  { properties }: ItemDraft,
  held: HeldMeeting,
  { processing, is }: { readonly processing: CalendarProcessing; readonly is: 'booked' | 'pending' },
  instant: Instant,
): Promise<void> {
  const { addOrganizerToSubject, deleteSubject, deleteComments, deleteAttachments, removePrivateProperty } = processing;
  const intended = properties[named.intendedBusyStatus];
  const organizer = String(properties[tags.sentRepresentingName] ?? '');
  const subject = String(properties[tags.subject] ?? '');
  const untilDecided = processing.tentativePendingApproval ? busy.tentative : busy.free;
  const taken = asked(properties, processing, instant);
  const shown = [...(addOrganizerToSubject ? [organizer] : []), ...(deleteSubject ? [] : [subject])].join(' ');
  const set: PropertyBag = {
    [named.responseStatus]: responses[answers[is]],
    [named.busyStatus]: is === 'pending' ? untilDecided : typeof intended === 'number' ? intended : busy.busy,
    [named.appointmentReplyTime]: instant,
    [tags.subject]: shown,
    [named.reminderSet]: false,
    ...(taken?.until === undefined ? {} : recurrenceProperties(taken.series, taken.zone)),
    ...(removePrivateProperty ? { [tags.sensitivity]: 0 } : {}),
  };
  const remove = deleteComments ? [tags.body, tags.bodyHtml] : [];
  await changeHeld(tx, mailbox, held, { set, remove, ...(deleteAttachments ? { attachments: 'none' as const } : {}) }, instant);
}
