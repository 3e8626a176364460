/** One of the answers that a message offers (MS-OXOMSG 2.2.1.74). */
export interface VoteOption {
  readonly name: string;
  /** Message class of the answer. */
  readonly answerClass: string;
  /** SendBehavior: 1 it is sent at once, 2 the voter is asked what else he has to say. */
  readonly sendBehavior: 1 | 2;
}

const vote = 4;
const [version, version2] = [0x0102, 0x0104];
/** Options of a message that are read. A bound of ours. */
const most = 31;

/** PidLidVerbStream, base64. */
export function writeVerbStream(options: readonly VoteOption[]): string {
  const parts: Buffer[] = [u16(version), u32(options.length)];
  for (const [index, { name, answerClass, sendBehavior }] of options.entries()) {
    const text = counted(Buffer.from(name, 'latin1'));
    parts.push(u32(vote), text, counted(Buffer.from(answerClass, 'latin1')), Buffer.of(0), text);
    parts.push(u32(0), Buffer.of(0), u32(0), u32(1), u32(sendBehavior), u32(2), u32(index + 1), u32(0xffffffff));
  }
  parts.push(u16(version2));
  for (const { name } of options) {
    const text = Buffer.concat([Buffer.of(name.length), Buffer.from(name, 'utf16le')]);
    parts.push(text, text);
  }
  return Buffer.concat(parts).toString('base64');
}

/** The answers that a message offers; none where the value is not understood. Verbs that are no votes are passed over. */
export function readVerbStream(base64: string): readonly VoteOption[] {
  const octets = Buffer.from(base64, 'base64');
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > octets.length) throw new RangeError('the stream ends');
    at += length;
    return octets.subarray(at - length, at);
  };
  const text = (): string => take(take(1)[0] ?? 0).toString('latin1');
  const wide = (): string => take(2 * (take(1)[0] ?? 0)).toString('utf16le');
  try {
    if (take(2).readUInt16LE() !== version) return [];
    const count = take(4).readUInt32LE();
    if (count > most) return [];
    const found = Array.from({ length: count }, () => {
      const isVote = take(4).readUInt32LE() === vote;
      text();
      const answerClass = text();
      for (let skipped = 0; skipped < 2; skipped += 1) text();
      take(4 + 1 + 4 + 4);
      const sendBehavior = take(4).readUInt32LE() === 1 ? 1 : 2;
      take(12);
      return { isVote, answerClass, sendBehavior } as const;
    });
    if (take(2).readUInt16LE() !== version2) return [];
    return found.flatMap(({ isVote, ...option }) => {
      const name = wide();
      wide();
      return isVote ? [{ name, ...option }] : [];
    });
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function counted(text: Buffer): Buffer {
  return Buffer.concat([Buffer.of(text.length), text]);
}

function u16(value: number): Buffer {
  const octets = Buffer.alloc(2);
  octets.writeUInt16LE(value);
  return octets;
}

function u32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value);
  return octets;
}
