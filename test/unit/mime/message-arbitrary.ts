import fc from 'fast-check';
import type { MimeAddress, MimeAttachment, MimeMessage } from '../../../shared/protocols/mime/message.ts';

const word = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'.split('')), minLength: 1, maxLength: 12 });
/** Any text that a header can carry: no control characters, no lone surrogates. */
const headerText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 120 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
    fc.constantFrom('=?utf-8?B?', 'a  b', ' a', 'b ', '"', '\\', 'Re: =?x?Q?y?=', 'Grüße aus Köln', '件名', 'x'.repeat(300)),
  )
  .map((text) => text.toWellFormed().replace(/[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]/g, ''));

/** Names come back without blanks around them, as every mail program reads them. */
const address: fc.Arbitrary<MimeAddress> = fc.record({
  name: headerText.map((text) => text.trim()).filter((text) => !text.includes('@')),
  address: fc.tuple(word, word).map(([local, host]) => `${local}@${host}.test`),
});
const addresses = fc.array(address, { maxLength: 6 });

const lines = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 100 }),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('--=_mix_id', '--=_alt_id--', '.', 'From x', 'trailing ', '=3D'),
    ),
    {
      maxLength: 8,
    },
  )
  .map((list) => list.map((line) => line.toWellFormed().replace(/[\r\n]|^\ufeff/g, '')).join('\r\n'));

const attachment: fc.Arbitrary<MimeAttachment> = fc.record({
  filename: fc.option(
    headerText.filter((text) => text !== ''),
    { nil: undefined },
  ),
  contentType: fc.constantFrom('application/pdf', 'text/plain', 'text/html', 'text/calendar', 'image/png', 'application/octet-stream'),
  contentId: fc.option(
    word.map((id) => `${id}@cid`),
    { nil: undefined },
  ),
  contentLocation: fc.option(
    word.map((name) => `${name}.png`),
    { nil: undefined },
  ),
  disposition: fc.constantFrom('attachment', 'inline'),
  bytes: fc.uint8Array({ maxLength: 300 }),
});

const identifier = fc.tuple(word, word).map(([left, right]) => `<${left}@${right}>`);

/** A message that survives writing and reading unchanged. */
export const mimeMessage: fc.Arbitrary<MimeMessage> = fc
  .record({
    headers: fc.array(
      fc.record({
        name: word.map((name) => `X-${name}`),
        value: fc
          .array(fc.string({ unit: fc.constantFrom(...'abc;=()"/:<>'.split('')), minLength: 1, maxLength: 90 }), { maxLength: 6 })
          .map((list) => list.join(' ')),
      }),
      { maxLength: 4 },
    ),
    from: fc.option(address, { nil: undefined }),
    sender: fc.option(address, { nil: undefined }),
    replyTo: addresses,
    to: addresses,
    cc: addresses,
    bcc: addresses,
    subject: fc.option(
      headerText.filter((text) => text !== ''),
      { nil: undefined },
    ),
    date: fc.option(
      fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
      { nil: undefined },
    ),
    messageId: fc.option(identifier, { nil: undefined }),
    inReplyTo: fc.option(identifier, { nil: undefined }),
    references: fc.option(
      fc.array(identifier, { minLength: 1, maxLength: 20 }).map((list) => list.join(' ')),
      { nil: undefined },
    ),
    text: fc.option(lines, { nil: undefined }),
    html: fc.option(lines, { nil: undefined }),
    attachments: fc.array(attachment, { maxLength: 4 }),
    importance: fc.constantFrom('low' as const, 'normal' as const, 'high' as const),
    sensitivity: fc.constantFrom('normal' as const, 'personal' as const, 'private' as const, 'company-confidential' as const),
  })
  .map(asRead);

/** The one form of a message that reading gives: no empty bodies, inline attachments of an HTML body first. */
function asRead(message: MimeMessage): MimeMessage {
  const text = message.text === '' ? undefined : message.text;
  const html = message.html === '' ? undefined : message.html;
  const alone = message.attachments.length === 0 && (text === undefined || html === undefined);
  const ended = (body: string | undefined): string | undefined =>
    body === undefined || !alone || body.endsWith('\r\n') ? body : `${body}\r\n`;
  const related = (one: MimeAttachment): boolean => html !== undefined && one.disposition === 'inline' && one.contentId !== undefined;
  const attachments = [...message.attachments.filter(related), ...message.attachments.filter((one) => !related(one))];
  return { ...message, text: ended(text), html: ended(html), attachments };
}
