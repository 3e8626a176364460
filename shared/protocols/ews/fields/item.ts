import { named, tags } from '../../../kernel/mapi.ts';
import { simple } from '../../../xml/codec.ts';
import { responseObjectList } from '../item-references.ts';
import { attachments } from '../types/attachments.ts';
import { body, internetHeaders, mimeContent } from '../types/body.ts';
import { entityExtractionResult } from '../types/entities.ts';
import { folderId } from '../types/folder-ids.ts';
import { itemId } from '../types/item-ids.ts';
import {
  effectiveRights,
  flag,
  iconIndex,
  importanceChoices,
  inferenceClassification,
  predictedActionReasons,
  retentionTag,
  rightsManagementLicenseData,
  sensitivityChoices,
  strings,
} from '../types/item-parts.ts';
import { recipients } from '../types/mailbox.ts';
import { instant, integer, languageText, longInteger, octets, reminderMinutes, text, truth } from '../types/simple.ts';
import { appliedHashtags, appliedHashtagsPreview, likes, likesPreview, mentionActions, mentionsPreview } from '../types/social.ts';
import { culture } from './culture.ts';
import { binary, bit, fieldTable, numbered, shortened, special, stored, textList, unfilled } from './field.ts';

// Bits of PidTagMessageFlags, MS-OXCMSG 2.2.1.6.
const submitted = 0x4;
const unmodified = 0x2;
const unsent = 0x8;
const fromMe = 0x20;
const associated = 0x40;
const resend = 0x80;

const getItemOnly = { inFind: false } as const;
const asked = { inAllProperties: false } as const;
const askedOfGetItem = { inAllProperties: false, inFind: false } as const;

/** ItemType: what every item has. ExtendedProperty stands behind HasAttachments. */
export const itemFields = fieldTable('item', 0, {
  MimeContent: special('MimeContent', mimeContent, { writable: true, ...askedOfGetItem }),
  ItemId: special('ItemId', itemId),
  ParentFolderId: special('ParentFolderId', folderId),
  ItemClass: stored(text, tags.messageClass, { writable: true }),
  Subject: stored(text, tags.subject, { writable: true }, shortened(255)),
  Sensitivity: stored(simple(sensitivityChoices), tags.sensitivity, { writable: true }, numbered(sensitivityChoices.enumeration)),
  Body: special('Body', body, { writable: true, ...getItemOnly }),
  Attachments: special('Attachments', attachments, { writable: true, ...getItemOnly }),
  DateTimeReceived: stored(instant, tags.messageDeliveryTime),
  Size: stored(integer, tags.messageSize),
  Categories: stored(strings, named.keywords, { writable: true }, textList),
  Importance: stored(simple(importanceChoices), tags.importance, { writable: true }, numbered(importanceChoices.enumeration)),
  InReplyTo: stored(text, tags.inReplyToId, { writable: true }),
  IsSubmitted: stored(truth, tags.messageFlags, {}, bit(submitted)),
  IsDraft: stored(truth, tags.messageFlags, {}, bit(unsent)),
  IsFromMe: stored(truth, tags.messageFlags, {}, bit(fromMe)),
  IsResend: stored(truth, tags.messageFlags, {}, bit(resend)),
  IsUnmodified: stored(truth, tags.messageFlags, {}, bit(unmodified)),
  InternetMessageHeaders: special('InternetMessageHeaders', internetHeaders, getItemOnly),
  DateTimeSent: stored(instant, tags.clientSubmitTime),
  DateTimeCreated: stored(instant, tags.creationTime),
  ResponseObjects: special('ResponseObjects', responseObjectList, getItemOnly),
  ReminderDueBy: stored(instant, named.reminderTime, { writable: true }),
  ReminderIsSet: stored(truth, named.reminderSet, { writable: true }),
  ReminderNextTime: stored(instant, named.reminderSignalTime, asked),
  ReminderMinutesBeforeStart: stored(reminderMinutes, named.reminderMinutes, { writable: true }),
  DisplayCc: stored(text, tags.displayCc),
  DisplayTo: stored(text, tags.displayTo),
  DisplayBcc: stored(text, tags.displayBcc, asked),
  HasAttachments: stored(truth, tags.hasAttachments),
  Culture: stored(languageText, tags.messageLocaleId, { writable: true }, culture),
  EffectiveRights: special('EffectiveRights', effectiveRights),
  LastModifiedName: stored(text, tags.lastModifierName),
  LastModifiedTime: stored(instant, tags.lastModificationTime),
  IsAssociated: stored(truth, tags.messageFlags, {}, bit(associated)),
  WebClientReadFormQueryString: special('WebClientReadFormQueryString', text),
  WebClientEditFormQueryString: special('WebClientEditFormQueryString', text),
  ConversationId: special('ConversationId', itemId),
  UniqueBody: special('UniqueBody', body, askedOfGetItem),
  Flag: special('Flag', flag, { writable: true }),
  StoreEntryId: special('StoreEntryId', octets, asked),
  InstanceKey: special('InstanceKey', octets),
  NormalizedBody: special('NormalizedBody', body, askedOfGetItem),
  EntityExtractionResult: unfilled(entityExtractionResult),
  PolicyTag: special('PolicyTag', retentionTag, { writable: true, ...asked }),
  ArchiveTag: special('ArchiveTag', retentionTag, { writable: true, ...asked }),
  RetentionDate: stored(instant, tags.retentionDate, asked),
  Preview: special('Preview', text, asked),
  RightsManagementLicenseData: unfilled(rightsManagementLicenseData),
  PredictedActionReasons: unfilled(predictedActionReasons),
  IsClutter: unfilled(truth),
  BlockStatus: unfilled(truth),
  HasBlockedImages: unfilled(truth),
  TextBody: special('TextBody', body, askedOfGetItem),
  IconIndex: special('IconIndex', simple(iconIndex), asked),
  SearchKey: stored(octets, tags.searchKey, { uri: null, ...asked }, binary),
  SortKey: unfilled(longInteger, { uri: null }),
  Hashtags: unfilled(strings),
  Mentions: unfilled(recipients),
  MentionedMe: unfilled(truth),
  MentionsPreview: unfilled(mentionsPreview),
  MentionsEx: unfilled(mentionActions),
  AppliedHashtags: unfilled(appliedHashtags),
  AppliedHashtagsPreview: unfilled(appliedHashtagsPreview),
  Likes: unfilled(likes),
  LikesPreview: unfilled(likesPreview),
  PendingSocialActivityTagIds: unfilled(strings),
  AtAllMention: unfilled(truth),
  CanDelete: unfilled(truth),
  InferenceClassification: unfilled(simple(inferenceClassification)),
});
