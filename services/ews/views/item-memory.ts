import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import type { ItemPlan } from './item-plan.ts';

/** Items remembered at most; with their text each weighs about 5 KiB. */
const mostRemembered = 2_000;

interface Remembered {
  readonly row: ItemRow;
  readonly item: WireItem;
}

let memory = new WeakMap<ItemPlan, WeakMap<object, Map<number, Remembered>>>();
let count = 0;

/**
 * An item as the same plan showed it before, as long as its row reads the same in every column; else what `view` makes.
 * Clients read the first page of a folder again and again, and showing an item costs more than reading its row. Only for
 * items that are shown from their row alone. Rows with their bag are not remembered: bodies lie there.
 */
export function rememberedItem(mailbox: OpenMailbox, row: ItemRow, plan: ItemPlan, view: () => WireItem): WireItem {
  if (row.bag !== undefined) return view();
  const items = itemsOf(mailbox, plan);
  const known = items.get(row.counter);
  if (known !== undefined && isSame(known.row, row)) return known.item;
  if (known === undefined) count += 1;
  const item: WireItem = { ...view(), keep: true };
  items.set(row.counter, { row, item });
  return item;
}

function itemsOf({ store }: OpenMailbox, plan: ItemPlan): Map<number, Remembered> {
  if (count >= mostRemembered) {
    memory = new WeakMap();
    count = 0;
  }
  const stores = memory.get(plan) ?? new WeakMap<object, Map<number, Remembered>>();
  memory.set(plan, stores);
  // Ids and change keys are made from the mailbox's store: another one, another item.
  const items = stores.get(store) ?? new Map<number, Remembered>();
  stores.set(store, items);
  return items;
}

function isSame(left: ItemRow, right: ItemRow): boolean {
  for (const name in left) {
    if (left[name as keyof ItemRow] !== right[name as keyof ItemRow]) return false;
  }
  return true;
}
