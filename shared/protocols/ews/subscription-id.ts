import { type Guid, guidFromBytes, guidToBytes } from '../../kernel/ids.ts';

/** What the id of a subscription says: the server that keeps it, the mailbox, and when it was made. */
export interface SubscriptionIdParts {
  /** Host name of the server. */
  readonly server: string;
  readonly mailbox: Guid;
  /** 100 ns since the year 1. */
  readonly ticks: bigint;
}

const longestServer = 255;
const guidLength = 16;
const tailLength = 4 + guidLength + 8;

/** Layout (read from the documentation's sample): counted server, counted GUID, ticks; little-endian. */
export function encodeSubscriptionId({ server, mailbox, ticks }: SubscriptionIdParts): string {
  const name = Buffer.from(server, 'latin1');
  const octets = Buffer.alloc(2 + name.length + tailLength);
  octets.writeUInt16LE(name.length, 0);
  name.copy(octets, 2);
  octets.writeUInt32LE(guidLength, 2 + name.length);
  guidToBytes(mailbox).copy(octets, 6 + name.length);
  octets.writeBigUInt64LE(ticks, 6 + name.length + guidLength);
  return octets.toString('base64');
}

/** Reads an id; undefined when the text is none. Never throws. */
export function decodeSubscriptionId(text: string): SubscriptionIdParts | undefined {
  if (text.length > 4 * Math.ceil((2 + longestServer + tailLength) / 3)) return undefined;
  const octets = Buffer.from(text, 'base64');
  if (octets.toString('base64') !== text || octets.length < 2 + tailLength) return undefined;
  const length = octets.readUInt16LE(0);
  if (octets.length !== 2 + length + tailLength || octets.readUInt32LE(2 + length) !== guidLength) return undefined;
  const at = 6 + length;
  return {
    server: octets.toString('latin1', 2, 2 + length),
    mailbox: guidFromBytes(octets.subarray(at, at + guidLength)),
    ticks: octets.readBigUInt64LE(at + guidLength),
  };
}
