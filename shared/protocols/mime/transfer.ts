/** Undoes a Content-Transfer-Encoding (RFC 2045 6). An unknown one is taken as identity; damaged content is read as far as it goes. */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(body);
  return body;
}

const equals = 0x3d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function decodeQuotedPrintable(body: Buffer): Buffer {
  const result = Buffer.allocUnsafe(body.length);
  let length = 0;
  for (let index = 0; index < body.length; index += 1) {
    const octet = body[index] as number;
    if (octet !== equals) {
      result[length] = octet;
      length += 1;
      continue;
    }
    const softBreak = softBreakEnd(body, index + 1);
    if (softBreak !== undefined) {
      index = softBreak;
      continue;
    }
    const high = hexValue(body[index + 1]);
    const low = hexValue(body[index + 2]);
    if (high < 0 || low < 0) {
      result[length] = octet;
    } else {
      result[length] = high * 16 + low;
      index += 2;
    }
    length += 1;
  }
  return result.subarray(0, length);
}

/** The position of the last octet of a soft line break that starts behind `=`: blanks, then a line end or the end. */
function softBreakEnd(body: Buffer, start: number): number | undefined {
  let index = start;
  while (body[index] === 0x20 || body[index] === 0x09) index += 1;
  if (index >= body.length) return index;
  if (body[index] === lineFeed) return index;
  return body[index] === carriageReturn && body[index + 1] === lineFeed ? index + 1 : undefined;
}

function hexValue(octet: number | undefined): number {
  if (octet === undefined) return -1;
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const upper = octet & 0xdf;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}

/** Lines of 76 characters, with CR LF between them. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const lines: string[] = [];
  for (let start = 0; start < text.length; start += 76) lines.push(text.slice(start, start + 76));
  return lines.join('\r\n');
}

/** Quoted-printable of text whose line ends are CR LF: lines of at most 76 characters (RFC 2045 6.7). */
export function encodeQuotedPrintable(text: string): string {
  return text
    .split('\r\n')
    .map((line) => quotedPrintableLine(line, 'utf8'))
    .join('\r\n');
}

/** The same of octets whose character set somebody else knows. */
export function encodeQuotedPrintableOctets(octets: Buffer): string {
  const lines = octets.toString('latin1').split('\r\n');
  return lines.map((line) => quotedPrintableLine(line, 'latin1')).join('\r\n');
}

/** A line that stands for itself. */
const plainLine = /^(?:[\t\x20-\x3c\x3e-\x7e]{0,74}[\x21-\x3c\x3e-\x7e])?$/;

function quotedPrintableLine(line: string, encoding: 'utf8' | 'latin1'): string {
  if (plainLine.test(line)) return line;
  const octets = Buffer.from(line, encoding);
  let result = '';
  let width = 0;
  octets.forEach((octet, index) => {
    const blankAtEnd = (octet === 0x20 || octet === 0x09) && index === octets.length - 1;
    const plain = octet !== equals && !blankAtEnd && ((octet >= 0x20 && octet <= 0x7e) || octet === 0x09);
    const piece = plain ? String.fromCharCode(octet) : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    if (width + piece.length > 75) {
      result += '=\r\n';
      width = 0;
    }
    result += piece;
    width += piece.length;
  });
  return result;
}
