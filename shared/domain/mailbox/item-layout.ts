import { hash } from 'node:crypto';
import { named, type PropertyBag, type PropertyKey, type PropertyValue, propertySets, tags } from '../../kernel/mapi.ts';
import type { ItemTable } from '../../store/schema.ts';
import { conversationId } from './conversation.ts';
import type { RecipientDraft, RecipientKind } from './draft.ts';
import { type ItemRow, itemColumns } from './item-columns.ts';
import { splitSubject } from './subject.ts';

/** The properties of an item, spread over its columns and its bag. */
export interface ItemLayout {
  readonly columns: Partial<ItemTable>;
  readonly bag: Record<PropertyKey, PropertyValue>;
}

/** Spreads properties. What the mailbox computes is passed over; a subject may also be given as its two halves. */
export function layOut(properties: PropertyBag): ItemLayout {
  const columns: Partial<ItemTable> = {};
  const bag: Record<PropertyKey, PropertyValue> = {};
  for (const [key, value] of Object.entries(properties) as [PropertyKey, PropertyValue][]) {
    const column = itemColumns.get(key);
    if (column === undefined) bag[key] = value;
    // The read flag of its own property counts more than the one among the message flags.
    else if (key === tags.messageFlags) Object.assign(columns, { ...column.write?.(value), ...columns });
    else Object.assign(columns, column.write?.(value));
  }
  const normalized = properties[tags.normalizedSubject];
  if (properties[tags.subject] === undefined && typeof normalized === 'string') {
    const prefix = properties[tags.subjectPrefix];
    Object.assign(columns, itemColumns.get(tags.subject)?.write?.(`${typeof prefix === 'string' ? prefix : ''}${normalized}`));
  }
  return { columns, bag };
}

/** The columns for properties that are taken away. */
export function withoutProperties(keys: readonly PropertyKey[]): Partial<ItemTable> {
  const columns: Partial<ItemTable> = {};
  for (const key of keys) Object.assign(columns, itemColumns.get(key)?.write?.(undefined));
  return columns;
}

/** The conversation column, and the topic where a message has none of its own yet: its subject without prefix. */
export function conversationOf(
  subject: string | null,
  bag: Record<PropertyKey, PropertyValue>,
): { conversation: string | null; topic: string | undefined } {
  const kept = bag[tags.conversationTopic];
  const topic = typeof kept === 'string' ? kept : subject === null ? undefined : splitSubject(subject).normalized;
  const index = bag[tags.conversationIndex];
  const id = conversationId({
    topic,
    index: typeof index === 'string' ? Buffer.from(index, 'base64') : undefined,
    tracking: bag[tags.conversationIndexTracking] === true,
  });
  return { conversation: id?.toString('hex') ?? null, topic };
}

/** The column by which all of one meeting are found: of its CleanGlobalObjectId, which may be long. */
export function meetingOf(bag: PropertyBag): string | null {
  const id = bag[named.cleanGlobalObjectId];
  return typeof id === 'string' && id !== '' ? hash('sha256', id) : null;
}

/** Names of the recipients of one kind as Exchange shows them: separated by `; `, the address where there is no name. */
export function displayNames(recipients: readonly Pick<RecipientDraft, 'kind' | 'name' | 'address'>[], kind: RecipientKind): string | null {
  const names = recipients.filter((recipient) => recipient.kind === kind).map(({ name, address }) => (name === '' ? address : name));
  return names.length === 0 ? null : names.join('; ');
}

/** Properties that do not show in the message as it goes over the wire: changing them leaves the MIME as received valid. */
const besideTheMessage: ReadonlySet<PropertyKey> = new Set([
  tags.read,
  tags.messageFlags,
  tags.flagStatus,
  tags.iconIndex,
  tags.lastVerbExecuted,
  tags.lastVerbExecutionTime,
  tags.messageDeliveryTime,
  tags.creationTime,
  tags.lastModificationTime,
  tags.creatorName,
  tags.creatorEntryId,
  tags.lastModifierName,
  tags.lastModifierEntryId,
]);
const namedBesides = [propertySets.Common, propertySets.Task, propertySets.PublicStrings].map((set) => `{${set}}:`);

/** Whether a new value of this property makes the MIME as received untrue. Categories, flags and reminders do not. */
export function showsInMime(key: PropertyKey): boolean {
  return !besideTheMessage.has(key) && !namedBesides.some((prefix) => key.startsWith(prefix));
}

/** How large an item is when it has no MIME: the octets of its texts and bag; attachments come on top. */
export function sizeOf(row: Partial<ItemRow>): number {
  let size = 256;
  // What the mailbox makes to find it by is no part of it.
  for (const [name, value] of Object.entries(row)) if (typeof value === 'string' && name !== 'meeting') size += Buffer.byteLength(value);
  return size;
}

/** The columns of an item that says nothing: it is read, and of usual importance. */
export const emptyRow = {
  subject: null,
  subject_fold: null,
  sender_name: null,
  sender_address: null,
  from_name: null,
  from_address: null,
  from_fold: null,
  sent: null,
  starts: null,
  ends: null,
  recurring: null,
  clip_end: null,
  importance: 1,
  sensitivity: 0,
  is_read: 1,
  flags: 0,
  internet_message_id: null,
  meeting: null,
} as const;
