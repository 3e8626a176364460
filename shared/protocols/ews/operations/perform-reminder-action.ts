import { many, one, sequence, some, unwrapped } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { itemId } from '../types/item-ids.ts';
import { reminderItemAction } from '../types/reminders.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/performreminderaction-operation
 * The answer is a response message itself. Where no reminder was changed its UpdatedItemIds is empty, as on that page,
 * which the official schema does not allow.
 */
export const performReminderAction = contract({
  name: 'PerformReminderAction',
  request: sequence({
    ReminderItemActions: one(
      messages,
      unwrapped(
        'ReminderItemAction',
        sequence({ ReminderItemAction: some(types, reminderItemAction) }, 'NonEmptyArrayOfReminderItemActionType'),
      ),
    ),
  }),
  response: responseMessage(
    { UpdatedItemIds: one(messages, sequence({ ItemId: many(types, itemId) }, 'ArrayOfItemIdsType')) },
    { UpdatedItemIds: { ItemId: [] } },
  ),
});
