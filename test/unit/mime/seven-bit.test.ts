import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMime } from '../../../shared/protocols/mime/parse.ts';
import { asCarried, isEightBit } from '../../../shared/protocols/mime/seven-bit.ts';

const octets = (text: string): Buffer => Buffer.from(text, 'latin1');
const asSevenBit = (message: Buffer): Buffer | undefined => asCarried(message, '7bit');

test('what has seven bits stays as it is', () => {
  const plain = octets('Subject: a\r\n\r\nx\n\r\n');
  expect(asSevenBit(plain)).toBe(plain);
});

test('text becomes quoted-printable, everything else base64; the header says so', () => {
  const text = asSevenBit(
    octets('Subject: a\r\nContent-Type: text/plain; charset=iso-8859-1\r\ncontent-transfer-encoding: 8bit\r\n\r\nGr\xfc\xdfe = \r\n'),
  );
  expect(text?.toString('latin1')).toBe(
    'Subject: a\r\nContent-Type: text/plain; charset=iso-8859-1\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe =3D=20\r\n',
  );
  const image = asSevenBit(octets('MIME-Version: 1.0\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xff\xd8'));
  expect(image?.toString('latin1')).toBe(
    'MIME-Version: 1.0\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\n/9g=\r\n',
  );
});

test('parts are converted one by one, those of an attached message too', () => {
  const inner = 'Subject: in\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>\xc3\xa4</p>\r\n';
  const message = octets(
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="a+b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\nfor nobody \xfc\r\n--a+b\r\n\r\nplain\r\n' +
      `--a+b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${inner}\r\n--a+b--\r\nend\r\n`,
  );
  const converted = asSevenBit(message);
  if (converted === undefined) throw new Error('not converted');
  expect(isEightBit(converted)).toBe(false);
  const shown = converted.toString('latin1');
  expect(shown).toContain('--a+b\r\n\r\nplain\r\n--a+b\r\n');
  expect(shown).toContain('<p>=C3=A4</p>');
  expect(shown).not.toContain('8bit');
  expect(shown).toMatch(/\r\n--a\+b--\r\nend\r\n$/);
});

test.each([
  ['a header of raw octets', 'Subject: \xfc\r\n\r\nx'],
  ['a signed message', 'Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\xfc\r\n--b--\r\n'],
  ['an encoding that is none', 'Content-Transfer-Encoding: base64\r\n\r\n\xfc'],
  ['parts without a boundary', 'Content-Type: multipart/mixed\r\n\r\n\xfc'],
  ['a report', 'Content-Type: message/delivery-status\r\n\r\n\xfc'],
])('not the same message any more: %s', (_, message) => {
  expect(asSevenBit(octets(message))).toBeUndefined();
});

test('8-bit octets in lines stay where 8BITMIME takes them, binary parts alone do not', () => {
  const plain = octets('Content-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe\r\n');
  expect(asCarried(plain, '8bit')).toBe(plain);
  const written = octets('Subject: a\r\n\r\nContent-Transfer-Encoding: binary\r\n');
  expect(asCarried(written, '8bit')).toBe(written);
  const binary = octets('Content-Type: image/gif\r\nContent-Transfer-Encoding: binary\r\n\r\n\xff\n\0');
  expect(asCarried(binary, '8bit')?.toString('latin1')).toMatch(/Content-Transfer-Encoding: base64\r\n\r\n\/woA\r\n$/);
});

test('parts within parts without end', () => {
  let message = '\r\n\xfc';
  for (let depth = 0; depth < 40; depth += 1) message = `Content-Type: message/rfc822\r\n\r\n${message}`;
  expect(asSevenBit(octets(message))).toBeUndefined();
});

test('whatever text it is, it is the same when it is read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async (text) => {
      const body = text.replaceAll(/[\r\n\0]/g, ' ');
      const message = Buffer.from(`Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}`);
      const converted = asSevenBit(message);
      if (converted === undefined) throw new Error('not converted');
      expect(isEightBit(converted)).toBe(false);
      expect(
        Math.max(
          ...converted
            .toString('latin1')
            .split('\r\n')
            .map((line) => (converted === message ? 0 : line.length)),
        ),
      ).toBeLessThanOrEqual(76);
      expect(await textOf(converted)).toBe(await textOf(message));
    }),
  );
});

async function textOf(message: Buffer): Promise<string> {
  return JSON.stringify((await parseMime(message)).text ?? '');
}
