import { editHeader, fieldValues } from './edit-header.ts';
import { parseStructuredField } from './header-field.ts';
import { encodeBase64, encodeQuotedPrintableOctets } from './transfer.ts';

/** Parts within parts. A bound of ours. */
const deepest = 20;

/** Whether there are octets in it that only 8BITMIME carries (RFC 6152). */
export function isEightBit(octets: Uint8Array): boolean {
  return octets.some((octet) => octet > 0x7f);
}

/**
 * A message as a server without 8BITMIME takes it (RFC 6152 section 3): parts with octets beyond US-ASCII in quoted-printable,
 * or in base64 where they are no text; everything else stays octet for octet. Undefined where that would not be the same
 * message any more: a signed one, a header of raw octets, parts that are not what they say.
 */
export function asSevenBit(octets: Buffer, depth = 0): Buffer | undefined {
  if (!isEightBit(octets)) return octets;
  if (depth > deepest) return undefined;
  const { header, body } = split(octets);
  if (isEightBit(header)) return undefined;
  const { value: type, parameters } = parseStructuredField(fieldValues(header, 'Content-Type')[0] ?? 'text/plain');
  const encoding = (fieldValues(header, 'Content-Transfer-Encoding')[0] ?? '7bit').toLowerCase();
  if (!['7bit', '8bit', 'binary'].includes(encoding)) return undefined;
  if (type === 'multipart/signed') return undefined;
  if (type.startsWith('multipart/')) {
    const parts = convertedParts(body, parameters.get('boundary')?.text ?? '', depth);
    return parts && whole(header, '7bit', parts, depth);
  }
  if (type === 'message/rfc822') {
    const inner = asSevenBit(body, depth + 1);
    return inner && whole(header, '7bit', inner, depth);
  }
  if (type.startsWith('message/')) return undefined;
  if (type.startsWith('text/')) return whole(header, 'quoted-printable', Buffer.from(encodeQuotedPrintableOctets(body), 'latin1'), depth);
  return whole(header, 'base64', Buffer.from(`${encodeBase64(body)}\r\n`, 'latin1'), depth);
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
function convertedParts(body: Buffer, boundary: string, depth: number): Buffer | undefined {
  if (boundary === '') return undefined;
  const text = body.toString('latin1');
  const delimiter = new RegExp(`(^|\\r\\n)--${boundary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(--)?[ \\t]*(\\r\\n|$)`, 'g');
  const pieces: Buffer[] = [];
  let from = 0;
  let isPart = false;
  const settle = (end: number): boolean => {
    const piece = body.subarray(from, end);
    const converted = isPart ? asSevenBit(piece, depth + 1) : isEightBit(piece) ? Buffer.alloc(0) : piece;
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
