import type { Instant } from '../../../kernel/clock.ts';
import { maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { dateTime, enumeration, type SimpleType, string } from '../../../xml/simple-types.ts';
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

/** A text that should be a date and time, on the clocks of the request; the schema takes any. */
const reminderTime: SimpleType<{ readonly text: string; readonly instant: Instant | undefined }> = {
  name: string.name,
  parse: (source) => ({ text: source, instant: dateTime.parse(source) }),
  format: (value) => value.text,
  complaint: string.complaint,
};

export const reminderItemAction = sequence(
  {
    ActionType: one(types, simple(enumeration('ReminderActionType', ['Dismiss', 'Snooze']))),
    ItemId: one(types, itemId),
    NewReminderTime: maybe(types, simple(reminderTime)),
  },
  'ReminderItemActionType',
);
