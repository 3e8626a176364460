import { createHash, hash } from 'node:crypto';
import type { Instant } from '../../kernel/clock.ts';

/** Lengths of PidTagConversationIndex (MS-OXOMSG 2.2.1.3): reserved octet, 5 of time, 16 of GUID; 5 per reply. */
const headerLength = 22;
const guidOffset = 6;
const replyLength = 5;

/**
 * The conversation that a message belongs to, 16 octets (MS-OXOMSG 2.2.1.2): the GUID in its index when that is to be
 * trusted, else the MD5 digest of its topic in upper case; undefined when it has neither.
 */
export function conversationId(message: {
  readonly topic?: string | undefined;
  readonly index?: Buffer | undefined;
  readonly tracking?: boolean | undefined;
}): Buffer | undefined {
  const { topic, index, tracking } = message;
  if (tracking === true && index !== undefined && isConversationIndex(index)) return index.subarray(guidOffset, headerLength);
  return topic === undefined ? undefined : topicDigest(topic);
}

/** Whether octets are an index whose GUID may be used. */
export function isConversationIndex(index: Buffer): boolean {
  return index.length >= headerLength && index[0] === 1;
}

/** The index of a message that starts a conversation. Its GUID depends on the topic alone. */
export function newConversationIndex(topic: string, instant: Instant): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(fileTime(instant));
  return Buffer.concat([Buffer.of(1), time.subarray(0, 5), topicDigest(topic)]);
}

/** The index of an answer: its parent's with one more level, the time since the conversation began (MS-OXOMSG 2.2.1.3). */
export function replyConversationIndex(parent: Buffer, instant: Instant): Buffer {
  if (!isConversationIndex(parent)) throw new Error('defect: a conversation index has at least 22 octets, the first of them 1');
  const began = Buffer.concat([parent.subarray(1, guidOffset), Buffer.alloc(3)]).readBigUInt64BE();
  const now = fileTime(instant);
  const since = now > began ? now - began : 0n;
  // Delta code 0 keeps 31 bits from bit 18 on, which lasts 1.7 years; delta code 1 keeps them from bit 23 on.
  const far = since >> 49n !== 0n;
  const delta = Number((since >> (far ? 23n : 18n)) & 0x7fffffffn);
  const level = Buffer.alloc(replyLength);
  level.writeUInt32BE((far ? 0x80000000 : 0) + delta);
  // "Random" nibble and sequence count: octets of the parent's digest, so that the same answer has the same index.
  level[4] = createHash('md5').update(parent).update(String(instant)).digest()[0] ?? 0;
  return Buffer.concat([parent, level]);
}

/** The digest that was made last: one message asks for that of its topic several times. */
let lastDigest: { readonly topic: string; readonly digest: Buffer } | undefined;

function topicDigest(topic: string): Buffer {
  if (lastDigest?.topic !== topic) lastDigest = { topic, digest: digestOf(topic) };
  return lastDigest.digest;
}

/** Up to 255 characters, in upper case whatever the locale, as UTF-16 little-endian. */
function digestOf(topic: string): Buffer {
  const text = topic.replaceAll('\0', '').slice(0, 255).toUpperCase();
  return hash('md5', Buffer.from(text, 'utf16le'), 'buffer');
}

/** 100 nanoseconds since 1601-01-01 (MS-DTYP 2.3.3). */
function fileTime(instant: Instant): bigint {
  return (BigInt(instant) + 11_644_473_600_000n) * 10_000n;
}
