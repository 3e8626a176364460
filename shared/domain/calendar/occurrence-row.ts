import type { Instant } from '../../kernel/clock.ts';
import { named, type PropertyKey, type PropertyValue } from '../../kernel/mapi.ts';
import { embeddedItemOf } from '../mailbox/attachments.ts';
import { type EmbeddedContent, embeddedContent } from '../mailbox/embedded-items.ts';
import type { ItemRow } from '../mailbox/item-columns.ts';
import type { AttachmentRow } from '../mailbox/items.ts';
import { itemProperty, overlaid } from '../mailbox/property-reader.ts';
import { exceptionProperties } from './exception-properties.ts';
import { onDay } from './global-object-id.ts';
import type { Day } from './recurrence/pattern.ts';
import { type Occurrence, patternTimes, type Series } from './recurrence/series.ts';
import { seriesOf } from './recurrence/series-properties.ts';
import { type TimeZone, wallTimeAt } from './time-zone.ts';

/** An occurrence of a series as an item. */
export interface OccurrenceItem {
  /** The series' row with what is the occurrence's own. */
  readonly row: ItemRow;
  readonly day: Day;
  readonly isException: boolean;
  /** When the pattern has it begin. */
  readonly originalStart: Instant;
  /** The message of the exception: its number among the attachments of the series, and what it holds. */
  readonly message?: { readonly number: number; readonly content: EmbeddedContent };
  /** What is attached to the exception alone; undefined where the attachments of the series are its own. */
  readonly attachments?: EmbeddedContent['attachments'];
}

/** A series that was read, and its zone. */
export interface KnownSeries {
  readonly series: Series;
  readonly zone: TimeZone;
}

const dayMs = 86_400_000;

/** The series that a row is, whose bag was selected; undefined when it is none, or cannot be read. */
export function seriesOfRow(row: ItemRow): KnownSeries | undefined {
  return seriesOf((key) => itemProperty(row, key));
}

/**
 * An occurrence as an item: all is as in the series but for its times, what the recurrence says of an exception, and what
 * stands in the exception's message (MS-OXOCAL 2.2.10).
 *
 * @param messages those of the series' exceptions, as far as they were read
 */
export function occurrenceItem(
  master: ItemRow,
  { series, zone }: KnownSeries,
  occurrence: Occurrence,
  messages: readonly AttachmentRow[] = [],
): OccurrenceItem {
  const { day, exception, start, end } = occurrence;
  const found = exception === undefined ? undefined : messageOfDay(messages, zone, day);
  const originalStart = patternTimes(series, zone, day).start;
  const set: Record<PropertyKey, PropertyValue> = {
    ...(found === undefined ? {} : embeddedItemOf(found).properties),
    ...(exception === undefined ? {} : exceptionProperties(exception)),
    [named.appointmentStartWhole]: start,
    [named.appointmentEndWhole]: end,
    [named.recurring]: true,
    [named.exceptionReplaceTime]: originalStart,
  };
  if (itemProperty(master, named.reminderTime) !== undefined) set[named.reminderTime] = start;
  const id = itemProperty(master, named.globalObjectId);
  if (typeof id === 'string') set[named.globalObjectId] = onDay(Buffer.from(id, 'base64'), day).toString('base64');
  const content = found === undefined ? undefined : embeddedContent(found, master);
  const hasOwn = exception?.hasAttachments !== undefined || (content !== undefined && content.attachments.length > 0);
  const row = overlaid(master, set, [named.appointmentRecur]);
  if (hasOwn) row.has_attachments = content?.row.has_attachments ?? (exception?.hasAttachments === true ? 1 : 0);
  return {
    row,
    day,
    isException: exception !== undefined,
    originalStart,
    ...(found === undefined || content === undefined ? {} : { message: { number: found.number, content } }),
    ...(hasOwn ? { attachments: content?.attachments ?? [] } : {}),
  };
}

/** The message of the exception that stands for a day of the pattern, among those of a series. */
export function messageOfDay(messages: readonly AttachmentRow[], zone: TimeZone, day: Day): AttachmentRow | undefined {
  const known = messagesByDay.get(messages) ?? byDay(messages, zone);
  messagesByDay.set(messages, known);
  return known.get(day);
}

// A view asks for many days of one list, and each message has to be read to see which is its own.
const messagesByDay = new WeakMap<readonly AttachmentRow[], ReadonlyMap<Day, AttachmentRow>>();

function byDay(messages: readonly AttachmentRow[], zone: TimeZone): ReadonlyMap<Day, AttachmentRow> {
  const found = new Map<Day, AttachmentRow>();
  for (const row of messages) {
    const replaced = embeddedItemOf(row).properties[named.exceptionReplaceTime];
    if (typeof replaced === 'number') found.set(Math.floor(wallTimeAt(zone, replaced) / dayMs), row);
  }
  return found;
}
