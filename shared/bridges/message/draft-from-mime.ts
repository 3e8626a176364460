import { isConversationIndex, newConversationIndex } from '../../domain/mailbox/conversation.ts';
import type { AttachmentDraft, ItemDraft, RecipientDraft, RecipientKind } from '../../domain/mailbox/draft.ts';
import { splitSubject } from '../../domain/mailbox/subject.ts';
import type { Instant } from '../../kernel/clock.ts';
import { type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import { fieldValue, type MimeLimits } from '../../protocols/mime/entity.ts';
import type { Importance, MimeAddress, MimeAttachment, MimeMessage, Sensitivity } from '../../protocols/mime/message.ts';
import { parseMime } from '../../protocols/mime/parse.ts';
import { loadPostal, type Postal } from '../../protocols/mime/postal.ts';
import type { ReportOutcome } from '../../protocols/mime/report.ts';
import { meetingContentOf, meetingMessageProperties, meetingRecipients } from './calendar-part.ts';
import { headerProperties, headersText } from './headers.ts';

/** PidTagImportance and PidTagSensitivity (MS-OXCMSG 2.2.1.11, MS-OXCMAIL 2.2.3.2.5 and .6). */
export const importanceValues: Readonly<Record<Importance, number>> = { low: 0, normal: 1, high: 2 };
export const sensitivityValues: Readonly<Record<Sensitivity, number>> = { normal: 0, personal: 1, private: 2, 'company-confidential': 3 };

/** Classes of reports (MS-OXCMAIL, "Message class" of reports; MS-OXOMSG 2.2.2 for receipts). */
const reportClasses: Readonly<Record<ReportOutcome, string>> = {
  failed: 'REPORT.IPM.Note.NDR',
  delayed: 'REPORT.IPM.Note.Delayed.DR',
  relayed: 'REPORT.IPM.Note.Relayed.DR',
  expanded: 'REPORT.IPM.Note.Expanded.DR',
  delivered: 'REPORT.IPM.Note.DR',
  displayed: 'REPORT.IPM.Note.IPNRN',
  'not-displayed': 'REPORT.IPM.Note.IPNNRN',
};

const utf8Codepage = 65001;

/**
 * The item that a message becomes; it keeps the octets. One whose body has the form of a meeting's request, answer or
 * cancellation in iCalendar is a meeting message, and a multipart/report one of a report's classes. A message without a conversation index gets one that begins at
 * `instant`. Throws MimeError when a bound is met.
 */
export async function draftFromMime(octets: Uint8Array, instant: Instant, limits?: MimeLimits): Promise<ItemDraft> {
  const postal = await loadPostal();
  return draftOf(await parseMime(octets, limits), octets, postal, instant);
}

function draftOf(message: MimeMessage, octets: Uint8Array, postal: Postal, instant: Instant): ItemDraft {
  const meeting = meetingContentOf(message.calendar);
  const properties = {
    ...headerProperties(message.headers, postal.decodeWords),
    ...defined({
      [tags.transportMessageHeaders]: headersText(message.headers),
      [tags.subject]: message.subject,
      [tags.clientSubmitTime]: message.date,
      [tags.internetMessageId]: message.messageId,
      [tags.inReplyToId]: message.inReplyTo,
      [tags.internetReferences]: message.references,
      [tags.importance]: importanceValues[message.importance],
      [tags.sensitivity]: sensitivityValues[message.sensitivity],
      [tags.body]: message.text,
      [tags.bodyHtml]: message.html,
      [tags.internetCodepage]: utf8Codepage,
      [tags.readReceiptRequested]: fieldValue(message.headers, 'disposition-notification-to') === undefined ? undefined : true,
    }),
    ...originatorProperties(message),
    ...conversationProperties(message, postal, instant),
  };
  const people = [
    ...recipients('to', message.to),
    ...recipients('cc', message.cc),
    ...recipients('bcc', message.bcc),
    ...recipients('reply-to', message.replyTo),
  ];
  return {
    class: meeting?.class ?? (message.report === undefined ? 'IPM.Note' : reportClasses[message.report]),
    properties: meeting === undefined ? properties : meetingMessageProperties(properties, meeting.properties),
    recipients: meeting === undefined ? people : meetingRecipients(people, meeting.recipients),
    attachments: [
      ...attachmentsOf(message, meeting !== undefined).map((attachment, index) => attachmentDraft(attachment, index, postal, instant)),
      ...(meeting?.attachments ?? []),
    ],
    mime: octets,
  };
}

/** A calendar that makes no meeting is an attachment. */
function attachmentsOf({ attachments, calendar }: MimeMessage, isMeeting: boolean): readonly MimeAttachment[] {
  if (calendar === undefined || isMeeting) return attachments;
  return [{ contentType: 'text/calendar', disposition: 'attachment', bytes: calendar.bytes }, ...attachments];
}

/** Who is in the name's place has the address for a name, as Exchange does it. */
function named({ name, address }: MimeAddress): { name: string; address: string } {
  return { name: name === '' ? address : name, address };
}

function recipients(kind: RecipientKind, addresses: readonly MimeAddress[]): RecipientDraft[] {
  return addresses.map((address) => ({ kind, ...named(address), routingType: 'SMTP' }));
}

function originatorProperties(message: MimeMessage): PropertyBag {
  const from = message.from ?? message.sender;
  const sender = message.sender ?? message.from;
  if (from === undefined || sender === undefined) return {};
  const represented = named(from);
  const sending = named(sender);
  return {
    [tags.sentRepresentingName]: represented.name,
    [tags.sentRepresentingSmtpAddress]: represented.address,
    [tags.sentRepresentingAddressType]: 'SMTP',
    [tags.sentRepresentingEmailAddress]: represented.address,
    [tags.senderName]: sending.name,
    [tags.senderSmtpAddress]: sending.address,
    [tags.senderAddressType]: 'SMTP',
    [tags.senderEmailAddress]: sending.address,
  };
}

/** Thread-Topic and Thread-Index (MS-OXCMAIL 2.2.3.2.16 and .17), or what is derived from the subject. */
function conversationProperties(message: MimeMessage, postal: Postal, instant: Instant): PropertyBag {
  const threadTopic = fieldValue(message.headers, 'thread-topic');
  const topic =
    threadTopic === undefined || threadTopic === '' ? splitSubject(message.subject ?? '').normalized : postal.decodeWords(threadTopic);
  const threadIndex = Buffer.from(fieldValue(message.headers, 'thread-index') ?? '', 'base64');
  const tracked = isConversationIndex(threadIndex);
  const index = tracked ? threadIndex : newConversationIndex(topic, instant);
  return {
    [tags.conversationTopic]: topic,
    [tags.conversationIndex]: index.toString('base64'),
    ...(tracked ? { [tags.conversationIndexTracking]: true } : {}),
  };
}

function attachmentDraft(attachment: MimeAttachment, index: number, postal: Postal, instant: Instant): AttachmentDraft {
  const { filename, contentType, contentId, contentLocation, disposition, bytes, message } = attachment;
  const facts = {
    contentType,
    contentId,
    contentLocation,
    isInline: disposition === 'inline' && (contentId !== undefined || contentLocation !== undefined),
  };
  if (message !== undefined) {
    const name = filename?.replace(/\.eml$/i, '') || message.subject || unnamed(index, '');
    return { kind: 'item', name, ...facts, item: draftOf(message, bytes, postal, instant) };
  }
  return { kind: 'file', name: filename ?? unnamed(index, extensionOf(contentType)), ...facts, bytes };
}

/** Exchange's name for an attachment that came without one (observed: `ATT00001.txt` for the footers of mailing lists). */
function unnamed(index: number, extension: string): string {
  return `ATT${String(index + 1).padStart(5, '0')}${extension}`;
}

const extensions: Readonly<Record<string, string>> = {
  'text/plain': '.txt',
  'text/html': '.htm',
  'text/calendar': '.ics',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'application/pdf': '.pdf',
};

function extensionOf(contentType: string): string {
  return extensions[contentType] ?? '.bin';
}

function defined(properties: Readonly<Record<PropertyKey, PropertyValue | undefined>>): PropertyBag {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as PropertyBag;
}
