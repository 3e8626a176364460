import { expect, test } from 'vitest';
import { withoutBlindCopies } from '../../../shared/protocols/mime/blind-copies.ts';

test.each([
  ['To: a\r\nBcc: b,\r\n c\r\nSubject: d\r\n\r\nBcc: body\r\n', 'To: a\r\nSubject: d\r\n\r\nBcc: body\r\n'],
  ['bcc : x\nTo: y\n\nbody', 'To: y\n\nbody'],
  ['Resent-Bcc: x\r\nX-Bcc: y\r\n', 'X-Bcc: y\r\n'],
  ['\r\nBcc: body', '\r\nBcc: body'],
  ['', ''],
])('%j', (octets, expected) => {
  expect(withoutBlindCopies(Buffer.from(octets)).toString()).toBe(expected);
});
