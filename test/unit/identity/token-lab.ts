import { createHash, generateKeyPairSync } from 'node:crypto';
import { authenticateBearer, type BearerGround, type BearerOutcome } from '../../../shared/bridges/access/bearer.ts';
import { assemble, type SigningPair, type TokenDraft } from '../../../shared/bridges/authority/defects/draft.ts';
import type { TokenKind } from '../../../shared/domain/identity/tokens/checks.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { type OrganizationConfig, organizationConfigs } from '../../../shared/domain/organization/organization-config.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { directoryKinds } from '../../../shared/domain/organization/virtual-directory-kinds.ts';
import { type AuthConfig, authConfigName, authConfigs } from '../../../shared/domain/trust/auth-config.ts';
import { type AuthServer, authServers } from '../../../shared/domain/trust/auth-servers.ts';
import {
  authCertificateSubject,
  type ExchangeCertificate,
  exchangeCertificates,
} from '../../../shared/domain/trust/exchange-certificates.ts';
import { type PartnerApplication, partnerApplications } from '../../../shared/domain/trust/partner-applications.ts';
import { acsAppId, exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { issueSelfSigned } from '../../../shared/net/self-signed.ts';
import { recipient } from '../../contracts/directory/recipients.ts';
import { cloud as online, acme as onPremises, openLab } from '../access/lab.ts';
import type { CaseFacts } from './token-case.ts';

export const tenantId = '11111111-2222-4333-8444-555555555555' as Guid;
export const otherTenantId = '99999999-2222-4333-8444-555555555555' as Guid;
export const clientId = 'c0c0c0c0-0000-4000-8000-000000000001';
/** An application that signs for itself, of the organisation's own realm. */
export const partnerId = '00000004-0000-0ff1-ce00-000000000000';
export const issuerOfTenant = `https://sts.windows.net/${tenantId}/`;
/** 2026-11-21T12:00:00Z */
export const now = 1_795_262_400_000;
const nowSeconds = now / 1_000;
export const fromNow = (seconds: number): number => nowSeconds + seconds;

export const acme = onPremises;
const cloud: Organization = { ...online, tenantId };
const other: Organization = {
  ...online,
  name: 'other-cloud',
  tenantId: otherTenantId,
  domains: ['other.test'],
  hosts: { web: 'outlook.other.test', autodiscover: 'autodiscover-s.other.test', redirectOnly: [] },
};

const accounts = [
  recipient('mary', { addresses: ['SMTP:mary@acme.test', 'SIP:call-mary@acme.test'] }),
  recipient('joe', { type: 'RemoteUserMailbox', targetAddress: 'joe@acme.mail.test' }),
  recipient('off', { enabled: false }),
  recipient('team', { type: 'MailUniversalDistributionGroup', userPrincipalName: null }),
];
/** Directory synchronisation brings the on-premises SID to the cloud. */
const synchronised = accounts.map(({ alias, sid, enabled, type }) => {
  const there = alias === 'joe' ? 'UserMailbox' : type === 'UserMailbox' ? 'MailUser' : type;
  return recipient(alias, { organization: 'cloud', sid, enabled, type: there });
});

export const user = (alias: string, organization: 'acme' | 'cloud' = 'acme') => {
  const found = (organization === 'acme' ? accounts : synchronised).find((one) => one.alias === alias);
  if (found === undefined) throw new Error(`no ${alias}`);
  return found;
};

/** The keys of issuer and stranger, an older one of the issuer's, and that of a partner application. */
type LabKeys = Readonly<Record<'issuer' | 'previous' | 'partner' | 'stranger', SigningPair>>;

/** What an organisation trusts; a case may change it. */
export interface Trust {
  readonly authConfig: AuthConfig | undefined;
  readonly servers: readonly AuthServer[];
  readonly partners: readonly PartnerApplication[];
  readonly certificates: readonly ExchangeCertificate[];
  readonly config: Partial<OrganizationConfig>;
  readonly oauth: boolean;
}

/** It signs nothing here; that it is there is enough. */
export const authCertificate: ExchangeCertificate = {
  ...{ Thumbprint: 'A'.repeat(40), Subject: authCertificateSubject, FriendlyName: '', certificate: '', privateKey: '' },
  ...{ NotBefore: now - 86_400_000, NotAfter: now + 86_400_000 },
};

/** Where a token is brought to. */
export type Place = 'acme' | 'cloud';

export interface TokenLab {
  readonly keys: LabKeys;
  /** What changes of a good token go by. */
  facts(place?: Place): CaseFacts;
  trust(): Trust;
  /** What a token is judged by at a place. */
  ground(place?: Place, trust?: Trust): BearerGround;
  /** A good token of a kind, not yet put together, for Exchange on-premises or in the cloud. */
  draft(kind: TokenKind, place?: Place): TokenDraft;
  present(token: string, options?: { place?: Place; trust?: Trust; ground?: Partial<BearerGround> }): Promise<BearerOutcome>;
  send(draft: TokenDraft, options?: { place?: Place; trust?: Trust; ground?: Partial<BearerGround> }): Promise<BearerOutcome>;
  close(): Promise<void>;
}

export async function openTokenLab(): Promise<TokenLab> {
  const lab = await openLab([acme, cloud, other], [...accounts, ...synchronised]);
  const keys = { issuer: await makeKey(), previous: await makeKey(), partner: await makeKey(), stranger: await makeKey() };
  const organizations = await lab.registry.current();
  const ground: TokenLab['ground'] = (place = 'acme', trust = trustOf(keys)) => {
    const organization = place === 'acme' ? acme : cloud;
    const settings = settingsOf(trust);
    const host = organization.hosts.web;
    return {
      point: { organization, settings, virtualDirectory: 'WebServicesVirtualDirectory', host },
      organizations,
      settings,
      directory: lab.directory(organization.name),
      requestAuthority: host,
      byName: true,
      at: now,
    };
  };
  const present: TokenLab['present'] = (token, options = {}) =>
    authenticateBearer(token === '' ? 'Bearer' : `Bearer ${token}`, { ...ground(options.place, options.trust), ...options.ground });
  return {
    keys,
    trust: () => trustOf(keys),
    ground,
    facts: (place = 'acme') => factsOf(place, keys),
    draft: (kind, place = 'acme') => draftOf(kind, place, keys),
    present,
    send: (draft, options) => present(assemble(draft, keys), options),
    close: () => lab.close(),
  };
}

function factsOf(place: Place, { issuer, stranger, partner }: LabKeys): CaseFacts {
  const organization = place === 'acme' ? acme : cloud;
  const others = { 'another-user': user('mary', place), 'disabled-account': user('off', place), group: user('team', place) };
  const keys = { issuer, stranger };
  return { at: now, organization, tenantId, otherTenantId, host: organization.hosts.web, keys, user: user('joe', place), others, partner };
}

async function makeKey(): Promise<SigningPair> {
  const privateKey = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { certificate } = await issueSelfSigned({ subject: 'CN=a key', notBefore: now, notAfter: now + 86_400_000, privateKey });
  return { x5t: createHash('sha1').update(Buffer.from(certificate, 'base64')).digest('base64url'), certificate, privateKey };
}

function trustOf({ issuer, partner }: LabKeys): Trust {
  const server = {
    AuthMetadataUrl: '',
    TokenIssuingEndpoint: '',
    AuthorizationEndpoint: '',
    DomainName: ['acme.test'],
    IsDefaultAuthorizationEndpoint: false,
    ApplicationIdentifier: '',
    Enabled: true,
    keys: [{ x5t: issuer.x5t, certificate: issuer.certificate }],
    refreshed: now - 86_400_000,
  };
  const application = { AcceptSecurityIdentifierInformation: true, AuthMetadataUrl: '', LinkedAccount: '', Enabled: true, keys: [] };
  return {
    authConfig: {
      ServiceName: exchangeAppId,
      Realm: '',
      CurrentCertificateThumbprint: authCertificate.Thumbprint,
      PreviousCertificateThumbprint: '',
      NextCertificateThumbprint: '',
      NextCertificateEffectiveDate: null,
    },
    servers: [
      { ...server, Name: 'ACS', Type: 'MicrosoftACS', IssuerIdentifier: acsAppId, Realm: tenantId },
      { ...server, Name: 'EvoSTS', Type: 'AzureAD', IssuerIdentifier: issuerOfTenant, Realm: tenantId },
    ],
    partners: [
      { ...application, Name: 'Exchange Online', ApplicationIdentifier: exchangeAppId, Realm: '', UseAuthServer: true },
      {
        ...application,
        Name: 'Partner',
        ApplicationIdentifier: partnerId,
        Realm: 'acme.test',
        UseAuthServer: false,
        keys: [{ x5t: partner.x5t, certificate: partner.certificate }],
      },
    ],
    certificates: [authCertificate],
    config: {},
    oauth: true,
  };
}

function settingsOf({ authConfig, servers, partners, certificates, config, oauth }: Trust): Settings {
  const directory = { Server: 'EX', Name: directoryKinds.WebServicesVirtualDirectory.name, BasicAuthentication: true };
  const objects: readonly (readonly [kind: string, name: string, value: object | undefined])[] = [
    [authConfigs.kind, authConfigName, authConfig],
    ...servers.map((value) => [authServers.kind, value.Name, value] as const),
    ...partners.map((value) => [partnerApplications.kind, value.Name, value] as const),
    ...certificates.map((value) => [exchangeCertificates.kind, value.Thumbprint, value] as const),
    [organizationConfigs.kind, 'Organization Configuration', config],
    ['WebServicesVirtualDirectory', directory.Name, { ...directory, OAuthAuthentication: oauth }],
  ];
  const rows = objects.flatMap(([kind, name, value]) =>
    value === undefined
      ? []
      : [{ id: name, organization: '', kind, identity: name.toLowerCase(), name, value, version: 1, created: 0, modified: 0 }],
  );
  return {
    get: (kind, identity) => rows.find((row) => row.kind === kind && row.identity === identity.toLowerCase()),
    list: (kind) => rows.filter((row) => row.kind === kind),
  };
}

function draftOf(kind: TokenKind, place: Place, { issuer }: LabKeys): TokenDraft {
  const host = place === 'acme' ? acme.hosts.web : cloud.hosts.web;
  const header = { typ: 'JWT', alg: 'RS256', x5t: issuer.x5t };
  const unchanged = (token: string): string => token;
  const base = { kind, touch: unchanged, finish: unchanged };
  if (kind === 'user' || kind === 'app') {
    const { guid, netId } = user('joe', 'cloud');
    const shared = {
      aud: `https://${host}`,
      iss: issuerOfTenant,
      nbf: fromNow(-60),
      exp: fromNow(3_600),
      appid: clientId,
      tid: tenantId,
      ver: '1.0',
    };
    const own =
      kind === 'app'
        ? { idtyp: 'app', roles: ['full_access_as_app'] }
        : { scp: 'EWS.AccessAsUser.All', upn: 'joe@acme.test', oid: guid, puid: netId };
    return { ...base, signed: { header, claims: { ...shared, ...own }, signer: 'issuer' }, outer: undefined };
  }
  const actor = {
    aud: `${exchangeAppId}/${host}@${tenantId}`,
    iss: `${acsAppId}@${tenantId}`,
    nbf: String(fromNow(-60)),
    exp: String(fromNow(3_600)),
    nameid: `${exchangeAppId}@${tenantId}`,
    identityprovider: `${acsAppId}@${tenantId}`,
  };
  const outer = {
    iss: `${exchangeAppId}@${tenantId}`,
    aud: actor.aud,
    nbf: String(fromNow(-60)),
    exp: String(fromNow(3_600)),
    nameid: user('joe').sid,
    nii: 'urn:office:idp:activedirectory',
    upn: 'joe@acme.test',
    smtp: 'joe@acme.test',
  };
  return {
    ...base,
    signed: { header, claims: actor, signer: 'issuer' },
    outer: kind === 's2s-app' ? undefined : { header: { typ: 'JWT', alg: 'none' }, claims: outer, signer: 'nobody' },
  };
}
