import { getItem as readItem } from '../../../shared/domain/mailbox/items.ts';
import type { getItem as contract } from '../../../shared/protocols/ews/operations/get-item.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openItemKey } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planItems } from '../views/item-plan.ts';
import { viewItems } from '../views/item-view.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation */
export const getItem: Operation<typeof contract> = async (call, { ItemShape, ItemIds }) => {
  const plan = planItems(ItemShape, false);
  return perItem(call, ItemIds, async (target) => {
    if (target.is !== 'ItemId') throw notSupported(`GetItem by ${target.is}`);
    const { mailbox, key } = await openItemKey(call, target.value);
    const row = await readItem(call.context.store.read, mailbox.guid, key.item, plan.need);
    // The id names the folder too: after a move the old one is dead, as in life.
    if (row === undefined || row.folder !== key.folder)
      throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
    return { class: 'Success', Items: await viewItems(call, mailbox, [row], plan) } as const;
  });
};
