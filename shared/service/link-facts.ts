import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a front end tells a back door of a client's connection, once for each connection between them. */
export interface LinkFacts {
  /** The organisation that is asked. */
  readonly organization: string;
  /** `address:port` of the client. */
  readonly peer: string;
  /** The name asked for in the TLS handshake; '' when there was none. */
  readonly serverName: string;
  /** The number of the client's connection at its listener. */
  readonly ordinal: number;
  /** Where the client came in. */
  readonly local: { readonly address: string; readonly port: number };
  /** SHA-256 of the certificate that the client was shown, hexadecimal; null for plain http. */
  readonly certificateHash: string | null;
  /** What the client showed, DER in base64; null when it showed none. */
  readonly clientCertificate: string | null;
}

/** The field of the first request of a connection between a front end and a back door. */
export const linkField = 'x-coexist-connection';

/** How a back door tells what becomes of the client's connection where nothing is answered: `reset` or `drop`. */
export const endField = 'x-coexist-end';

/** Octets of {@link LinkFacts}, sealed, at most: a certificate of 12 KB fits. */
export const longestLinkFacts = 24_576;

/** The facts as text that only who holds the key can have written (HMAC-SHA256). */
export function sealLinkFacts(key: Buffer, facts: LinkFacts): string {
  const text = Buffer.from(JSON.stringify(facts)).toString('base64url');
  return `${text}.${codeOf(key, text).toString('base64url')}`;
}

/** The facts of a sealed text; undefined when it was not written with the key. */
export function openLinkFacts(key: Buffer, sealed: string): LinkFacts | undefined {
  if (sealed.length > longestLinkFacts) return undefined;
  const [text = '', code = ''] = sealed.split('.', 2);
  const [given, right] = [Buffer.from(code, 'base64url'), codeOf(key, text)];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as LinkFacts;
}

function codeOf(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(`coexist link facts 1\n${text}`).digest();
}
