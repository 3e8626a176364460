import { exchangeAppId } from '../../../domain/trust/well-known.ts';
import { claim, type DraftFacts, type ExpectedRefusal, finish, later, type Need, outer, type TokenDefect } from './defect.ts';

const skypeAppId = '00000004-0000-0ff1-ce00-000000000000';
const activeDirectory = 'urn:office:idp:activedirectory';
const microsoftOnline = 'urn:federation:MicrosoftOnline';
/** Nobody of any world has this address, this object id and this network id. */
const ghost = { address: 'ghost@nobody.test', oid: '99999999-0000-4000-8000-00000000dead', netId: '0123456789ABCDEF' };

const invalidToken = { status: 401, number: 2_000_001 } as const;
const nobody: ExpectedRefusal = {
  status: 401,
  code: 'user-not-found',
  check: 'token.user',
  number: 2_000_005,
  text: 'The user specified by the user-context in the token does not exist.',
};
const withoutAccount: ExpectedRefusal = { ...nobody, check: 'token.account' };
const ambiguous: ExpectedRefusal = {
  status: 401,
  code: 'user-ambiguous',
  check: 'token.user',
  number: 2_000_005,
  text: 'The user specified by the user-context in the token is ambiguous.',
};
const noClaims = { ...invalidToken, code: 'no-user-claims', check: 'token.user-claims' } as const;
const actAs = ['s2s-act-as'] as const;

/** O-23 to O-26: the outer token and what is around it. */
const outerDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'outer-signed', id: 'O-23', title: 'The outer token is signed', kinds: actAs },
    spoil: (draft) => {
      if (draft.outer === undefined) return;
      draft.outer.header['alg'] = 'RS256';
      draft.outer.signer = 'issuer';
    },
    expect: { ...invalidToken, code: 'user-context-signed', check: 'token.outer-unsigned' },
  },
  {
    slug: 'outer-alg-none-with-signature',
    id: 'O-23',
    title: 'The outer token has alg none and something for a signature',
    kinds: actAs,
    spoil: finish((token) => `${token}AAAA`),
    expect: { ...invalidToken, code: 'user-context-signed', check: 'token.outer-unsigned' },
  },
  {
    ...{ slug: 'outer-iss-application-other', id: 'O-24', title: 'Another application than the actor asserts the user', kinds: actAs },
    spoil: outer(({ tenantId }) => ({ iss: `${skypeAppId}@${tenantId}` })),
    expect: { ...invalidToken, code: 'outer-issuer-invalid', check: 'token.outer-issuer' },
  },
  {
    ...{ slug: 'outer-iss-missing', id: 'O-24', title: 'The outer token has no issuer', kinds: actAs },
    spoil: outer({ iss: undefined }),
    expect: { ...invalidToken, code: 'issuer-missing', check: 'token.outer-issuer' },
  },
  {
    ...{ slug: 'outer-iss-realm-other', id: 'O-25', title: 'The outer token is of another organisation', kinds: actAs },
    spoil: outer(({ otherTenantId }) => ({ iss: `${exchangeAppId}@${otherTenantId}` })),
    twin: outer(({ organization }) => ({ iss: `${exchangeAppId}@${organization.domains[0]}`, aud: 'anything' })),
    expect: { ...invalidToken, code: 'outer-realm-invalid', check: 'token.outer-realm' },
  },
  {
    ...{ slug: 'actor-nested', id: 'O-26', title: 'An actor token inside the actor token', kinds: actAs },
    spoil: claim({ actortoken: 'e30.e30.' }),
    expect: { ...invalidToken, code: 'claim-value-invalid', check: 'token.actor' },
  },
  {
    ...{ slug: 'actor-no-text', id: 'O-26', title: 'The actor token is a number', kinds: actAs },
    spoil: outer({ actortoken: 5 }),
    expect: { ...invalidToken, code: 'claim-value-invalid', check: 'token.actor' },
  },
  {
    ...{ slug: 'outer-exp-past', id: 'O-04', title: 'The outer token has expired', kinds: actAs },
    spoil: outer((facts) => ({ nbf: later(facts, -900), exp: later(facts, -301) })),
    twin: outer((facts) => ({ nbf: later(facts, -900), exp: later(facts, -300) })),
    expect: { status: 401, code: 'token-expired', check: 'token.outer-lifetime', number: 2_000_002, text: 'The token has expired.' },
  },
];

/** A user by the mail address alone. */
const byMail = (address: string | undefined) => ({ nameid: undefined, upn: undefined, sip: undefined, smtp: address });
const other = ({ others }: DraftFacts, need: Need) => others[need];

/** O-29 to O-32: the user whom an application asserts. */
const assertedDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'nii-missing', id: 'O-29', title: 'No nii', kinds: actAs },
    spoil: outer({ nii: undefined }),
    expect: { ...invalidToken, code: 'claim-missing', check: 'token.user-claims' },
  },
  {
    ...{ slug: 'nii-unknown', id: 'O-29', title: 'An nii that means nothing', kinds: actAs },
    spoil: outer({ nii: 'urn:office:idp:contoso' }),
    expect: noClaims,
  },
  {
    ...{ slug: 'user-claims-missing', id: 'O-29', title: 'Nothing names the user', kinds: actAs },
    spoil: outer({ nameid: undefined, upn: undefined, smtp: undefined, sip: undefined }),
    twin: outer({ nameid: undefined, upn: undefined }),
    expect: noClaims,
  },
  {
    ...{ slug: 'user-unknown', id: 'O-30', title: 'A user whom nobody knows', kinds: actAs },
    spoil: outer({ nameid: undefined, upn: ghost.address, smtp: ghost.address }),
    expect: nobody,
  },
  {
    ...{ slug: 'user-half-unknown', id: 'O-30', title: 'One claim names the user, another one nobody', kinds: actAs },
    spoil: outer({ sip: ghost.address }),
    expect: nobody,
  },
  {
    ...{ slug: 'net-id-unknown', id: 'O-30', title: 'A network id that nobody has', kinds: actAs },
    spoil: outer({ nii: microsoftOnline, nameid: ghost.netId }),
    twin: outer((facts) => ({ nii: microsoftOnline, nameid: facts.user?.netId.toLowerCase() })),
    expect: nobody,
  },
  {
    ...{ slug: 'group-as-user', id: 'O-30', title: 'The user is a group', kinds: actAs, needs: 'group' },
    spoil: outer((facts) => byMail(other(facts, 'group')?.primaryAddress)),
    expect: withoutAccount,
  },
  {
    ...{ slug: 'account-disabled', id: 'O-30', title: "The user's account is disabled", kinds: actAs, needs: 'disabled-account' },
    spoil: outer((facts) => byMail(other(facts, 'disabled-account')?.primaryAddress)),
    expect: withoutAccount,
  },
  {
    ...{ slug: 'claims-point-apart', id: 'O-31', title: 'smtp is the address of another user', kinds: actAs, needs: 'another-user' },
    spoil: outer((facts) => ({ smtp: other(facts, 'another-user')?.primaryAddress })),
    expect: ambiguous,
  },
  {
    ...{ slug: 'sid-malformed', id: 'O-32', title: 'The SID is a word (where SIDs are accepted)', kinds: actAs },
    spoil: outer({ nii: activeDirectory, nameid: 'joe' }),
    expect: {
      ...{ ...invalidToken, code: 'claim-value-invalid', check: 'token.user-claims' },
      text: "The token has invalid value 'joe' for the claim type 'nameid'.",
    },
  },
  {
    ...{
      slug: 'sid-of-another-user',
      id: 'O-32',
      title: 'The SID is that of another user (where SIDs are accepted)',
      kinds: actAs,
      needs: 'another-user',
    },
    spoil: outer((facts) => ({ nii: activeDirectory, nameid: other(facts, 'another-user')?.sid })),
    expect: ambiguous,
  },
];

const user = ['user'] as const;
const noScope: Omit<ExpectedRefusal, 'check'> = {
  status: 401,
  code: 'scope-missing',
  number: 2_000_008,
  text: 'The token contains no scope information, or scope can not be understood.',
};
const littleScope: Omit<ExpectedRefusal, 'check'> = {
  status: 401,
  code: 'scope-insufficient',
  number: 2_000_008,
  text: 'The token contains not enough scope to make this call.',
};

/** O-30, O-31, O-34: the user who signed in, and what was granted. */
const grantedDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'upn-unknown', id: 'O-30', title: 'A user whom nobody knows', kinds: user, place: 'on-premises' },
    spoil: claim({ upn: ghost.address }),
    expect: nobody,
  },
  {
    ...{ slug: 'oid-unknown', id: 'O-30', title: 'An object id that nobody has', kinds: user, place: 'cloud' },
    spoil: claim({ oid: ghost.oid }),
    expect: nobody,
  },
  {
    slug: 'upn-disabled',
    id: 'O-30',
    title: "The user's account is disabled",
    kinds: user,
    place: 'on-premises',
    needs: 'disabled-account',
    spoil: claim((facts) => ({ upn: other(facts, 'disabled-account')?.userPrincipalName ?? undefined })),
    expect: withoutAccount,
  },
  {
    ...{ slug: 'upn-missing', id: 'O-29', title: 'Nothing names the user', kinds: user, place: 'on-premises' },
    spoil: claim({ upn: undefined, unique_name: undefined, onprem_sid: undefined }),
    twin: claim((facts) => ({ upn: undefined, unique_name: facts.user?.userPrincipalName ?? undefined })),
    expect: noClaims,
  },
  {
    ...{ slug: 'oid-missing', id: 'O-29', title: 'Nothing names the user', kinds: user, place: 'cloud' },
    spoil: claim({ oid: undefined, puid: undefined }),
    expect: noClaims,
  },
  {
    slug: 'oid-and-puid-apart',
    id: 'O-31',
    title: 'The object id is that of another user',
    kinds: user,
    place: 'cloud',
    needs: 'another-user',
    spoil: claim((facts) => ({ oid: other(facts, 'another-user')?.guid })),
    expect: ambiguous,
  },
  {
    ...{ slug: 'scp-insufficient', id: 'O-34', title: 'Permissions of Graph, none of EWS', kinds: user },
    spoil: claim({ scp: 'Mail.Read Calendars.Read' }),
    twin: claim({ scp: 'openid user_impersonation' }),
    expect: { ...littleScope, check: 'token.scope' },
  },
  {
    ...{ slug: 'scp-empty', id: 'O-34', title: 'No permission', kinds: user },
    spoil: claim({ scp: '' }),
    expect: { ...noScope, check: 'token.scope' },
  },
  {
    ...{ slug: 'scp-absent', id: 'O-34', title: "No scp: it looks like an application's token, without roles", kinds: user },
    spoil: claim({ scp: undefined }),
    expect: { ...noScope, check: 'token.role' },
  },
  {
    ...{ slug: 'roles-absent', id: 'O-34', title: 'No role', kinds: ['app'] },
    spoil: claim({ roles: undefined }),
    expect: { ...noScope, check: 'token.role' },
  },
  {
    ...{ slug: 'roles-insufficient', id: 'O-34', title: 'A role of Graph, none of EWS', kinds: ['app'] },
    spoil: claim({ roles: ['Mail.Read'] }),
    twin: claim({ roles: ['Mail.Read', 'full_access_as_app'] }),
    expect: { ...littleScope, check: 'token.role' },
  },
];

/** What can be wrong with the user in a token, and with what was granted. */
export const userDefects: readonly TokenDefect[] = [...outerDefects, ...assertedDefects, ...grantedDefects];
