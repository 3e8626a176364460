import { crc32 } from 'node:zlib';
import { type Guid, guidFromBytes, guidToBytes } from '../../kernel/ids.ts';

/** Where a client's synchronisation stands. Opaque to clients; the numbers' meaning is the operation's. */
export interface SyncState {
  readonly kind: 'hierarchy' | 'items';
  readonly mailbox: Guid;
  /** Object counter of the folder that is synchronised. */
  readonly folder: number;
  /** Phase and positions, integers from 0 to 2^48 - 1. At most 16. */
  readonly numbers: readonly number[];
}

const version = 1;
const kinds = ['hierarchy', 'items'] as const;
const headLength = 3 + 16 + 6;
const mostNumbers = 16;

/** Layout: version, kind, count of numbers, mailbox GUID, folder, numbers (48 bits each), CRC-32 of all that. */
export function encodeSyncState(state: SyncState): string {
  if (state.numbers.length > mostNumbers) throw new Error(`defect: a sync state has at most ${mostNumbers} numbers`);
  const octets = Buffer.alloc(headLength + state.numbers.length * 6 + 4);
  octets[0] = version;
  octets[1] = kinds.indexOf(state.kind);
  octets[2] = state.numbers.length;
  guidToBytes(state.mailbox).copy(octets, 3);
  octets.writeUIntBE(state.folder, 19, 6);
  for (const [index, number] of state.numbers.entries()) octets.writeUIntBE(number, headLength + index * 6, 6);
  octets.writeUInt32BE(crc32(octets.subarray(0, -4)), octets.length - 4);
  return octets.toString('base64');
}

/** Reads a sync state; undefined when the text is none of ours (ErrorInvalidSyncStateData). Never throws. */
export function decodeSyncState(text: string): SyncState | undefined {
  if (text.length > 4 * Math.ceil((headLength + mostNumbers * 6 + 4) / 3)) return undefined;
  const octets = Buffer.from(text, 'base64');
  if (octets.toString('base64') !== text || octets.length < headLength + 4 || octets[0] !== version) return undefined;
  const kind = kinds[octets[1] ?? kinds.length];
  const count = octets[2] ?? 0;
  if (kind === undefined || count > mostNumbers || octets.length !== headLength + count * 6 + 4) return undefined;
  if (octets.readUInt32BE(octets.length - 4) !== crc32(octets.subarray(0, -4))) return undefined;
  const numbers: number[] = [];
  for (let index = 0; index < count; index += 1) numbers.push(octets.readUIntBE(headLength + index * 6, 6));
  return { kind, mailbox: guidFromBytes(octets.subarray(3, 19)), folder: octets.readUIntBE(19, 6), numbers };
}
