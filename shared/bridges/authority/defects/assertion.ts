import { exchangeAppId } from '../../../domain/trust/well-known.ts';
import { all, type Change, claim, type ExpectedRefusal, finish, header, later, signedBy, type TokenDefect, touch } from './defect.ts';
import { withOctets } from './draft.ts';

const acs = ['assertion'] as const;
const client = ['client-assertion'] as const;
const both = [...acs, ...client];
const nobodysAppId = '99999999-0000-4000-8000-00000000dead';

/** ACS has two numbers for every assertion that does not hold, the Entra side one for each reason ("Resolve free/busy errors"). */
function refused(
  code: '700021' | '700023' | '700024' | '700027',
  check: string,
  entraCheck = check,
): Pick<TokenDefect, 'expect' | 'expectIn'> {
  const expect: ExpectedRefusal = { status: 401, code, check, numbers: [70_002, 50_012] };
  return { expect, expectIn: { 'client-assertion': { check: entraCheck, numbers: [Number(code)] } } };
}

/** A certificate is named in one of two ways; the change fits both. */
const namedKey = (x5t: string | undefined): Change => header({ x5t, 'x5t#S256': undefined, kid: undefined });

/** what an application shows a token endpoint to prove itself. */
export const assertionDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'assertion-key-unknown', id: 'A-01', title: 'Signed with a certificate that is not registered', kinds: both },
    spoil: all(signedBy('stranger'), (draft, facts) => namedKey(facts.keys.stranger.x5t)(draft, facts)),
    ...refused('700027', 'client.assertion-key'),
  },
  {
    ...{ slug: 'assertion-key-unnamed', id: 'A-01', title: 'No header member names the certificate', kinds: both },
    spoil: namedKey(undefined),
    ...refused('700027', 'client.assertion-key'),
  },
  {
    ...{ slug: 'assertion-signature-of-another-key', id: 'A-01', title: 'Names the certificate, another key has signed', kinds: both },
    spoil: signedBy('stranger'),
    ...refused('700027', 'client.assertion-signature'),
  },
  {
    ...{ slug: 'assertion-payload-changed', id: 'A-01', title: 'A claim was added after signing', kinds: both },
    spoil: touch((token) => withOctets(token, 1, (octets) => Buffer.from(octets.toString().replace('{', '{"a":1,')))),
    ...refused('700027', 'client.assertion-signature'),
  },
  {
    ...{ slug: 'assertion-expired', id: 'A-03', title: 'Expired one second longer ago than is forgiven', kinds: both },
    spoil: claim((facts) => ({ iat: later(facts, -900), nbf: later(facts, -900), exp: later(facts, -301) })),
    twin: claim((facts) => ({ iat: later(facts, -900), nbf: later(facts, -900), exp: later(facts, -300) })),
    ...refused('700024', 'assertion.lifetime'),
  },
  {
    ...{ slug: 'assertion-of-the-future', id: 'A-03', title: 'Begins one second later than is forgiven', kinds: both },
    spoil: claim((facts) => ({ nbf: later(facts, 301), exp: later(facts, 900) })),
    twin: claim((facts) => ({ nbf: later(facts, 300), exp: later(facts, 900) })),
    ...refused('700024', 'assertion.lifetime'),
  },
  {
    ...{ slug: 'assertion-life-too-long', id: 'A-03', title: 'Lives longer than a day', kinds: both },
    spoil: claim((facts) => ({ exp: later(facts, 86_401) })),
    twin: claim((facts) => ({ exp: later(facts, 86_400) })),
    ...refused('700024', 'assertion.lifetime'),
  },
  {
    ...{ slug: 'assertion-exp-missing', id: 'A-03', title: 'No exp', kinds: both },
    spoil: claim({ exp: undefined }),
    ...refused('700024', 'assertion.lifetime'),
  },
  {
    ...{ slug: 'assertion-aud-other', id: 'A-04', title: 'The audience is another service', kinds: both },
    spoil: claim({ aud: 'https://login.elsewhere.test/token' }),
    ...refused('700023', 'assertion.audience', 'client.assertion-audience'),
  },
  {
    ...{ slug: 'assertion-malformed', id: 'A-05', title: 'A word instead of a token', kinds: both },
    spoil: finish(() => 'garbage'),
    expect: { status: 400, code: '50027', check: 'client.assertion-form', numbers: [50_027] },
  },
  {
    ...{ slug: 'assertion-application-unknown', id: 'A-06', title: 'By an application that the tenant does not have', kinds: acs },
    spoil: claim(({ tenantId }) => ({ iss: `${nobodysAppId}@${tenantId}`, nameid: `${nobodysAppId}@${tenantId}` })),
    expect: { status: 400, code: '700016', check: 'client.exists', numbers: [700_016] },
  },
  {
    ...{ slug: 'assertion-realm-other', id: 'A-06', title: 'By the application of another tenant', kinds: acs },
    spoil: claim(({ otherTenantId }) => ({ iss: `${exchangeAppId}@${otherTenantId}` })),
    ...refused('700021', 'assertion.issuer'),
  },
  {
    ...{ slug: 'assertion-iss-other', id: 'A-06', title: 'iss is another application than client_id', kinds: client },
    spoil: claim({ iss: nobodysAppId }),
    ...refused('700021', 'client.assertion-iss'),
  },
  {
    ...{ slug: 'assertion-sub-other', id: 'A-06', title: 'sub is another application than client_id', kinds: client },
    spoil: claim({ sub: nobodysAppId }),
    ...refused('700021', 'client.assertion-sub'),
  },
  {
    ...{ slug: 'assertion-alg-none', id: 'A-16', title: 'alg none', kinds: both },
    spoil: all(signedBy('nobody'), header({ alg: 'none' })),
    ...refused('700027', 'client.assertion-algorithm'),
  },
  {
    ...{ slug: 'assertion-alg-hs256', id: 'A-16', title: 'HS256 with the public certificate as its secret', kinds: both },
    spoil: all(signedBy('certificate as secret'), header({ alg: 'HS256' })),
    ...refused('700027', 'client.assertion-algorithm'),
  },
  {
    ...{ slug: 'assertion-alg-es256', id: 'A-16', title: 'Signed by ES256, with a key of its own', kinds: both },
    spoil: all(signedBy('elliptic'), header({ alg: 'ES256' })),
    ...refused('700027', 'client.assertion-algorithm'),
  },
  {
    ...{ slug: 'assertion-alg-rs512', id: 'A-16', title: 'Signed by RS512, which is not taken', kinds: both },
    spoil: header({ alg: 'RS512' }),
    twin: header({ alg: 'PS256' }),
    ...refused('700027', 'client.assertion-algorithm'),
  },
];
