import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Instant } from '../../kernel/clock.ts';
import type { MimeAddress, MimeAttachment, MimeCalendar, MimeMessage } from './message.ts';
import { encodeBase64, encodeQuotedPrintable } from './transfer.ts';
import { addressField, plainField, structuredField, textField } from './write-field.ts';

/**
 * Writes a message as RFC 5322 octets: one body in as many forms as there are, iCalendar last, in multipart/alternative; inline
 * attachments of an HTML body in multipart/related; the others in multipart/mixed. The same message and the same `id`
 * (letters and digits; it makes the boundaries) give the same octets. A body that stands alone always ends with a line
 * end, as it must on the wire. Throws MimeError for a header name that cannot be written, and nothing else.
 */
export function writeMime(message: MimeMessage, options: { readonly id: string }): Buffer {
  const root = messagePart(message, options.id);
  return Buffer.concat([Buffer.from(`${messageFields(message).join('')}MIME-Version: 1.0\r\n`, 'utf8'), ...root]);
}

/** Made from the members of the message or of its parts; in `headers` they are passed over. */
const ownFields: ReadonlySet<string> = new Set([
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'subject', 'date', 'message-id', 'in-reply-to', 'references'],
  ...['importance', 'x-priority', 'priority', 'x-msmail-priority', 'sensitivity', 'mime-version'],
  ...['content-type', 'content-transfer-encoding', 'content-disposition', 'content-id', 'content-location', 'content-description'],
]);

function messageFields(message: MimeMessage): string[] {
  const fields: string[] = [];
  const addresses = (name: string, list: readonly MimeAddress[]): void => {
    if (list.length > 0) fields.push(addressField(name, list));
  };
  for (const { name, value } of message.headers) {
    if (!ownFields.has(name.toLowerCase())) fields.push(plainField(name, value));
  }
  if (message.from !== undefined) addresses('From', [message.from]);
  if (message.sender !== undefined) addresses('Sender', [message.sender]);
  addresses('Reply-To', message.replyTo);
  addresses('To', message.to);
  addresses('Cc', message.cc);
  addresses('Bcc', message.bcc);
  if (message.subject !== undefined) fields.push(textField('Subject', message.subject));
  if (message.date !== undefined) fields.push(plainField('Date', dateText(message.date)));
  if (message.messageId !== undefined) fields.push(plainField('Message-ID', message.messageId));
  if (message.inReplyTo !== undefined) fields.push(plainField('In-Reply-To', message.inReplyTo));
  if (message.references !== undefined) fields.push(plainField('References', message.references));
  if (message.importance !== 'normal') {
    fields.push(plainField('Importance', message.importance), plainField('X-Priority', message.importance === 'high' ? '1' : '5'));
  }
  if (message.sensitivity !== 'normal') fields.push(plainField('Sensitivity', message.sensitivity));
  return fields;
}

/** RFC 5322 3.3, always in UTC: `Sat, 21 Nov 2026 08:00:00 +0000`. */
function dateText(instant: Instant): string {
  return new Date(instant).toUTCString().replace('GMT', '+0000');
}

/** Header fields and body of one part, in pieces to be joined. */
type Part = Buffer[];

function messagePart(message: MimeMessage, id: string): Part {
  const { text, html, calendar } = message;
  const isRelated = (attachment: MimeAttachment): boolean =>
    html !== undefined && attachment.disposition === 'inline' && attachment.contentId !== undefined;
  const related = message.attachments.filter(isRelated);
  const mixed = message.attachments.filter((attachment) => !isRelated(attachment));
  const alone = message.attachments.length === 0 && calendar === undefined && (text === undefined || html === undefined);
  const forms: Part[] = [];
  if (text !== undefined || html === undefined) forms.push(textPart('text/plain', text ?? '', alone));
  if (html !== undefined) forms.push(textPart('text/html', html, alone));
  if (calendar !== undefined) forms.push(calendarPart(calendar));
  const body = forms.length === 1 ? (forms[0] as Part) : multipart('alternative', `alt_${id}`, forms);
  const type = forms.length === 1 ? 'text/html' : 'multipart/alternative';
  const withRelated = related.length === 0 ? body : multipart('related', `rel_${id}`, [body, ...related.map(attachmentPart)], { type });
  return mixed.length === 0 ? withRelated : multipart('mixed', `mix_${id}`, [withRelated, ...mixed.map(attachmentPart)]);
}

function multipart(subtype: string, id: string, parts: readonly Part[], parameters: Readonly<Record<string, string>> = {}): Part {
  const boundary = freeBoundary(id, parts);
  const field = structuredField('Content-Type', `multipart/${subtype}`, { boundary, ...parameters });
  const pieces: Part = [Buffer.from(`${field}\r\n`, 'latin1')];
  for (const part of parts) pieces.push(Buffer.from(`--${boundary}\r\n`, 'latin1'), ...part, Buffer.from('\r\n', 'latin1'));
  pieces.push(Buffer.from(`--${boundary}--\r\n`, 'latin1'));
  return pieces;
}

/**
 * `=_` stands in no base64 and no quoted-printable text. Where a part holds the boundary nevertheless (text or a
 * message that is written as it is), the digest of the parts takes its place, which they cannot hold.
 */
function freeBoundary(id: string, parts: readonly Part[]): string {
  const boundary = `=_${id.slice(0, 60)}`;
  if (!parts.some((part) => part.some((piece) => piece.includes(boundary)))) return boundary;
  const digest = createHash('sha256');
  for (const part of parts) for (const piece of part) digest.update(piece);
  return `=_${digest.digest('hex')}`;
}

/** @param alone it is the whole message, which ends with CR LF in any encoding: programs that keep messages add one where it is missing */
function textPart(type: string, text: string, alone: boolean): Part {
  const lines = text.toWellFormed().replace(/\r\n|\r|\n/g, '\r\n');
  const content = alone && lines !== '' && !lines.endsWith('\r\n') ? `${lines}\r\n` : lines;
  const head = structuredField('Content-Type', type, { charset: 'utf-8' });
  const { encoding, encoded } = encodeText(content);
  const end = alone && encoding === 'base64' ? '\r\n' : '';
  return [Buffer.from(`${head}Content-Transfer-Encoding: ${encoding}\r\n\r\n${encoded}${end}`, 'latin1')];
}

/** RFC 6047 2.4: the method stands in the field too. */
function calendarPart({ bytes, method }: MimeCalendar): Part {
  const head = structuredField('Content-Type', 'text/calendar', { charset: 'utf-8', method });
  const { encoding, encoded } = encodeText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  return [Buffer.from(`${head}Content-Transfer-Encoding: ${encoding}\r\n\r\n${encoded}`, 'latin1')];
}

function encodeText(text: string): { encoding: string; encoded: string } {
  const readable = /^[\t\r\n\x20-\x7e]*$/.test(text);
  if (readable && !/[^\r\n]{79}/.test(text)) return { encoding: '7bit', encoded: text };
  const octets = Buffer.from(text, 'utf8');
  const foreign = octets.length - text.replace(/[^\0-\x7e]+/g, '').length;
  if (foreign * 3 > octets.length) return { encoding: 'base64', encoded: encodeBase64(octets) };
  return { encoding: 'quoted-printable', encoded: encodeQuotedPrintable(text) };
}

function attachmentPart(attachment: MimeAttachment): Part {
  const { filename, contentId, contentLocation } = attachment;
  const type = writableType(attachment.contentType);
  const fields = [
    structuredField('Content-Type', type, { name: filename }),
    structuredField('Content-Disposition', attachment.disposition, { filename }),
  ];
  if (contentId !== undefined) fields.push(plainField('Content-ID', `<${contentId}>`));
  if (contentLocation !== undefined) fields.push(plainField('Content-Location', contentLocation));
  const octets = Buffer.from(attachment.bytes.buffer, attachment.bytes.byteOffset, attachment.bytes.byteLength);
  if (type !== 'message/rfc822') {
    const head = `${fields.join('')}Content-Transfer-Encoding: base64\r\n\r\n`;
    return [Buffer.from(head + encodeBase64(octets), 'utf8')];
  }
  // RFC 2046 5.2.1: a message inside is not encoded.
  const encoding = isAscii(octets) ? '7bit' : '8bit';
  return [Buffer.from(`${fields.join('')}Content-Transfer-Encoding: ${encoding}\r\n\r\n`, 'utf8'), octets];
}

/** Octets of an attachment cannot be a multipart; a type that is no type would break the field. */
function writableType(type: string): string {
  const regular = /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,60}$/.test(type);
  return regular && !type.startsWith('multipart/') ? type : 'application/octet-stream';
}
