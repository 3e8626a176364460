import type { ItemKey } from '../../../shared/domain/mailbox/find-items.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { keepList } from '../../../shared/protocols/ews/item-lists.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import type { ItemPlan } from './item-plan.ts';

/** Items remembered at most; with their text each weighs about 5 KiB. */
const mostRemembered = 2_000;

interface Remembered {
  readonly changeNumber: number;
  readonly item: WireItem;
}

let memory = new WeakMap<ItemPlan, WeakMap<object, Map<number, Remembered>>>();
let count = 0;

/**
 * An item as the same plan showed it before, as long as it has the same change number; else what `view` makes. Clients
 * read the first page of a folder again and again, and showing an item costs more than reading its row. Only for items that
 * are shown from their row alone. Rows with their bag are not remembered: bodies lie there.
 */
export function rememberedItem(mailbox: OpenMailbox, row: ItemRow, plan: ItemPlan, view: () => WireItem): WireItem {
  if (row.bag !== undefined) return view();
  const items = itemsOf(mailbox, plan);
  const known = items.get(row.counter);
  if (known?.changeNumber === row.change_number) return known.item;
  if (known === undefined) count += 1;
  const item: WireItem = { ...view(), keep: true };
  items.set(row.counter, { changeNumber: row.change_number, item });
  return item;
}

/** Pages remembered at most as a whole; with its text one of a hundred items weighs about 64 KiB more than they. */
const mostPages = 40;

let pages = new WeakMap<readonly ItemKey[], WeakMap<ItemPlan, WireItem[]>>();
let pageCount = 0;

/**
 * All of these items as the plan showed them before; undefined when one of them is not remembered, or not as it is now. Keys that are
 * themselves remembered stand for a page that is as it was.
 */
export function rememberedPage(mailbox: OpenMailbox, keys: readonly ItemKey[], plan: ItemPlan): WireItem[] | undefined {
  const whole = pages.get(keys)?.get(plan);
  if (whole !== undefined) return whole;
  const items = memory.get(plan)?.get(mailbox.store);
  if (items === undefined) return undefined;
  const found: WireItem[] = [];
  for (const { counter, change_number } of keys) {
    const known = items.get(counter);
    if (known?.changeNumber !== change_number) return undefined;
    found.push(known.item);
  }
  if (found.length > 0) rememberPage(keys, plan, found);
  return found;
}

function rememberPage(keys: readonly ItemKey[], plan: ItemPlan, items: WireItem[]): void {
  if (pageCount >= mostPages) {
    pages = new WeakMap();
    pageCount = 0;
  }
  pageCount += 1;
  keepList(items);
  const plans = pages.get(keys) ?? new WeakMap<ItemPlan, WireItem[]>();
  plans.set(plan, items);
  pages.set(keys, plans);
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
