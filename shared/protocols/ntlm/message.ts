import { Refusal } from '../../kernel/refusal.ts';

/** Longer messages are refused: with every name at its longest a real one stays below. */
export const longestMessage = 4_096;

const signature = Buffer.from('NTLMSSP\0', 'latin1');
const messageTypes = { negotiate: 1, challenge: 2, authenticate: 3 } as const;
export type MessageType = keyof typeof messageTypes;

/** What cannot be read. The detail says why. */
export type NtlmRefusalCode = 'ntlm-malformed';

export function malformed(detail: string): Refusal<NtlmRefusalCode> {
  return new Refusal<NtlmRefusalCode>('ntlm-malformed', { detail });
}

/** The type of an NTLM message (MS-NLMP 2.2.1), undefined when the octets are none. Refuses what is too long. */
export function messageType(octets: Buffer): MessageType | undefined {
  if (octets.length > longestMessage) throw malformed(`longer than ${longestMessage} octets`);
  if (octets.length < 12 || !octets.subarray(0, 8).equals(signature)) return undefined;
  const type = octets.readUInt32LE(8);
  return (Object.keys(messageTypes) as MessageType[]).find((name) => messageTypes[name] === type);
}

/** Refuses octets that are not a message of this type, or shorter than its fixed part. */
export function requireMessage(octets: Buffer, type: MessageType, fixedLength: number): void {
  if (messageType(octets) !== type) throw malformed(`no ${type.toUpperCase()}_MESSAGE`);
  if (octets.length < fixedLength) throw malformed(`${octets.length} octets of a ${type.toUpperCase()}_MESSAGE`);
}

/** The payload that a field at an offset points to: length, maximum length and offset (MS-NLMP 2.2.1.1). Empty ones may point anywhere. */
export function readField(octets: Buffer, at: number): Buffer {
  const length = octets.readUInt16LE(at);
  const offset = octets.readUInt32LE(at + 4);
  if (length === 0) return Buffer.alloc(0);
  if (offset + length > octets.length) throw malformed('a field behind the end');
  return octets.subarray(offset, offset + length);
}

/** A message from its fixed part, whose fields point to the payloads that follow it in their order. */
export function writeMessage(
  type: MessageType,
  fixedLength: number,
  fields: readonly (readonly [at: number, payload: Buffer])[],
  fill: (fixed: Buffer) => void,
): Buffer {
  const fixed = Buffer.alloc(fixedLength);
  signature.copy(fixed);
  fixed.writeUInt32LE(messageTypes[type], 8);
  let offset = fixedLength;
  for (const [at, payload] of fields) {
    fixed.writeUInt16LE(payload.length, at);
    fixed.writeUInt16LE(payload.length, at + 2);
    fixed.writeUInt32LE(offset, at + 4);
    offset += payload.length;
  }
  fill(fixed);
  return Buffer.concat([fixed, ...fields.map(([, payload]) => payload)]);
}

/** A text as UTF-16LE, or in the OEM character set, of which what lies outside ISO 8859-1 is not told apart here. */
export function readText(octets: Buffer, unicode: boolean): string {
  if (unicode && octets.length % 2 !== 0) throw malformed('half a UTF-16 unit');
  return octets.toString(unicode ? 'utf16le' : 'latin1');
}
