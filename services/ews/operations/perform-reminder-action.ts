import { dismissed, reminderKeys, reminderOf, snoozed } from '../../../shared/domain/calendar/reminder.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { PropertyBag, PropertyKey, PropertyValue } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { performReminderAction as contract } from '../../../shared/protocols/ews/operations/perform-reminder-action.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { dateTime } from '../../../shared/xml/simple-types.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { inSlices } from '../in-slices.ts';
import { itemFor, openItemFor } from '../item-rights.ts';
import type { OpenItemKey } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { itemId } from '../views/item-specials.ts';

type Action = RequestOf<typeof contract>['ReminderItemActions'][number];
/** What is to happen to one reminder: it is put off until then, or dismissed. */
interface Deed {
  readonly opened: OpenItemKey;
  readonly until: Instant | undefined;
}

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/performreminderaction-operation
 * An action that cannot be read, or is not the caller's to take, refuses them all; what has no reminder, or is gone, is left out.
 */
export const performReminderAction: Operation<typeof contract> = async (call, { ReminderItemActions }) => {
  const [answer] = await perItem(call, [ReminderItemActions], async (actions) => {
    const deeds: Deed[] = [];
    for (const action of actions) deeds.push({ until: timeOf(action), opened: await openItemFor(call, action.ItemId, 'edit') });
    const answers = await inSlices(call, deeds, async (deed) => (tx) => carryOut(tx, call, deed));
    return { class: 'Success', UpdatedItemIds: { ItemId: answers.flatMap((one) => ('ids' in one ? one.ids : [])) } } as const;
  });
  return present(answer, 'the one answer');
};

/** Answers the item's id and new change key; none where nothing changes. */
async function carryOut(tx: Executor, call: EwsCall, { opened, until }: Deed) {
  const { mailbox, key } = opened;
  const row = await itemFor(tx, call, opened, 'edit', { properties: reminderKeys });
  const element = itemElementOf(row.class);
  const set = changesOf((property) => itemProperty(row, property), element, until, call.instant);
  if (set === undefined) return { ids: [] };
  const { changeNumber } = await updateItem(tx, mailbox.guid, key.item, { set }, 'any', call.instant);
  return { ids: [itemId({ mailbox, row: { ...row, change_number: changeNumber }, element })] };
}

/** Refuses with ErrorChangeKeyRequired, and a time that cannot be read with ErrorInvalidArgument (both codes are inferred). */
function timeOf({ ActionType, ItemId, NewReminderTime }: Action): Instant | undefined {
  if (ItemId.ChangeKey === undefined) throw ewsRefusal('ErrorChangeKeyRequired');
  if (ActionType === 'Dismiss') return undefined;
  const time = dateTime.parse(NewReminderTime ?? '');
  if (time === undefined) throw ewsRefusal('ErrorInvalidArgument', { detail: `NewReminderTime ${NewReminderTime}` });
  return time;
}

function changesOf(
  read: (key: PropertyKey) => PropertyValue | undefined,
  element: ItemElement,
  until: Instant | undefined,
  instant: Instant,
): PropertyBag | undefined {
  const reminder = reminderOf(read, element === 'CalendarItem' ? 'appointment' : 'task', instant);
  if (reminder === undefined) return undefined;
  return until === undefined ? dismissed(read, reminder) : snoozed(read, reminder, until);
}
