import { type ReportHead, reportHeader, textPart } from './report-parts.ts';
import { wireText } from './write-field.ts';

/** What a reader's program tells a sender who has asked for it (RFC 8098). */
export interface DispositionReport extends ReportHead {
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
  const { from, inReplyTo, text, reportingHost, disposition, id } = report;
  const boundary = `=_mdn_${id}`;
  const lines = [
    reportHeader(report, { report: 'disposition-notification', boundary }),
    textPart(boundary, 'text/plain', `${text}\n`),
    `--${boundary}\r\nContent-Type: message/disposition-notification\r\n\r\nReporting-UA: ${reportingHost}\r\n`,
    `Final-Recipient: rfc822;${wireText(from.address)}\r\n`,
    ...(inReplyTo === '' ? [] : [`Original-Message-ID: ${wireText(inReplyTo)}\r\n`]),
    `Disposition: manual-action/MDN-sent-automatically; ${disposition}\r\n\r\n--${boundary}--\r\n`,
  ];
  return Buffer.from(lines.join(''), 'latin1');
}
