import { createEntityReader, defaultMimeLimits, type Entity, type EntityReader, fieldValue, type MimeLimits } from './entity.ts';
import { MimeError } from './errors.ts';
import type { Importance, MimeAddress, MimeAttachment, MimeCalendar, MimeHeader, MimeMessage, Sensitivity } from './message.ts';
import { loadPostal, type Postal } from './postal.ts';
import { isForMachines, reportOutcome } from './report.ts';
import { decodeTransfer } from './transfer.ts';

/**
 * Reads a message. Bad structure is read as far as it makes sense, as mail servers do; only a bound that is met (or
 * text that cannot be decoded at all) is a {@link MimeError}. The body is the first text part or multipart/alternative;
 * any other text part is an attachment, as Exchange makes one of it. A text/calendar that is one form of the body, or the
 * body itself, is its calendar.
 */
export async function parseMime(octets: Uint8Array, limits: MimeLimits = defaultMimeLimits): Promise<MimeMessage> {
  const postal = await loadPostal();
  const reader = createEntityReader(limits);
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  return readMessage(reader.read(buffer, 0), { postal, reader, maxDepth: limits.maxDepth, depth: 0 });
}

interface Reading {
  readonly postal: Postal;
  readonly reader: EntityReader;
  readonly maxDepth: number;
  readonly depth: number;
}

interface Content {
  text?: string;
  html?: string;
  calendar?: MimeCalendar;
  bodyFound: boolean;
  readonly attachments: MimeAttachment[];
}

async function readMessage(entity: Entity, reading: Reading): Promise<MimeMessage> {
  const { headers } = entity;
  const content: Content = { bodyFound: false, attachments: [] };
  await collect(entity, 'body', content, reading);
  const { postal } = reading;
  const decoded = (name: string): string | undefined => {
    const value = fieldValue(headers, name);
    return value === undefined || value === '' ? undefined : postal.decodeWords(value);
  };
  const addresses = (name: string): MimeAddress[] =>
    headers.filter((header) => header.name.toLowerCase() === name).flatMap((header) => postal.addresses(header.value));
  return {
    headers,
    from: addresses('from')[0],
    sender: addresses('sender')[0],
    replyTo: addresses('reply-to'),
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    subject: decoded('subject'),
    date: readDate(fieldValue(headers, 'date')),
    messageId: decoded('message-id'),
    inReplyTo: decoded('in-reply-to'),
    references: decoded('references')?.trim().split(/\s+/).join(' '),
    text: content.text,
    html: content.html,
    calendar: content.calendar,
    attachments: content.attachments,
    importance: readImportance(headers),
    sensitivity: readSensitivity(fieldValue(headers, 'sensitivity')),
    report: reportOutcome(entity),
  };
}

/** Where a part stands: it may be the body, it is one of several forms of the body, or it is not the body. */
type Place = 'body' | 'alternative' | 'related' | 'attached';

async function collect(entity: Entity, place: Place, content: Content, reading: Reading): Promise<void> {
  if (entity.parts.length === 0) return collectLeaf(entity, place, content, reading);
  const type = entity.contentType.value;
  const here: Place = place === 'related' || (place === 'body' && content.bodyFound) ? 'attached' : place;
  if (type === 'multipart/related') {
    const root = relatedRoot(entity);
    await collect(root, here, content, reading);
    for (const part of entity.parts) if (part !== root) await collect(part, 'related', content, reading);
    return;
  }
  const inner: Place = here === 'body' && type === 'multipart/alternative' ? 'alternative' : here;
  const shown = type === 'multipart/report' ? entity.parts.filter((part) => !isForMachines(part)) : entity.parts;
  for (const part of shown) await collect(part, inner, content, reading);
  if (inner === 'alternative' && (content.text !== undefined || content.html !== undefined)) content.bodyFound = true;
}

/** RFC 2387 3.2: the part that `start` names, else the first. */
function relatedRoot(entity: Entity): Entity {
  const start = entity.contentType.parameters.get('start')?.text;
  const named = start === undefined ? undefined : entity.parts.find((part) => fieldValue(part.headers, 'content-id') === start);
  return named ?? (entity.parts[0] as Entity);
}

async function collectLeaf(entity: Entity, place: Place, content: Content, reading: Reading): Promise<void> {
  const { contentType, disposition } = entity;
  const octets = decodeTransfer(entity.body, entity.transferEncoding);
  const filename = readFilename(entity, reading.postal);
  const form =
    contentType.value === 'text/html' ? 'html' : contentType.value === 'text/plain' || contentType.value === '' ? 'text' : undefined;
  const free = place === 'alternative' ? form !== undefined && content[form] === undefined : place === 'body' && !content.bodyFound;
  if (form !== undefined && free && filename === undefined && disposition?.value !== 'attachment') {
    const text = await reading.postal.decodeText(octets, fieldValue(entity.headers, 'content-type') ?? 'text/plain');
    if (text !== '') content[form] = text.replace(/\r\n|\r|\n/g, '\r\n');
    if (place === 'body') content.bodyFound = true;
    return;
  }
  const isBody = place === 'alternative' || (place === 'body' && !content.bodyFound);
  if (contentType.value === 'text/calendar' && isBody && content.calendar === undefined && disposition?.value !== 'attachment') {
    content.calendar = await readCalendar(octets, entity, reading.postal);
    if (place === 'body') content.bodyFound = true;
    return;
  }
  content.attachments.push({
    filename,
    contentType: contentType.value === '' ? 'application/octet-stream' : contentType.value,
    contentId: fieldValue(entity.headers, 'content-id')?.replace(/^<(.*)>$/, '$1'),
    contentLocation: fieldValue(entity.headers, 'content-location'),
    disposition: disposition?.value === 'inline' || (disposition === undefined && place === 'related') ? 'inline' : 'attachment',
    bytes: octets,
    message: contentType.value === 'message/rfc822' ? await readInner(octets, reading) : undefined,
  });
}

async function readCalendar(octets: Buffer, { contentType }: Entity, postal: Postal): Promise<MimeCalendar> {
  const method = contentType.parameters.get('method')?.text.toUpperCase();
  const charset = contentType.parameters.get('charset')?.text ?? 'utf-8';
  if (/^(?:utf-?8|us-ascii)$/i.test(charset)) return { bytes: octets, method };
  return {
    bytes: Buffer.from(await postal.decodeText(octets, `text/plain; charset="${charset.replace(/[^\w.:-]/g, '')}"`), 'utf8'),
    method,
  };
}

async function readInner(octets: Buffer, reading: Reading): Promise<MimeMessage> {
  const depth = reading.depth + 1;
  if (depth > reading.maxDepth) throw new MimeError('too-deep', `messages nested deeper than ${reading.maxDepth}`);
  return readMessage(reading.reader.read(octets, depth), { ...reading, depth });
}

function readFilename(entity: Entity, postal: Postal): string | undefined {
  const parameter = entity.disposition?.parameters.get('filename') ?? entity.contentType.parameters.get('name');
  if (parameter === undefined || parameter.text === '') return undefined;
  return parameter.extended ? parameter.text : postal.decodeWords(parameter.text);
}

function readDate(value: string | undefined): number | undefined {
  const instant = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(instant) ? undefined : instant;
}

/** MS-OXCMAIL 2.2.3.2.5: the Importance field is preferred to any of the others. */
function readImportance(headers: readonly MimeHeader[]): Importance {
  const importance = fieldValue(headers, 'importance')?.toLowerCase();
  if (importance === 'high' || importance === 'low' || importance === 'normal') return importance;
  const level = /^[1-5]/.exec(fieldValue(headers, 'x-priority') ?? '')?.[0];
  if (level !== undefined) return level < '3' ? 'high' : level > '3' ? 'low' : 'normal';
  const priority = fieldValue(headers, 'priority')?.toLowerCase();
  if (priority === 'urgent' || priority === 'non-urgent') return priority === 'urgent' ? 'high' : 'low';
  const outlook = fieldValue(headers, 'x-msmail-priority')?.toLowerCase();
  return outlook === 'high' || outlook === 'low' ? outlook : 'normal';
}

function readSensitivity(value: string | undefined): Sensitivity {
  const sensitivity = value?.toLowerCase();
  return sensitivity === 'personal' || sensitivity === 'private' || sensitivity === 'company-confidential' ? sensitivity : 'normal';
}
