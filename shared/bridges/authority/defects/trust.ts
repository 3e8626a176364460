import { acsAppId, exchangeAppId } from '../../../domain/trust/well-known.ts';
import { access, claim, type DraftFacts, everyToken, s2s, type TokenDefect } from './defect.ts';

/** SharePoint (MS-SPS2SAUTH): an application that exists and is not meant. */
const sharePointAppId = '00000003-0000-0ff1-ce00-000000000000';
const nobodysIssuer = '00000005-0000-0000-c000-000000000000';

const invalidToken = { status: 401, number: 2_000_001 } as const;
const invalidResource = { status: 401, number: 2_000_003 } as const;
const invalidTenant = { status: 401, number: 2_000_004, check: 'token.tenant' } as const;

const audience = ({ host, tenantId }: DraftFacts, changes: { appId?: string; host?: string; realm?: string } = {}): string =>
  `${changes.appId ?? exchangeAppId}/${changes.host ?? host}@${changes.realm ?? tenantId}`;
const entraIssuer = (tenantId: string): string => `https://sts.windows.net/${tenantId}/`;

/** O-07 to O-10: for whom it is. */
const audienceDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'aud-without-realm', id: 'O-07', title: 'The audience names no realm', kinds: s2s },
    spoil: claim(({ host }) => ({ aud: `${exchangeAppId}/${host}` })),
    expect: { ...invalidResource, code: 'audience-without-realm', check: 'token.audience' },
  },
  {
    ...{ slug: 'aud-host-other', id: 'O-08', title: 'The audience names another host than the one that is asked', kinds: s2s },
    spoil: claim((facts) => ({ aud: audience(facts, { host: 'elsewhere.test' }) })),
    twin: claim((facts) => ({ aud: audience(facts, { host: facts.host.toUpperCase() }) })),
    expect: {
      ...{ ...invalidResource, code: 'audience-host-invalid', check: 'token.audience-host' },
      text: ({ host }) => `The hostname component of the audience claim value is invalid. Expected '${host}'. Actual 'elsewhere.test'.`,
    },
  },
  {
    ...{ slug: 'aud-port-other', id: 'O-08', title: 'The audience names another port', kinds: s2s },
    spoil: claim((facts) => ({ aud: audience(facts, { host: `${facts.host}:8443` }) })),
    twin: claim((facts) => ({ aud: audience(facts, { host: `${facts.host}:443` }) })),
    expect: { ...invalidResource, code: 'audience-host-invalid', check: 'token.audience-host' },
  },
  {
    ...{ slug: 'aud-other-application', id: 'O-09', title: 'The audience is SharePoint', kinds: s2s },
    spoil: claim((facts) => ({ aud: audience(facts, { appId: sharePointAppId }) })),
    expect: {
      ...{ ...invalidToken, code: 'audience-invalid', check: 'token.audience' },
      text: (facts) => `The audience claim value is invalid '${audience(facts, { appId: sharePointAppId })}'.`,
    },
    expectIn: { cloud: { number: 2_000_003 } },
  },
  {
    ...{ slug: 'aud-malformed', id: 'O-09', title: 'The audience is a word', kinds: everyToken },
    spoil: claim({ aud: 'exchange' }),
    expect: {
      ...{ ...invalidToken, code: 'audience-invalid', check: 'token.audience' },
      text: "The audience claim value is invalid 'exchange'.",
    },
    expectIn: { cloud: { number: 2_000_003 } },
  },
  {
    ...{ slug: 'aud-missing', id: 'O-09', title: 'No audience', kinds: everyToken },
    spoil: claim({ aud: undefined }),
    expect: { ...invalidToken, code: 'claim-missing', check: 'token.audience' },
  },
  {
    ...{ slug: 'aud-uri-other', id: 'O-10', title: 'The audience is the address of somebody else', kinds: access },
    spoil: claim({ aud: 'https://elsewhere.test' }),
    twin: claim({ aud: exchangeAppId }),
    expect: { ...invalidResource, code: 'audience-endpoint-mismatch', check: 'token.audience' },
  },
  {
    ...{ slug: 'aud-uri-plain-http', id: 'O-10', title: 'The audience is an address in plain http', kinds: access },
    spoil: claim(({ host }) => ({ aud: `http://${host}/` })),
    twin: claim(({ organization }) => ({ aud: `https://${organization.hosts.autodiscover}/` })),
    expect: { ...invalidToken, code: 'audience-invalid', check: 'token.audience' },
    expectIn: { cloud: { number: 2_000_003 } },
  },
];

const unknownIssuer = { ...invalidToken, code: 'issuer-unknown', check: 'token.issuer' } as const;

/** O-11 to O-15, O-41: by whom, and of which organisation. */
const issuerDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'iss-missing', id: 'O-11', title: 'No issuer', kinds: everyToken },
    spoil: claim({ iss: undefined }),
    expect: { ...invalidToken, code: 'issuer-missing', check: 'token.issuer' },
  },
  {
    ...{ slug: 'iss-malformed', id: 'O-12', title: 'The issuer names no realm', kinds: s2s },
    spoil: claim({ iss: acsAppId }),
    expect: { ...invalidToken, code: 'issuer-invalid', check: 'token.issuer' },
  },
  {
    ...{ slug: 'iss-unknown', id: 'O-12', title: 'An issuer whom nobody knows', kinds: s2s },
    spoil: claim(({ tenantId }) => ({ iss: `${nobodysIssuer}@${tenantId}` })),
    expect: unknownIssuer,
  },
  {
    ...{ slug: 'iss-of-another-tenant', id: 'O-12', title: 'The ACS of another tenant', kinds: s2s },
    spoil: claim(({ otherTenantId }) => ({ iss: `${acsAppId}@${otherTenantId}` })),
    twin: claim(({ tenantId }) => ({ iss: `${acsAppId}@${tenantId}`.toUpperCase() })),
    expect: unknownIssuer,
  },
  {
    ...{ slug: 'iss-uri-of-another-tenant', id: 'O-41', title: 'A token of another tenant', kinds: access },
    spoil: claim(({ otherTenantId }) => ({ iss: entraIssuer(otherTenantId), tid: otherTenantId })),
    expect: unknownIssuer,
  },
  {
    ...{ slug: 'iss-uri-without-slash', id: 'O-12', title: "The issuer without its last slash: not the issuer's name", kinds: access },
    spoil: claim(({ tenantId }) => ({ iss: entraIssuer(tenantId).slice(0, -1) })),
    expect: unknownIssuer,
  },
  {
    ...{ slug: 'aud-realm-other', id: 'O-13', title: 'The realms of audience and issuer differ', kinds: s2s },
    spoil: claim((facts) => ({ aud: audience(facts, { realm: facts.otherTenantId }) })),
    expect: { ...invalidToken, code: 'audience-realm-differs', check: 'token.audience-realm' },
  },
  {
    ...{ slug: 'tid-not-of-the-issuer', id: 'O-14', title: 'tid names another tenant than the issuer', kinds: access },
    spoil: claim(({ otherTenantId }) => ({ tid: otherTenantId })),
    expect: { ...invalidTenant, code: 'tenant-context-unknown' },
    expectIn: { cloud: { text: ({ otherTenantId }) => `The tenant for tenant guid '${otherTenantId}' does not exist.` } },
  },
  {
    ...{ slug: 'tid-missing', id: 'O-15', title: 'No tid', kinds: access },
    spoil: claim({ tid: undefined }),
    expect: { ...invalidTenant, code: 'tid-missing' },
  },
];

/** O-27, O-28: which application. */
const applicationDefects: readonly TokenDefect[] = [
  {
    ...{ slug: 'nameid-unknown', id: 'O-27', title: 'The actor is an application that is no partner', kinds: s2s },
    spoil: claim(({ tenantId }) => ({ nameid: `${sharePointAppId}@${tenantId}` })),
    expect: { status: 401, number: 2_000_006, code: 'application-unknown', check: 'token.application' },
  },
  {
    ...{ slug: 'nameid-missing', id: 'O-27', title: 'The actor has no name', kinds: s2s },
    spoil: claim({ nameid: undefined }),
    expect: { ...invalidToken, code: 'claim-missing', check: 'token.application' },
  },
  {
    ...{ slug: 'nameid-malformed', id: 'O-27', title: 'The name of the actor has no realm', kinds: s2s },
    spoil: claim({ nameid: exchangeAppId }),
    expect: { ...invalidToken, code: 'nameid-invalid', check: 'token.application' },
  },
  {
    ...{ slug: 'nameid-realm-other', id: 'O-28', title: 'The actor is of another realm than the issuer', kinds: s2s },
    spoil: claim(({ otherTenantId }) => ({ nameid: `${exchangeAppId}@${otherTenantId}` })),
    expect: { ...invalidToken, code: 'nameid-realm-invalid', check: 'token.application-realm' },
  },
  {
    ...{ slug: 'appid-missing', id: 'O-27', title: 'No appid', kinds: ['user'] },
    spoil: claim({ appid: undefined }),
    expect: { ...invalidToken, code: 'claim-missing', check: 'token.application' },
  },
  {
    ...{ slug: 'appid-malformed', id: 'O-27', title: 'appid is no GUID', kinds: access },
    spoil: claim({ appid: 'outlook' }),
    expect: {
      ...{ ...invalidToken, code: 'claim-value-invalid', check: 'token.application' },
      text: "The token has invalid value 'outlook' for the claim type 'appid'.",
    },
  },
];

/** What can be wrong with whom a token is for, who issued it and for which application. */
export const trustDefects: readonly TokenDefect[] = [...audienceDefects, ...issuerDefects, ...applicationDefects];
