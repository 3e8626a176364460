import { type Guid, guidFromBytes, guidToBytes } from '../../kernel/ids.ts';
import { writeCounter } from './entry-id.ts';

/**
 * The first number of a change key: what kind of object it belongs to. 1, 9 and 15 are read from real keys
 * (grommunio's ews_spec), the others follow the same enumeration as seen in clients' logs.
 */
export const objectKinds = {
  Folder: 1,
  CalendarFolder: 2,
  ContactsFolder: 3,
  TasksFolder: 4,
  SearchFolder: 7,
  Item: 9,
  Message: 9,
  MeetingMessage: 10,
  MeetingRequest: 11,
  MeetingResponse: 12,
  MeetingCancellation: 13,
  CalendarItem: 15,
  Contact: 17,
  DistributionList: 18,
  Task: 19,
  PostItem: 22,
} as const;
export type ObjectKind = keyof typeof objectKinds;

/** What a change key says. The short form (`CQAAAA==`) has only the kind. */
export interface ChangeKey {
  readonly kind: number;
  readonly replica?: Guid;
  readonly change?: number;
}

const changeLength = 0x16;

/** The change key of an object: 40 characters beginning `AQAAABYAAA` (folder) or `CQAAABYAAA` (message). */
export function encodeChangeKey(kind: ObjectKind, replica: Guid, change: number): string {
  return changeKeyWriter(replica)(kind, change);
}

/** Makes many change keys of one replica. */
export function changeKeyWriter(replica: Guid): (kind: ObjectKind, change: number) => string {
  const octets = Buffer.alloc(8 + changeLength);
  octets.writeUInt32LE(changeLength, 4);
  guidToBytes(replica).copy(octets, 8);
  return (kind, change) => {
    octets.writeUInt32LE(objectKinds[kind], 0);
    writeCounter(octets, 24, change);
    return octets.toString('base64');
  };
}

/** The short form, which events carry: it says what kind of object it is and nothing of its state. */
export function shortChangeKey(kind: ObjectKind): string {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(objectKinds[kind], 0);
  return octets.toString('base64');
}

/** Reads a change key in its long or short form; undefined when the text is none (ErrorInvalidChangeKey). Never throws. */
export function decodeChangeKey(text: string): ChangeKey | undefined {
  if (text.length !== 8 && text.length !== 40) return undefined;
  const octets = Buffer.from(text, 'base64');
  if (octets.toString('base64') !== text) return undefined;
  if (octets.length === 4) return { kind: octets.readUInt32LE(0) };
  if (octets.length !== 8 + changeLength || octets.readUInt32LE(4) !== changeLength) return undefined;
  return { kind: octets.readUInt32LE(0), replica: guidFromBytes(octets.subarray(8, 24)), change: octets.readUIntBE(24, 6) };
}
