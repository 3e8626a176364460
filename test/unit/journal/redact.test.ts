import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactCredential, redactMessage } from '../../../shared/journal/redact.ts';
import { redactUrl } from '../../../shared/journal/secrets.ts';

/** Long enough not to appear by chance, with characters that every carrier below can hold unescaped. */
const secrets = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/).map((text) => `Zq${text}`);
const json = (value: unknown): string => JSON.stringify(value);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const jwt = (claims: object, signature: string): string =>
  ['{"alg":"RS256","kid":"key-1"}', json(claims)]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
    .concat('.', signature);

interface Planted {
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
}

const form = 'Content-Type: application/x-www-form-urlencoded';
const asJson = 'Content-Type: application/json; charset=utf-8';
const asXml = 'Content-Type: text/xml; charset=utf-8';
const usernameToken = (inner: string, prefix = 'wsse:', attributes = ' Type="#PasswordText"'): string =>
  `<s:Envelope><s:Header><wsse:Security><wsse:UsernameToken><wsse:Username>mary</wsse:Username><${prefix}Password${attributes}>${inner}</${prefix}Password></wsse:UsernameToken></wsse:Security></s:Header><s:Body/></s:Envelope>`;

const places: Readonly<Record<string, (secret: string) => Planted>> = {
  'Basic password': (s) => ({ headers: [`Authorization: Basic ${base64(`CONTOSO\\mary:${s}`)}`] }),
  'Basic without a user': (s) => ({ headers: [`authorization: basic ${base64(s)}`] }),
  'Basic that is not base64': (s) => ({ headers: [`Authorization: Basic mary:${s}`] }),
  'two credentials in one field': (s) => ({ headers: [`Authorization: Basic ${base64('a:b')}, Bearer ${s}`] }),
  'Bearer opaque': (s) => ({ headers: [`Authorization: Bearer ${s}`] }),
  'Bearer signature': (s) => ({ headers: [`Authorization: Bearer ${jwt({ aud: 'https://outlook.office365.test' }, s)}`] }),
  NTLM: (s) => ({ headers: [`Authorization: NTLM ${base64(s)}`, `Authorization: NTLM ${s}`] }),
  Negotiate: (s) => ({ headers: [`Proxy-Authorization: Negotiate ${s}`] }),
  'unknown scheme': (s) => ({ headers: [`Authorization: ${s}`, `Authorization: ${s} ${s}`] }),
  'alternating header names and values': (s) => ({ headers: ['Host', 'mail.contoso.test', 'Authorization', `Bearer ${s}`] }),
  Cookie: (s) => ({ headers: [`Cookie: a=1; session=${s}; ${s}`] }),
  'Set-Cookie': (s) => ({ headers: [`Set-Cookie: session=${s}; Path=/; Secure`, `Set-Cookie: a=b; ${s}`] }),
  'Location query': (s) => ({ headers: [`Location: https://localhost/cb?state=1&code=${s}#access_token=${s}`] }),
  'Location user information': (s) => ({ headers: [`Location: https://mary:${s}@mail.contoso.test/`] }),
  'token header': (s) => ({ headers: [`X-Access-Token: ${s}`, `x-api-key: ${s}`] }),
  ...Object.fromEntries(
    ['password', 'client_secret', 'client_assertion', 'assertion', 'code', 'refresh_token', 'access_token', 'id_token'].flatMap((name) => [
      [`form ${name}`, (s: string): Planted => ({ headers: [form], body: `grant_type=x&${name}=${s}&scope=y` })],
      [
        `form ${name}, encoded name`,
        (s: string): Planted => ({ headers: [form], body: `a=b&${name.replace('s', '%73').replace('c', '%63')}=${s}` }),
      ],
      [`form ${name}, no type`, (s: string): Planted => ({ body: `${name}=${s}` })],
      [`form ${name}, called XML`, (s: string): Planted => ({ headers: [asXml], body: `scope=y&${name}=${s}` })],
      [`json ${name}`, (s: string): Planted => ({ headers: [asJson], body: json({ a: [{ [name]: s }], b: 1 }) })],
      [`json ${name}, structured`, (s: string): Planted => ({ headers: [asJson], body: json({ [name]: { deep: [s] } }) })],
      [`json ${name}, cut short`, (s: string): Planted => ({ headers: [asJson], body: `{"a":1,"${name}":"${s}` })],
      [`json ${name}, called form`, (s: string): Planted => ({ headers: [form], body: json({ [name]: s }) })],
      [
        `text ${name}`,
        (s: string): Planted => ({ headers: ['Content-Type: text/plain'], body: `failed with ${name}=${s} and "${name}": "${s}"` }),
      ],
    ]),
  ),
  'json with escapes in the name': (s) => ({ headers: [asJson], body: `{"pass\\u0077ord":"${s}"}` }),
  'json as octets with a mark': (s) => ({ body: Buffer.from(`\ufeff{"password":"${s}"}`) }),
  'url inside json': (s) => ({ headers: [asJson], body: json({ next: `https://localhost/cb?code=${s}` }) }),
  'wsse:Password': (s) => ({ headers: [asXml], body: Buffer.from(usernameToken(s)) }),
  'Password without prefix': (s) => ({ headers: [asXml], body: usernameToken(s, '', '') }),
  'Password under another prefix': (s) => ({ headers: [asXml], body: usernameToken(s, 'ö1:') }),
  'Password in CDATA': (s) => ({ body: usernameToken(`<![CDATA[</wsse:Password>${s}]]>`) }),
  'Password after a comment': (s) => ({ body: usernameToken(`<!-- </wsse:Password> -->${s}`) }),
  'Password with children': (s) => ({ body: usernameToken(`<a b="c">${s}</a>${s}`) }),
  'Password, > in an attribute': (s) => ({ body: usernameToken(s, 'wsse:', ' Type="a>b" x=\'>\'') }),
  'Password, broken attribute': (s) => ({ body: usernameToken(s, 'wsse:', ' Type="a') }),
  'Password, white space in tags': (s) => ({ body: `<Password\n\t>${s}</Password  >` }),
  'Password cut short': (s) => ({ body: `<wsse:Password>${s}` }),
  'Password in UTF-16': (s) => ({ body: Buffer.from(`\ufeff${usernameToken(s)}`, 'utf16le') }),
  'Password in UTF-16 without a mark': (s) => ({ headers: [asXml], body: Buffer.from(usernameToken(s), 'utf16le') }),
  'Password as attribute': (s) => ({ body: `<login user="mary" password="${s}"/><login password = '${s}'/>` }),
  'Password past the bound': (s) => ({ body: usernameToken(`${'x'.repeat(70_000)}${s}`) }),
  'Password across the bound': (s) => ({ body: `<a>${'x'.repeat(65_500)}</a><wsse:Password>${s}</wsse:Password>` }),
  'BinarySecret and BinarySecurityToken': (s) => ({
    body: `<t:BinarySecret>${s}</t:BinarySecret><wsse:BinarySecurityToken X="1">${s}</wsse:BinarySecurityToken>`,
  }),
  'an encrypted token': (s) => ({
    body: `<xenc:EncryptedData><xenc:CipherData><xenc:CipherValue>${s}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData><e:CipherValue\n>${s}`,
  }),
  'JWT anywhere': (s) => ({ headers: [asXml], body: `<a><![CDATA[${jwt({ aud: 'x' }, s)}]]></a>` }),
  'compressed body': (s) => ({ headers: [form, 'Content-Encoding: gzip'], body: `password=${s}` }),
  'large json': (s) => ({ headers: [asJson], body: json({ padding: 'x'.repeat(100_000), password: s }) }),
  'very large json': (s) => ({ headers: [asJson], body: json({ password: s, padding: 'x'.repeat(300_000) }) }),
};

describe('a secret planted anywhere never shows', () => {
  test.each(Object.entries(places))('%s', (_name, plant) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const { headers = [], body } = plant(secret);
        const shown = JSON.stringify(redactMessage(headers, typeof body === 'string' ? Buffer.from(body) : body));
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(base64(secret).slice(0, 12));
        expect(JSON.stringify(redactMessage(headers, body))).not.toContain(secret);
      }),
      { numRuns: 25 },
    );
  });

  test('arbitrary text around a secret element neither throws nor leaks', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '/', '!', '-', '[', ']', 'a', ' ', '=', '?') }),
        (secret, noise) => {
          const clean = noise.replaceAll(/["'<]/g, '');
          const shown = redactMessage([], Buffer.from(`<r>${noise}</r><Password>${secret}${clean}</Password>`));
          expect(JSON.stringify(shown)).not.toContain(secret);
        },
      ),
    );
  });
});

describe('what stays readable', () => {
  test.each([
    ['Basic Q09OVE9TT1xtYXJ5OnBhc3N3b3Jk', /^Basic user=CONTOSO\\mary sha256:[0-9a-f]{4}$/],
    [
      `Bearer ${jwt({ aud: 'https://mail.contoso.test/' }, 'c2ln')}`,
      /^Bearer jwt:kid=key-1,aud=https:\/\/mail\.contoso\.test\/,sha256:[0-9a-f]{8}$/,
    ],
    ['NTLM TlRMTVNTUAABAAAA', /^NTLM sha256:[0-9a-f]{8}$/],
    ['Negotiate', /^Negotiate$/],
    ['something else', /^sha256:[0-9a-f]{4}$/],
    [`Basic ${base64('ma\u001b[31mry\r\n:x')}`, /^Basic user=ma\?\[31mry\?\? sha256:[0-9a-f]{4}$/],
  ])('%s', (value, expected) => {
    expect(redactCredential(value)).toMatch(expected);
  });

  test('names of cookies, parameters and elements, and everything that is no secret', () => {
    const body = usernameToken('hidden-word');
    const shown = redactMessage(
      ['Host: mail.contoso.test', 'Cookie: exchangecookie=abc; b=c', 'Content-Type: text/xml', 'Set-Cookie: a=b; Path=/; HttpOnly'],
      Buffer.from(body),
    );
    expect(shown.headers[0]).toBe('Host: mail.contoso.test');
    expect(shown.headers[1]).toMatch(/^Cookie: exchangecookie=sha256:\w{4}; b=sha256:\w{4}$/);
    expect(shown.headers[3]).toMatch(/^Set-Cookie: a=sha256:\w{4}; Path=\/; HttpOnly$/);
    expect(shown.body).toBe(body.replace('hidden-word', `sha256:${shown.body?.match(/sha256:(\w{4})/)?.[1]}`));
    expect(shown).toMatchObject({ bodyBytes: Buffer.byteLength(body) });
    expect(shown).not.toHaveProperty('bodyNote');
  });

  test('an address in a path is no user information', () => {
    expect(redactUrl('GET /autodiscover/autodiscover.json/v1.0/mary@contoso.test?Protocol=EWS')).toBe(
      'GET /autodiscover/autodiscover.json/v1.0/mary@contoso.test?Protocol=EWS',
    );
    expect(redactUrl('CONNECT mary:word@mail.contoso.test:443')).toBe('CONNECT …@mail.contoso.test:443');
  });

  test('a long body is cut and its size told; a binary one is withheld', () => {
    const long = redactMessage(['Content-Type: text/xml'], Buffer.from(`<a>${'ä'.repeat(100_000)}</a>`));
    expect(long).toMatchObject({ bodyNote: 'truncated', bodyBytes: 200_007 });
    expect(long.body?.length).toBeLessThanOrEqual(65_536);
    expect(redactMessage([], Uint8Array.of(0, 1, 2))).toEqual({ headers: [], body: null, bodyBytes: 3, bodyNote: 'withheld' });
    expect(redactMessage([], undefined)).toEqual({ headers: [], body: null, bodyBytes: 0 });
  });

  test('of base64 that goes on past what is kept its beginning is shown', () => {
    const base64 = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => index)).toString('base64');
    const shown = (text: string) => redactMessage(['Content-Type: text/xml'], Buffer.from(text));
    const head = '<a><Password>x</Password><b>';
    const long = shown(`${head}${base64}</b></a>`);
    expect(long).toMatchObject({ bodyNote: 'truncated', bodyBytes: base64.length + head.length + 8 });
    expect(long.body).toMatch(new RegExp(`^<a><Password>sha256:\\w{4}</Password><b>${base64.slice(0, 1_024).replaceAll('+', '.')}$`));
    for (const other of [`<a>${'word '.repeat(100_000)}</a>`, `<a><b>${base64.slice(0, 50_000)}</b>${'<c/>'.repeat(80_000)}</a>`]) {
      expect(shown(`<x>${other}`).body?.length).toBeGreaterThan(65_000);
    }
    expect(shown(base64).body?.length).toBe(65_536);
  });

  test('text made to be slow to search is not', { timeout: 5_000 }, () => {
    redactMessage([], Buffer.from(`<a>${'A'.repeat(65_000)}</a>`));
    redactMessage([], Buffer.from('='.repeat(65_000)));
    redactMessage([], Buffer.from('"'.repeat(65_000)));
    redactMessage([], Buffer.from('<Password '.repeat(6_500)));
    redactMessage([], Buffer.from('eyJaaaaa.'.repeat(7_000)));
    expect(redactMessage([], Buffer.from(`<Password>${'</Password'.repeat(6_000)}`)).body).toMatch(/^<Password>sha256:/);
  });
});
