import { attr, maybeAttr, one, sequence } from '../../../xml/codec.ts';
import { boolean, enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { disposal, sendMeetings } from '../sending.ts';
import { baseItemIds } from '../types/item-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem-operation */
export const deleteItem = contract({
  name: 'DeleteItem',
  request: sequence({
    DeleteType: attr(disposal),
    SendMeetingCancellations: maybeAttr(sendMeetings),
    AffectedTaskOccurrences: maybeAttr(enumeration('AffectedTaskOccurrencesType', ['AllOccurrences', 'SpecifiedOccurrenceOnly'])),
    SuppressReadReceipts: maybeAttr(boolean),
    ItemIds: one(messages, baseItemIds),
  }),
  response: responseMessages('DeleteItemResponseMessage', responseMessage({})),
});
