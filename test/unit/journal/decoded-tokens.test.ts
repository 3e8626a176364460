import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decryptedToken, tokensIn } from '../../../shared/journal/decoded-tokens.ts';
import { redactMessage } from '../../../shared/journal/redact.ts';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signature = 'c2lnbmF0dXJlLXRoYXQtb3BlbnMtZG9vcnM';
const jwt = (claims: object): string => `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${signature}`;

describe('tokens of a message', () => {
  test.each([
    ['authorization', { headers: [['Authorization', `Bearer ${jwt({ aud: 'a' })}`]], body: undefined }],
    ['assertion', { headers: [], body: Buffer.from(`grant_type=x&assertion=${jwt({ aud: 'a' })}&resource=y`) }],
    ['access_token', { headers: [], body: JSON.stringify({ token_type: 'Bearer', access_token: jwt({ aud: 'a' }) }) }],
  ] as const)('are found in %s and taken apart', (place, { headers, body }) => {
    expect(tokensIn(headers, body)).toEqual([{ place, header: { alg: 'RS256', typ: 'JWT' }, claims: { aud: 'a' } }]);
  });

  test('lose their signature, and that of the token inside', () => {
    const told = redactMessage(
      ['Authorization', `Bearer ${jwt({ aud: 'a', actortoken: jwt({ nameid: 'n', client_secret: 'word' }) })}`],
      '',
    );
    expect(told.tokens).toEqual([
      expect.objectContaining({
        claims: {
          aud: 'a',
          actortoken: { header: { alg: 'RS256', typ: 'JWT' }, claims: { nameid: 'n', client_secret: expect.stringMatching(/^sha256:/) } },
        },
      }),
    ]);
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`${signature}|eyJ`));
  });

  test('whatever a claim holds, no token leaves as it came', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.string(), (value, name) => {
        const inner = jwt({ a: 1 });
        const told = JSON.stringify(
          tokensIn([['authorization', `Bearer ${jwt({ [name]: value, inner, list: [inner, { deep: `see ${inner}` }] })}`]], undefined),
        );
        return !told.includes(inner) && !told.includes(signature);
      }),
    );
  });

  test('there are at most eight, and of a long body none', () => {
    const body = Array.from({ length: 20 }, (_, index) => `t${index}=${jwt({ index })}`).join('&');
    expect(tokensIn([], body)).toHaveLength(8);
    expect(tokensIn([], `${' '.repeat(300_000)}${body}`)).toEqual([]);
    expect(tokensIn([['x', 'eyJ.eyJ.']], 'eyJhbGc.eyJhbGc.x')).toEqual([]);
  });
});

test('an assertion is told without what makes it a token', () => {
  const xml =
    '<saml:Assertion xmlns:saml="s"><saml:Subject>pat</saml:Subject><xenc:CipherValue>c2VjcmV0</xenc:CipherValue><ds:SignatureValue Id="1">c2lnbmVk</ds:SignatureValue></saml:Assertion>';
  const { assertion } = decryptedToken(xml) as { readonly assertion: string };
  expect(assertion).toContain('<saml:Subject>pat</saml:Subject>');
  expect(assertion).toContain('<ds:SignatureValue Id="1">…</ds:SignatureValue>');
  expect(assertion).not.toMatch(/c2VjcmV0|c2lnbmVk/);
});
