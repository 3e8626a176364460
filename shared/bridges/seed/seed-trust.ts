import { createHash } from 'node:crypto';
import type { Organization } from '../../domain/organization/organization.ts';
import { setOrganizationConfig } from '../../domain/organization/organization-config.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { authConfigName, authConfigs } from '../../domain/trust/auth-config.ts';
import { type AuthServer, authServers, type TrustedKey } from '../../domain/trust/auth-servers.ts';
import { authCertificateSubject, type ExchangeCertificate, exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { federationCertificate } from '../../domain/trust/federation-trusts.ts';
import { partnerApplications } from '../../domain/trust/partner-applications.ts';
import { type SigningKey, signingKeys } from '../../domain/trust/signing-keys.ts';
import { acsAppId, authorityScope, exchangeAppId } from '../../domain/trust/well-known.ts';
import type { World } from '../../domain/world/world.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { issueSelfSigned } from '../../net/self-signed.ts';
import { acsTokenEndpoint, entraIssuer } from '../authority/urls.ts';
import { seedFederation } from './seed-federation.ts';
import { seedServicePrincipals } from './seed-principals.ts';

/** Where the private keys of a seed come from: PKCS #8, PEM, each another one. */
export interface KeySource {
  take(): Promise<string>;
}

/** The keys by which a world's authentication service and organisations begin. */
export interface TrustKeys {
  readonly signing: SigningKey;
  /** By organisation. */
  readonly certificates: ReadonlyMap<string, ExchangeCertificate>;
  /** By which all tenants of the cloud are federated; undefined in a world without the cloud. */
  readonly federation: ExchangeCertificate | undefined;
}

const dayMs = 86_400_000;
/** Life of the certificate that Setup makes (from memory). */
const certificateDays = 5 * 365;

/** Makes what a world's trust begins with. `anchor` lies before everything that happens in the world; certificates are older. */
export async function makeTrustKeys(world: World, anchor: Instant, keys: KeySource): Promise<TrustKeys> {
  const validity = { notBefore: anchor - dayMs, notAfter: anchor + certificateDays * dayMs };
  const issue = async (subject: string) => issueSelfSigned({ subject, ...validity, privateKey: await keys.take() });
  const own = async (Subject: string, FriendlyName: string): Promise<ExchangeCertificate> => {
    const { certificate, privateKey, thumbprint: Thumbprint } = await issue(Subject);
    return { Thumbprint, Subject, FriendlyName, NotBefore: validity.notBefore, NotAfter: validity.notAfter, certificate, privateKey };
  };
  const signing = await issue('CN=accounts.accesscontrol.windows.net');
  const certificates = new Map<string, ExchangeCertificate>();
  for (const { name } of world.organizations)
    certificates.set(name, await own(authCertificateSubject, authCertificateSubject.slice('CN='.length)));
  const hasCloud = world.organizations.some(({ kind }) => kind === 'cloud');
  const federation = hasCloud ? await own(federationCertificate.subject, federationCertificate.friendlyName) : undefined;
  const { certificate, privateKey } = signing;
  const x5t = createHash('sha1').update(Buffer.from(certificate, 'base64')).digest('base64url');
  return { signing: { x5t, certificate, privateKey, state: 'active', since: anchor }, certificates, federation };
}

/**
 * Writes what Setup, a new tenant and the authentication service begin with: its signing key, a certificate and an
 * authentication configuration for each organisation, and in the cloud whom Exchange Online trusts, how it is federated
 * and which applications there are. An organisation on-premises trusts nobody until its cmdlets say so.
 */
export async function seedTrust(
  tx: Transaction,
  world: World,
  organizations: readonly Organization[],
  { signing, certificates, federation }: TrustKeys,
  at: Instant,
): Promise<void> {
  await signingKeys.create(tx, authorityScope, signing.x5t, signing, at);
  if (federation !== undefined) await seedFederation(tx, organizations, { signing, federation }, at);
  for (const [position, organization] of organizations.entries()) {
    const { name, kind, tenantId } = organization;
    const certificate = certificates.get(name);
    if (certificate === undefined) throw new Error(`defect: no certificate was made for ${name}`);
    await exchangeCertificates.create(tx, name, certificate.Thumbprint, certificate, at);
    await authConfigs.create(tx, name, authConfigName, authConfigOf(tenantId, certificate), at);
    await setOrganizationConfig(tx, name, { OAuth2ClientProfileEnabled: kind === 'cloud' }, at);
    if (tenantId === undefined) continue;
    for (const server of tenantServers(organization, tenantId, signing, at)) await authServers.create(tx, name, server.Name, server, at);
    await partnerApplications.create(tx, name, exchangeOnline.Name, exchangeOnline, at);
    const applications = world.organizations[position]?.applications ?? [];
    await seedServicePrincipals(tx, organization, { certificate, applications }, at);
  }
}

function authConfigOf(tenantId: Guid | undefined, { Thumbprint }: ExchangeCertificate) {
  return {
    ServiceName: exchangeAppId,
    Realm: tenantId ?? '',
    CurrentCertificateThumbprint: Thumbprint,
    PreviousCertificateThumbprint: '',
    NextCertificateThumbprint: '',
    NextCertificateEffectiveDate: null,
  };
}

/** Callers from other organisations and from the tenant's own come as Exchange, with tokens of the tenant's auth server. */
const exchangeOnline = {
  Name: 'Exchange Online',
  ApplicationIdentifier: exchangeAppId,
  Realm: '',
  UseAuthServer: true,
  AcceptSecurityIdentifierInformation: true,
  AuthMetadataUrl: '',
  LinkedAccount: '',
  Enabled: true,
  keys: [],
};

const acsOrigin = 'https://accounts.accesscontrol.test';
const entraOrigin = 'https://login.microsoftonline.test';

/** The issuers that a tenant trusts from the start, as of the metadata of that moment. */
function tenantServers({ domains }: Organization, tenantId: Guid, { x5t, certificate }: SigningKey, at: Instant): readonly AuthServer[] {
  const keys: readonly TrustedKey[] = [{ x5t, certificate }];
  const shared = { DomainName: domains, ApplicationIdentifier: '', Enabled: true, keys, refreshed: at };
  return [
    {
      Name: 'ACS',
      Type: 'MicrosoftACS',
      IssuerIdentifier: acsAppId,
      Realm: tenantId,
      AuthMetadataUrl: `${acsOrigin}/${tenantId}/metadata/json/1`,
      TokenIssuingEndpoint: acsTokenEndpoint(acsOrigin, tenantId),
      AuthorizationEndpoint: '',
      IsDefaultAuthorizationEndpoint: false,
      ...shared,
    },
    {
      Name: 'EvoSTS',
      Type: 'AzureAD',
      IssuerIdentifier: entraIssuer(tenantId, 1),
      Realm: tenantId,
      AuthMetadataUrl: `${entraOrigin}/${tenantId}/federationmetadata/2007-06/federationmetadata.xml`,
      TokenIssuingEndpoint: `${entraOrigin}/${tenantId}/oauth2/token`,
      AuthorizationEndpoint: `${entraOrigin}/common/oauth2/authorize`,
      IsDefaultAuthorizationEndpoint: true,
      ...shared,
    },
  ];
}
