import { decodeChangeKey } from '../../../shared/protocols/ews/change-key.ts';
import type { sendItem as contract } from '../../../shared/protocols/ews/operations/send-item.ts';
import { sendStored, sentFolder } from '../drafts/send-stored.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openItemFor } from '../item-rights.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/senditem-operation */
export const sendItem: Operation<typeof contract> = async (call, { SaveItemToFolder, SavedItemFolderId, ItemIds }) => {
  const copyTo = sentFolder(call, SavedItemFolderId);
  return perItem(call, ItemIds, async (target) => {
    if (!SaveItemToFolder && SavedItemFolderId !== undefined) throw ewsRefusal('ErrorInvalidSendItemSaveSettings');
    if (target.is !== 'ItemId') throw notSupported(`SendItem by ${target.is}`);
    const { ChangeKey } = target.value;
    if (ChangeKey === undefined) throw ewsRefusal('ErrorChangeKeyRequired');
    const read = decodeChangeKey(ChangeKey);
    if (read === undefined) throw ewsRefusal('ErrorInvalidChangeKey', { detail: 'not a change key' });
    const opened = await openItemFor(call, target.value, 'delete');
    await sendStored(call, opened, SaveItemToFolder ? await copyTo() : undefined, read.change ?? -1);
    return { class: 'Success' } as const;
  });
};
