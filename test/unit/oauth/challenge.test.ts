import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BearerChallenge, readBearerChallenge, writeBearerChallenge } from '../../../shared/protocols/oauth/challenge.ts';

const exchange = '00000002-0000-0ff1-ce00-000000000000';
const acs = '00000001-0000-0000-c000-000000000000';
const tokenTypes = 'app_asserted_user_v1 service_asserted_app_v1';

describe('writeBearerChallenge', () => {
  // Observed: the challenge of OfficeDocs-Exchange `use-hybrid-modern-auth.md`.
  test('writes what Exchange does', () => {
    expect(writeBearerChallenge({ clientId: exchange, trustedIssuers: [`${acs}@contoso.test`, `${exchange}@*`], tokenTypes })).toBe(
      `Bearer client_id="${exchange}", trusted_issuers="${acs}@contoso.test,${exchange}@*", token_types="${tokenTypes}"`,
    );
    const authorizationUri = 'https://login.windows.net/common/oauth2/authorize';
    expect(writeBearerChallenge({ clientId: exchange, trustedIssuers: [], tokenTypes, authorizationUri, error: 'invalid_token' })).toBe(
      `Bearer client_id="${exchange}", token_types="${tokenTypes}", authorization_uri="${authorizationUri}", error="invalid_token"`,
    );
  });

  test('keeps to one header', () => {
    expect(writeBearerChallenge({ clientId: 'a"b\\c', trustedIssuers: [], errorDescription: 'x\r\nSet-Cookie: y=é' })).toBe(
      'Bearer client_id="a\\"b\\\\c", error_description="x??Set-Cookie: y=?"',
    );
  });
});

describe('readBearerChallenge', () => {
  const short = { clientId: 'a', trustedIssuers: ['b@c'] };
  test.each<[string, string, BearerChallenge | undefined]>([
    ['another order, unknown parameters', 'Bearer x="1", trusted_issuers="b@c", issuer_kind="ADFS", client_id="a"', short],
    ['values without quotes', 'bearer client_id=a,trusted_issuers=b@c', short],
    ['any case and room', '  BEARER  Client_Id = "a" ,, TRUSTED_ISSUERS="b@c, "', short],
    [
      'among others, last',
      'Negotiate, NTLM TlRMTVNTUAAB==, Basic realm="x, Bearer client_id=\\"z\\"", Bearer client_id="a", trusted_issuers="b@c"',
      short,
    ],
    ['among others, first', 'Bearer client_id="a", trusted_issuers="b@c", Basic realm="mail", Bearer client_id="z"', short],
    ['a parameter twice', 'Bearer client_id="a", trusted_issuers="b@c", client_id="z"', short],
    ['a quotation that does not end', 'Bearer trusted_issuers="b@c", client_id="a', short],
    ['nothing told', 'Bearer', { clientId: '', trustedIssuers: [] }],
    ['an empty list', 'Bearer client_id="a", trusted_issuers=""', { clientId: 'a', trustedIssuers: [] }],
    ['no Bearer', 'Negotiate, Basic realm="Bearer"', undefined],
    ['a longer word', 'Bearers client_id="a"', undefined],
    ['nothing', '', undefined],
    ['no words', '"=;é\u0000', undefined],
  ])('%s', (_, header, expected) => {
    expect(readBearerChallenge(header)).toEqual(expected);
  });

  test('reads what is written', () => {
    const words = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 20 });
    const issuer = fc.stringMatching(/^[a-z0-9-]{1,12}@([a-z.]{1,12}|\*)$/);
    const challenge = fc.record(
      {
        clientId: words,
        trustedIssuers: fc.array(issuer),
        tokenTypes: words,
        authorizationUri: words,
        error: words,
        errorDescription: words,
        claims: words,
      },
      { requiredKeys: ['clientId', 'trustedIssuers'] },
    );
    fc.assert(
      fc.property(
        challenge,
        fc.constantFrom('', 'Negotiate, ', 'Basic realm="a", '),
        fc.constantFrom('', ', NTLM'),
        (written, before, after) => {
          expect(readBearerChallenge(`${before}${writeBearerChallenge(written)}${after}`)).toEqual(written);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is quick with any header', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (header) => {
        readBearerChallenge(`Bearer ${header}`);
      }),
    );
    const started = process.hrtime.bigint();
    for (const header of ['"'.repeat(16_384), ' ,'.repeat(8_192), '='.repeat(16_384), `a="${'\\"'.repeat(8_192)}`])
      readBearerChallenge(`Bearer ${header}`);
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(500);
  });
});
