import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** What an authority's certificate may vouch for: NameConstraints, RFC 5280 section 4.2.1.10. */
export const nameConstraintsOid = '2.5.29.30';

/** Context tags of GeneralName. */
const dnsName = 0x82;
const ipAddress = 0x87;

/** The extension's value: these DNS suffixes, localhost, 127.0.0.0/8 and ::1 are permitted, nothing else of those kinds. */
export function encodeNameConstraints(suffixes: readonly string[]): Buffer {
  const names = [...new Set([...suffixes, 'localhost'])].map((name) => subtree(dnsName, Buffer.from(name, 'latin1')));
  // An address constraint is address and mask.
  const ipv4 = subtree(ipAddress, Buffer.from('7f000000ff000000', 'hex'));
  const ipv6 = subtree(ipAddress, Buffer.from(`${'00'.repeat(15)}01${'ff'.repeat(16)}`, 'hex'));
  return tlv(0x30, tlv(0xa0, ...names, ipv4, ipv6));
}

/** The DNS suffixes that a certificate's constraints permit; undefined when it has no such extension. */
export function permittedSuffixes(certPem: string): readonly string[] | undefined {
  const der = new X509Certificate(certPem).raw;
  const oid = der.indexOf(Buffer.from('0603551d1e', 'hex'));
  if (oid < 0) return undefined;
  // After the identifier: the critical flag where it is set, then the value in an octet string.
  let value = readElement(der, oid + 5);
  if (value.tag === 0x01) value = readElement(der, value.end);
  const permitted = children(children(value.content)[0]?.content).find(({ tag }) => tag === 0xa0);
  return children(permitted?.content).flatMap(({ content }) => {
    const base = children(content)[0];
    return base?.tag === dnsName ? [base.content.toString('latin1')] : [];
  });
}

/** True when an authority constrained to these suffixes, localhost and the loopback addresses may vouch for the name. */
export function permits(suffixes: readonly string[], name: string): boolean {
  if (isIP(name) !== 0) return name === '::1' || name.startsWith('127.');
  const bare = name.replace(/^\*\./, '');
  return [...suffixes, 'localhost'].some((suffix) => bare === suffix || bare.endsWith(`.${suffix}`));
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly end: number;
}

function readElement(der: Buffer, offset: number): Element {
  const first = der.readUInt8(offset + 1);
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthOctets === 0 ? first : der.readUIntBE(offset + 2, lengthOctets);
  const start = offset + 2 + lengthOctets;
  return { tag: der.readUInt8(offset), content: der.subarray(start, start + length), end: start + length };
}

function children(content: Buffer | undefined): readonly Element[] {
  const found: Element[] = [];
  for (let offset = 0; content !== undefined && offset < content.length; ) {
    const element = readElement(content, offset);
    found.push(element);
    offset = element.end;
  }
  return found;
}

function subtree(tag: number, base: Buffer): Buffer {
  return tlv(0x30, tlv(tag, base));
}

/** One DER element; its content stays under 64 KiB here. */
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length > 0xffff) throw new Error(`defect: a DER element of ${length} octets`);
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
