import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyBag, type PropertyValue } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { type EmbeddedAttachment, embedAttachment, embeddedItemOf, embeddedSize } from '../mailbox/attachments.ts';
import { deleteItem, type Removal } from '../mailbox/delete-item.ts';
import type { RecipientDraft } from '../mailbox/draft.ts';
import type { ItemRow } from '../mailbox/item-columns.ts';
import type { ItemReference } from '../mailbox/item-writes.ts';
import type { AttachmentRow } from '../mailbox/items.ts';
import { type ItemChanges, updateItem } from '../mailbox/update-item.ts';
import { calendarRefusal } from './errors.ts';
import { exceptionMessage, exceptionOverrides, exceptionTimes } from './exception-properties.ts';
import { type KnownSeries, messageOfDay } from './occurrence-row.ts';
import { dayOfException, firstOccurrence, neighbours, type Occurrence, type Series, type SeriesException } from './recurrence/series.ts';
import { recurrenceProperties } from './recurrence/series-properties.ts';
import { type WallTime, wallTimeAt } from './time-zone.ts';

/** A series as it was read, and one of its occurrences. */
export interface KnownOccurrence {
  readonly mailbox: Guid;
  readonly master: Pick<ItemRow, 'counter'>;
  readonly known: KnownSeries;
  readonly occurrence: Occurrence;
  /** The messages of all its exceptions. */
  readonly messages: readonly AttachmentRow[];
}

/** What becomes of an occurrence. Properties that are taken away are set to nothing: the series' would show else. */
export interface OccurrenceChanges {
  readonly set: PropertyBag;
  readonly recipients?: readonly RecipientDraft[] | undefined;
  /** All that is attached to it from now on, instead of what is attached to the series. */
  readonly attachments?: readonly EmbeddedAttachment[] | undefined;
  /** Of the series, beside. */
  readonly ofSeries?: PropertyBag;
  /** Somebody else's meeting: wherever he has moved it, it may be in the way of its neighbours. */
  readonly isTold?: boolean;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Exceptions of a series, and octets of its recurrence: bounds of ours. */
const mostExceptions = 1_000;
const mostOctets = 256 * 1024;

/**
 * Makes an occurrence an exception, or changes the one it is: what the recurrence has a place for stands there, and all that
 * was ever changed in the exception's message, a hidden attachment of the series (MS-OXOCAL 2.2.1.44.2, 2.2.10.1). Times are kept
 * to the minute. Refuses with `occurrence-crosses-another` a start on the day of its neighbours, or beyond, or before the end of the
 * one before, with `occurrence-overlaps-another` an end after the start of the next, with `recurrence-too-large`, and as
 * `updateItem` does.
 */
export async function changeOccurrence(
  tx: Executor,
  of: KnownOccurrence,
  changes: OccurrenceChanges,
  expectedChangeNumber: number | 'any',
  instant: Instant,
): Promise<ItemReference> {
  const { mailbox, master, known, occurrence, messages } = of;
  const { series, zone } = known;
  const exception = exceptionOf(of, changes);
  const changed: Series = {
    ...series,
    exceptions: [...series.exceptions.filter((one) => dayOfException(one) !== occurrence.day), exception].toSorted(
      (left, right) => left.original - right.original,
    ),
  };
  const message = occurrence.exception === undefined ? undefined : messageOfDay(messages, zone, occurrence.day);
  const whole: ItemChanges = {
    set: { ...changes.ofSeries, ...bounded(changed, known) },
    attachments: await messageChanges(tx, of, message, {
      ...changes,
      set: { ...changes.set, ...exceptionTimes(series, zone, occurrence.day, exception) },
    }),
  };
  return updateItem(tx, mailbox, master.counter, whole, expectedChangeNumber, instant);
}

/**
 * Takes an occurrence out of its series; with the last one that is left the series goes as `removal` says (inferred). Refuses as
 * `updateItem` and `deleteItem` do.
 */
export async function deleteOccurrence(
  tx: Executor,
  of: KnownOccurrence,
  removal: Removal,
  ofSeries: PropertyBag,
  instant: Instant,
): Promise<void> {
  const { mailbox, master, known, occurrence, messages } = of;
  const { series, zone } = known;
  const rest: Series = {
    ...series,
    deleted: [...series.deleted, occurrence.day].toSorted((left, right) => left - right),
    exceptions: series.exceptions.filter((one) => dayOfException(one) !== occurrence.day),
  };
  if (firstOccurrence(rest, zone) === undefined) {
    await deleteItem(tx, mailbox, master.counter, removal, instant);
    return;
  }
  const message = messageOfDay(messages, zone, occurrence.day);
  const attachments = message === undefined ? {} : { attachments: { remove: [message.number] } };
  await updateItem(tx, mailbox, master.counter, { set: { ...ofSeries, ...bounded(rest, known) }, ...attachments }, 'any', instant);
}

function bounded(series: Series, { zone, series: before }: KnownSeries): PropertyBag {
  const grows = series.exceptions.length > before.exceptions.length;
  if (grows && series.exceptions.length > mostExceptions)
    throw calendarRefusal('recurrence-too-large', `${series.exceptions.length} exceptions`);
  const properties = recurrenceProperties(series, zone);
  const octets = String(properties[named.appointmentRecur]).length * 0.75;
  if (octets > mostOctets) throw calendarRefusal('recurrence-too-large', `${octets} octets`);
  return properties;
}

/** The exception with its changes. */
function exceptionOf(
  { known: { series, zone }, occurrence }: KnownOccurrence,
  { set, attachments, isTold }: OccurrenceChanges,
): SeriesException {
  const { day, exception } = occurrence;
  const wall = (instant: PropertyValue | undefined, otherwise: Instant): WallTime =>
    Math.floor(wallTimeAt(zone, typeof instant === 'number' ? instant : otherwise) / minuteMs) * minuteMs;
  const [start, end] = [wall(set[named.appointmentStartWhole], occurrence.start), wall(set[named.appointmentEndWhole], occurrence.end)];
  const isMoved = start !== wall(undefined, occurrence.start) || end !== wall(undefined, occurrence.end);
  if (isMoved && isTold !== true) requireRoom({ series, zone }, day, start, end);
  return {
    ...exception,
    original: exception?.original ?? day * dayMs + series.startMinutes * minuteMs,
    start,
    end: Math.max(start, end),
    ...exceptionOverrides(set),
    ...(attachments === undefined ? {} : { hasAttachments: attachments.length > 0 }),
  };
}

function requireRoom({ series, zone }: KnownSeries, day: number, start: WallTime, end: WallTime): void {
  const { before, after } = neighbours(series, zone, day);
  const dayOf = (wall: WallTime): number => Math.floor(wall / dayMs);
  const crosses =
    (before !== undefined && (dayOf(start) <= dayOf(wallTimeAt(zone, before.start)) || start < wallTimeAt(zone, before.end))) ||
    (after !== undefined && dayOf(start) >= dayOf(wallTimeAt(zone, after.start)));
  if (crosses) throw calendarRefusal('occurrence-crosses-another', `the occurrence of day ${day} from ${start}`);
  if (after !== undefined && end > wallTimeAt(zone, after.start))
    throw calendarRefusal('occurrence-overlaps-another', `the occurrence of day ${day} until ${end}`);
}

async function messageChanges(
  tx: Executor,
  { messages, known: { zone }, occurrence: { day } }: KnownOccurrence,
  message: AttachmentRow | undefined,
  { set, recipients, attachments }: OccurrenceChanges,
): Promise<NonNullable<ItemChanges['attachments']>> {
  if (message !== undefined) {
    const item = embeddedItemOf(message);
    const changed = {
      ...item,
      properties: { ...item.properties, ...set },
      recipients: recipients ?? item.recipients,
      attachments: attachments ?? item.attachments,
      mime: null,
    };
    return { replace: [{ number: message.number, item: changed }] };
  }
  // What an exception of another pattern has left behind is not of this one.
  const left = messageOfDay(messages, zone, day);
  const remove = left === undefined ? {} : { remove: [left.number] };
  const draft = exceptionMessage(set, recipients);
  if (attachments === undefined) return { add: [draft], ...remove };
  const hidden = await embedAttachment(tx, draft);
  const item = { ...present(hidden.item, 'the message of an exception'), attachments };
  return { put: [{ ...hidden, item, size: embeddedSize(item) }], ...remove };
}
