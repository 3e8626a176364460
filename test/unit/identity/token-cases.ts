import { access, claim, everyToken as every, outer, s2s } from '../../../shared/bridges/authority/defects/defect.ts';
import { acsAppId, exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { defectCases, type TokenCase } from './token-case.ts';
import { authCertificate, now, otherTenantId, partnerId, type Trust } from './token-lab.ts';

const unloaded = { code: 'unexpected', check: 'token.configuration', number: 2_000_007, status: 500 } as const;
const unknownIssuer = { code: 'issuer-unknown', check: 'token.issuer', number: 2_000_001 } as const;
const unknownApplication = { code: 'application-unknown', check: 'token.application', number: 2_000_006 } as const;
const unknownRealm = { code: 'tenant-realm-unknown', check: 'token.tenant', number: 2_000_004 } as const;

/** O-12, O-14, O-27, O-32, O-35, O-38: what the organisation is like, or what is in front of it. */
const configurationCases: readonly TokenCase[] = [
  {
    id: 'O-08',
    name: 'host-rewritten-by-a-proxy',
    kinds: s2s,
    place: 'acme',
    ground: { requestAuthority: 'mail.acme.test:8443' },
    expect: { code: 'audience-host-invalid', check: 'token.audience-host', number: 2_000_003 },
  },
  {
    id: 'O-12',
    name: 'auth-server-disabled',
    kinds: every,
    place: 'acme',
    misconfigure: servers((server) => ({ ...server, Enabled: false })),
    expect: unknownIssuer,
  },
  {
    id: 'O-14',
    name: 'realm-of-another-tenant',
    kinds: s2s,
    place: 'acme',
    spoil: claim(({ host }) => ({
      iss: `${acsAppId}@${otherTenantId}`,
      aud: `${exchangeAppId}/${host}@${otherTenantId}`,
      nameid: `${exchangeAppId}@${otherTenantId}`,
    })),
    misconfigure: servers((server) => (server.Type === 'MicrosoftACS' ? { ...server, Realm: '' } : server)),
    expect: unknownRealm,
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
    id: 'O-27',
    name: 'partner-disabled',
    kinds: s2s,
    place: 'acme',
    misconfigure: partners({ Enabled: false }),
    expect: unknownApplication,
  },
  {
    id: 'O-27',
    name: 'partner-without-auth-server',
    kinds: s2s,
    place: 'acme',
    misconfigure: partners({ UseAuthServer: false }),
    expect: unknownApplication,
  },
  {
    id: 'O-32',
    name: 'sid-not-accepted',
    kinds: ['s2s-act-as'],
    place: 'acme',
    spoil: outer({ upn: undefined, smtp: undefined }),
    misconfigure: partners({ AcceptSecurityIdentifierInformation: false }),
    expect: { code: 'no-user-claims', check: 'token.user-claims', number: 2_000_001 },
  },
  {
    id: 'O-35',
    name: 'oauth-switched-off',
    kinds: every,
    place: 'acme',
    misconfigure: () => ({ oauth: false }),
    expect: { code: 'bearer-not-offered', check: 'token.offered' },
  },
  {
    id: 'O-38',
    name: 'auth-config-absent',
    kinds: every,
    place: 'acme',
    misconfigure: () => ({ authConfig: undefined }),
    expect: unloaded,
  },
  {
    id: 'O-38',
    name: 'auth-config-without-service-name',
    kinds: every,
    place: 'acme',
    misconfigure: ({ authConfig }) => ({ authConfig: authConfig === undefined ? undefined : { ...authConfig, ServiceName: '' } }),
    expect: unloaded,
  },
  {
    id: 'O-38',
    name: 'auth-certificate-missing',
    kinds: every,
    place: 'acme',
    misconfigure: () => ({ certificates: [] }),
    expect: unloaded,
  },
  {
    id: 'O-38',
    name: 'auth-certificate-expired',
    kinds: every,
    place: 'acme',
    misconfigure: () => ({ certificates: [{ ...authCertificate, NotAfter: now - 1 }] }),
    expect: unloaded,
  },
];

/** Of an application that signs for itself. */
const partnerCases: readonly TokenCase[] = [
  {
    id: 'O-27',
    name: 'partner-names-another-application',
    kinds: ['s2s-app'],
    place: 'acme',
    spoil: asPartner({ nameid: `${exchangeAppId}@acme.test` }),
    twin: asPartner({}),
    expect: { code: 'application-nameid', check: 'token.application', number: 2_000_006 },
  },
  {
    id: 'O-14',
    name: 'partner-means-another-organisation',
    kinds: ['s2s-app'],
    place: 'acme',
    spoil: (draft, facts) => asPartner({ aud: `${exchangeAppId}/${facts.host}@other.test` })(draft, facts),
    twin: asPartner({}),
    expect: unknownRealm,
  },
  {
    id: 'O-18',
    name: 'partner-with-key-of-the-auth-server',
    kinds: ['s2s-app'],
    place: 'acme',
    spoil: (draft, facts) => {
      asPartner({})(draft, facts);
      draft.signed.signer = 'issuer';
    },
    twin: asPartner({}),
    expect: { code: 'invalid-signature', check: 'token.signature', number: 2_000_000 },
  },
];

function servers(change: (server: Trust['servers'][number]) => Trust['servers'][number]): NonNullable<TokenCase['misconfigure']> {
  return (trust) => ({ servers: trust.servers.map(change) });
}

function partners(change: Partial<Trust['partners'][number]>): NonNullable<TokenCase['misconfigure']> {
  return (trust) => ({ partners: trust.partners.map((partner) => ({ ...partner, ...change })) });
}

function asPartner(claims: Readonly<Record<string, string>>): NonNullable<TokenCase['spoil']> {
  return (draft, { host, partner }) => {
    const name = `${partnerId}@acme.test`;
    claim({ iss: name, nameid: name, aud: `${exchangeAppId}/${host}@acme.test`, identityprovider: undefined, ...claims })(draft);
    draft.signed.signer = partner;
    delete draft.signed.header['x5t'];
  };
}

/** Every case in which a token is refused. */
export const tokenCases: readonly TokenCase[] = [...defectCases, ...configurationCases, ...partnerCases];
