import { isAppointment } from '../../../shared/bridges/message/calendar-part.ts';
import type { ItemDraft, RecipientDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getAttachments, getExceptionMessages, getRecipients, recipientDraftOf } from '../../../shared/domain/mailbox/items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { propertyKeyOf } from '../../../shared/protocols/ews/extended-property.ts';
import { dictionaryFields } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import { itemClass } from '../../../shared/protocols/ews/items.ts';
import type { updateItem } from '../../../shared/protocols/ews/operations/update-item.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import { fieldValue, type WireField, wallTimeOf } from '../../../shared/protocols/ews/wire-object.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { withMembers } from '../people/list-members.ts';
import { Draft } from './draft.ts';
import { itemFromMime, replaceAppointment } from './item-from-mime.ts';
import { appendField, removeEntry, removeField, setEntry, setExtended, setField } from './write-fields.ts';

/** One update of an item, as UpdateItem has it. */
export type ItemUpdate = RequestOf<typeof updateItem>['ItemChanges'][number]['Updates'][number];

/** The message that an update of item:MimeContent sets, read before the transaction begins. */
export async function messageIn(call: EwsCall, updates: readonly ItemUpdate[]): Promise<ItemDraft | undefined> {
  const [value, another] = updates.flatMap(({ is, value: { path, ...rest } }) =>
    is === 'SetItemField' && path.is === 'FieldURI' && path.value.FieldURI === 'item:MimeContent' && 'item' in rest
      ? [{ element: rest.item.is, mime: fieldValue(rest.item.value, itemFields.MimeContent) }]
      : [],
  );
  if (another !== undefined) throw ewsRefusal('ErrorInvalidPropertySet', { detail: 'item:MimeContent twice' });
  return value?.mime === undefined ? undefined : itemFromMime(call, value.element, value.mime.text);
}

/** The updates with the members of distribution lists looked up, before the transaction begins. Refuses as `withMembers`. */
export async function lookedUp(call: EwsCall, mailbox: OpenMailbox, updates: readonly ItemUpdate[]): Promise<readonly ItemUpdate[]> {
  const found: ItemUpdate[] = [];
  for (const update of updates) {
    if (update.is === 'DeleteItemField') {
      found.push(update);
      continue;
    }
    const { item } = update.value;
    const fields = await withMembers(call, mailbox, item.value.fields);
    found.push({ ...update, value: { ...update.value, item: { ...item, value: { ...item.value, fields } } } } as ItemUpdate);
  }
  return found;
}

/**
 * What the updates make of an item that has been read whole, in their order. Refuses as its fields do.
 *
 * @param people those of the item, where they are not the row's
 */
export async function readUpdates(
  tx: Executor,
  mailbox: OpenMailbox,
  row: ItemRow,
  element: ItemElement,
  updates: readonly ItemUpdate[],
  message: ItemDraft | undefined,
  people?: readonly RecipientDraft[],
): Promise<Draft> {
  const rows = new Map(itemClass(element).rows.map((field) => [field.uri, field]));
  const recipients = people ?? ((await getRecipients(tx, mailbox.guid, [row.counter])).get(row.counter) ?? []).map(recipientDraftOf);
  const draft = new Draft({ class: row.class, recipients }, (key) => itemProperty(row, key));
  if (message !== undefined && (element === 'CalendarItem') !== isAppointment(message.class))
    throw ewsRefusal('ErrorMimeContentConversionFailed', { detail: `${message.class} for a ${element}` });
  if (message !== undefined && element === 'CalendarItem') {
    const exceptions = (await getExceptionMessages(tx, mailbox.guid, [row.counter])).get(row.counter) ?? [];
    replaceAppointment(
      draft,
      message,
      exceptions.map(({ number }) => number),
    );
  } else if (message !== undefined) {
    const attachments = (await getAttachments(tx, mailbox.guid, [row.counter])).get(row.counter) ?? [];
    draft.replaceMessage(
      message,
      attachments.map(({ number }) => number),
    );
  }
  for (const update of updates) applyUpdate(draft, rows, update);
  if (draft.class !== row.class) {
    if (itemElementOf(draft.class) !== element) throw ewsRefusal('ErrorObjectTypeChanged', { detail: `${row.class} to ${draft.class}` });
    draft.set(tags.messageClass, draft.class);
  }
  return draft;
}

function applyUpdate(draft: Draft, rows: ReadonlyMap<string, FieldRow>, { is, value }: ItemUpdate): void {
  const { path } = value;
  if (is === 'DeleteItemField') {
    if (path.is === 'ExtendedFieldURI') draft.remove(propertyKeyOf(path.value));
    else if (path.is === 'IndexedFieldURI') removeEntry(draft, path.value.FieldURI, path.value.FieldIndex);
    else removeField(draft, rowOf(rows, path));
    return;
  }
  const { fields, extended } = value.item.value;
  if (fields.length + extended.length !== 1)
    throw ewsRefusal('ErrorIncorrectUpdatePropertyCount', { detail: `${fields.length + extended.length} properties` });
  if (path.is === 'ExtendedFieldURI') {
    const [property] = extended;
    if (property === undefined || propertyKeyOf(property.uri) !== propertyKeyOf(path.value))
      throw ewsRefusal('ErrorUpdatePropertyMismatch');
    if (is === 'AppendToItemField') throw ewsRefusal('ErrorInvalidPropertyAppend', { detail: propertyKeyOf(path.value) });
    setExtended(draft, property);
    return;
  }
  const [field] = fields as readonly WireField[];
  if (path.is === 'IndexedFieldURI') {
    if (is === 'AppendToItemField') throw ewsRefusal('ErrorInvalidPropertyAppend', { detail: path.value.FieldURI });
    updateEntry(draft, rows, path.value, field);
    return;
  }
  const row = rowOf(rows, path);
  if (field === undefined || field[0].element !== row.element)
    throw ewsRefusal('ErrorUpdatePropertyMismatch', { detail: path.value.FieldURI });
  // What MIME there is has been put in first, as in CreateItem.
  if (row.special === 'MimeContent' && is === 'SetItemField') return;
  if (is === 'SetItemField') setField(draft, row, field[1], wallTimeOf(field));
  else appendField(draft, row, field[1]);
}

/** Sets the one entry of a dictionary that the path names; the value must be that entry and nothing else. */
function updateEntry(
  draft: Draft,
  rows: ReadonlyMap<string, FieldRow>,
  { FieldURI, FieldIndex }: { readonly FieldURI: string; readonly FieldIndex: string },
  field: WireField | undefined,
): void {
  const row = rows.get(dictionaryFields[FieldURI] ?? '');
  if (row === undefined) throw ewsRefusal('ErrorInvalidPropertyRequest', { detail: `${FieldURI} does not apply to the item` });
  const value = field?.[1] as { readonly Entry?: readonly { readonly Key: string }[] } | undefined;
  if (field?.[0].element !== row.element || value?.Entry?.length !== 1 || value.Entry[0]?.Key !== FieldIndex)
    throw ewsRefusal('ErrorUpdatePropertyMismatch', { detail: `${FieldURI} ${FieldIndex}` });
  setEntry(draft, row, value);
}

function rowOf(rows: ReadonlyMap<string, FieldRow>, path: Extract<Path, { is: 'FieldURI' }>): FieldRow {
  const row = rows.get(path.value.FieldURI);
  if (row === undefined) throw ewsRefusal('ErrorInvalidPropertyRequest', { detail: `${path.value.FieldURI} does not apply to the item` });
  return row;
}
