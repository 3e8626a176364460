import { changedBy, type ItemAuthor } from '../../../shared/domain/mailbox/authorship.ts';
import type { ChangedProperty } from '../../../shared/domain/mailbox/change-rows.ts';
import type { ItemDraft, RecipientKind } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { changedSince } from '../../../shared/domain/mailbox/item-history.ts';
import { getAttachments, getRecipients } from '../../../shared/domain/mailbox/items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem as store, touchedBy } from '../../../shared/domain/mailbox/update-item.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { decodeChangeKey } from '../../../shared/protocols/ews/change-key.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { propertyKeyOf } from '../../../shared/protocols/ews/extended-property.ts';
import { dictionaryFields } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import { itemClass, type WireItem } from '../../../shared/protocols/ews/items.ts';
import type { updateItem as contract } from '../../../shared/protocols/ews/operations/update-item.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import { fieldValue, type WireField } from '../../../shared/protocols/ews/wire-object.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { Draft } from '../drafts/draft.ts';
import { itemFromMime } from '../drafts/new-item.ts';
import { prepareReceipt } from '../drafts/read-receipt.ts';
import { sendStored, sentFolder } from '../drafts/send-stored.ts';
import { settleItem } from '../drafts/settle-item.ts';
import { appendField, removeEntry, removeField, setEntry, setExtended, setField } from '../drafts/write-fields.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { inSlices } from '../in-slices.ts';
import { authorOf, itemFor, openItemFor } from '../item-rights.ts';
import type { ItemIdText, OpenMailbox } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { itemReference } from '../views/item-reference.ts';

type Request = RequestOf<typeof contract>;
type ItemChange = Request['ItemChanges'][number];
type Update = ItemChange['Updates'][number];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation */
export const updateItem: Operation<typeof contract> = async (call, request) => {
  const { MessageDisposition, SavedItemFolderId } = request;
  const author = await authorOf(call);
  if (MessageDisposition !== 'SendOnly' && MessageDisposition !== 'SendAndSaveCopy')
    return inSlices(call, request.ItemChanges, (change) => prepareChange(call, request, change, author));
  const copyTo = sentFolder(call, SavedItemFolderId);
  return perItem(call, request.ItemChanges, async (change) => {
    const folder = MessageDisposition === 'SendOnly' ? undefined : await copyTo();
    const write = await prepareChange(call, request, change, author);
    const answer = await call.context.store.transaction(write);
    if (answer.Items[0]?.element !== 'Message') return answer;
    await sendStored(call, await openItemFor(call, itemIdOf(change), 'delete'), folder);
    // As after CreateItem: a message that was sent has no id to give.
    return { ...answer, Items: [] };
  });
};

function itemIdOf({ target }: ItemChange): ItemIdText {
  if (target.is !== 'ItemId') throw notSupported(`UpdateItem by ${target.is}`);
  return target.value;
}

interface Updated {
  readonly class: 'Success';
  readonly Items: readonly WireItem[];
  readonly ConflictResults: { readonly Count: number };
}

async function prepareChange(
  call: EwsCall,
  { MessageDisposition, ConflictResolution, SuppressReadReceipts }: Request,
  change: ItemChange,
  author: ItemAuthor,
): Promise<(tx: Executor) => Promise<Updated>> {
  const target = itemIdOf(change);
  const opened = await openItemFor(call, target, 'edit');
  const { mailbox, key } = opened;
  const receipt = isMarkedRead(change) ? await prepareReceipt(call, opened, 'read', SuppressReadReceipts === true) : undefined;
  const message = await messageIn(call, change);
  return async (tx) => {
    const row = await itemFor(tx, call, opened, 'edit', { properties: 'all' });
    const element = itemElementOf(row.class);
    if (element === 'Message' && MessageDisposition === undefined) throw ewsRefusal('ErrorMessageDispositionRequired');
    const draft = await readChange(tx, mailbox, row, element, change, message);
    settleItem(draft, element, mailbox.owner.displayName, call.instant);
    const changes = draft.toChanges();
    const touched = touchedBy(changes);
    const expected = await expectedChange(tx, mailbox, row, target.ChangeKey, ConflictResolution, touched);
    const set = touched.every((one) => one === tags.read) ? changes.set : { ...changes.set, ...changedBy(author) };
    await receipt?.(tx);
    const updated = await store(tx, mailbox.guid, key.item, { ...changes, ...(set === undefined ? {} : { set }) }, expected, call.instant);
    return { class: 'Success', Items: [itemReference(mailbox, element, updated)], ConflictResults: { Count: 0 } };
  };
}

function isMarkedRead({ Updates }: ItemChange): boolean {
  return Updates.some(({ is, value }) => {
    const isRead = value.path.is === 'FieldURI' && value.path.value.FieldURI === 'message:IsRead' && is === 'SetItemField';
    return isRead && value.item.value.fields.some(([row, flag]) => row.element === 'IsRead' && flag === true);
  });
}

/**
 * The change number that the item must have. With AutoResolve a stale key passes when nothing that this change touches was
 * changed since: the same property was then not changed twice (Microsoft's page on UpdateItem).
 */
async function expectedChange(
  tx: Executor,
  mailbox: OpenMailbox,
  row: ItemRow,
  changeKey: string | undefined,
  resolution: Request['ConflictResolution'],
  touched: readonly ChangedProperty[],
): Promise<number | 'any'> {
  if (resolution === 'AlwaysOverwrite') return 'any';
  if (changeKey === undefined) throw ewsRefusal('ErrorChangeKeyRequired');
  const read = decodeChangeKey(changeKey);
  if (read === undefined) throw ewsRefusal('ErrorInvalidChangeKey', { detail: 'not a change key' });
  const expected = read.change ?? -1;
  if (resolution === 'NeverOverwrite' || expected === row.change_number) return expected;
  const changed = await changedSince(tx, mailbox.guid, row, expected);
  return changed === undefined || touched.some((property) => changed.has(property)) ? expected : row.change_number;
}

/** The message that an update of item:MimeContent sets, read before the transaction begins. */
async function messageIn({ instant }: EwsCall, { Updates }: ItemChange): Promise<ItemDraft | undefined> {
  const [value, another] = Updates.flatMap(({ is, value: { path, ...rest } }) =>
    is === 'SetItemField' && path.is === 'FieldURI' && path.value.FieldURI === 'item:MimeContent' && 'item' in rest
      ? (fieldValue(rest.item.value, itemFields.MimeContent) ?? [])
      : [],
  );
  if (another !== undefined) throw ewsRefusal('ErrorInvalidPropertySet', { detail: 'item:MimeContent twice' });
  return value === undefined ? undefined : itemFromMime(instant, value.text);
}

async function readChange(
  tx: Executor,
  mailbox: OpenMailbox,
  row: ItemRow,
  element: ItemElement,
  { Updates }: ItemChange,
  message: ItemDraft | undefined,
): Promise<Draft> {
  const rows = new Map(itemClass(element).rows.map((field) => [field.uri, field]));
  const recipients = (await getRecipients(tx, mailbox.guid, [row.counter])).get(row.counter) ?? [];
  const known = recipients.map(({ kind, name, address, routing_type }) => ({
    kind: kind as RecipientKind,
    name,
    address,
    routingType: routing_type,
  }));
  const draft = new Draft({ class: row.class, recipients: known }, (key) => itemProperty(row, key));
  if (message !== undefined) {
    const attachments = (await getAttachments(tx, mailbox.guid, [row.counter])).get(row.counter) ?? [];
    draft.replaceMessage(
      message,
      attachments.map(({ number }) => number),
    );
  }
  for (const update of Updates) applyUpdate(draft, rows, update);
  if (draft.class !== row.class) {
    if (itemElementOf(draft.class) !== element) throw ewsRefusal('ErrorObjectTypeChanged', { detail: `${row.class} to ${draft.class}` });
    draft.set(tags.messageClass, draft.class);
  }
  return draft;
}

function applyUpdate(draft: Draft, rows: ReadonlyMap<string, FieldRow>, { is, value }: Update): void {
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
  (is === 'SetItemField' ? setField : appendField)(draft, row, field[1]);
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
