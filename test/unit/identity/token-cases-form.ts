import { access, claim, every, finish, header, s2s, signedBy, type TokenCase, touch } from './token-case.ts';
import { withOctets } from './token-drafts.ts';
import { fromNow } from './token-lab.ts';

const badSignature = { code: 'invalid-signature', number: 2_000_000, text: 'The token has an invalid signature.' } as const;
const expired = { code: 'token-expired', check: 'token.lifetime', number: 2_000_002, text: 'The token has expired.' } as const;
const unreadable = { code: 'token-unreadable', check: 'token.readable', number: 2_000_001 } as const;
const badTime = { code: 'claim-value-invalid', check: 'token.lifetime', number: 2_000_001 } as const;
const unfit = { code: 'profile-not-applicable', check: 'token.profile', number: 2_000_001 } as const;

/** O-02, O-03: what is no token. */
const unreadableCases: readonly TokenCase[] = [
  {
    id: 'O-02',
    name: 'empty',
    kinds: every,
    spoil: finish(() => ''),
    expect: { code: 'empty-bearer', check: 'token.header' },
  },
  { id: 'O-03', name: 'garbage', kinds: every, spoil: finish(() => 'garbage'), expect: unreadable },
  {
    id: 'O-03',
    name: 'two-parts',
    kinds: every,
    spoil: finish((token) => token.split('.').slice(0, 2).join('.')),
    expect: unreadable,
  },
  {
    id: 'O-03',
    name: 'bad-base64',
    kinds: every,
    spoil: finish((token) => token.replace('.', '!.')),
    expect: unreadable,
  },
  {
    id: 'O-03',
    name: 'padded-base64',
    kinds: ['s2s-app', ...access],
    spoil: finish((token) => `${token}==`),
    expect: unreadable,
  },
  {
    id: 'O-03',
    name: 'not-json',
    kinds: every,
    spoil: finish((token) => withOctets(token, 1, () => Buffer.from('{"iss":'))),
    expect: unreadable,
  },
  {
    id: 'O-03',
    name: 'actor-garbage',
    kinds: ['s2s-act-as'],
    spoil: touch(() => 'garbage'),
    expect: { ...unreadable, check: 'token.actor' },
  },
];

/** O-04 to O-06: its life. */
const lifetimeCases: readonly TokenCase[] = [
  {
    id: 'O-04',
    name: 'exp-past',
    kinds: every,
    spoil: claim({ nbf: fromNow(-900), exp: fromNow(-301) }),
    twin: claim({ nbf: fromNow(-900), exp: fromNow(-300) }),
    expect: expired,
  },
  {
    id: 'O-05',
    name: 'nbf-future',
    kinds: every,
    spoil: claim({ nbf: fromNow(301) }),
    twin: claim({ nbf: fromNow(300) }),
    expect: expired,
  },
  {
    id: 'O-06',
    name: 'exp-missing',
    kinds: every,
    spoil: claim({ exp: undefined }),
    expect: { code: 'claim-missing', check: 'token.lifetime', number: 2_000_001 },
  },
  {
    id: 'O-06',
    name: 'nbf-missing',
    kinds: every,
    spoil: claim({ nbf: undefined }),
    expect: { code: 'claim-missing', check: 'token.lifetime', number: 2_000_001 },
  },
  { id: 'O-06', name: 'nbf-after-exp', kinds: every, spoil: claim({ nbf: fromNow(200), exp: fromNow(100) }), expect: badTime },
  {
    id: 'O-06',
    name: 'exp-no-time',
    kinds: every,
    spoil: claim({ exp: 'tomorrow' }),
    twin: claim({ exp: String(fromNow(60)) }),
    expect: {
      ...badTime,
      text: "The token has invalid value 'tomorrow' for the claim type 'exp'.",
    },
  },
  {
    id: 'O-06',
    name: 'exp-beyond-measure',
    kinds: every,
    spoil: claim({ exp: 1e300 }),
    twin: claim({ exp: fromNow(60) }),
    expect: badTime,
  },
];

/** O-16 to O-22: its signature. */
const signatureCases: readonly TokenCase[] = [
  {
    id: 'O-16',
    name: 'x5t-unknown',
    kinds: every,
    spoil: (draft) => {
      draft.signed.signer = 'stranger';
      draft.signed.header['x5t'] = 'AAAAAAAAAAAAAAAAAAAAAAAAAAA';
    },
    expect: { ...badSignature, check: 'token.key' },
  },
  {
    id: 'O-17',
    name: 'x5t-absent-other-key',
    kinds: every,
    spoil: (draft) => {
      draft.signed.signer = 'stranger';
      delete draft.signed.header['x5t'];
    },
    twin: header({ x5t: undefined }),
    expect: { ...badSignature, check: 'token.signature' },
  },
  {
    id: 'O-18',
    name: 'signature-of-another-key',
    kinds: every,
    spoil: signedBy('stranger'),
    expect: { ...badSignature, check: 'token.signature' },
  },
  {
    id: 'O-18',
    name: 'payload-changed',
    kinds: every,
    spoil: (draft) => {
      draft.touch = (token) => withOctets(token, 1, (octets) => Buffer.from(octets.toString().replace('{', '{"a":1,')));
    },
    expect: { ...badSignature, check: 'token.signature' },
  },
  {
    id: 'O-19',
    name: 'key-in-header',
    kinds: every,
    spoil: (draft) => {
      draft.signed.signer = 'stranger';
      const injected = {
        jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
        x5c: ['MII='],
        jku: 'https://evil.test/keys',
        x5u: 'https://evil.test/',
        kid: 'mine',
      };
      Object.assign(draft.signed.header, injected, { x5t: undefined });
    },
    twin: header({ jku: 'https://evil.test/keys', x5c: ['MII='], kid: 'whatever' }),
    expect: { ...badSignature, check: 'token.signature' },
  },
  {
    id: 'O-20',
    name: 'actor-alg-none',
    kinds: ['s2s-act-as'],
    spoil: unsign,
    expect: { code: 'actor-unsigned', check: 'token.algorithm', number: 2_000_001 },
  },
  {
    id: 'O-21',
    name: 'alg-hs256-certificate-as-secret',
    kinds: every,
    spoil: (draft) => {
      draft.signed.signer = 'certificate as secret';
      draft.signed.header['alg'] = 'HS256';
    },
    expect: { ...badSignature, check: 'token.algorithm' },
  },
  {
    id: 'O-21',
    name: 'alg-rs512',
    kinds: every,
    spoil: header({ alg: 'RS512' }),
    twin: header({ alg: 'PS256' }),
    expect: { ...badSignature, check: 'token.algorithm' },
  },
  {
    id: 'O-22',
    name: 'app-only-alg-none',
    kinds: ['s2s-app'],
    spoil: unsign,
    expect: { code: 'actor-unsigned', check: 'token.algorithm', number: 2_000_001 },
  },
  {
    id: 'O-22',
    name: 'access-token-alg-none',
    kinds: access,
    spoil: unsign,
    expect: {
      ...unreadable,
      check: 'token.algorithm',
      text: "Unable to read or process token, additional details: 'The token is not signed'.",
    },
  },
  {
    id: 'O-22',
    name: 'signature-stripped',
    kinds: s2s,
    spoil: signedBy('nobody'),
    expect: { code: 'actor-unsigned', check: 'token.algorithm', number: 2_000_001 },
  },
];

/** O-36 and the other kinds of token that nobody opens a mailbox with. */
const profileCases: readonly TokenCase[] = [
  { id: 'O-36', name: 'identity-token-of-an-add-in', kinds: ['s2s-app'], spoil: claim({ appctx: '{"msexchuid":"x"}' }), expect: unfit },
  { id: 'O-36', name: 'callback', kinds: access, spoil: claim({ msexchcallback: 'x' }), expect: unfit },
  {
    id: 'O-36',
    name: 'self-issued',
    kinds: every.filter((kind) => kind !== 's2s-act-as'),
    spoil: claim({ ver: 'MSExchange.SelfIssued.V1' }),
    expect: unfit,
  },
  { id: 'O-36', name: 'identity-token', kinds: access, spoil: claim({ scp: undefined, appid: undefined }), expect: unfit },
  {
    id: 'O-36',
    name: 'version-two',
    kinds: access,
    spoil: claim({ ver: '2.0' }),
    expect: {
      code: 'claim-value-invalid',
      check: 'token.profile',
      number: 2_000_001,
      text: "The token has invalid value '2.0' for the claim type 'ver'.",
    },
  },
];

function unsign({ signed }: Parameters<NonNullable<TokenCase['spoil']>>[0]): void {
  signed.header['alg'] = 'none';
  signed.signer = 'nobody';
}

export const formCases: readonly TokenCase[] = [...unreadableCases, ...lifetimeCases, ...signatureCases, ...profileCases];
