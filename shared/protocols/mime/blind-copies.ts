import { editHeader } from './edit-header.ts';

/** The message without its Bcc fields, otherwise octet for octet: what goes to recipients (RFC 5322 3.6.3). */
export function withoutBlindCopies(octets: Buffer): Buffer {
  return editHeader(octets, (name) => (/^(?:resent-)?bcc$/i.test(name) ? undefined : name));
}
