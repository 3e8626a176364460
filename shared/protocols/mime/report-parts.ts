import type { Instant } from '../../kernel/clock.ts';
import type { MimeAddress } from './message.ts';
import { encodeQuotedPrintable } from './transfer.ts';
import { addressField, plainField, textField } from './write-field.ts';

/** What reports that programs write about a message have in common (RFC 6522). */
export interface ReportHead {
  readonly from: MimeAddress;
  readonly to: MimeAddress;
  readonly subject: string;
  readonly date: Instant;
  readonly messageId: string;
  /** Message-ID of what it is about; '' where that has none. */
  readonly inReplyTo: string;
}

/** The header of a report, to its end; `fields`: more of it, as they stand there. */
export function reportHeader(
  { from, to, subject, date, messageId, inReplyTo }: ReportHead,
  type: { readonly report: string; readonly boundary: string },
  fields: readonly (readonly [name: string, value: string])[] = [],
): string {
  return [
    addressField('From', [from]),
    addressField('To', [to]),
    textField('Subject', subject),
    plainField('Date', dateText(date)),
    plainField('Message-ID', messageId),
    ...(inReplyTo === '' ? [] : [plainField('In-Reply-To', inReplyTo), plainField('References', inReplyTo)]),
    ...fields.map(([name, value]) => plainField(name, value)),
    'Auto-Submitted: auto-replied\r\n',
    'MIME-Version: 1.0\r\n',
    `Content-Type: multipart/report; report-type=${type.report};\r\n\tboundary="${type.boundary}"\r\n\r\n`,
  ].join('');
}

/** A part for people; lines of `text` by `\n`. */
export function textPart(boundary: string, type: 'text/plain' | 'text/html', text: string): string {
  const encoded = encodeQuotedPrintable(text.replaceAll(/\r?\n/g, '\r\n'));
  return `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${encoded}\r\n`;
}

/** RFC 5322 3.3, in UTC. */
export function dateText(instant: Instant): string {
  return new Date(instant).toUTCString().replace('GMT', '+0000');
}
