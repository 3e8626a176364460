import { type ProductName, profileOf } from '../../shared/domain/organization/profiles.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { SmtpSession } from '../../shared/service/smtp-session.ts';

/** What a message is completed with. */
export interface StampFacts {
  /** Of the Received field, without its date. */
  readonly line: string;
  readonly instant: Instant;
  readonly sender: string;
  /** Without angle brackets; for a message that has none. */
  readonly messageId: string;
}

/**
 * The message as the server passes it on: a Received field above it, and From, Date and Message-ID where it has none
 * (RFC 6409 section 8). Everything else stays octet for octet.
 */
export function stamped(octets: Buffer, { line, instant, sender, messageId }: StampFacts): Buffer {
  const head = headerText(octets);
  const lacks = (name: keyof typeof fieldNames): boolean => !fieldNames[name].test(head);
  const date = dateText(instant);
  const fields = [
    `Received: ${line};`,
    ` ${date}`,
    ...(lacks('from') && sender !== '' ? [`From: <${sender}>`] : []),
    ...(lacks('date') ? [`Date: ${date}`] : []),
    ...(lacks('message-id') ? [`Message-ID: <${messageId}>`] : []),
  ];
  // A message without any header field begins with its text.
  const between = /^[!-9;-~]+[ \t]*:/.test(head) || head === '' ? '' : '\r\n';
  return Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n${between}`), octets]);
}

const fieldNames = { from: /^from[ \t]*:/im, date: /^date[ \t]*:/im, 'message-id': /^message-id[ \t]*:/im };

/**
 * What a Received field says of how a message came (RFC 5321 4.4). Other servers' mail is marked as Exchange marks it, with the
 * build of its product; that of programs that sign in with the protocol's name.
 */
export function receivedLine({ peer, clientName, protocol, tls }: SmtpSession, host: string, product?: ProductName): string {
  const from = `from ${clientName} (${peer.replace(/:\d+$/, '')}) by ${host}`;
  const secured = tls === undefined ? '' : ` (version=${tls.version.replace('v', '').replace('.', '_')}, cipher=${tls.cipher})`;
  if (product === undefined) return `${from} with ${protocol}${secured}`;
  const { major, minor, majorBuild, minorBuild } = profileOf(product).version;
  return `${from} with Microsoft SMTP Server${secured} id ${major}.${minor}.${majorBuild}.${minorBuild}`;
}

/** The header of a message, up to its empty line. */
function headerText(octets: Buffer): string {
  if (octets[0] === 0x0a || (octets[0] === 0x0d && octets[1] === 0x0a)) return '';
  const end = octets.indexOf('\r\n\r\n');
  const before = end < 0 ? octets : octets.subarray(0, end);
  const bare = before.indexOf('\n\n');
  return octets.toString('latin1', 0, bare < 0 ? before.length : bare);
}

/** RFC 5322 3.3, in UTC. */
function dateText(instant: Instant): string {
  return new Date(instant).toUTCString().replace('GMT', '+0000');
}
