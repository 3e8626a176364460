import { exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { claim, finish, outer, type TokenCase } from './token-case.ts';
import { acme, fromNow, otherTenantId, partnerId, tenantId, user } from './token-lab.ts';

const nobody = {
  code: 'user-not-found',
  check: 'token.user',
  number: 2_000_005,
  text: 'The user specified by the user-context in the token does not exist.',
} as const;
const ambiguous = {
  code: 'user-ambiguous',
  check: 'token.user',
  number: 2_000_005,
  text: 'The user specified by the user-context in the token is ambiguous.',
} as const;
const noClaims = { code: 'no-user-claims', check: 'token.user-claims', number: 2_000_001 } as const;
const actAs = ['s2s-act-as'] as const;

/** O-23 to O-26: the outer token and what is around it. */
const outerCases: readonly TokenCase[] = [
  {
    id: 'O-23',
    name: 'outer-signed',
    kinds: actAs,
    spoil: (draft) => {
      if (draft.outer === undefined) return;
      draft.outer.header['alg'] = 'RS256';
      draft.outer.signer = 'issuer';
    },
    expect: { code: 'user-context-signed', check: 'token.outer-unsigned', number: 2_000_001 },
  },
  {
    id: 'O-23',
    name: 'outer-alg-none-with-signature',
    kinds: actAs,
    spoil: finish((token) => `${token}AAAA`),
    expect: { code: 'user-context-signed', check: 'token.outer-unsigned', number: 2_000_001 },
  },
  {
    id: 'O-24',
    name: 'outer-iss-application-other',
    kinds: actAs,
    spoil: outer({ iss: `${partnerId}@${tenantId}` }),
    expect: { code: 'outer-issuer-invalid', check: 'token.outer-issuer', number: 2_000_001 },
  },
  {
    id: 'O-24',
    name: 'outer-iss-missing',
    kinds: actAs,
    spoil: outer({ iss: undefined }),
    expect: { code: 'issuer-missing', check: 'token.outer-issuer', number: 2_000_001 },
  },
  {
    id: 'O-25',
    name: 'outer-iss-realm-other',
    kinds: actAs,
    spoil: outer({ iss: `${exchangeAppId}@${otherTenantId}` }),
    twin: outer({ iss: `${exchangeAppId}@acme.test`, aud: 'anything' }),
    expect: { code: 'outer-realm-invalid', check: 'token.outer-realm', number: 2_000_001 },
  },
  {
    id: 'O-26',
    name: 'actor-nested',
    kinds: actAs,
    spoil: claim({ actortoken: 'e30.e30.' }),
    expect: { code: 'claim-value-invalid', check: 'token.actor', number: 2_000_001 },
  },
  {
    id: 'O-26',
    name: 'actor-no-text',
    kinds: actAs,
    spoil: outer({ actortoken: 5 }),
    expect: { code: 'claim-value-invalid', check: 'token.actor', number: 2_000_001 },
  },
  {
    id: 'O-04',
    name: 'outer-exp-past',
    kinds: actAs,
    spoil: outer({ nbf: fromNow(-900), exp: fromNow(-301) }),
    twin: outer({ nbf: fromNow(-900), exp: fromNow(-300) }),
    expect: { code: 'token-expired', check: 'token.outer-lifetime', number: 2_000_002, text: 'The token has expired.' },
  },
];

/** O-29 to O-32, O-41: the user whom an application asserts. */
const assertedCases: readonly TokenCase[] = [
  {
    id: 'O-29',
    name: 'nii-missing',
    kinds: actAs,
    spoil: outer({ nii: undefined }),
    expect: { code: 'claim-missing', check: 'token.user-claims', number: 2_000_001 },
  },
  { id: 'O-29', name: 'nii-unknown', kinds: actAs, spoil: outer({ nii: 'urn:office:idp:contoso' }), expect: noClaims },
  {
    id: 'O-29',
    name: 'user-claims-missing',
    kinds: actAs,
    spoil: outer({ nameid: undefined, upn: undefined, smtp: undefined }),
    twin: outer({ nameid: undefined, upn: undefined }),
    expect: noClaims,
  },
  {
    id: 'O-30',
    name: 'user-unknown',
    kinds: actAs,
    spoil: outer({ nameid: undefined, upn: 'ghost@acme.test', smtp: 'ghost@acme.test' }),
    twin: outer({ nameid: undefined, upn: 'mary@acme.test', smtp: 'MARY@acme.test' }),
    expect: nobody,
  },
  {
    id: 'O-30',
    name: 'user-half-unknown',
    kinds: actAs,
    spoil: outer({ sip: 'ghost@acme.test' }),
    twin: outer({ sip: 'joe@acme.test' }),
    expect: nobody,
  },
  {
    id: 'O-30',
    name: 'net-id-unknown',
    kinds: actAs,
    spoil: outer({ nii: 'urn:federation:MicrosoftOnline', nameid: '0123456789ABCDEF' }),
    twin: outer({ nii: 'urn:federation:MicrosoftOnline', nameid: user('joe').netId.toLowerCase() }),
    expect: nobody,
  },
  {
    id: 'O-30',
    name: 'group-as-user',
    kinds: actAs,
    spoil: outer({ nameid: undefined, upn: undefined, smtp: 'team@acme.test' }),
    expect: { ...nobody, check: 'token.account' },
  },
  {
    id: 'O-30',
    name: 'account-disabled',
    kinds: actAs,
    spoil: outer({ nameid: undefined, upn: undefined, smtp: 'off@acme.test' }),
    expect: { ...nobody, check: 'token.account' },
  },
  { id: 'O-31', name: 'claims-point-apart', kinds: actAs, spoil: outer({ smtp: 'mary@acme.test' }), expect: ambiguous },
  {
    id: 'O-32',
    name: 'sid-malformed',
    kinds: actAs,
    spoil: outer({ nameid: 'joe' }),
    expect: {
      code: 'claim-value-invalid',
      check: 'token.user-claims',
      number: 2_000_001,
      text: "The token has invalid value 'joe' for the claim type 'nameid'.",
    },
  },
  {
    id: 'O-32',
    name: 'sid-not-accepted',
    kinds: actAs,
    spoil: outer({ upn: undefined, smtp: undefined }),
    misconfigure: (trust) => ({ partners: trust.partners.map((one) => ({ ...one, AcceptSecurityIdentifierInformation: false })) }),
    expect: noClaims,
  },
  {
    id: 'O-32',
    name: 'sid-of-another-user',
    kinds: actAs,
    spoil: outer({ nameid: user('mary').sid }),
    expect: ambiguous,
  },
];

const guid = user('mary', 'cloud').guid;

/** O-30, O-31, O-34: the user who signed in, and what was granted. */
const grantedCases: readonly TokenCase[] = [
  { id: 'O-30', name: 'upn-unknown', kinds: ['user'], spoil: claim({ upn: 'ghost@acme.test' }), expect: nobody },
  { id: 'O-30', name: 'oid-unknown', kinds: ['user'], place: 'cloud', spoil: claim({ oid: otherTenantId }), expect: nobody },
  {
    id: 'O-30',
    name: 'upn-disabled',
    kinds: ['user'],
    spoil: claim({ upn: 'off@acme.test' }),
    expect: { ...nobody, check: 'token.account' },
  },
  {
    id: 'O-29',
    name: 'upn-missing',
    kinds: ['user'],
    spoil: claim({ upn: undefined }),
    twin: claim({ upn: undefined, unique_name: 'joe@acme.test' }),
    expect: noClaims,
  },
  { id: 'O-29', name: 'oid-missing', kinds: ['user'], place: 'cloud', spoil: claim({ oid: undefined, puid: undefined }), expect: noClaims },
  { id: 'O-31', name: 'oid-and-puid-apart', kinds: ['user'], place: 'cloud', spoil: claim({ oid: guid }), expect: ambiguous },
  {
    id: 'O-34',
    name: 'scp-insufficient',
    kinds: ['user'],
    spoil: claim({ scp: 'Mail.Read Calendars.Read' }),
    twin: claim({ scp: 'openid user_impersonation' }),
    expect: {
      code: 'scope-insufficient',
      check: 'token.scope',
      number: 2_000_008,
      text: 'The token contains not enough scope to make this call.',
    },
  },
  {
    id: 'O-34',
    name: 'scp-empty',
    kinds: ['user'],
    spoil: claim({ scp: '' }),
    expect: {
      code: 'scope-missing',
      check: 'token.scope',
      number: 2_000_008,
      text: 'The token contains no scope information, or scope can not be understood.',
    },
  },
  {
    id: 'O-34',
    name: 'scp-absent',
    kinds: ['user'],
    spoil: claim({ scp: undefined }),
    expect: { code: 'scope-missing', check: 'token.role', number: 2_000_008 },
  },
  {
    id: 'O-34',
    name: 'roles-absent',
    kinds: ['app'],
    spoil: claim({ roles: undefined }),
    expect: { code: 'scope-missing', check: 'token.role', number: 2_000_008 },
  },
  {
    id: 'O-34',
    name: 'roles-insufficient',
    kinds: ['app'],
    spoil: claim({ roles: ['Mail.Read'] }),
    twin: claim({ roles: ['Mail.Read', 'full_access_as_app'] }),
    expect: { code: 'scope-insufficient', check: 'token.role', number: 2_000_008 },
  },
];

/** Of an application that signs for itself. */
const partnerCases: readonly TokenCase[] = [
  {
    id: 'O-27',
    name: 'partner-names-another-application',
    kinds: ['s2s-app'],
    spoil: asPartner({ nameid: `${exchangeAppId}@acme.test` }),
    twin: asPartner({}),
    expect: { code: 'application-nameid', check: 'token.application', number: 2_000_006 },
  },
  {
    id: 'O-14',
    name: 'partner-means-another-organisation',
    kinds: ['s2s-app'],
    spoil: asPartner({ aud: `${exchangeAppId}/${acme.hosts.web}@other.test` }),
    twin: asPartner({}),
    expect: { code: 'tenant-realm-unknown', check: 'token.tenant', number: 2_000_004 },
  },
  {
    id: 'O-18',
    name: 'partner-with-key-of-the-auth-server',
    kinds: ['s2s-app'],
    spoil: (draft) => {
      asPartner({})(draft);
      draft.signed.signer = 'issuer';
    },
    twin: asPartner({}),
    expect: { code: 'invalid-signature', check: 'token.signature', number: 2_000_000 },
  },
];

function asPartner(claims: Readonly<Record<string, string>>): NonNullable<TokenCase['spoil']> {
  return (draft) => {
    const name = `${partnerId}@acme.test`;
    claim({ iss: name, nameid: name, aud: `${exchangeAppId}/${acme.hosts.web}@acme.test`, identityprovider: undefined, ...claims })(draft);
    draft.signed.signer = 'partner';
    delete draft.signed.header['x5t'];
  };
}

export const userCases: readonly TokenCase[] = [...outerCases, ...assertedCases, ...grantedCases, ...partnerCases];
