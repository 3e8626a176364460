import { attr, either, maybe, maybeAttr, one, sequence, some, unwrapped } from '../../../xml/codec.ts';
import { boolean, enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { itemList } from '../item-lists.ts';
import { itemUpdates } from '../item-updates.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { messageDisposition, sendMeetingUpdates } from '../sending.ts';
import { calendarActivityData } from '../types/calendar-parts.ts';
import { targetFolderId } from '../types/folder-ids.ts';
import { itemId, occurrenceItemId, recurringMasterItemId } from '../types/item-ids.ts';
import { integer } from '../types/simple.ts';

const itemChange = sequence(
  {
    target: either(types, { ItemId: itemId, OccurrenceItemId: occurrenceItemId, RecurringMasterItemId: recurringMasterItemId }),
    Updates: one(types, itemUpdates),
    CalendarActivityData: maybe(types, calendarActivityData),
  },
  'ItemChangeType',
);
const itemChanges = unwrapped('ItemChange', sequence({ ItemChange: some(types, itemChange) }, 'NonEmptyArrayOfItemChangesType'));

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation */
export const updateItem = contract({
  name: 'UpdateItem',
  request: sequence({
    ConflictResolution: attr(enumeration('ConflictResolutionType', ['NeverOverwrite', 'AutoResolve', 'AlwaysOverwrite'])),
    MessageDisposition: maybeAttr(messageDisposition),
    SendMeetingInvitationsOrCancellations: maybeAttr(sendMeetingUpdates),
    SuppressReadReceipts: maybeAttr(boolean),
    SavedItemFolderId: maybe(messages, targetFolderId),
    ItemChanges: one(messages, itemChanges),
  }),
  response: responseMessages(
    'UpdateItemResponseMessage',
    responseMessage(
      {
        Items: one(messages, itemList),
        ConflictResults: maybe(messages, sequence({ Count: one(types, integer) }, 'ConflictResultsType')),
      },
      { Items: [] },
    ),
  ),
});
