import { calendarRefusal } from '../errors.ts';
import { busyStatuses } from '../free-busy.ts';
import type { WallTime } from '../time-zone.ts';
import { type OctetCursor, u16, u32 } from './octet-cursor.ts';
import type { SeriesException } from './series.ts';

// What follows the times of a series: ExceptionInfo and ExtendedException, MS-OXOCAL 2.2.1.44.2 and 2.2.1.44.4.

/** OverrideFlags: which fields follow, in this order. */
const overrides = {
  subject: 0x1,
  meetingType: 0x2,
  reminderDelta: 0x4,
  reminder: 0x8,
  location: 0x10,
  busyStatus: 0x20,
  attachment: 0x40,
  subType: 0x80,
  color: 0x100,
  /** Nothing follows: the body lies in the exception's message. */
  body: 0x200,
} as const;

const epochMs = -11_644_473_600_000;
const minuteMs = 60_000;
/** Two octets give the length, and one character more is counted. */
const mostCharacters = 0xfffe;

/** Reads the exceptions of a series and what stands behind them. `highlights`: they say what has changed. */
export function readExceptions(cursor: OctetCursor, highlights: boolean): readonly SeriesException[] {
  const count = cursor.u16();
  const infos = [];
  for (let index = 0; index < count; index += 1) infos.push(readInfo(cursor));
  skipBlock(cursor);
  const exceptions = infos.map(({ flags, exception }) => ({ ...exception, ...readTexts(cursor, flags, highlights) }));
  skipBlock(cursor);
  return exceptions;
}

/** Writes them, with highlights. */
export function writeExceptions(exceptions: readonly SeriesException[]): Buffer {
  return Buffer.concat([u16(exceptions.length), ...exceptions.map(writeInfo), u32(0), ...exceptions.map(writeTexts), u32(0)]);
}

interface Info {
  readonly flags: number;
  readonly exception: SeriesException;
}

function readInfo(cursor: OctetCursor): Info {
  const [start, end, original] = [readTime(cursor), readTime(cursor), readTime(cursor)];
  if (end < start) throw calendarRefusal('recurrence-invalid', 'an exception that ends before it starts');
  const flags = cursor.u16();
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const number = (flag: number): number | undefined => (has(flag) ? cursor.u32() : undefined);
  if (has(overrides.subject)) skipNarrow(cursor);
  const meetingType = number(overrides.meetingType);
  const reminderMinutes = number(overrides.reminderDelta);
  const isReminderSet = truth(number(overrides.reminder));
  if (has(overrides.location)) skipNarrow(cursor);
  const busy = number(overrides.busyStatus);
  const hasAttachments = truth(number(overrides.attachment));
  const isAllDay = truth(number(overrides.subType));
  const color = number(overrides.color);
  const status = busy === undefined ? undefined : busyStatuses[busy];
  const hasBody = has(overrides.body) ? true : undefined;
  const changes = { meetingType, reminderMinutes, isReminderSet, status, hasAttachments, isAllDay, color, hasBody };
  return { flags, exception: { original, start, end, ...present(changes) } };
}

function truth(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value !== 0;
}

function present<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<typeof present<T>>;
}

function writeInfo(exception: SeriesException): Buffer {
  const { original, start, end, subject, location } = exception;
  const numbers = numbersOf(exception);
  const number = (field: keyof typeof numbers): readonly Buffer[] => (numbers[field] === undefined ? [] : [u32(numbers[field])]);
  return Buffer.concat([
    ...[start, end, original].map(writeTime),
    u16(flagsOf(exception)),
    ...(subject === undefined ? [] : [writeNarrow(subject)]),
    ...number('meetingType'),
    ...number('reminderDelta'),
    ...number('reminder'),
    ...(location === undefined ? [] : [writeNarrow(location)]),
    ...(['busyStatus', 'attachment', 'subType', 'color'] as const).flatMap(number),
  ]);
}

function numbersOf({ meetingType, reminderMinutes, isReminderSet, status, hasAttachments, isAllDay, color }: SeriesException) {
  return {
    meetingType,
    reminderDelta: reminderMinutes,
    reminder: isReminderSet === undefined ? undefined : Number(isReminderSet),
    busyStatus: status === undefined ? undefined : busyStatuses.indexOf(status),
    attachment: hasAttachments === undefined ? undefined : Number(hasAttachments),
    subType: isAllDay === undefined ? undefined : Number(isAllDay),
    color,
  };
}

function flagsOf(exception: SeriesException): number {
  const { subject, location, hasBody } = exception;
  const numbers = Object.entries(numbersOf(exception)).filter(([, value]) => value !== undefined);
  return (
    numbers.reduce((flags, [field]) => flags | overrides[field as keyof typeof overrides], 0) |
    (subject === undefined ? 0 : overrides.subject) |
    (location === undefined ? 0 : overrides.location) |
    (hasBody === true ? overrides.body : 0)
  );
}

/** Subject and location stand here a second time, in Unicode. */
function readTexts(cursor: OctetCursor, flags: number, highlights: boolean): Pick<SeriesException, 'subject' | 'location'> {
  if (highlights) skipBlock(cursor);
  skipBlock(cursor);
  const [hasSubject, hasLocation] = [(flags & overrides.subject) !== 0, (flags & overrides.location) !== 0];
  if (!hasSubject && !hasLocation) return {};
  for (let times = 0; times < 3; times += 1) cursor.u32();
  const texts = {
    ...(hasSubject ? { subject: readWide(cursor) } : {}),
    ...(hasLocation ? { location: readWide(cursor) } : {}),
  };
  skipBlock(cursor);
  return texts;
}

function writeTexts({ original, start, end, subject, location }: SeriesException): Buffer {
  const head = [u32(4), u32(0), u32(0)];
  if (subject === undefined && location === undefined) return Buffer.concat(head);
  const texts = [subject, location].flatMap((text) => (text === undefined ? [] : [writeWide(text)]));
  return Buffer.concat([...head, ...[start, end, original].map(writeTime), ...texts, u32(0)]);
}

function readTime(cursor: OctetCursor): WallTime {
  return cursor.u32() * minuteMs + epochMs;
}

function writeTime(time: WallTime): Buffer {
  return u32(Math.floor((time - epochMs) / minuteMs));
}

function skipBlock(cursor: OctetCursor): void {
  cursor.take(cursor.u32());
}

/** A length that counts a character which does not follow, the length, the text in the code page of whoever wrote it. */
function skipNarrow(cursor: OctetCursor): void {
  cursor.u16();
  cursor.take(cursor.u16());
}

function writeNarrow(text: string): Buffer {
  const octets = Buffer.from(text.slice(0, mostCharacters).replace(/[^\0-\xff]/g, '?'), 'latin1');
  return Buffer.concat([u16(octets.length + 1), u16(octets.length), octets]);
}

function readWide(cursor: OctetCursor): string {
  return cursor.take(cursor.u16() * 2).toString('utf16le');
}

function writeWide(text: string): Buffer {
  const octets = Buffer.from(text.slice(0, mostCharacters), 'utf16le');
  return Buffer.concat([u16(octets.length / 2), octets]);
}
