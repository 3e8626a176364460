import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import type { PropertyBag, PropertyKey, PropertyValue } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import { type EmbeddedAttachment, embedAttachment } from '../../mailbox/attachments.ts';
import { deleteItem, type Removal } from '../../mailbox/delete-item.ts';
import type { AttachmentDraft, RecipientDraft } from '../../mailbox/draft.ts';
import type { ItemRow } from '../../mailbox/item-columns.ts';
import type { ItemReference } from '../../mailbox/item-writes.ts';
import {
  type AttachmentRow,
  getAllAttachments,
  getAttachments,
  getExceptionMessages,
  getRecipients,
  recipientDraftOf,
} from '../../mailbox/items.ts';
import { itemProperty } from '../../mailbox/property-reader.ts';
import { updateItem } from '../../mailbox/update-item.ts';
import { changeOccurrence, deleteOccurrence, type KnownOccurrence } from '../change-occurrence.ts';
import { type OccurrenceItem, occurrenceItem, seriesOfRow } from '../occurrence-row.ts';
import type { Day } from '../recurrence/pattern.ts';
import { occurrenceOn } from '../recurrence/series.ts';

/** One occurrence of a series, as somebody has it who was asked to it, or who asks. */
export interface MeetingOccurrence extends KnownOccurrence {
  readonly item: OccurrenceItem;
  /** He has taken it out of the series; what is known of it is how the series would have it. */
  readonly isDeleted: boolean;
}

/** A mailbox's copy of a meeting, or of one occurrence of it. */
export interface HeldMeeting {
  /** Read whole; of an occurrence the series' with what is its own. */
  readonly row: ItemRow;
  readonly occurrence?: MeetingOccurrence | undefined;
}

/** The occurrence of a series that stands for a day of its pattern; undefined where the pattern has no such day, and for what is no series. */
export async function heldOccurrence(executor: Executor, mailbox: Guid, master: ItemRow, day: Day): Promise<HeldMeeting | undefined> {
  const read = seriesOfRow(master);
  if (read === undefined) return undefined;
  const isDeleted = read.series.deleted.includes(day);
  const known = isDeleted ? { ...read, series: { ...read.series, deleted: read.series.deleted.filter((one) => one !== day) } } : read;
  const occurrence = occurrenceOn(known.series, known.zone, day);
  if (occurrence === undefined) return undefined;
  const hasMessages = known.series.exceptions.length > 0;
  const messages = hasMessages ? ((await getExceptionMessages(executor, mailbox, [master.counter])).get(master.counter) ?? []) : [];
  const item = occurrenceItem(master, known, occurrence, messages);
  return { row: item.row, occurrence: { mailbox, master, known, occurrence, messages, item, isDeleted } };
}

/** What becomes of somebody's copy of a meeting; recipients and attachments are all there are then, `none` leaves a series its exceptions. */
export interface HeldChanges {
  readonly set: PropertyBag;
  readonly remove?: readonly PropertyKey[];
  readonly recipients?: readonly RecipientDraft[];
  readonly attachments?: readonly AttachmentDraft[] | 'none';
}

/** Changes a copy of a meeting; an occurrence becomes an exception of its series. Refuses as `updateItem` and `changeOccurrence`. */
export async function changeHeld(
  tx: Executor,
  mailbox: Guid,
  { row, occurrence }: HeldMeeting,
  { set, remove = [], recipients, attachments }: HeldChanges,
  instant: Instant,
): Promise<ItemReference> {
  if (occurrence !== undefined) {
    const emptied = remove.map((key) => [key, emptyOf(itemProperty(row, key))] as const).filter(([, value]) => value !== undefined);
    const all = { ...set, ...Object.fromEntries(emptied) } as PropertyBag;
    const changed = Object.entries(all).filter(([key, value]) => !isSame(itemProperty(row, key as PropertyKey), value));
    const own = attachments === undefined ? undefined : await embedded(tx, attachments === 'none' ? [] : attachments);
    const changes = { set: Object.fromEntries(changed), recipients, attachments: own, isTold: true };
    return changeOccurrence(tx, occurrence, changes, 'any', instant);
  }
  const replaced = attachments === undefined ? undefined : await replacing(tx, mailbox, row.counter, attachments);
  const changes = {
    set,
    remove,
    ...(recipients === undefined ? {} : { recipients }),
    ...(replaced === undefined ? {} : { attachments: replaced }),
  };
  return updateItem(tx, mailbox, row.counter, changes, 'any', instant);
}

async function replacing(tx: Executor, mailbox: Guid, item: number, attachments: readonly AttachmentDraft[] | 'none') {
  const read = attachments === 'none' ? getAttachments : getAllAttachments;
  const remove = ((await read(tx, mailbox, [item])).get(item) ?? []).map(({ number }) => number);
  const add = attachments === 'none' ? [] : attachments;
  return add.length + remove.length === 0 ? undefined : { add, remove };
}

/** Takes a copy of a meeting out of the calendar; an occurrence is nowhere else then. Answers where it has gone to. */
export async function removeHeld(
  tx: Executor,
  mailbox: Guid,
  { row, occurrence }: HeldMeeting,
  removal: Removal,
  ofSeries: PropertyBag,
  instant: Instant,
): Promise<ItemReference | undefined> {
  if (occurrence === undefined) return deleteItem(tx, mailbox, row.counter, removal, instant);
  if (!occurrence.isDeleted) await deleteOccurrence(tx, occurrence, removal, ofSeries, instant);
  return undefined;
}

/** Who was asked, by a copy of a meeting: to an occurrence those who were asked to the series, unless it has people of its own. */
export async function attendeesOf(executor: Executor, mailbox: Guid, { row, occurrence }: HeldMeeting): Promise<readonly RecipientDraft[]> {
  const own = occurrence?.item.message?.content.recipients ?? [];
  const rows = own.length > 0 ? own : ((await getRecipients(executor, mailbox, [row.counter])).get(row.counter) ?? []);
  return rows.map(recipientDraftOf);
}

/** What is attached to an occurrence: to one without attachments of its own, what is attached to its series. */
export async function attachmentsOf(executor: Executor, { item, master, mailbox }: MeetingOccurrence): Promise<readonly AttachmentRow[]> {
  return item.attachments ?? (await getAttachments(executor, mailbox, [master.counter])).get(master.counter) ?? [];
}

async function embedded(tx: Executor, drafts: readonly AttachmentDraft[]): Promise<readonly EmbeddedAttachment[]> {
  const stored: EmbeddedAttachment[] = [];
  for (const draft of drafts) stored.push(await embedAttachment(tx, draft));
  return stored;
}

/**
 * What an occurrence has that is to have a property no more: what its series has would show again. Undefined for numbers and
 * dates, of which there is no nothing.
 */
export function emptyOf(value: PropertyValue | undefined): PropertyValue | undefined {
  if (typeof value === 'string') return '';
  if (typeof value === 'boolean') return false;
  return Array.isArray(value) ? [] : undefined;
}

function isSame(one: PropertyValue | undefined, other: PropertyValue | undefined): boolean {
  return one === other || (Array.isArray(one) && JSON.stringify(one) === JSON.stringify(other));
}
