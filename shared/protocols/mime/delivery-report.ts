import type { Instant } from '../../kernel/clock.ts';
import { dateText, type ReportHead, reportHeader, textPart } from './report-parts.ts';
import { wireText } from './write-field.ts';

/** What became of one recipient (RFC 3464, 2.3). */
export interface ReportedRecipient {
  /** Where the message was sent in the end. */
  readonly finalRecipient: string;
  /** What the sender wrote; left out where it is the same. */
  readonly originalRecipient?: string | undefined;
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  /** RFC 3463: `5.1.10`. */
  readonly status: string;
  /** The reply of SMTP. */
  readonly diagnostic?: string | undefined;
  /** The server that gave it. */
  readonly remoteMta?: string | undefined;
  /** Until when it is tried. */
  readonly retriedUntil?: Instant | undefined;
}

/** A report about a message (RFC 3462, RFC 3464). */
export interface DeliveryReport extends ReportHead {
  /** More fields of its header, as they stand there. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Paragraphs for people; lines within them by `\n`. */
  readonly paragraphs: readonly string[];
  /** They stand there as HTML, too. */
  readonly sendsHtml: boolean;
  readonly reportingMta: string;
  readonly arrival: Instant;
  readonly envelopeId?: string | undefined;
  readonly recipients: readonly ReportedRecipient[];
  /** The message, or its header alone. */
  readonly returned: { readonly octets: Buffer; readonly whole: boolean };
  /** Letters and digits; makes the boundaries. */
  readonly id: string;
}

/** Writes a report as RFC 5322 octets. */
export function writeDeliveryReport(report: DeliveryReport): Buffer {
  const { fields, paragraphs, sendsHtml, returned, id } = report;
  const boundary = `=_dsn_${id}`;
  const inner = `=_alt_${id}`;
  const html = `<html><body>${paragraphs.map((text) => `<p>${escaped(text).replaceAll('\n', '<br>\r\n')}</p>`).join('\r\n')}</body></html>`;
  const head = [
    reportHeader(report, { report: 'delivery-status', boundary }, fields),
    `--${boundary}\r\nContent-Type: multipart/alternative; boundary="${inner}"\r\n\r\n`,
    textPart(inner, 'text/plain', `${paragraphs.join('\n\n')}\n`),
    sendsHtml ? textPart(inner, 'text/html', html) : '',
    `--${inner}--\r\n\r\n--${boundary}\r\nContent-Type: message/delivery-status\r\n\r\n${statusOf(report)}\r\n`,
    `--${boundary}\r\nContent-Type: ${returned.whole ? 'message/rfc822' : 'text/rfc822-headers'}\r\n\r\n`,
  ].join('');
  const octets = returned.whole ? returned.octets : headOf(returned.octets);
  return Buffer.concat([Buffer.from(head, 'latin1'), octets, Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1')]);
}

function statusOf({ reportingMta, arrival, envelopeId, recipients }: DeliveryReport): string {
  const field = (name: string, value: string | undefined): string => (value === undefined ? '' : `${name}: ${wireText(value)}\r\n`);
  const whole = `${field('Original-Envelope-Id', envelopeId)}Reporting-MTA: dns;${reportingMta}\r\nArrival-Date: ${dateText(arrival)}\r\n`;
  const each = recipients.map(
    (one) =>
      field('Original-Recipient', one.originalRecipient && `rfc822;${one.originalRecipient}`) +
      field('Final-Recipient', `rfc822;${one.finalRecipient}`) +
      field('Action', one.action) +
      field('Status', one.status) +
      field('Remote-MTA', one.remoteMta && `dns;${one.remoteMta}`) +
      field('Diagnostic-Code', one.diagnostic && `smtp;${one.diagnostic}`) +
      field('Will-Retry-Until', one.retriedUntil === undefined ? undefined : dateText(one.retriedUntil)),
  );
  return [whole, ...each].join('\r\n');
}

const mostOfHead = 65_536;

/** A message's header, at most 64 KiB of it. */
function headOf(octets: Buffer): Buffer {
  const end = /\r?\n\r?\n/.exec(octets.toString('latin1', 0, mostOfHead))?.index;
  return octets.subarray(0, end === undefined ? mostOfHead : end + 2);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
