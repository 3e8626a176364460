import { dismissed, reminderKeys, reminderOf, snoozed } from '../../../shared/domain/calendar/reminder.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { PropertyKey, PropertyValue } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { performReminderAction as contract } from '../../../shared/protocols/ews/operations/perform-reminder-action.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { inSlices } from '../in-slices.ts';
import { itemFor, openItemFor } from '../item-rights.ts';
import type { OpenItemKey } from '../mailboxes.ts';
import { type NamedOccurrence, namedItem } from '../occurrences/named-item.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { itemId } from '../views/item-specials.ts';

type Action = RequestOf<typeof contract>['ReminderItemActions'][number];
/** What is to happen to one reminder: it is put off until then, or dismissed. */
interface Deed {
  readonly opened: OpenItemKey;
  /** Of a series, where the id is that of an occurrence. */
  readonly occurrence: NamedOccurrence | undefined;
  readonly until: Instant | undefined;
}

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/performreminderaction-operation
 * An action that cannot be read, or is not the caller's to take, refuses them all; what has no reminder, or is gone, is left
 * out, as is an occurrence whose turn it is not.
 */
export const performReminderAction: Operation<typeof contract> = async (call, { ReminderItemActions }) => {
  const [answer] = await perItem(call, [ReminderItemActions], async (actions) => {
    const deeds: Deed[] = [];
    for (const action of actions) {
      const { id, occurrence } = namedItem({ is: 'ItemId', value: action.ItemId });
      deeds.push({ until: timeOf(action), opened: await openItemFor(call, id, 'edit'), occurrence });
    }
    const answers = await inSlices(call, deeds, async (deed) => (tx) => carryOut(tx, call, deed));
    return { class: 'Success', UpdatedItemIds: { ItemId: answers.flatMap((one) => ('ids' in one ? one.ids : [])) } } as const;
  });
  return present(answer, 'the one answer');
};

/** Answers the item's id and new change key; none where nothing changes. */
async function carryOut(tx: Executor, call: EwsCall, { opened, occurrence: asked, until }: Deed) {
  const { mailbox, key } = opened;
  const row = await itemFor(tx, call, opened, 'edit', { properties: reminderKeys });
  const element = itemElementOf(row.class);
  const read = (property: PropertyKey): PropertyValue | undefined => itemProperty(row, property);
  const reminder = reminderOf(read, element === 'CalendarItem' ? 'appointment' : 'task', call.instant);
  if (reminder === undefined || (asked?.is === 'day' && asked.day !== reminder.occurrence?.day)) return { ids: [] };
  const set = until === undefined ? dismissed(read, reminder) : snoozed(read, reminder, until);
  if (set === undefined) return { ids: [] };
  const { changeNumber } = await updateItem(tx, mailbox.guid, key.item, { set }, 'any', call.instant);
  const occurrence = asked === undefined ? undefined : reminder.occurrence;
  return { ids: [itemId({ mailbox, row: { ...row, change_number: changeNumber }, element, occurrence })] };
}

/** Refuses with ErrorChangeKeyRequired, and a time that cannot be read with ErrorInvalidArgument (both codes are inferred). */
function timeOf({ ActionType, ItemId, NewReminderTime }: Action): Instant | undefined {
  if (ItemId.ChangeKey === undefined) throw ewsRefusal('ErrorChangeKeyRequired');
  if (ActionType === 'Dismiss') return undefined;
  const time = NewReminderTime?.instant;
  if (time === undefined) throw ewsRefusal('ErrorInvalidArgument', { detail: `NewReminderTime ${NewReminderTime?.text}` });
  return time;
}
