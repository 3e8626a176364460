import { maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { itemId } from './item-ids.ts';
import { instant, text } from './simple.ts';

// What GetReminders answers and PerformReminderAction asks for.

export const reminder = sequence(
  {
    Subject: one(types, text),
    Location: maybe(types, text),
    ReminderTime: one(types, instant),
    StartDate: one(types, instant),
    EndDate: one(types, instant),
    ItemId: one(types, itemId),
    RecurringMasterItemId: maybe(types, itemId),
    ReminderGroup: maybe(types, simple(enumeration('ReminderGroupType', ['Calendar', 'Task']))),
    UID: one(types, text),
  },
  'ReminderType',
);

export const reminderItemAction = sequence(
  {
    ActionType: one(types, simple(enumeration('ReminderActionType', ['Dismiss', 'Snooze']))),
    ItemId: one(types, itemId),
    /** A date and time, which the schema does not say. */
    NewReminderTime: maybe(types, text),
  },
  'ReminderItemActionType',
);
