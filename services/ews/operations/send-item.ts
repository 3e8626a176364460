import { decodeChangeKey } from '../../../shared/protocols/ews/change-key.ts';
import type { sendItem as contract } from '../../../shared/protocols/ews/operations/send-item.ts';
import { sendStored, sentFolder } from '../drafts/send-stored.ts';
import { ewsRefusal } from '../failures.ts';
import { itemFor, openItemFor } from '../item-rights.ts';
import { namedItem } from '../occurrences/named-item.ts';
import { occurrenceOf, withSeries } from '../occurrences/occurrence-of.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/senditem-operation */
export const sendItem: Operation<typeof contract> = async (call, { SaveItemToFolder, SavedItemFolderId, ItemIds }) => {
  const copyTo = sentFolder(call, SavedItemFolderId);
  return perItem(call, ItemIds, async (target) => {
    if (!SaveItemToFolder && SavedItemFolderId !== undefined) throw ewsRefusal('ErrorInvalidSendItemSaveSettings');
    const { id, occurrence } = namedItem(target);
    const { ChangeKey } = id;
    if (ChangeKey === undefined) throw ewsRefusal('ErrorChangeKeyRequired');
    const read = decodeChangeKey(ChangeKey);
    if (read === undefined) throw ewsRefusal('ErrorInvalidChangeKey', { detail: 'not a change key' });
    const opened = await openItemFor(call, id, 'delete');
    if (occurrence !== undefined) {
      const row = await itemFor(call.context.store.read, call, opened, 'delete', withSeries({ properties: [] }));
      await occurrenceOf(call.context.store.read, opened.mailbox, row, occurrence);
      throw ewsRefusal('ErrorInvalidItemForOperationSendItem', { detail: 'an occurrence' });
    }
    await sendStored(call, opened, SaveItemToFolder ? await copyTo() : undefined, read.change ?? -1);
    return { class: 'Success' } as const;
  });
};
