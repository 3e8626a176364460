import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MimeAttachment, MimeMessage } from '../../../shared/protocols/mime/message.ts';
import { parseMime } from '../../../shared/protocols/mime/parse.ts';
import { writeMime } from '../../../shared/protocols/mime/write.ts';
import { mimeMessage } from './message-arbitrary.ts';

describe('a written message', () => {
  test('is read as it was', async () => {
    await fc.assert(
      fc.asyncProperty(mimeMessage, async (message) => {
        const read = await parseMime(writeMime(message, { id: 'id' }));
        expect(comparable(read)).toEqual(comparable(message));
      }),
      { numRuns: 500 },
    );
  });

  test('comes out the same again, octet for octet', async () => {
    await fc.assert(
      fc.asyncProperty(mimeMessage, async (message) => {
        const first = writeMime(message, { id: 'id' });
        const second = writeMime(await parseMime(first), { id: 'id' });
        expect(second.toString('latin1')).toBe(first.toString('latin1'));
      }),
      { numRuns: 200 },
    );
  });

  test('carries another message inside it unchanged, whatever boundaries that one has', async () => {
    await fc.assert(
      fc.asyncProperty(mimeMessage, mimeMessage, async (outer, inner) => {
        const bytes = writeMime(inner, { id: 'id' });
        const carrier = {
          ...outer,
          attachments: [{ contentType: 'message/rfc822', disposition: 'attachment' as const, filename: 'inner.eml', bytes }],
        };
        const read = await parseMime(writeMime(carrier, { id: 'id' }));
        const [attached] = read.attachments;
        expect(Buffer.from(attached?.bytes ?? []).toString('latin1')).toBe(bytes.toString('latin1'));
        expect(comparable(attached?.message as MimeMessage)).toEqual(comparable(inner));
      }),
      { numRuns: 150 },
    );
  });

  test('keeps its lines within 78 characters where they can be broken, and never has a bare CR or LF', () => {
    fc.assert(
      fc.property(mimeMessage, (message) => {
        const octets = writeMime({ ...message, headers: [] }, { id: 'id' }).toString('latin1');
        expect(octets).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
        for (const line of octets.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
      }),
      { numRuns: 200 },
    );
  });
});

test('a header cannot be smuggled in through any member', async () => {
  const bad = 'x\r\nBcc: victim@x.test\r\n\r\nbody';
  const octets = writeMime(
    {
      headers: [{ name: 'X-Note', value: bad }],
      from: { name: bad, address: 'a@b.test' },
      replyTo: [],
      to: [{ name: '', address: `a@b.test${bad}` }],
      cc: [],
      bcc: [],
      subject: bad,
      messageId: bad,
      text: 'hello',
      attachments: [{ contentType: bad, contentId: bad, filename: bad, disposition: 'attachment', bytes: Buffer.from('x') }],
      importance: 'normal',
      sensitivity: 'normal',
    },
    { id: 'id' },
  );
  const read = await parseMime(octets);
  expect(read.bcc).toEqual([]);
  expect(read.text).toBe('hello');
  expect(octets.toString('latin1')).not.toMatch(/^Bcc:/m);
  expect(read.attachments[0]?.filename).toBe(bad);
});

test('a header name that no message can have is refused', () => {
  const message: MimeMessage = {
    headers: [{ name: 'a b', value: '' }],
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
    attachments: [],
    importance: 'normal',
    sensitivity: 'normal',
  };
  expect(() => writeMime(message, { id: 'id' })).toThrow(expect.objectContaining({ name: 'MimeError', code: 'bad-header-name' }));
});

/** Without the fields that the writer makes, and with octets as text. */
function comparable(message: MimeMessage): unknown {
  const headers = message.headers.filter(({ name }) => /^X-(?!Priority$)/.test(name));
  const attachments = message.attachments.map((one: MimeAttachment) => ({
    ...one,
    message: undefined,
    bytes: Buffer.from(one.bytes).toString('hex'),
  }));
  return { ...message, headers, attachments };
}
