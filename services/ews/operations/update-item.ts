import type { RecipientKind } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getItem, getRecipients } from '../../../shared/domain/mailbox/items.ts';
import { updateItem as store } from '../../../shared/domain/mailbox/update-item.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { decodeChangeKey } from '../../../shared/protocols/ews/change-key.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { propertyKeyOf } from '../../../shared/protocols/ews/extended-property.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import { itemClass, type WireItem } from '../../../shared/protocols/ews/items.ts';
import type { updateItem as contract } from '../../../shared/protocols/ews/operations/update-item.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import type { WireField } from '../../../shared/protocols/ews/wire-object.ts';
import { readChanges } from '../../../shared/store/change-feed.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { Draft } from '../drafts/draft.ts';
import { appendField, removeField, setExtended, setField } from '../drafts/write-fields.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { type OpenMailbox, openItemKey } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type Request = RequestOf<typeof contract>;
type ItemChange = Request['ItemChanges'][number];
type Update = ItemChange['Updates'][number];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation */
export const updateItem: Operation<typeof contract> = async (call, request) => {
  const { MessageDisposition } = request;
  if (MessageDisposition === 'SendOnly' || MessageDisposition === 'SendAndSaveCopy')
    throw notSupported(`UpdateItem with MessageDisposition ${MessageDisposition}`);
  return perItem(call, request.ItemChanges, async (change) => {
    if (change.target.is !== 'ItemId') throw notSupported(`UpdateItem by ${change.target.is}`);
    const target = change.target.value;
    const { mailbox, key } = await openItemKey(call, target);
    const updated = await call.context.store.transaction(async (tx) => {
      const row = await getItem(tx, mailbox.guid, key.item, { properties: [] });
      if (row === undefined || row.folder !== key.folder)
        throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
      const element = itemElementOf(row.class);
      if (element === 'Message' && MessageDisposition === undefined) throw ewsRefusal('ErrorMessageDispositionRequired');
      const expected = await expectedChange(tx, mailbox, row, target.ChangeKey, request.ConflictResolution, change);
      const draft = await readChange(tx, mailbox, row, element, change);
      return { element, ...(await store(tx, mailbox.guid, key.item, draft.toChanges(), expected, call.instant)) };
    });
    const Id = mailbox.ids.itemId(updated.folder, updated.counter);
    const ChangeKey = mailbox.changeKey(updated.element === 'CalendarItem' ? 'CalendarItem' : 'Message', updated.changeNumber);
    const item: WireItem = { element: updated.element, fields: [[itemFields.ItemId as FieldRow, { Id, ChangeKey }]], extended: [] };
    return { class: 'Success', Items: [item], ConflictResults: { Count: 0 } } as const;
  });
};

/** Changes looked through to find out what happened since a client read an item: a bound of ours. */
const mostChanges = 1_000;

/**
 * The change number that the item must have. With AutoResolve a stale key passes when nothing but the read flag changed
 * since and this change does not touch it: the same property was then not changed twice (Microsoft's page on UpdateItem).
 */
async function expectedChange(
  tx: Executor,
  mailbox: OpenMailbox,
  row: ItemRow,
  changeKey: string | undefined,
  resolution: Request['ConflictResolution'],
  change: ItemChange,
): Promise<number | 'any'> {
  if (resolution === 'AlwaysOverwrite') return 'any';
  if (changeKey === undefined) throw ewsRefusal('ErrorChangeKeyRequired');
  const read = decodeChangeKey(changeKey);
  if (read === undefined) throw ewsRefusal('ErrorInvalidChangeKey', { detail: 'not a change key' });
  const expected = read.change ?? -1;
  if (resolution === 'NeverOverwrite' || expected === row.change_number || expected < 0) return expected;
  const since = (await readChanges(tx, mailbox.guid, expected, mostChanges)).filter(({ object }) => object === row.counter);
  const onlyRead = since.length > 0 && since.every(({ operation }) => operation === 'read-flag');
  const touchesRead = change.Updates.some(({ value: { path } }) => path.is === 'FieldURI' && path.value.FieldURI === 'message:IsRead');
  return onlyRead && !touchesRead && since.at(-1)?.sequence === row.change_number ? row.change_number : expected;
}

async function readChange(tx: Executor, mailbox: OpenMailbox, row: ItemRow, element: ItemElement, { Updates }: ItemChange): Promise<Draft> {
  const rows = new Map(itemClass(element).rows.map((field) => [field.uri, field]));
  const recipients = (await getRecipients(tx, mailbox.guid, [row.counter])).get(row.counter) ?? [];
  const draft = new Draft({
    class: row.class,
    recipients: recipients.map(({ kind, name, address, routing_type }) => ({
      kind: kind as RecipientKind,
      name,
      address,
      routingType: routing_type,
    })),
  });
  for (const update of Updates) applyUpdate(draft, rows, update);
  if (draft.class !== row.class) draft.set(tags.messageClass, draft.class);
  return draft;
}

function applyUpdate(draft: Draft, rows: ReadonlyMap<string, FieldRow>, { is, value }: Update): void {
  const { path } = value;
  if (path.is === 'IndexedFieldURI') throw ewsRefusal('ErrorInvalidPropertySet', { detail: path.value.FieldURI });
  if (is === 'DeleteItemField') {
    if (path.is === 'ExtendedFieldURI') draft.remove(propertyKeyOf(path.value));
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
  const row = rowOf(rows, path);
  if (field === undefined || field[0].element !== row.element)
    throw ewsRefusal('ErrorUpdatePropertyMismatch', { detail: path.value.FieldURI });
  if (row.special === 'MimeContent') throw notSupported('UpdateItem of item:MimeContent');
  (is === 'SetItemField' ? setField : appendField)(draft, row, field[1]);
}

function rowOf(rows: ReadonlyMap<string, FieldRow>, path: Extract<Path, { is: 'FieldURI' }>): FieldRow {
  const row = rows.get(path.value.FieldURI);
  if (row === undefined) throw ewsRefusal('ErrorInvalidPropertyRequest', { detail: `${path.value.FieldURI} does not apply to the item` });
  return row;
}
