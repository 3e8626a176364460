import { createHash, createHmac, randomBytes } from 'node:crypto';

/**
 * A certificate as a PKCS #12 file (RFC 7292) that Java takes for an authority to trust: one certificate bag, unencrypted, with the
 * attribute by which Java knows trusted entries, and a MAC under the password.
 *
 * @param certificate DER
 */
export function pkcs12TrustStore(certificate: Uint8Array, options: { readonly alias: string; readonly password: string }): Buffer {
  const { alias, password } = options;
  const certBag = sequence(oid('1.2.840.113549.1.9.22.1'), explicit(octets(certificate)));
  const attributes = set(
    sequence(oid('1.2.840.113549.1.9.20'), set(bmpString(alias))),
    // Oracle's trustedKeyUsage: for anything.
    sequence(oid('2.16.840.1.113894.746875.1.1'), set(oid('2.5.29.37.0'))),
  );
  const safeContents = sequence(sequence(oid('1.2.840.113549.1.12.10.1.3'), explicit(certBag), attributes));
  const authenticatedSafe = sequence(dataContent(safeContents));
  const salt = randomBytes(16);
  const digest = createHmac('sha256', macKey(password, salt)).update(authenticatedSafe).digest();
  const digestInfo = sequence(sequence(oid('2.16.840.1.101.3.4.2.1'), tlv(0x05)), octets(digest));
  return sequence(integer(3), dataContent(authenticatedSafe), sequence(digestInfo, octets(salt), integer(macIterations)));
}

const macIterations = 10_000;
/** Octets that SHA-256 works on at a time; it gives 32, as many as its MAC takes. */
const blockBytes = 64;

/** RFC 7292 appendix B.2 with id 3, for a key no longer than one digest. */
function macKey(password: string, salt: Buffer): Buffer {
  const filled = (octetsOf: Buffer): Buffer => Buffer.alloc(Math.ceil(octetsOf.length / blockBytes) * blockBytes, octetsOf);
  const secret = bigEndian(`${password}\0`);
  let key = Buffer.concat([Buffer.alloc(blockBytes, 3), filled(salt), filled(secret)]);
  for (let round = 0; round < macIterations; round += 1) key = createHash('sha256').update(key).digest();
  return key;
}

function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x30, ...parts);
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x31, ...parts);
}

function explicit(content: Uint8Array): Buffer {
  return tlv(0xa0, content);
}

function octets(content: Uint8Array): Buffer {
  return tlv(0x04, content);
}

function bmpString(text: string): Buffer {
  return tlv(0x1e, bigEndian(text));
}

/** Of a number that is not negative and below 2^15. */
function integer(value: number): Buffer {
  return tlv(0x02, Buffer.from(value < 0x80 ? [value] : [value >> 8, value & 0xff]));
}

function dataContent(content: Uint8Array): Buffer {
  return sequence(oid('1.2.840.113549.1.7.1'), explicit(octets(content)));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(value: number): readonly number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
