import {
  access,
  all,
  claim,
  type ExpectedRefusal,
  everyToken,
  finish,
  header,
  later,
  s2s,
  signedBy,
  type TokenDefect,
  touch,
} from './defect.ts';
import { withOctets } from './draft.ts';

const badSignature = { status: 401, code: 'invalid-signature', number: 2_000_000, text: 'The token has an invalid signature.' } as const;
const expired: ExpectedRefusal = {
  status: 401,
  code: 'token-expired',
  check: 'token.lifetime',
  number: 2_000_002,
  text: 'The token has expired.',
};
const unreadable = { status: 401, code: 'token-unreadable', check: 'token.readable', number: 2_000_001 } as const;
const badTime = { status: 401, code: 'claim-value-invalid', check: 'token.lifetime', number: 2_000_001 } as const;
const noTime = { status: 401, code: 'claim-missing', check: 'token.lifetime', number: 2_000_001 } as const;
const unsigned = { status: 401, code: 'actor-unsigned', check: 'token.algorithm', number: 2_000_001 } as const;
const unfit = { status: 401, code: 'profile-not-applicable', check: 'token.profile', number: 2_000_001 } as const;

/** O-02, O-03: what is no token. */
const unreadableDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'empty', id: 'O-02', title: 'The word Bearer alone', kinds: everyToken },
    spoil: finish(() => ''),
    expect: { status: 401, code: 'empty-bearer', check: 'token.header' },
  },
  {
    ...{ slug: 'garbage', id: 'O-03', title: 'A word instead of a token', kinds: everyToken },
    spoil: finish(() => 'garbage'),
    expect: unreadable,
  },
  {
    ...{ slug: 'two-parts', id: 'O-03', title: 'The third part is cut off with its dot', kinds: everyToken },
    spoil: finish((token) => token.split('.').slice(0, 2).join('.')),
    expect: unreadable,
  },
  {
    ...{ slug: 'bad-base64', id: 'O-03', title: 'A character that base64url does not have', kinds: everyToken },
    spoil: finish((token) => token.replace('.', '!.')),
    expect: unreadable,
  },
  {
    ...{ slug: 'padded-base64', id: 'O-03', title: 'base64 padding behind the signature', kinds: ['s2s-app', ...access] },
    spoil: finish((token) => `${token}==`),
    expect: unreadable,
  },
  {
    ...{ slug: 'not-json', id: 'O-03', title: 'Claims that are no JSON', kinds: everyToken },
    spoil: finish((token) => withOctets(token, 1, () => Buffer.from('{"iss":'))),
    expect: unreadable,
  },
  {
    ...{ slug: 'actor-garbage', id: 'O-03', title: 'A word instead of the actor token', kinds: ['s2s-act-as'] },
    spoil: touch(() => 'garbage'),
    expect: { ...unreadable, check: 'token.actor' },
  },
];

/** O-04 to O-06: its life. */
const lifetimeDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'exp-past', id: 'O-04', title: 'Expired one second longer ago than is forgiven', kinds: everyToken },
    spoil: claim((facts) => ({ nbf: later(facts, -900), exp: later(facts, -301) })),
    twin: claim((facts) => ({ nbf: later(facts, -900), exp: later(facts, -300) })),
    expect: expired,
  },
  {
    ...{ slug: 'nbf-future', id: 'O-05', title: 'Begins one second later than is forgiven', kinds: everyToken },
    spoil: claim((facts) => ({ nbf: later(facts, 301) })),
    twin: claim((facts) => ({ nbf: later(facts, 300) })),
    expect: expired,
  },
  {
    ...{ slug: 'exp-missing', id: 'O-06', title: 'No exp', kinds: everyToken },
    spoil: claim({ exp: undefined }),
    expect: noTime,
  },
  {
    ...{ slug: 'nbf-missing', id: 'O-06', title: 'No nbf', kinds: everyToken },
    spoil: claim({ nbf: undefined }),
    expect: noTime,
  },
  {
    ...{ slug: 'nbf-after-exp', id: 'O-06', title: 'Ends before it begins', kinds: everyToken },
    spoil: claim((facts) => ({ nbf: later(facts, 200), exp: later(facts, 100) })),
    expect: badTime,
  },
  {
    ...{ slug: 'exp-no-time', id: 'O-06', title: 'exp is a word', kinds: everyToken },
    spoil: claim({ exp: 'tomorrow' }),
    twin: claim((facts) => ({ exp: String(later(facts, 60)) })),
    expect: { ...badTime, text: "The token has invalid value 'tomorrow' for the claim type 'exp'." },
  },
  {
    ...{ slug: 'exp-beyond-measure', id: 'O-06', title: 'exp is a number beyond every calendar', kinds: everyToken },
    spoil: claim({ exp: 1e300 }),
    twin: claim((facts) => ({ exp: later(facts, 60) })),
    expect: badTime,
  },
];

/** O-16 to O-22: its signature. */
const signatureDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'x5t-unknown', id: 'O-16', title: 'Signed with a key that the metadata does not have', kinds: everyToken },
    spoil: all(
      signedBy('stranger'),
      header(({ keys }) => ({ x5t: keys.stranger.x5t })),
    ),
    expect: { ...badSignature, check: 'token.key' },
  },
  {
    ...{ slug: 'x5t-absent-other-key', id: 'O-17', title: 'No x5t, and no known key has signed', kinds: everyToken },
    spoil: all(signedBy('stranger'), header({ x5t: undefined })),
    twin: header({ x5t: undefined }),
    expect: { ...badSignature, check: 'token.signature' },
  },
  {
    ...{ slug: 'signature-of-another-key', id: 'O-18', title: 'x5t names a known key, another one has signed', kinds: everyToken },
    spoil: signedBy('stranger'),
    expect: { ...badSignature, check: 'token.signature' },
  },
  {
    ...{ slug: 'payload-changed', id: 'O-18', title: 'A claim was added after signing', kinds: everyToken },
    spoil: touch((token) => withOctets(token, 1, (octets) => Buffer.from(octets.toString().replace('{', '{"a":1,')))),
    expect: { ...badSignature, check: 'token.signature' },
  },
  {
    ...{ slug: 'key-in-header', id: 'O-19', title: 'The header brings its own key: jwk, x5c, jku, x5u, kid', kinds: everyToken },
    spoil: all(
      signedBy('stranger'),
      header(({ keys }) => ({
        jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
        x5c: [keys.stranger.certificate],
        jku: 'https://evil.test/keys',
        x5u: 'https://evil.test/',
        kid: keys.stranger.x5t,
        x5t: undefined,
      })),
    ),
    twin: header({ jku: 'https://evil.test/keys', x5c: ['MII='], kid: 'whatever' }),
    expect: { ...badSignature, check: 'token.signature' },
  },
  {
    ...{ slug: 'actor-alg-none', id: 'O-20', title: 'The actor token has alg none', kinds: ['s2s-act-as'] },
    spoil: all(signedBy('nobody'), header({ alg: 'none' })),
    expect: unsigned,
  },
  {
    slug: 'alg-hs256-certificate-as-secret',
    id: 'O-21',
    title: 'HS256 with the public certificate as its secret',
    kinds: everyToken,
    spoil: all(signedBy('certificate as secret'), header({ alg: 'HS256' })),
    expect: { ...badSignature, check: 'token.algorithm' },
  },
  {
    ...{ slug: 'alg-rs512', id: 'O-21', title: 'Signed by RS512, which is not taken', kinds: everyToken },
    spoil: header({ alg: 'RS512' }),
    twin: header({ alg: 'PS256' }),
    expect: { ...badSignature, check: 'token.algorithm' },
  },
  {
    ...{ slug: 'app-only-alg-none', id: 'O-22', title: 'alg none', kinds: ['s2s-app'] },
    spoil: all(signedBy('nobody'), header({ alg: 'none' })),
    expect: unsigned,
  },
  {
    ...{ slug: 'access-token-alg-none', id: 'O-22', title: 'alg none', kinds: access },
    spoil: all(signedBy('nobody'), header({ alg: 'none' })),
    expect: {
      ...{ ...unreadable, check: 'token.algorithm' },
      text: "Unable to read or process token, additional details: 'The token is not signed'.",
    },
  },
  {
    ...{ slug: 'signature-stripped', id: 'O-22', title: 'The signature is cut off', kinds: s2s },
    spoil: signedBy('nobody'),
    expect: unsigned,
  },
];

/** O-36 and the other kinds of token that nobody opens a mailbox with. */
const profileDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'identity-token-of-an-add-in', id: 'O-36', title: 'An identity token of an add-in (appctx)', kinds: ['s2s-app'] },
    spoil: claim({ appctx: '{"msexchuid":"x"}' }),
    expect: unfit,
  },
  {
    ...{ slug: 'callback', id: 'O-36', title: 'A callback token', kinds: access },
    spoil: claim({ msexchcallback: 'x' }),
    expect: unfit,
  },
  {
    slug: 'self-issued',
    id: 'O-38',
    title: 'A token that Exchange issues to itself, by a certificate that the server does not have',
    kinds: ['s2s-app', ...access],
    spoil: claim({ ver: 'MSExchange.SelfIssued.V1' }),
    expect: { ...unfit, code: 'certificate-not-found', number: 2_000_009 },
  },
  {
    ...{ slug: 'identity-token', id: 'O-36', title: 'An identity token: neither scp nor appid', kinds: access },
    spoil: claim({ scp: undefined, appid: undefined }),
    expect: unfit,
  },
  {
    ...{ slug: 'version-two', id: 'O-36', title: 'An access token of version 2.0', kinds: access },
    spoil: claim({ ver: '2.0' }),
    expect: {
      ...{ status: 401, code: 'claim-value-invalid', check: 'token.profile', number: 2_000_001 },
      text: "The token has invalid value '2.0' for the claim type 'ver'.",
    },
  },
  {
    ...{ slug: 'appctx-no-json', id: 'O-36', title: 'An identity token whose appctx is no JSON', kinds: ['s2s-app'] },
    spoil: claim({ appctx: '{msexchuid' }),
    expect: { ...unfit, code: 'appctx-invalid' },
  },
  {
    ...{ slug: 'appctx-without-user', id: 'O-36', title: 'An identity token whose appctx names no user', kinds: ['s2s-app'] },
    spoil: claim({ appctx: '{"version":"ExIdTok.V1"}' }),
    expect: { ...unfit, code: 'callback-claims-invalid' },
  },
  {
    ...{ slug: 'appctx-amurl-other', id: 'O-36', title: 'An identity token whose keys are at another host', kinds: ['s2s-app'] },
    spoil: claim({ appctx: '{"msexchuid":"x","amurl":"https://evil.test/autodiscover/metadata/json/1"}' }),
    expect: { ...unfit, code: 'callback-claims-invalid' },
  },
  {
    ...{ slug: 'appctxsender-other', id: 'O-36', title: 'An identity token that another sender vouches for', kinds: ['s2s-app'] },
    spoil: claim({ appctx: '{"msexchuid":"x"}', appctxsender: 'somebody@elsewhere.test' }),
    expect: { ...unfit, code: 'callback-issuer-invalid' },
  },
  {
    ...{ slug: 'callback-scope-other', id: 'O-36', title: 'A callback token that is for no item', kinds: access },
    spoil: claim({ msexchcallback: 'x', scope: 'everything' }),
    expect: { ...unfit, code: 'callback-scope', number: 2_000_008 },
  },
];

/** What can be wrong with a token as such, whoever it is for. */
export const formDefects: readonly TokenDefect[] = [...unreadableDefects, ...lifetimeDefects, ...signatureDefects, ...profileDefects];
