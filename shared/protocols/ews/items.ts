import type { Content } from '../../xml/codec.ts';
import { networkFields, personFields, roleMemberFields } from './fields/address-book-items.ts';
import { calendarItemFields } from './fields/calendar-item.ts';
import { contactFields, distributionListFields } from './fields/contact.ts';
import type { FieldRow } from './fields/field.ts';
import { itemFields } from './fields/item.ts';
import { meetingCancellationFields, meetingMessageFields, meetingRequestFields, meetingResponseFields } from './fields/meeting-message.ts';
import { messageFields, postItemFields, sharingMessageFields } from './fields/message.ts';
import { responseObjectFields } from './fields/response-object.ts';
import { taskFields } from './fields/task.ts';
import { type ItemElement, itemTypes, type ResponseElement, responseTypes } from './item-elements.ts';
import { provideItems } from './item-references.ts';
import { type ObjectClass, objectContent, type WireObject } from './wire-object.ts';

export type WireItem = WireObject<ItemElement>;
export type WireResponseObject = WireObject<ResponseElement>;

const itemContents = new Map<ItemElement, Content<WireItem>>();
const itemClasses = new Map<ItemElement, ObjectClass<ItemElement>>();
const responseContents = new Map<ResponseElement, Content<WireResponseObject>>();

provideItems({ item: itemContent, response: responseContent });

/** The rows of an item's element. */
export function itemClass(element: ItemElement): ObjectClass<ItemElement> {
  let known = itemClasses.get(element);
  if (known === undefined) {
    known = { element, typeName: itemTypes[element], rows: itemRows(element), extendedAfter: itemFields.HasAttachments.order };
    itemClasses.set(element, known);
  }
  return known;
}

/** The content of an item's element. */
export function itemContent(element: ItemElement): Content<WireItem> {
  let known = itemContents.get(element);
  if (known === undefined) {
    known = objectContent(itemClass(element));
    itemContents.set(element, known);
  }
  return known;
}

/** The content of a response object's element. */
function responseContent(element: ResponseElement): Content<WireResponseObject> {
  let known = responseContents.get(element);
  if (known === undefined) {
    known = objectContent(responseClass(element));
    responseContents.set(element, known);
  }
  return known;
}

function rowsOf(...tables: readonly object[]): readonly FieldRow[] {
  return tables.flatMap((table) => Object.values(table) as FieldRow[]);
}

function itemRows(element: ItemElement): readonly FieldRow[] {
  switch (element) {
    case 'Item':
      return rowsOf(itemFields);
    case 'Message':
      return rowsOf(itemFields, messageFields);
    case 'SharingMessage':
      return rowsOf(itemFields, messageFields, sharingMessageFields);
    case 'CalendarItem':
      return rowsOf(itemFields, calendarItemFields);
    case 'Contact':
      return rowsOf(itemFields, contactFields);
    case 'DistributionList':
      return rowsOf(itemFields, distributionListFields);
    case 'MeetingMessage':
      return rowsOf(itemFields, messageFields, meetingMessageFields);
    case 'MeetingRequest':
      return rowsOf(itemFields, messageFields, meetingMessageFields, meetingRequestFields);
    case 'MeetingResponse':
      return rowsOf(itemFields, messageFields, meetingMessageFields, meetingResponseFields);
    case 'MeetingCancellation':
      return rowsOf(itemFields, messageFields, meetingMessageFields, meetingCancellationFields);
    case 'Task':
      return rowsOf(itemFields, taskFields);
    case 'PostItem':
      return rowsOf(itemFields, postItemFields);
    case 'RoleMember':
      return rowsOf(itemFields, roleMemberFields);
    case 'Network':
      return rowsOf(itemFields, networkFields);
    case 'Person':
      return rowsOf(itemFields, personFields);
  }
}

function responseClass(element: ResponseElement): ObjectClass<ResponseElement> {
  const { Subject, Body, ItemClass, Sensitivity, Attachments, InternetMessageHeaders } = itemFields;
  const { Sender, ToRecipients, CcRecipients, BccRecipients, IsReadReceiptRequested, IsDeliveryReceiptRequested, From } = messageFields;
  const { ReferenceItemId, NewBodyContent, IsSpecificMessageReply, ProposedStart, ProposedEnd } = responseObjectFields;
  const receipts = [IsReadReceiptRequested, IsDeliveryReceiptRequested, From, ReferenceItemId];
  const sendable = [Subject, Body, ToRecipients, CcRecipients, BccRecipients, ...receipts, NewBodyContent];
  const restricted = (rows: readonly FieldRow[]): ObjectClass<ResponseElement> => ({
    element,
    typeName: responseTypes[element],
    rows,
    extendedAfter: -1,
  });
  switch (element) {
    case 'ReplyToItem':
    case 'ForwardItem':
    case 'CancelCalendarItem':
      return restricted(sendable);
    case 'ReplyAllToItem':
      return restricted([...sendable, IsSpecificMessageReply]);
    case 'AcceptItem':
    case 'TentativelyAcceptItem':
    case 'DeclineItem': {
      const head = [ItemClass, Sensitivity, Body, Attachments, InternetMessageHeaders, Sender, ToRecipients, CcRecipients, BccRecipients];
      return restricted([...head, ...receipts, ProposedStart, ProposedEnd]);
    }
    case 'SuppressReadReceipt':
    case 'AcceptSharingInvitation':
      return restricted([ReferenceItemId]);
    case 'PostReplyItem':
      return restricted([Subject, Body, ReferenceItemId, NewBodyContent]);
    case 'RemoveItem':
    case 'AddItemToMyCalendar':
    case 'ProposeNewTime': {
      const rows = [...rowsOf(itemFields, messageFields), ReferenceItemId];
      return {
        element,
        typeName: responseTypes[element],
        rows,
        extendedAfter: itemFields.HasAttachments.order,
        attributes: ['ObjectName'],
      };
    }
  }
}
