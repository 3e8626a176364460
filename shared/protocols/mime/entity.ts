import { isUtf8 } from 'node:buffer';
import { MimeError } from './errors.ts';
import { parseStructuredField, type StructuredField } from './header-field.ts';
import type { MimeHeader } from './message.ts';

/** Bounds of one message with everything inside it. Meeting one is a {@link MimeError}. */
export interface MimeLimits {
  readonly maxBytes: number;
  readonly maxHeaders: number;
  readonly maxHeaderBytes: number;
  readonly maxParts: number;
  /** Multiparts in multiparts and messages in messages, together. */
  readonly maxDepth: number;
}

export const defaultMimeLimits: MimeLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxHeaders: 5_000,
  maxHeaderBytes: 2 * 1024 * 1024,
  maxParts: 2_000,
  maxDepth: 32,
};

/** A message or body part, cut out of the octets without copying them. */
export interface Entity {
  readonly headers: readonly MimeHeader[];
  readonly contentType: StructuredField;
  readonly disposition: StructuredField | undefined;
  /** Lower case; '' when there is none. */
  readonly transferEncoding: string;
  readonly body: Buffer;
  /** The parts of a multipart; empty for anything else. */
  readonly parts: readonly Entity[];
}

/** Cuts messages apart and counts what was met; one for a message and all messages inside it. */
export interface EntityReader {
  read(octets: Buffer, depth: number): Entity;
}

/**
 * Cutting is done here, not by postal-mime, because its attachments lose octets: outside base64 it turns CR LF into
 * LF and adds one at the end, and it bounds neither the number of parts nor of header fields.
 */
export function createEntityReader(limits: MimeLimits): EntityReader {
  let headers = 0;
  let headerBytes = 0;
  let parts = 0;

  const readHeaders = (octets: Buffer): { headers: MimeHeader[]; bodyStart: number } => {
    const fields: Buffer[][] = [];
    let position = 0;
    while (position < octets.length) {
      const end = octets.indexOf(0x0a, position);
      const next = end < 0 ? octets.length : end + 1;
      const line = withoutLineEnd(octets.subarray(position, next));
      position = next;
      if (line.length === 0) break;
      headerBytes += line.length;
      if (headerBytes > limits.maxHeaderBytes)
        throw new MimeError('too-many-headers', `more than ${limits.maxHeaderBytes} octets of header`);
      const folded = line[0] === 0x20 || line[0] === 0x09;
      if (folded) fields.at(-1)?.push(line);
      else fields.push([line]);
    }
    headers += fields.length;
    if (headers > limits.maxHeaders) throw new MimeError('too-many-headers', `more than ${limits.maxHeaders} header fields`);
    return { headers: fields.flatMap(readField), bodyStart: position };
  };

  const readEntity = (octets: Buffer, depth: number, defaultType: string): Entity => {
    if (depth > limits.maxDepth) throw new MimeError('too-deep', `parts nested deeper than ${limits.maxDepth}`);
    parts += 1;
    if (parts > limits.maxParts) throw new MimeError('too-many-parts', `more than ${limits.maxParts} parts`);
    const { headers: fields, bodyStart } = readHeaders(octets);
    const contentType = parseStructuredField(fieldValue(fields, 'content-type') ?? defaultType);
    const disposition = fieldValue(fields, 'content-disposition');
    const body = octets.subarray(bodyStart);
    const partType = contentType.value === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    return {
      headers: fields,
      contentType,
      disposition: disposition === undefined ? undefined : parseStructuredField(disposition),
      transferEncoding: parseStructuredField(fieldValue(fields, 'content-transfer-encoding') ?? '').value,
      body,
      parts: cutParts(body, contentType, limits.maxParts).map((part) => readEntity(part, depth + 1, partType)),
    };
  };

  return {
    read(octets, depth) {
      if (octets.length > limits.maxBytes) throw new MimeError('too-big', `more than ${limits.maxBytes} octets`);
      return readEntity(octets, depth, 'text/plain');
    },
  };
}

/** The value of the first field of that name (lower case). */
export function fieldValue(headers: readonly MimeHeader[], name: string): string | undefined {
  // Names are ASCII: what is no longer or shorter in small letters need not be made small.
  return headers.find((header) => header.name.length === name.length && header.name.toLowerCase() === name)?.value;
}

/** A line that is no field (an mbox `From ` line, garbage) is passed over. */
function readField(lines: readonly Buffer[]): MimeHeader[] {
  const octets = lines.length === 1 ? (lines[0] as Buffer) : Buffer.concat(lines);
  const text = isUtf8(octets) ? octets.toString('utf8') : octets.toString('latin1');
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(0, colon)).trimEnd();
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) return [];
  return [{ name, value: trimBlanks(text.slice(colon + 1).replace(/[\r\0]+/g, ' ')) }];
}

function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && (text[start] === ' ' || text[start] === '\t')) start += 1;
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1;
  return text.slice(start, end);
}

function withoutLineEnd(line: Buffer): Buffer {
  const end = line.at(-1) === 0x0a ? line.length - 1 : line.length;
  return line.subarray(0, end > 0 && line[end - 1] === 0x0d ? end - 1 : end);
}

/** RFC 2046 5.1.1 allows 70 characters; a longer boundary would also make the search below slow. */
const maxBoundaryLength = 200;

function cutParts(body: Buffer, contentType: StructuredField, maxParts: number): Buffer[] {
  const boundary = contentType.parameters.get('boundary')?.text ?? '';
  if (!contentType.value.startsWith('multipart/') || boundary === '' || boundary.length > maxBoundaryLength) return [];
  const delimiter = Buffer.from(`--${boundary}`, 'utf8');
  const pieces: Buffer[] = [];
  let start: number | undefined;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    const line = delimiterLine(body, at, delimiter.length);
    if (line === undefined) continue;
    if (start !== undefined) pieces.push(body.subarray(start, Math.max(start, lineEndBefore(body, at))));
    if (pieces.length > maxParts) throw new MimeError('too-many-parts', `more than ${maxParts} parts`);
    start = line.closes ? undefined : line.end;
    if (line.closes) return pieces;
  }
  // A message that was cut off: its last part is what there is of it.
  if (start !== undefined) pieces.push(body.subarray(start));
  return pieces;
}

/** Whether a delimiter stands at `at`, alone on its line, `--` and blanks behind it allowed; and where the line ends. */
function delimiterLine(body: Buffer, at: number, length: number): { closes: boolean; end: number } | undefined {
  if (at > 0 && body[at - 1] !== 0x0a) return undefined;
  let index = at + length;
  const closes = body[index] === 0x2d && body[index + 1] === 0x2d;
  if (closes) index += 2;
  while (body[index] === 0x20 || body[index] === 0x09) index += 1;
  if (body[index] === 0x0d) index += 1;
  if (index < body.length && body[index] !== 0x0a) return undefined;
  return { closes, end: Math.min(body.length, index + 1) };
}

/** The line end before a delimiter belongs to the delimiter (RFC 2046 5.1.1). */
function lineEndBefore(body: Buffer, at: number): number {
  const end = at > 0 ? at - 1 : 0;
  return end > 0 && body[end - 1] === 0x0d ? end - 1 : end;
}
