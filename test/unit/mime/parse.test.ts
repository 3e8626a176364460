import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MimeError } from '../../../shared/protocols/mime/errors.ts';
import { parseMime } from '../../../shared/protocols/mime/parse.ts';
import { loadPostal } from '../../../shared/protocols/mime/postal.ts';
import { writeMime } from '../../../shared/protocols/mime/write.ts';
import { mimeMessage } from './message-arbitrary.ts';

const message = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');
const octets = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');

describe('what mail programs send', () => {
  test('a plain message without any MIME field', async () => {
    const read = await parseMime(message('From: Pat <pat@fabrikam.test>', 'Subject: one', '\ttwo', '', 'Hello', ''));
    expect(read).toMatchObject({
      from: { name: 'Pat', address: 'pat@fabrikam.test' },
      subject: 'one\ttwo',
      text: 'Hello\r\n',
      attachments: [],
    });
  });

  test('addresses: groups, comments, quoted and encoded names, several fields', async () => {
    const read = await parseMime(
      message(
        'To: Team: a@x.test, "B, b" <b@x.test>;',
        'To: c@x.test (C)',
        'Cc: =?iso-8859-1?Q?J=F6rg?= <j@x.test>, undisclosed:;',
        '',
        '',
      ),
    );
    expect(read.to).toEqual([
      { name: '', address: 'a@x.test' },
      { name: 'B, b', address: 'b@x.test' },
      { name: 'C', address: 'c@x.test' },
    ]);
    expect(read.cc).toEqual([{ name: 'Jörg', address: 'j@x.test' }]);
  });

  test.each([
    ['windows-1252', 'caf\xe9 \x80', 'café €'],
    ['utf-8', 'caf\xc3\xa9', 'café'],
    ['shift_jis', '\x93\xfa\x96\x7b', '日本'],
    ['koi8-r', '\xf0\xd2\xc9\xd7\xc5\xd4', 'Привет'],
    ['utf-16le', 'h\0i\0', 'hi'],
    ['x-unknown', 'abc', 'abc'],
  ])('text in %s', async (charset, body, text) => {
    const head = `Content-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
    const read = await parseMime(Buffer.from(head + Buffer.from(body, 'latin1').toString('base64')));
    expect(read.text).toBe(text);
  });

  // The other name of each goes through postal-mime.
  test.each([
    ['utf-8', 'utf8'],
    ['us-ascii', 'ascii'],
  ])('any octets of %s are the text that they are by its other name', async (plain, other) => {
    const postal = await loadPostal();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('plain', 'html'), async (bytes, form) => {
        const read = (charset: string): Promise<string> => postal.decodeText(Buffer.from(bytes), `text/${form}; charset=${charset}`);
        expect(await read(plain)).toBe(await read(other));
        expect(await read(`"${plain.toUpperCase()}" `)).toBe(await read(other));
      }),
    );
    const marked = Buffer.from([0xef, 0xbb, 0xbf, 0x61]);
    expect(await postal.decodeText(marked, `text/plain; charset=${plain}`)).toBe(
      await postal.decodeText(marked, `text/plain; charset=${other}`),
    );
  });

  test('format=flowed is joined, quoted-printable undone, bare line feeds made line ends', async () => {
    const read = await parseMime(message('Content-Type: text/plain; format=flowed', '', 'one ', 'two', 'three'));
    expect(read.text).toBe('one two\r\nthree');
    const quoted = await parseMime(
      message('Content-Type: text/html', 'Content-Transfer-Encoding: Quoted-Printable', '', 'a=3D=', 'b=20 ', 'c=ZZ\n=C3=A9'),
    );
    expect(quoted.html).toBe('a=b  \r\nc=ZZ\r\né');
  });

  test('alternative in related in mixed, with a picture and a file', async () => {
    const read = await parseMime(
      message(
        'Content-Type: multipart/mixed; boundary=M',
        '',
        'preamble',
        '--M',
        'Content-Type: multipart/related; boundary="R"',
        '',
        '--R',
        'Content-Type: multipart/alternative; boundary="A (b)"',
        '',
        '--A (b)',
        '',
        'plain',
        '--A (b)  ',
        'Content-Type: text/html',
        '',
        '<b>html</b>',
        '--A (b)--',
        '--R',
        'Content-Type: image/png; name="p.png"',
        'Content-ID: <pic@x>',
        'Content-Transfer-Encoding: base64',
        '',
        'AAEC',
        '--R--',
        '--M',
        'Content-Type: text/csv',
        "Content-Disposition: attachment; filename*0*=utf-8''b%C3%",
        'Content-Location: x',
        '',
        'a;b',
        'c',
        '--M--',
        'epilogue',
      ),
    );
    expect(read).toMatchObject({ text: 'plain', html: '<b>html</b>' });
    expect(read.attachments.map((one) => ({ ...one, bytes: octets(one.bytes) }))).toMatchObject([
      { filename: 'p.png', contentType: 'image/png', contentId: 'pic@x', disposition: 'inline', bytes: '\0\x01\x02' },
      // Seven-bit content keeps its CR LF and gets no line end of the delimiter.
      { contentType: 'text/csv', disposition: 'attachment', contentLocation: 'x', bytes: 'a;b\r\nc' },
    ]);
  });

  test('the footer of a mailing list and a forwarded text are attachments, not the body', async () => {
    const read = await parseMime(
      message(
        'Content-Type: multipart/mixed; boundary=M',
        '',
        '--M',
        '',
        'body',
        '--M',
        '',
        'footer',
        '--M',
        'Content-Type: text/html',
        '',
        '<p>',
        '--M--',
      ),
    );
    expect(read.text).toBe('body');
    expect(read.attachments.map((one) => octets(one.bytes))).toEqual(['footer', '<p>']);
  });

  test('a message inside, in a digest without a type, cut off before its end', async () => {
    const read = await parseMime(
      message(
        'Content-Type: multipart/digest; boundary=D',
        '',
        '--D',
        '',
        'Subject: inner',
        '',
        'text',
        '--D',
        '',
        'Subject: cut',
        '',
        'of',
      ),
    );
    expect(read.attachments.map((one) => one.message?.subject)).toEqual(['inner', 'cut']);
    expect(octets(read.attachments[0]?.bytes)).toBe('Subject: inner\r\n\r\ntext');
  });

  test.each([
    ['filename="a\\"b.txt"', 'a"b.txt'],
    ['filename=Invoice(1).pdf', 'Invoice(1).pdf'],
    ['filename (c) = "x;y.txt" (comment)', 'x;y.txt'],
    ['filename="=?utf-8?Q?=C3=A4.txt?="', 'ä.txt'],
    ["filename*=iso-8859-1'de'%E4.txt; filename=other.txt", 'ä.txt'],
    ['filename*0="long"; filename*1*=%20name; filename*2=.txt', 'long name.txt'],
    ['filename=""', undefined],
  ])('Content-Disposition: attachment; %s', async (parameter, filename) => {
    const read = await parseMime(message('Content-Type: application/x', `Content-Disposition: attachment; ${parameter}`, '', ''));
    expect(read.attachments[0]?.filename).toBe(filename);
  });

  test.each([
    ['Importance: High', 'high'],
    ['X-Priority: 1 (Highest)', 'high'],
    ['X-Priority: 5', 'low'],
    ['Priority: non-urgent', 'low'],
    ['Importance: normal\r\nX-Priority: 1', 'normal'],
    ['X-MSMail-Priority: Low', 'low'],
    ['X-Priority: none', 'normal'],
  ])('%j is importance %s', async (field, importance) => {
    expect((await parseMime(message(field, '', ''))).importance).toBe(importance);
  });

  test('dates in the forms that are met; no date where there is none', async () => {
    const date = async (value: string): Promise<number | undefined> => (await parseMime(message(`Date: ${value}`, '', ''))).date;
    expect(await date('Sat, 21 Nov 2026 09:00:00 +0100 (CET)')).toBe(Date.UTC(2026, 10, 21, 8));
    expect(await date('21 Nov 2026 08:00 GMT')).toBe(Date.UTC(2026, 10, 21, 8));
    expect(await date('yesterday')).toBeUndefined();
  });
});

describe('hostile octets', () => {
  const deep = (levels: number): Buffer => {
    let head = '';
    for (let level = 0; level < levels; level += 1) head += `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`;
    return Buffer.from(head);
  };
  const nested = (levels: number): Buffer => Buffer.from('Content-Type: message/rfc822\r\n\r\n'.repeat(levels));

  test.each<[string, Buffer, string]>([
    ['multiparts in multiparts', deep(40), 'too-deep'],
    ['messages in messages', nested(40), 'too-deep'],
    [
      'a hundred thousand parts',
      Buffer.from(`Content-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\n'.repeat(100_000)}`),
      'too-many-parts',
    ],
    ['a hundred thousand header fields', Buffer.from('a:b\r\n'.repeat(100_000)), 'too-many-headers'],
    ['one header of three megabytes', Buffer.from(`Subject: ${'x'.repeat(3_000_000)}\r\n\r\n`), 'too-many-headers'],
    [
      'headers spread over parts',
      Buffer.from(`Content-Type: multipart/mixed; boundary=x\r\n\r\n${`--x\r\n${'a:b\r\n'.repeat(100)}\r\n`.repeat(100)}`),
      'too-many-headers',
    ],
  ])('%s', async (_, bytes, code) => {
    await expect(parseMime(bytes)).rejects.toMatchObject({ name: 'MimeError', code });
  });

  test('more octets than allowed are refused before they are looked at', async () => {
    const limits = { maxBytes: 10, maxHeaders: 1, maxHeaderBytes: 10, maxParts: 1, maxDepth: 1 };
    await expect(parseMime(Buffer.alloc(11), limits)).rejects.toMatchObject({ code: 'too-big' });
  });

  test.each([
    ['many addresses', `To: ${'<a@b>,'.repeat(100_000)}`],
    ['many quotes', `To: ${'"'.repeat(500_000)}`],
    ['many angle brackets', `From: ${'<'.repeat(500_000)}`],
    ['many parentheses', `Content-Type: ${'('.repeat(500_000)}`],
    ['many semicolons', `Content-Type: ${';'.repeat(500_000)}`],
    ['many parameters', `Content-Type: a/b; ${Array.from({ length: 50_000 }, (_, index) => `p${index}=1`).join(';')}`],
    ['half encoded words', `Subject: ${'=?utf-8?Q?'.repeat(50_000)}`],
    ['blanks', `Subject: a${' '.repeat(1_000_000)}b`],
    ['a long boundary', `Content-Type: multipart/mixed; boundary=${'-'.repeat(100_000)}\r\n\r\n${'-'.repeat(1_000_000)}`],
  ])('%s are read without going quadratic', { timeout: 10_000 }, async (_, head) => {
    await expect(parseMime(Buffer.from(`${head}\r\n\r\n`))).resolves.toHaveProperty('attachments');
  });

  test('random octets, and messages with random damage, give a message or a MimeError', async () => {
    const damaged = fc
      .tuple(mimeMessage, fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'cut', 'double')), { maxLength: 20 }))
      .map(([original, damages]) => {
        let bytes = writeMime(original, { id: 'id' });
        for (const [where, octet, how] of damages) {
          const at = where % Math.max(1, bytes.length);
          if (how === 'set') bytes[at] = octet;
          else if (how === 'cut') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + octet)]);
          else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - octet))]);
        }
        return bytes;
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 500 })), async (bytes) => {
        const result = await parseMime(bytes).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(MimeError);
        else expect(result).toHaveProperty('attachments');
      }),
      { numRuns: 500 },
    );
  });
});
