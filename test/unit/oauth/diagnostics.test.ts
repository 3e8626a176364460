import { validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DiagnosticsProduct, diagnostics, type TokenRefusalCode } from '../../../shared/protocols/oauth/diagnostics.ts';

const products: readonly DiagnosticsProduct[] = [
  'exchange-2007',
  'exchange-2010',
  'exchange-2016',
  'exchange-2019',
  'exchange-se',
  'exchange-online',
];

/** Every code with its number and category. */
const expected: Readonly<Record<TokenRefusalCode, readonly [number: number, category: string, status?: 500]>> = {
  'invalid-signature': [2000000, 'invalid_signature'],
  'user-context-signed': [2000001, 'invalid_token'],
  'actor-unsigned': [2000001, 'invalid_token'],
  'issuer-missing': [2000001, 'invalid_token'],
  'claim-missing': [2000001, 'invalid_token'],
  'issuer-invalid': [2000001, 'invalid_token'],
  'outer-issuer-invalid': [2000001, 'invalid_token'],
  'issuer-unknown': [2000001, 'invalid_token'],
  'nameid-invalid': [2000001, 'invalid_token'],
  'audience-invalid': [2000001, 'invalid_token'],
  'audience-realm-differs': [2000001, 'invalid_token'],
  'outer-realm-invalid': [2000001, 'invalid_token'],
  'nameid-realm-invalid': [2000001, 'invalid_token'],
  'no-user-claims': [2000001, 'invalid_token'],
  'profile-not-applicable': [2000001, 'invalid_token'],
  'claim-value-invalid': [2000001, 'invalid_token'],
  'callback-claims-invalid': [2000001, 'invalid_token'],
  'callback-issuer-invalid': [2000001, 'invalid_token'],
  'appctx-invalid': [2000001, 'invalid_token'],
  'token-unreadable': [2000001, 'invalid_token'],
  'token-replayed': [2000001, 'invalid_token'],
  'token-expired': [2000002, 'token_expired'],
  'audience-without-realm': [2000003, 'invalid_resource'],
  'audience-host-invalid': [2000003, 'invalid_resource'],
  'audience-endpoint-mismatch': [2000003, 'invalid_resource'],
  'tenant-context-unknown': [2000004, 'invalid_tenant'],
  'tenant-realm-unknown': [2000004, 'invalid_tenant'],
  'tid-missing': [2000004, 'invalid_tenant'],
  'user-not-found': [2000005, 'invalid_user'],
  'user-ambiguous': [2000005, 'invalid_user'],
  'master-account-sid': [2000005, 'invalid_user'],
  'mailbox-version': [2000005, 'invalid_user'],
  'application-unknown': [2000006, 'invalid_client'],
  'application-nameid': [2000006, 'invalid_client'],
  'directory-failed': [2000007, 'internal_error'],
  unexpected: [2000007, 'internal_error', 500],
  'callback-scope': [2000008, 'invalid_grant'],
  'scope-missing': [2000008, 'invalid_grant'],
  'oauth-not-supported': [2000008, 'invalid_grant'],
  'scope-insufficient': [2000008, 'invalid_grant'],
  'mailbox-not-in-token': [2000008, 'invalid_grant'],
  'certificate-not-found': [2000009, 'invalid_certificate'],
  'insufficient-claims': [2000020, 'insufficient_claims'],
  'oauth-not-available': [4000000, 'oauth_not_available'],
};
const codes = Object.keys(expected) as TokenRefusalCode[];

describe('diagnostics', () => {
  test.each(Object.entries(expected))('%s', (code, [number, category, status = 401]) => {
    const { text, header, ...told } = diagnostics(code as TokenRefusalCode, ['one', 'two'], 'exchange-2016');
    expect(told).toEqual({ number, category, status });
    expect(header).toBe(`${number};reason="${text}";error_category="${category}"`);
    expect(text).toMatch(/^[A-Z].*[^ ]\.$/);
    expect(text).not.toMatch(/[{}]/);
  });

  // Observed in public answers.
  test.each<[TokenRefusalCode, string[], DiagnosticsProduct, string]>([
    ['invalid-signature', [], 'exchange-2019', '2000000;reason="The token has an invalid signature.";error_category="invalid_signature"'],
    ['token-expired', [], 'exchange-se', '2000002;reason="The token has expired.";error_category="token_expired"'],
    [
      'audience-invalid',
      ['aud'],
      'exchange-online',
      `2000003;reason="The audience claim value is invalid 'aud'.";error_category="invalid_resource"`,
    ],
    [
      'audience-invalid',
      ['aud'],
      'exchange-2019',
      `2000001;reason="The audience claim value is invalid 'aud'.";error_category="invalid_token"`,
    ],
    [
      'audience-host-invalid',
      ['mail.contoso.test', 'mail.fabrikam.test'],
      'exchange-2016',
      `2000003;reason="The hostname component of the audience claim value is invalid. Expected 'mail.contoso.test'. Actual 'mail.fabrikam.test'.";error_category="invalid_resource"`,
    ],
    [
      'tenant-context-unknown',
      ['a-guid'],
      'exchange-online',
      `2000004;reason="The tenant for tenant guid 'a-guid' does not exist.";error_category="invalid_tenant"`,
    ],
    [
      'user-not-found',
      [],
      'exchange-2016',
      '2000005;reason="The user specified by the user-context in the token does not exist.";error_category="invalid_user"',
    ],
    [
      'user-ambiguous',
      [],
      'exchange-2016',
      '2000005;reason="The user specified by the user-context in the token is ambiguous.";error_category="invalid_user"',
    ],
    [
      'claim-value-invalid',
      ['x', 'ver'],
      'exchange-2016',
      `2000001;reason="The token has invalid value 'x' for the claim type 'ver'.";error_category="invalid_token"`,
    ],
    [
      'token-unreadable',
      ['why'],
      'exchange-2016',
      `2000001;reason="Unable to read or process token, additional details: 'why'.";error_category="invalid_token"`,
    ],
    [
      'scope-missing',
      [],
      'exchange-online',
      '2000008;reason="The token contains no scope information, or scope can not be understood.";error_category="invalid_grant"',
    ],
    [
      'oauth-not-supported',
      [],
      'exchange-online',
      '2000008;reason="The call you are trying to access is not supported with OAuth token.";error_category="invalid_grant"',
    ],
    [
      'scope-insufficient',
      [],
      'exchange-online',
      '2000008;reason="The token contains not enough scope to make this call.";error_category="invalid_grant"',
    ],
    [
      'oauth-not-available',
      ['mail.contoso.test'],
      'exchange-2019',
      `4000000;reason="Flighting is not enabled for domain 'mail.contoso.test'.";error_category="oauth_not_available"`,
    ],
  ])('%s is told as seen', (code, values, product, header) => {
    expect(diagnostics(code, values, product).header).toBe(header);
  });

  test('is one header whatever the values', () => {
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom('"; a="b', 'x\r\nSet-Cookie: y', '{1}', '$&'));
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.array(value, { maxLength: 3 }), fc.constantFrom(...products), (code, values, product) => {
        const { header, text } = diagnostics(code, values, product);
        validateHeaderValue('x-ms-diagnostics', header);
        expect(header).toMatch(/^\d{7};reason="[^"\r\n]*";error_category="[a-z_]+"$/);
        expect(text.length).toBeLessThan(800);
      }),
      { numRuns: 500 },
    );
  });
});
