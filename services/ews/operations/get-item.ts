import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { getItem as readItem } from '../../../shared/domain/mailbox/items.ts';
import { isPrivateItem, withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { getItem as contract } from '../../../shared/protocols/ews/operations/get-item.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenMailbox, openItemKey } from '../mailboxes.ts';
import { namedItem } from '../occurrences/named-item.ts';
import { occurrenceOf, withSeries } from '../occurrences/occurrence-of.ts';
import { occurrencesInRanges } from '../occurrences/occurrences-in-ranges.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planItems } from '../views/item-plan.ts';
import { viewEntries } from '../views/item-view.ts';
import { answerWeight, octetsOf } from '../views/weight.ts';

const ranges = 'RecurringMasterItemIdRanges';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation */
export const getItem: Operation<typeof contract> = async (call, { ItemShape, ItemIds }) => {
  const plan = planItems(ItemShape, false);
  const { read } = call.context.store;
  const weight = answerWeight();
  const opened = new Map<Guid, OpenMailbox>();
  return perItem(call, ItemIds, async (target) => {
    weight.check();
    const { id, occurrence } = target.is === ranges ? { id: target.value } : namedItem(target);
    const isSeries = occurrence !== undefined || target.is === ranges;
    const { mailbox, key } = await openItemKey(call, id, folderRights.readAny, opened);
    const shown = isSeries ? withSeries(plan.need) : plan.need;
    const need = mailbox.isShared ? withSharedFacts(shown) : shown;
    const row = await readItem(read, mailbox.guid, key.item, need);
    // The id names the folder too: after a move the old one is dead, as in life. What is private is not there for those who
    // open the folder by its permissions.
    if (row === undefined || row.folder !== key.folder || (mailbox.hidesPrivate && isPrivateItem(row)))
      throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
    const items =
      target.is === ranges && target.value.Ranges !== undefined
        ? await occurrencesInRanges(read, mailbox, row, target.value.Ranges)
        : occurrence === undefined
          ? undefined
          : [(await occurrenceOf(read, mailbox, row, occurrence)).item];
    const Items = await viewEntries(call, mailbox, items?.map((item) => ({ row: item.row, occurrence: item })) ?? [{ row }], plan);
    for (const item of Items) weight.add(octetsOf(item));
    return { class: 'Success', Items } as const;
  });
};
