import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { conversationId, newConversationIndex, replyConversationIndex } from '../../../shared/domain/mailbox/conversation.ts';
import { splitSubject } from '../../../shared/domain/mailbox/subject.ts';

const at = Date.UTC(2026, 10, 21, 8);

describe('conversations', () => {
  test('the id is the MD5 of the topic in upper case, UTF-16, unless an index is to be trusted', () => {
    const digest = createHash('md5').update(Buffer.from('HI YOU', 'utf16le')).digest();
    expect(conversationId({ topic: 'Hi you' })).toEqual(digest);
    const index = newConversationIndex('Other', at);
    expect(conversationId({ topic: 'Hi you', index })).toEqual(digest);
    expect(conversationId({ topic: 'Hi you', index, tracking: true })).toEqual(conversationId({ topic: 'other' }));
    expect(conversationId({ topic: 'Hi you', index: index.subarray(0, 21), tracking: true })).toEqual(digest);
    expect(conversationId({})).toBeUndefined();
    expect(conversationId({ topic: 'a'.repeat(255) })).toEqual(conversationId({ topic: 'A'.repeat(300) }));
  });

  test('an index begins with 1 and five octets of FILETIME', () => {
    const time = ((BigInt(at) + 11_644_473_600_000n) * 10_000n).toString(16).padStart(16, '0');
    expect(newConversationIndex('x', at).subarray(0, 6).toString('hex')).toBe(`01${time.slice(0, 10)}`);
  });

  test.each([
    ['a day', 86_400_000, 0, 18n],
    ['three years', 3 * 365 * 86_400_000, 1, 23n],
  ])('an answer after %s adds one level with the time since', (_, laterMs, code, shift) => {
    const first = newConversationIndex('x', at);
    const answer = replyConversationIndex(first, at + laterMs);
    expect(answer).toHaveLength(27);
    expect(answer.subarray(0, 22)).toEqual(first);
    const level = answer.readUInt32BE(22);
    expect(level >>> 31).toBe(code);
    const elapsed = BigInt(level & 0x7fffffff) << shift;
    // The index keeps the beginning to 2^24 units only.
    expect(Number(elapsed / 10_000n)).toBeGreaterThanOrEqual(laterMs - 1000);
    expect(Number(elapsed / 10_000n)).toBeLessThanOrEqual(laterMs + 3000);
    expect(conversationId({ index: answer, tracking: true })).toEqual(conversationId({ index: first, tracking: true }));
  });
});

test.each([
  ['Re: Hello', 'Re: ', 'Hello'],
  ['FW: Re: Hello', 'FW: ', 'Re: Hello'],
  ['Aw:   x', 'Aw:   ', 'x'],
  ['答复: 你好', '答复: ', '你好'],
  ['Re:Hello', '', 'Re:Hello'],
  ['Q3: plan', '', 'Q3: plan'],
  ['Note: plan', '', 'Note: plan'],
  ['', '', ''],
])('the prefix of %j', (subject, prefix, normalized) => {
  expect(splitSubject(subject)).toEqual({ prefix, normalized });
});
