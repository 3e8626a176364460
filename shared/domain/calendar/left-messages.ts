import type { Guid } from '../../kernel/ids.ts';
import { named } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemRow } from '../mailbox/item-columns.ts';
import { type AttachmentRow, getExceptionMessages } from '../mailbox/items.ts';
import { itemProperty } from '../mailbox/property-reader.ts';
import type { ItemChanges } from '../mailbox/update-item.ts';
import { type KnownSeries, messageOfDay } from './occurrence-row.ts';
import { dayOfException } from './recurrence/series.ts';
import { seriesOf } from './recurrence/series-properties.ts';

/**
 * Changes to an appointment, with the messages taken away that belong to no exception after them: a series that recurs
 * otherwise, or at other times, has none of those it had.
 *
 * @param row of the appointment as it is, read whole
 */
export async function withoutLeftMessages(tx: Executor, mailbox: Guid, row: ItemRow, changes: ItemChanges): Promise<ItemChanges> {
  const { set = {}, remove = [], attachments } = changes;
  if (set[named.appointmentRecur] === undefined && !remove.includes(named.appointmentRecur)) return changes;
  const messages = (await getExceptionMessages(tx, mailbox, [row.counter])).get(row.counter) ?? [];
  if (messages.length === 0) return changes;
  const after = seriesOf((key) => (remove.includes(key) ? undefined : (set[key] ?? itemProperty(row, key))));
  const kept = after === undefined ? new Set<AttachmentRow>() : ofExceptions(messages, after);
  const left = messages.filter((message) => !kept.has(message)).map(({ number }) => number);
  return left.length === 0 ? changes : { ...changes, attachments: { ...attachments, remove: [...(attachments?.remove ?? []), ...left] } };
}

function ofExceptions(messages: readonly AttachmentRow[], { series, zone }: KnownSeries): ReadonlySet<AttachmentRow> {
  return new Set(series.exceptions.flatMap((exception) => messageOfDay(messages, zone, dayOfException(exception)) ?? []));
}
