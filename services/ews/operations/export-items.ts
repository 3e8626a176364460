import { draftFromItem } from '../../../shared/bridges/message/draft-from-item.ts';
import { streamOf } from '../../../shared/bridges/message/transfer.ts';
import { getAllAttachments, getItem, getRecipients } from '../../../shared/domain/mailbox/items.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { exportItems as contract } from '../../../shared/protocols/ews/operations/export-items.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import { ewsRefusal } from '../failures.ts';
import { openItemKey } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { itemId } from '../views/item-specials.ts';
import { answerWeight } from '../views/weight.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/exportitems-operation */
export const exportItems: Operation<typeof contract> = async (call, { ItemIds }) => {
  const { read } = call.context.store;
  const weight = answerWeight();
  return perItem(call, ItemIds.ItemId, async (target) => {
    weight.check();
    const { mailbox, key } = await openItemKey(call, target);
    const row = await getItem(read, mailbox.guid, key.item, { properties: 'all', mime: true });
    if (row === undefined || row.folder !== key.folder)
      throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
    const recipients = (await getRecipients(read, mailbox.guid, [row.counter])).get(row.counter) ?? [];
    const attachments = (await getAllAttachments(read, mailbox.guid, [row.counter])).get(row.counter) ?? [];
    const Data = streamOf(await draftFromItem(row, recipients, attachments, (hash) => readBlob(read, hash)));
    weight.add(Data.length);
    return { class: 'Success', ItemId: itemId({ mailbox, row, element: itemElementOf(row.class) }), Data } as const;
  });
};
