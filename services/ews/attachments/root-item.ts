import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import type { ItemReference } from '../../../shared/domain/mailbox/item-writes.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { changeKindOf } from '../views/item-specials.ts';

/** The item, or the occurrence, whose attachments were changed, as it is now: its id stays, its change key does not. */
export function rootItem(
  mailbox: OpenMailbox,
  { class: itemClass }: Pick<ItemRow, 'class'>,
  { folder, counter, changeNumber }: ItemReference,
  day?: number,
): { RootItemId: string; RootItemChangeKey: string } {
  return {
    RootItemId: day === undefined ? mailbox.ids.itemId(folder, counter) : mailbox.ids.occurrenceId(folder, counter, day),
    RootItemChangeKey: mailbox.changeKey(changeKindOf(itemElementOf(itemClass)), changeNumber),
  };
}
