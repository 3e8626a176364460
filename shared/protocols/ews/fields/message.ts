import { tags } from '../../../kernel/mapi.ts';
import { sequence, some } from '../../../xml/codec.ts';
import { types } from '../namespaces.ts';
import { recipients, singleRecipient } from '../types/mailbox.ts';
import {
  approvalRequestData,
  messageSafety,
  reminderMessageData,
  sharingMessageAction,
  sharingMessageActions,
  votingInformation,
} from '../types/message-parts.ts';
import { guidText, instant, nonEmptyText, octets, text, truth } from '../types/simple.ts';
import { binary, fieldTable, special, stored, unfilled } from './field.ts';

const getItemOnly = { inFind: false } as const;

/** MessageType, behind ItemType. */
export const messageFields = fieldTable('message', 100, {
  Sender: special('Sender', singleRecipient, { writable: true }),
  ToRecipients: special('ToRecipients', recipients, { writable: true, ...getItemOnly }),
  CcRecipients: special('CcRecipients', recipients, { writable: true, ...getItemOnly }),
  BccRecipients: special('BccRecipients', recipients, { writable: true, ...getItemOnly }),
  IsReadReceiptRequested: stored(truth, tags.readReceiptRequested, { writable: true }),
  IsDeliveryReceiptRequested: stored(truth, tags.originatorDeliveryReportRequested, { writable: true }),
  ConversationIndex: stored(octets, tags.conversationIndex, {}, binary),
  ConversationTopic: stored(text, tags.conversationTopic),
  From: special('From', singleRecipient, { writable: true }),
  InternetMessageId: stored(text, tags.internetMessageId, { writable: true }),
  IsRead: stored(truth, tags.read, { writable: true }),
  IsResponseRequested: stored(truth, tags.responseRequested, { writable: true }),
  References: stored(text, tags.internetReferences, { writable: true }),
  ReplyTo: special('ReplyTo', recipients, { writable: true, ...getItemOnly }),
  ReceivedBy: special('ReceivedBy', singleRecipient),
  ReceivedRepresenting: special('ReceivedRepresenting', singleRecipient),
  ApprovalRequestData: special('ApprovalRequestData', approvalRequestData, getItemOnly),
  VotingInformation: special('VotingInformation', votingInformation, getItemOnly),
  ReminderMessageData: unfilled(reminderMessageData),
  MessageSafety: unfilled(messageSafety),
  SenderSMTPAddress: unfilled(nonEmptyText, { uri: null }),
  MailboxGuids: unfilled(sequence({ MailboxGuid: some(types, guidText) }), { uri: null }),
  PublishedCalendarItemIcs: unfilled(text),
  PublishedCalendarItemName: unfilled(text),
});

/** SharingMessageType, behind MessageType. */
export const sharingMessageFields = fieldTable('sharingMessage', 200, {
  SharingMessageAction: unfilled(sharingMessageAction),
  SharingMessageActions: unfilled(sharingMessageActions, { uri: null }),
});

/** PostItemType, behind ItemType; it borrows the message's paths. */
export const postItemFields = fieldTable('message', 100, {
  ConversationIndex: stored(octets, tags.conversationIndex, {}, binary),
  ConversationTopic: stored(text, tags.conversationTopic),
  From: special('From', singleRecipient, { writable: true }),
  InternetMessageId: stored(text, tags.internetMessageId),
  IsRead: stored(truth, tags.read, { writable: true }),
  PostedTime: stored(instant, tags.clientSubmitTime, { uri: 'postitem:PostedTime' }),
  References: stored(text, tags.internetReferences, { writable: true }),
  Sender: special('Sender', singleRecipient, { writable: true }),
});
