import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readXOAuth2, writeXOAuth2 } from '../../../shared/protocols/smtp/xoauth2.ts';

const encode = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const whole = 'user=test@contoso.test\u0001auth=Bearer a.b-c_d.e\u0001\u0001';

describe('an initial response of XOAUTH2', () => {
  test('is read', () => {
    expect(readXOAuth2(encode(whole))).toEqual({ userName: 'test@contoso.test', token: 'a.b-c_d.e' });
  });

  test("of the vendor's page is read", () => {
    // "Authenticate an IMAP, POP or SMTP connection using OAuth": the example of SASL XOAUTH2.
    const published =
      'dXNlcj10ZXN0QGNvbnRvc28ub25taWNyb3NvZnQuY29tAWF1dGg9QmVhcmVyIEV3QkFBbDNCQUFVRkZwVUFvN0ozVmUwYmpMQldaV0NjbFJDM0VvQUEBAQ==';
    expect(readXOAuth2(published)).toMatchObject({
      userName: 'test@contoso.onmicrosoft.com',
      token: 'EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA',
    });
  });

  test('comes back as it was written', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[\u0000-\u001f\u007f]/.test(text));
    const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}(\.[A-Za-z0-9_-]{1,40}){2}$/);
    fc.assert(
      fc.property(name, token, (userName, given) => {
        expect(readXOAuth2(writeXOAuth2({ userName, token: given }))).toEqual({ userName, token: given });
      }),
    );
  });

  test.each([
    ['is empty', '', 'not base64'],
    ['is no base64', 'user=x', 'not base64'],
    ['has stray padding', `${encode(whole)}=`, 'not base64'],
    ['is no UTF-8', encode('user=\u00e9\u0001auth=Bearer x\u0001\u0001'), 'not UTF-8'],
    ['has no end', encode('user=x\u0001auth=Bearer y'), /not two fields/],
    ['has one end only', encode('user=x\u0001auth=Bearer y\u0001'), /not two fields/],
    ['has a third field', encode('user=x\u0001auth=Bearer y\u0001host=z\u0001\u0001'), /not two fields/],
    ['has no user', encode('user=\u0001auth=Bearer y\u0001\u0001'), 'no user'],
    ['names the user otherwise', encode('usr=x\u0001auth=Bearer y\u0001\u0001'), 'no user'],
    ['has a line break in the user', encode('user=x\r\nRCPT\u0001auth=Bearer y\u0001\u0001'), /control character/],
    ['has no token', encode('user=x\u0001auth=Bearer \u0001\u0001'), 'no bearer token'],
    ['has another scheme', encode('user=x\u0001auth=Basic y\u0001\u0001'), 'no bearer token'],
    ['is too long', 'A'.repeat(24_580), /longer than/],
  ])('that %s is refused', (_, response, why) => {
    const read = readXOAuth2(response);
    expect(read).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
  });
});
