import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { getItem as readItem } from '../../../shared/domain/mailbox/items.ts';
import { isPrivateItem, withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
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
  let octets = 0;
  return perItem(call, ItemIds, async (target) => {
    if (octets > fullOctets) throw ewsRefusal('ErrorDataSizeLimitExceeded', { detail: `after ${octets} octets` });
    if (target.is !== 'ItemId') throw notSupported(`GetItem by ${target.is}`);
    const { mailbox, key } = await openItemKey(call, target.value, folderRights.readAny);
    const need = mailbox.isShared ? withSharedFacts(plan.need) : plan.need;
    const row = await readItem(call.context.store.read, mailbox.guid, key.item, need);
    // The id names the folder too: after a move the old one is dead, as in life. What is private is not there for those who
    // open the folder by its permissions.
    if (row === undefined || row.folder !== key.folder || (mailbox.isShared && isPrivateItem(row)))
      throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
    const Items = await viewItems(call, mailbox, [row], plan);
    for (const item of Items) octets += octetsOf(item);
    return { class: 'Success', Items } as const;
  });
};

/** An answer with more text than this takes no further item: a request may name one big item any number of times. A bound of ours. */
const fullOctets = 96 * 1024 * 1024;

/** What bodies, MIME and extended properties weigh; nothing else of an item is large. */
function octetsOf({ fields, extended }: WireItem): number {
  let octets = 0;
  for (const [{ special }, value] of fields) {
    if (special !== undefined && special in texts) octets += (value as { readonly text: string }).text.length;
  }
  for (const { value } of extended) octets += typeof value === 'string' ? value.length : value.join('').length;
  return octets;
}

const texts = { MimeContent: true, Body: true, NormalizedBody: true, TextBody: true } as const satisfies Partial<Record<SpecialView, true>>;
