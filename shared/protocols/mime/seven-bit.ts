import { editHeader, fieldValues } from './edit-header.ts';
import { parseStructuredField } from './header-field.ts';
import { encodeBase64, encodeQuotedPrintableOctets } from './transfer.ts';

/** Parts within parts. A bound of ours. */
const deepest = 20;

/** Whether there are octets in it that only 8BITMIME carries (RFC 6152). */
export function isEightBit(octets: Uint8Array): boolean {
  return octets.some((octet) => octet > 0x7f);
}

/** What a server takes: octets below 0x80 alone, or with 8BITMIME all of them in lines. */
export type Carriage = '7bit' | '8bit';

/**
 * A message as a server takes it that does not take binary parts (RFC 3030 section 3), or no 8-bit ones either (RFC 6152 section 3): what
 * it does not take in quoted-printable, or in base64 where it is no text; everything else stays octet for octet. Undefined where that
 * would not be the same message any more: a signed one, a header of raw octets, parts that are not what they say.
 */
export function asCarried(octets: Buffer, carriage: Carriage, depth = 0): Buffer | undefined {
  const isTooWide = carriage === '7bit' && isEightBit(octets);
  if (!isTooWide && !namesBinary(octets)) return octets;
  if (depth > deepest) return undefined;
  const { header, body } = split(octets);
  if (carriage === '7bit' && isEightBit(header)) return undefined;
  const { value: type, parameters } = parseStructuredField(fieldValues(header, 'Content-Type')[0] ?? 'text/plain');
  const encoding = (fieldValues(header, 'Content-Transfer-Encoding')[0] ?? '7bit').toLowerCase();
  if (isTooWide && !['7bit', '8bit', 'binary'].includes(encoding)) return undefined;
  if (type === 'multipart/signed') return isTooWide || !isInLines(octets) ? undefined : octets;
  if (type.startsWith('multipart/')) {
    const parts = convertedParts(body, parameters.get('boundary')?.text ?? '', carriage, depth);
    return parts && whole(header, carriage, parts, depth);
  }
  if (type === 'message/rfc822') {
    const inner = asCarried(body, carriage, depth + 1);
    return inner && whole(header, carriage, inner, depth);
  }
  // The words stood in a text.
  if (!isTooWide && encoding !== 'binary') return octets;
  if (type.startsWith('message/')) return undefined;
  if (type.startsWith('text/')) return whole(header, 'quoted-printable', Buffer.from(encodeQuotedPrintableOctets(body), 'latin1'), depth);
  return whole(header, 'base64', Buffer.from(`${encodeBase64(body)}\r\n`, 'latin1'), depth);
}

/** Whether a part may be one of `Content-Transfer-Encoding: binary`. */
function namesBinary(octets: Buffer): boolean {
  return /^content-transfer-encoding:[ \t]*binary/im.test(octets.toString('latin1'));
}

/** RFC 5322 section 2.1.1 and RFC 5321 section 4.5.2: what DATA carries. */
function isInLines(octets: Buffer): boolean {
  const text = octets.toString('latin1');
  return !/\0|\r(?!\n)|(?<!\r)\n|[^\r\n]{999}/.test(text);
}

function split(octets: Buffer): { readonly header: Buffer; readonly body: Buffer } {
  if (octets[0] === 0x0d && octets[1] === 0x0a) return { header: Buffer.alloc(0), body: octets.subarray(2) };
  const end = octets.indexOf('\r\n\r\n');
  return end < 0 ? { header: octets, body: Buffer.alloc(0) } : { header: octets.subarray(0, end + 2), body: octets.subarray(end + 4) };
}

function whole(header: Buffer, encoding: string, body: Buffer, depth: number): Buffer {
  const others = editHeader(header, (name) => (name.toLowerCase() === 'content-transfer-encoding' ? undefined : name));
  const version = depth > 0 || fieldValues(header, 'MIME-Version').length > 0 ? '' : 'MIME-Version: 1.0\r\n';
  return Buffer.concat([others, Buffer.from(`${version}Content-Transfer-Encoding: ${encoding}\r\n\r\n`), body]);
}

/** The body of a multipart with its parts converted; what stands around them is for nobody (RFC 2046 5.1.1) and goes where it is 8-bit. */
function convertedParts(body: Buffer, boundary: string, carriage: Carriage, depth: number): Buffer | undefined {
  if (boundary === '') return undefined;
  const text = body.toString('latin1');
  const delimiter = new RegExp(`(^|\\r\\n)--${boundary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(--)?[ \\t]*(\\r\\n|$)`, 'g');
  const pieces: Buffer[] = [];
  let from = 0;
  let isPart = false;
  const settle = (end: number): boolean => {
    const piece = body.subarray(from, end);
    const converted = isPart ? asCarried(piece, carriage, depth + 1) : carriage === '7bit' && isEightBit(piece) ? Buffer.alloc(0) : piece;
    if (converted === undefined) return false;
    pieces.push(converted);
    return true;
  };
  for (const found of text.matchAll(delimiter)) {
    if (!settle(found.index)) return undefined;
    pieces.push(Buffer.from(found[0], 'latin1'));
    from = found.index + found[0].length;
    isPart = found[2] === undefined;
  }
  return pieces.length > 0 && settle(body.length) ? Buffer.concat(pieces) : undefined;
}
