import type { Instant } from '../../kernel/clock.ts';
import type { MimeAddress } from './message.ts';
import { encodeQuotedPrintable } from './transfer.ts';
import { addressField, plainField, textField, wireText } from './write-field.ts';

/** What a reader's program tells a sender who has asked for it (RFC 8098). */
export interface DispositionReport {
  readonly from: MimeAddress;
  readonly to: MimeAddress;
  readonly subject: string;
  readonly date: Instant;
  readonly messageId: string;
  /** Message-ID of what it is about; '' where that has none. */
  readonly inReplyTo: string;
  /** For people; lines by `\n`. */
  readonly text: string;
  /** The host that reports. */
  readonly reportingHost: string;
  readonly disposition: 'displayed' | 'deleted';
  /** Letters and digits; makes the boundary. */
  readonly id: string;
}

/** Writes it as RFC 5322 octets; who reads has been asked by his program, or has left it to that (RFC 8098, 3.2.6). */
export function writeDispositionReport(report: DispositionReport): Buffer {
  const { from, to, subject, date, messageId, inReplyTo, text, reportingHost, disposition, id } = report;
  const boundary = `=_mdn_${id}`;
  const when = new Date(date).toUTCString().replace('GMT', '+0000');
  const lines = [
    addressField('From', [from]),
    addressField('To', [to]),
    textField('Subject', subject),
    plainField('Date', when),
    plainField('Message-ID', messageId),
    ...(inReplyTo === '' ? [] : [plainField('In-Reply-To', inReplyTo), plainField('References', inReplyTo)]),
    'Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n',
    `Content-Type: multipart/report; report-type=disposition-notification;\r\n\tboundary="${boundary}"\r\n\r\n`,
    `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`,
    `${encodeQuotedPrintable(`${text}\n`.replaceAll(/\r?\n/g, '\r\n'))}\r\n`,
    `--${boundary}\r\nContent-Type: message/disposition-notification\r\n\r\nReporting-UA: ${reportingHost}\r\n`,
    `Final-Recipient: rfc822;${wireText(from.address)}\r\n`,
    ...(inReplyTo === '' ? [] : [`Original-Message-ID: ${wireText(inReplyTo)}\r\n`]),
    `Disposition: manual-action/MDN-sent-automatically; ${disposition}\r\n\r\n--${boundary}--\r\n`,
  ];
  return Buffer.from(lines.join(''), 'latin1');
}
