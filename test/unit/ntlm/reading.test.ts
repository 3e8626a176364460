import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAuthenticate, readNtlmV2Response } from '../../../shared/protocols/ntlm/authenticate.ts';
import { readAvPairs, writeAvPairs } from '../../../shared/protocols/ntlm/av-pairs.ts';
import { readChallenge } from '../../../shared/protocols/ntlm/challenge.ts';
import { readNegotiate, writeNegotiate } from '../../../shared/protocols/ntlm/negotiate.ts';
import { readSpnego } from '../../../shared/protocols/ntlm/spnego.ts';
import { acceptedHeader, readTokenHeader, writeChallengeHeader } from '../../../shared/protocols/ntlm/token-header.ts';

const negotiate = writeNegotiate({ flags: 0x207 });
/** What Windows sends under Negotiate where NTLM is all it has. */
const spnegoInit = Buffer.concat([Buffer.from('604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa22a0428', 'hex'), negotiate]);

test.each([
  ['NTLM', negotiate, { scheme: 'NTLM', wrapped: false }],
  ['ntlm', negotiate, { scheme: 'NTLM', wrapped: false }],
  ['Negotiate', negotiate, { scheme: 'Negotiate', wrapped: false }],
  ['Negotiate', spnegoInit, { scheme: 'Negotiate', wrapped: true }],
] as const)('%s with its token', (word, octets, expected) => {
  expect(readTokenHeader(`${word} ${octets.toString('base64')}`)).toEqual({ message: negotiate, ...expected });
});

test('SPNEGO answers in kind: accept-incomplete with the token, and accept-completed', () => {
  const challenge = Buffer.from('NTLMSSP\0\x02\0\0\0', 'latin1');
  const octets = Buffer.from(writeChallengeHeader({ scheme: 'Negotiate', wrapped: true }, challenge).slice('Negotiate '.length), 'base64');
  expect(octets.toString('hex')).toBe(`a1253023a0030a0101a10c060a2b06010401823702020aa20e040c${challenge.toString('hex')}`);
  expect(readSpnego(octets)).toEqual({ offersNtlm: undefined, token: challenge });
  expect(acceptedHeader({ scheme: 'Negotiate', wrapped: true })).toBe(
    `Negotiate ${Buffer.from('a1073005a0030a0100', 'hex').toString('base64')}`,
  );
  expect(acceptedHeader({ scheme: 'Negotiate', wrapped: false })).toBeUndefined();
  expect(writeChallengeHeader({ scheme: 'NTLM', wrapped: false }, challenge)).toBe(`NTLM ${challenge.toString('base64')}`);
});

const kerberosOnly = Buffer.from('601c06062b0601050502a0123010a00e300c060a2a864886f71201020200', 'hex');
test.each([
  ['Basic eDp5', 'not the word NTLM or Negotiate and base64'],
  ['NTLM', 'the word NTLM alone'],
  ['Negotiate  ', 'the word Negotiate alone'],
  ['NTLM ???', 'no base64'],
  [`NTLM ${'A'.repeat(16_385)}`, 'longer than 16384 characters'],
  ['NTLM YWJj', 'no NTLM message'],
  [`NTLM ${spnegoInit.toString('base64')}`, 'no NTLM message'],
  [`NTLM ${Buffer.concat([negotiate, Buffer.alloc(4_096)]).toString('base64')}`, 'no NTLM message'],
  ['Negotiate YIIBBgYGKwYBBQUC', 'SPNEGO that breaks off or goes on'],
  [`Negotiate ${kerberosOnly.toString('base64')}`, /Kerberos|SPNEGO/],
])('%s is refused', (header, detail) => {
  expect(() => readTokenHeader(header)).toThrow(detail);
});

const prefix = (type: number) => Buffer.from(`NTLMSSP\0${String.fromCharCode(type)}\0\0\0`, 'latin1');
test('any octets are read or refused, never a defect', () => {
  const readers = [readNegotiate, readChallenge, readAuthenticate, readNtlmV2Response, readAvPairs, readSpnego];
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.uint8Array({ maxLength: 200 })).map(([type, rest]) => Buffer.concat([prefix(type), rest])),
    fc.tuple(fc.nat({ max: spnegoInit.length - 1 }), fc.nat({ max: 255 })).map(([at, octet]) => {
      const changed = Buffer.from(spnegoInit);
      changed[at] = octet;
      return changed;
    }),
  );
  fc.assert(
    fc.property(octets, fc.constantFrom(...readers), (given, read) => {
      try {
        read(Buffer.from(given));
      } catch (error) {
        expect(error).toMatchObject({ name: 'Refusal', code: 'ntlm-malformed' });
      }
    }),
    { numRuns: 3_000 },
  );
});

test('AV_PAIRs come back as they were written', () => {
  const pairs = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 0xffff }), fc.uint8Array({ maxLength: 40 })), { selector: ([id]) => id });
  fc.assert(
    fc.property(pairs, (given) => {
      const map = new Map(given.map(([id, value]) => [id, Buffer.from(value)]));
      expect([...readAvPairs(writeAvPairs(map))]).toEqual([...map]);
    }),
  );
  expect(() =>
    readAvPairs(Buffer.concat([writeAvPairs(new Map([[1, Buffer.alloc(0)]])).subarray(0, 4), Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])])),
  ).toThrow('two AV_PAIRs 1');
});
