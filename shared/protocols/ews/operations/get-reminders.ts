import { many, maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { boundedInt, enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { reminder } from '../types/reminders.ts';
import { instant } from '../types/simple.ts';

/** More reminders are not told (Microsoft's page "MaxItems"). */
export const mostReminders = 200;

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getreminders-operation
 * The answer is a response message itself. Two simple types have names here that they lack in the official schema.
 */
export const getReminders = contract({
  name: 'GetReminders',
  request: sequence({
    BeginTime: maybe(messages, instant),
    EndTime: maybe(messages, instant),
    MaxItems: maybe(messages, simple(boundedInt('MaxRemindersType', 0, mostReminders))),
    ReminderType: maybe(messages, simple(enumeration('RemindersOfType', ['All', 'Current', 'Old']))),
  }),
  response: responseMessage(
    { Reminders: one(messages, sequence({ Reminder: many(types, reminder) }, 'ArrayOfRemindersType')) },
    { Reminders: { Reminder: [] } },
  ),
});
