import type { ItemReference } from '../../../shared/domain/mailbox/item-writes.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import type { ItemElement } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { WireField } from '../../../shared/protocols/ews/wire-object.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { itemId } from './item-specials.ts';

/** What a write answers of an item, or of an occurrence of it: its id and change key alone. */
export function itemReference(
  mailbox: OpenMailbox,
  element: ItemElement,
  { folder, counter, changeNumber }: ItemReference,
  occurrence?: { readonly day: number },
): WireItem {
  const row = { folder, counter, change_number: changeNumber, class: '' };
  return { element, fields: [[itemFields.ItemId as WireField[0], itemId({ mailbox, row, element, occurrence })]], extended: [] };
}
