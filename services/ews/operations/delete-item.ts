import { getItem } from '../../../shared/domain/mailbox/items.ts';
import { type Removal, deleteItem as remove } from '../../../shared/domain/mailbox/move-item.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { deleteItem as contract } from '../../../shared/protocols/ews/operations/delete-item.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openItemKey } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

const removals = { HardDelete: 'hard', SoftDelete: 'soft', MoveToDeletedItems: 'to-deleted-items' } as const satisfies Readonly<
  Record<string, Removal>
>;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem-operation */
export const deleteItem: Operation<typeof contract> = async (call, { DeleteType, ItemIds, SendMeetingCancellations }) => {
  const { store } = call.context;
  return perItem(call, ItemIds, async (target) => {
    if (target.is !== 'ItemId') throw notSupported(`DeleteItem by ${target.is}`);
    const { mailbox, key } = await openItemKey(call, target.value);
    await store.transaction(async (tx) => {
      const row = await getItem(tx, mailbox.guid, key.item, { properties: [] });
      if (row === undefined || row.folder !== key.folder)
        throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
      if (itemElementOf(row.class) === 'CalendarItem') {
        if (SendMeetingCancellations === undefined) throw ewsRefusal('ErrorSendMeetingCancellationsRequired');
        if (SendMeetingCancellations !== 'SendToNone')
          throw notSupported(`DeleteItem with SendMeetingCancellations ${SendMeetingCancellations}`);
      }
      await remove(tx, mailbox.guid, key.item, removals[DeleteType], call.instant);
    });
    return { class: 'Success' } as const;
  });
};
