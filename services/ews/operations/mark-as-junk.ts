import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { blockSender, mostJunkEntries, senderOf } from '../../../shared/domain/mailbox/junk-email.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { itemProperties } from '../../../shared/domain/mailbox/property-reader.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { markAsJunk as contract } from '../../../shared/protocols/ews/operations/mark-as-junk.ts';
import { ewsRefusal } from '../failures.ts';
import { inSlices } from '../in-slices.ts';
import { itemFor } from '../item-rights.ts';
import { openItemKey } from '../mailboxes.ts';
import { namedItem } from '../occurrences/named-item.ts';
import { occurrenceOf } from '../occurrences/occurrence-of.ts';
import type { Operation } from '../operation.ts';
import { itemId } from '../views/item-specials.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/markasjunk-operation */
export const markAsJunk: Operation<typeof contract> = (call, { IsJunk, MoveItem, ItemIds }) =>
  inSlices(call, ItemIds, async (target) => {
    const { id, occurrence } = namedItem(target);
    if (occurrence !== undefined && MoveItem) throw ewsRefusal('ErrorCalendarCannotMoveOrCopyOccurrence');
    const opened = await openItemKey(call, id);
    const { mailbox, key } = opened;
    return async (tx) => {
      const row = await itemFor(tx, call, opened, 'move', { properties: 'all' });
      // Whoever asked to one asked to all of them.
      if (occurrence !== undefined) await occurrenceOf(tx, mailbox, row, occurrence);
      const sender = senderOf(itemProperties(row));
      const isOwn = sender.toLowerCase() === mailbox.owner.primaryAddress.toLowerCase();
      if (!isOwn && !(await blockSender(tx, mailbox.guid, sender, IsJunk, call.instant)))
        throw ewsRefusal('ErrorQuotaExceeded', { text: `More than ${mostJunkEntries} senders cannot be blocked.` });
      if (!MoveItem) return { class: 'Success' } as const;
      const folder = await requireFolder(tx, mailbox.guid, IsJunk ? 'junkemail' : 'inbox');
      const isThere = folder.counter === row.folder;
      const moved = isThere ? undefined : await moveItem(tx, mailbox.guid, key.item, folder.counter, call.instant);
      const place = {
        counter: moved?.counter ?? row.counter,
        folder: folder.counter,
        change_number: moved?.changeNumber ?? row.change_number,
      };
      const MovedItemId = itemId({ mailbox, row: { ...place, class: row.class }, element: itemElementOf(row.class) });
      return { class: 'Success', MovedItemId } as const;
    };
  });
