import type { AttachmentDraft, ItemDraft, RecipientKind } from '../../domain/mailbox/draft.ts';
import { type PropertyKey, tags } from '../../kernel/mapi.ts';
import type { Importance, MimeAddress, MimeAttachment, MimeHeader, MimeMessage, Sensitivity } from '../../protocols/mime/message.ts';
import { writeMime } from '../../protocols/mime/write.ts';
import { wireText } from '../../protocols/mime/write-field.ts';
import { calendarFromAppointment } from '../calendar/calendar-from-appointment.ts';
import { calendarPartOf, isAppointment } from './calendar-part.ts';
import { importanceValues, sensitivityValues } from './draft-from-mime.ts';
import { headersOf } from './headers.ts';

/**
 * The message that an item is: its own octets when it has them, else made from its properties. `id` (letters and digits)
 * makes the boundaries, so the same item with the same `id` gives the same octets. Blind copies are in it: for recipients
 * `withoutBlindCopies` takes them out.
 */
export function mimeFromDraft(draft: ItemDraft, id: string): Buffer {
  if (draft.mime !== undefined) return Buffer.from(draft.mime.buffer, draft.mime.byteOffset, draft.mime.byteLength);
  return writeMime(messageOf(draft, id), { id });
}

/** What Exchange calls the MIME of an item: of an appointment iCalendar alone, of anything else its message. */
export function mimeContentFromDraft(draft: ItemDraft, id: string): Buffer {
  return isAppointment(draft.class) ? Buffer.from(calendarFromAppointment(draft).text, 'utf8') : mimeFromDraft(draft, id);
}

function messageOf(draft: ItemDraft, id: string): MimeMessage {
  const text = (key: PropertyKey): string | undefined => {
    const value = draft.properties[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const from = originator(
    text(tags.sentRepresentingName),
    text(tags.sentRepresentingSmtpAddress) ?? text(tags.sentRepresentingEmailAddress),
  );
  const sender = originator(text(tags.senderName), text(tags.senderSmtpAddress) ?? text(tags.senderEmailAddress));
  const date = draft.properties[tags.clientSubmitTime];
  const addresses = (kind: RecipientKind): MimeAddress[] =>
    draft.recipients.filter((one) => one.kind === kind).map(({ name, address }) => bare(name, address));
  return {
    headers: [
      ...headersOf(draft.properties, text(tags.transportMessageHeaders)),
      ...conversationHeaders(text(tags.conversationTopic), text(tags.conversationIndex)),
      ...receiptHeaders(draft, from),
    ],
    from: from ?? sender,
    sender: sender !== undefined && from !== undefined && sender.address !== from.address ? sender : undefined,
    replyTo: addresses('reply-to'),
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    subject: text(tags.subject),
    date: typeof date === 'number' ? date : undefined,
    messageId: text(tags.internetMessageId),
    inReplyTo: text(tags.inReplyToId),
    references: text(tags.internetReferences),
    text: text(tags.body),
    html: text(tags.bodyHtml),
    calendar: calendarPartOf(draft),
    attachments: draft.attachments.flatMap((attachment, index) => attachmentOf(attachment, `${id}x${index}`) ?? []),
    importance: nameOf<Importance>(importanceValues, draft.properties[tags.importance]) ?? 'normal',
    sensitivity: nameOf<Sensitivity>(sensitivityValues, draft.properties[tags.sensitivity]) ?? 'normal',
  };
}

function originator(name: string | undefined, address: string | undefined): MimeAddress | undefined {
  return name === undefined && address === undefined ? undefined : bare(name ?? '', address ?? '');
}

/** A name that only repeats the address is none. */
function bare(name: string, address: string): MimeAddress {
  return { name: name === address ? '' : name, address };
}

function conversationHeaders(topic: string | undefined, index: string | undefined): MimeHeader[] {
  return [
    ...(topic === undefined ? [] : [{ name: 'Thread-Topic', value: wireText(topic) }]),
    ...(index === undefined ? [] : [{ name: 'Thread-Index', value: index }]),
  ];
}

/** RFC 8098 2.1; not when the header text has the field already. */
function receiptHeaders({ properties }: ItemDraft, from: MimeAddress | undefined): MimeHeader[] {
  const known = /^disposition-notification-to:/im.test(String(properties[tags.transportMessageHeaders] ?? ''));
  if (properties[tags.readReceiptRequested] !== true || known || from === undefined || from.address === '') return [];
  return [{ name: 'Disposition-Notification-To', value: `<${from.address}>` }];
}

/** Neither references, for which MIME has no words that others would read, nor exceptions of series are in the message. */
function attachmentOf(attachment: AttachmentDraft, id: string): MimeAttachment | undefined {
  if (attachment.kind === 'reference' || (attachment.kind === 'item' && attachment.isException === true)) return undefined;
  const { name, contentId, contentLocation, isInline } = attachment;
  const facts = { contentId, contentLocation, disposition: isInline ? 'inline' : 'attachment' } as const;
  if (attachment.kind === 'item') {
    return { ...facts, filename: `${name}.eml`, contentType: 'message/rfc822', bytes: mimeFromDraft(attachment.item, id) };
  }
  return { ...facts, filename: name, contentType: attachment.contentType ?? 'application/octet-stream', bytes: attachment.bytes };
}

function nameOf<Name extends string>(values: Readonly<Record<Name, number>>, wanted: unknown): Name | undefined {
  return (Object.keys(values) as Name[]).find((name) => values[name] === wanted);
}
