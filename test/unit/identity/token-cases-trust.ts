import { acsAppId, exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { access, claim, every, s2s, type TokenCase } from './token-case.ts';
import { acme, issuerOfTenant, otherTenantId, type Trust, tenantId } from './token-lab.ts';

const invalid = (check: 'token.audience' | 'token.issuer' | 'token.application' | 'token.application-realm' | 'token.audience-realm') =>
  ({ check, number: 2_000_001 }) as const;
const host = acme.hosts.web;

/** O-07 to O-10: for whom it is. */
const audienceCases: readonly TokenCase[] = [
  {
    id: 'O-07',
    name: 'aud-without-realm',
    kinds: s2s,
    spoil: claim({ aud: `${exchangeAppId}/${host}` }),
    expect: { code: 'audience-without-realm', check: 'token.audience', number: 2_000_003 },
  },
  {
    id: 'O-07',
    name: 'aud-realm-empty',
    kinds: s2s,
    spoil: claim({ aud: `${exchangeAppId}/${host}@` }),
    expect: { code: 'audience-without-realm', check: 'token.audience', number: 2_000_003 },
  },
  {
    id: 'O-08',
    name: 'aud-host-other',
    kinds: s2s,
    spoil: claim({ aud: `${exchangeAppId}/other.acme.test@${tenantId}` }),
    twin: claim({ aud: `${exchangeAppId}/MAIL.Acme.TEST@${tenantId}` }),
    expect: {
      code: 'audience-host-invalid',
      check: 'token.audience-host',
      number: 2_000_003,
      text: "The hostname component of the audience claim value is invalid. Expected 'mail.acme.test'. Actual 'other.acme.test'.",
    },
  },
  {
    id: 'O-08',
    name: 'aud-port-other',
    kinds: s2s,
    spoil: claim({ aud: `${exchangeAppId}/${host}:8443@${tenantId}` }),
    twin: claim({ aud: `${exchangeAppId}/${host}:443@${tenantId}` }),
    expect: { code: 'audience-host-invalid', check: 'token.audience-host', number: 2_000_003 },
  },
  {
    id: 'O-08',
    name: 'host-rewritten-by-a-proxy',
    kinds: s2s,
    ground: { requestAuthority: 'mail.acme.test:8443' },
    expect: { code: 'audience-host-invalid', check: 'token.audience-host', number: 2_000_003 },
  },
  {
    id: 'O-09',
    name: 'aud-other-application',
    kinds: s2s,
    spoil: claim({ aud: `00000003-0000-0ff1-ce00-000000000000/${host}@${tenantId}` }),
    expect: {
      code: 'audience-invalid',
      ...invalid('token.audience'),
      text: `The audience claim value is invalid '00000003-0000-0ff1-ce00-000000000000/${host}@${tenantId}'.`,
    },
  },
  {
    id: 'O-09',
    name: 'aud-malformed',
    kinds: every,
    spoil: claim({ aud: 'exchange' }),
    expect: { code: 'audience-invalid', ...invalid('token.audience'), text: "The audience claim value is invalid 'exchange'." },
  },
  {
    id: 'O-09',
    name: 'aud-malformed-online',
    kinds: every,
    place: 'cloud',
    spoil: claim({ aud: 'exchange' }),
    expect: {
      code: 'audience-invalid',
      check: 'token.audience',
      number: 2_000_003,
      text: "The audience claim value is invalid 'exchange'.",
    },
  },
  {
    id: 'O-09',
    name: 'aud-missing',
    kinds: every,
    spoil: claim({ aud: undefined }),
    expect: { code: 'claim-missing', ...invalid('token.audience') },
  },
  {
    id: 'O-10',
    name: 'aud-uri-other',
    kinds: access,
    spoil: claim({ aud: 'https://outlook.office365.com' }),
    twin: claim({ aud: exchangeAppId }),
    expect: { code: 'audience-endpoint-mismatch', check: 'token.audience', number: 2_000_003 },
  },
  {
    id: 'O-10',
    name: 'aud-uri-plain-http',
    kinds: access,
    spoil: claim({ aud: `http://${host}/` }),
    twin: claim({ aud: `https://${acme.hosts.autodiscover}/` }),
    expect: { code: 'audience-invalid', ...invalid('token.audience') },
  },
];

/** O-11 to O-15, O-41: by whom, and of which organisation. */
const issuerCases: readonly TokenCase[] = [
  {
    id: 'O-11',
    name: 'iss-missing',
    kinds: every,
    spoil: claim({ iss: undefined }),
    expect: { code: 'issuer-missing', ...invalid('token.issuer') },
  },
  {
    id: 'O-12',
    name: 'iss-malformed',
    kinds: s2s,
    spoil: claim({ iss: acsAppId }),
    expect: { code: 'issuer-invalid', ...invalid('token.issuer') },
  },
  {
    id: 'O-12',
    name: 'iss-unknown',
    kinds: s2s,
    spoil: claim({ iss: `00000005-0000-0000-c000-000000000000@${tenantId}` }),
    expect: { code: 'issuer-unknown', ...invalid('token.issuer') },
  },
  {
    id: 'O-12',
    name: 'iss-of-another-tenant',
    kinds: s2s,
    spoil: claim({ iss: `${acsAppId}@${otherTenantId}` }),
    twin: claim({ iss: `${acsAppId}@${tenantId}`.toUpperCase() }),
    expect: { code: 'issuer-unknown', ...invalid('token.issuer') },
  },
  {
    id: 'O-12',
    name: 'iss-uri-of-another-tenant',
    kinds: access,
    spoil: claim({ iss: `https://sts.windows.net/${otherTenantId}/`, tid: otherTenantId }),
    expect: { code: 'issuer-unknown', ...invalid('token.issuer') },
  },
  {
    id: 'O-12',
    name: 'iss-uri-without-slash',
    kinds: access,
    spoil: claim({ iss: issuerOfTenant.slice(0, -1) }),
    expect: { code: 'issuer-unknown', ...invalid('token.issuer') },
  },
  {
    id: 'O-12',
    name: 'auth-server-disabled',
    kinds: every,
    misconfigure: servers((server) => ({ ...server, Enabled: false })),
    expect: { code: 'issuer-unknown', ...invalid('token.issuer') },
  },
  {
    id: 'O-13',
    name: 'aud-realm-other',
    kinds: s2s,
    spoil: claim({ aud: `${exchangeAppId}/${host}@${otherTenantId}` }),
    expect: { code: 'audience-realm-differs', ...invalid('token.audience-realm') },
  },
  {
    id: 'O-14',
    name: 'realm-of-another-tenant',
    kinds: s2s,
    spoil: claim({
      iss: `${acsAppId}@${otherTenantId}`,
      aud: `${exchangeAppId}/${host}@${otherTenantId}`,
      nameid: `${exchangeAppId}@${otherTenantId}`,
    }),
    misconfigure: servers((server) => (server.Type === 'MicrosoftACS' ? { ...server, Realm: '' } : server)),
    expect: { code: 'tenant-realm-unknown', check: 'token.tenant', number: 2_000_004 },
  },
  {
    id: 'O-14',
    name: 'tid-of-another-tenant',
    kinds: access,
    place: 'cloud',
    spoil: claim({ tid: otherTenantId, iss: `https://sts.windows.net/${otherTenantId}/` }),
    misconfigure: servers((server) =>
      server.Type === 'AzureAD' ? { ...server, IssuerIdentifier: 'https://sts.windows.net/{tenantid}/', Realm: '' } : server,
    ),
    expect: {
      code: 'tenant-context-unknown',
      check: 'token.tenant',
      number: 2_000_004,
      text: `The tenant for tenant guid '${otherTenantId}' does not exist.`,
    },
  },
  {
    id: 'O-14',
    name: 'tid-not-of-the-issuer',
    kinds: access,
    spoil: claim({ tid: otherTenantId }),
    expect: { code: 'tenant-context-unknown', check: 'token.tenant', number: 2_000_004 },
  },
  {
    id: 'O-15',
    name: 'tid-missing',
    kinds: access,
    spoil: claim({ tid: undefined }),
    expect: { code: 'tid-missing', check: 'token.tenant', number: 2_000_004 },
  },
];

const unknownApplication = { code: 'application-unknown', check: 'token.application', number: 2_000_006 } as const;

/** O-27, O-28: which application. O-35, O-38: what the server itself lacks. */
const applicationCases: readonly TokenCase[] = [
  {
    id: 'O-27',
    name: 'nameid-unknown',
    kinds: s2s,
    spoil: claim({ nameid: `00000003-0000-0ff1-ce00-000000000000@${tenantId}` }),
    expect: unknownApplication,
  },
  { id: 'O-27', name: 'partner-disabled', kinds: s2s, misconfigure: partners({ Enabled: false }), expect: unknownApplication },
  {
    id: 'O-27',
    name: 'partner-without-auth-server',
    kinds: s2s,
    misconfigure: partners({ UseAuthServer: false }),
    expect: unknownApplication,
  },
  {
    id: 'O-27',
    name: 'nameid-missing',
    kinds: s2s,
    spoil: claim({ nameid: undefined }),
    expect: { code: 'claim-missing', ...invalid('token.application') },
  },
  {
    id: 'O-27',
    name: 'nameid-malformed',
    kinds: s2s,
    spoil: claim({ nameid: exchangeAppId }),
    expect: { code: 'nameid-invalid', ...invalid('token.application') },
  },
  {
    id: 'O-28',
    name: 'nameid-realm-other',
    kinds: s2s,
    spoil: claim({ nameid: `${exchangeAppId}@${otherTenantId}` }),
    expect: { code: 'nameid-realm-invalid', ...invalid('token.application-realm') },
  },
  {
    id: 'O-27',
    name: 'appid-missing',
    kinds: ['user'],
    spoil: claim({ appid: undefined }),
    expect: { code: 'claim-missing', ...invalid('token.application') },
  },
  {
    id: 'O-27',
    name: 'appid-malformed',
    kinds: access,
    spoil: claim({ appid: 'outlook' }),
    expect: {
      code: 'claim-value-invalid',
      ...invalid('token.application'),
      text: "The token has invalid value 'outlook' for the claim type 'appid'.",
    },
  },
  {
    id: 'O-35',
    name: 'oauth-switched-off',
    kinds: every,
    misconfigure: () => ({ oauth: false }),
    expect: { code: 'bearer-not-offered', check: 'token.offered' },
  },
  {
    id: 'O-38',
    name: 'auth-config-absent',
    kinds: every,
    misconfigure: () => ({ authConfig: undefined }),
    expect: { code: 'unexpected', check: 'token.configuration', number: 2_000_007, status: 500 },
  },
];

function servers(change: (server: Trust['servers'][number]) => Trust['servers'][number]): NonNullable<TokenCase['misconfigure']> {
  return (trust) => ({ servers: trust.servers.map(change) });
}

function partners(change: Partial<Trust['partners'][number]>): NonNullable<TokenCase['misconfigure']> {
  return (trust) => ({ partners: trust.partners.map((partner) => ({ ...partner, ...change })) });
}

export const trustCases: readonly TokenCase[] = [...audienceCases, ...issuerCases, ...applicationCases];
