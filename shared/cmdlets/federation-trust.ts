import type { Transaction } from '../domain/organization/transaction.ts';
import { type ExchangeCertificate, exchangeCertificates } from '../domain/trust/exchange-certificates.ts';
import { federatedOrganizationName, federatedOrganizations } from '../domain/trust/federated-organization.ts';
import { type FederationInstance, federationInstances } from '../domain/trust/federation-instances.ts';
import { publishedCertificates, refreshedTrust } from '../domain/trust/federation-rollover.ts';
import { type FederationTrust, federationCertificate, federationTrusts } from '../domain/trust/federation-trusts.ts';
import { present } from '../kernel/assert.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound, requireShortName } from './config-object.ts';
import { makeCertificate, thumbprintGiven } from './exchange-certificate.ts';
import { readFederationDocument } from './federation-document.ts';
import { federationCertificateNotFound, openGateway, requireTrust } from './federation-gateway.ts';
import { requireOneSet, textGiven } from './given.ts';

const kinds: Cmdlet['kinds'] = ['on-premises'];

/**
 * `New-FederationTrust -Name "Microsoft Federation Gateway"`: an organisation's trust in the federation gateway, and its
 * certificate there. What the gateway's metadata says is kept until `Set-FederationTrust -RefreshMetadata`.
 */
export const federationTrust = {
  get: {
    kinds: ['on-premises', 'cloud'],
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: [],
    async run(scope, given) {
      const { organization, transaction } = scope;
      const identity = textGiven(given, 'Identity');
      const all = await transaction((tx) => federationTrusts.list(tx, organization.name));
      const found = all.filter(({ name }) => identity === undefined || name.toLowerCase() === identity.toLowerCase());
      if (identity !== undefined && found.length === 0) throw objectNotFound(organization, identity);
      return shown(
        scope,
        found.map(({ value }) => value),
      );
    },
  },
  new: {
    kinds,
    positional: 'Name',
    parameters: {
      Name: 'text',
      Thumbprint: 'text',
      MetadataUrl: 'text',
      UseLegacyProvisioningService: 'switch',
      SuppressDnsWarning: 'switch',
      SkipNamespaceProviderProvisioning: 'switch',
      ApplicationIdentifier: 'text',
      ApplicationUri: 'text',
      AdministratorProvisioningId: 'text',
    },
    required: ['Name'],
    run: makeTrust,
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      Name: 'text',
      Thumbprint: 'text',
      MetadataUrl: 'text',
      RefreshMetadata: 'switch',
      PublishFederationCertificate: 'switch',
      ApplicationUri: 'text',
    },
    required: ['Identity'],
    run: changeTrust,
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run({ organization, transaction, at }, given) {
      await transaction(async (tx) => {
        const stored = await federationTrusts.find(tx, organization.name, String(given['Identity']));
        if (stored === undefined) throw objectNotFound(organization, String(given['Identity']));
        const identifier = await federatedOrganizations.find(tx, organization.name, federatedOrganizationName);
        if (identifier?.value.DelegationTrustLink === stored.value.Name) {
          const domains = identifier.value.Domains.toReversed().join(', then ');
          throw inUse(stored.value.Name, `take its domains away first (Remove-FederatedDomain): ${domains}.`);
        }
        await federationTrusts.remove(tx, stored, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

async function makeTrust(scope: CmdletScope, given: CmdletParameters): Promise<readonly CmdletObject[]> {
  const { organization, transaction, at } = scope;
  requireShortName(given);
  refuseExternal(given, ['SkipNamespaceProviderProvisioning', 'ApplicationIdentifier', 'ApplicationUri', 'AdministratorProvisioningId']);
  const thumbprint = thumbprintGiven(given, 'Thumbprint');
  await transaction(async (tx) => {
    await requireNone(tx, scope);
    if (thumbprint !== undefined) await usable(tx, scope, thumbprint);
  });
  const wanted = given['UseLegacyProvisioningService'] === true ? 'consumer' : 'business';
  const instance = present(
    federationInstances.find(({ name }) => name === wanted),
    wanted,
  );
  const url = textGiven(given, 'MetadataUrl') ?? instance.metadataEpr;
  const document = await readFederationDocument(scope, url);
  requireInstance(document.instance, instance, url);
  const { subject, friendlyName } = federationCertificate;
  const made = thumbprint === undefined ? await makeCertificate(scope, subject, friendlyName) : undefined;
  const trust: FederationTrust = {
    Name: String(given['Name']),
    ApplicationIdentifier: '',
    ApplicationUri: '',
    OrgCertificate: made?.Thumbprint ?? thumbprint ?? '',
    OrgNextCertificate: '',
    OrgPrevCertificate: '',
    TokenIssuerUri: instance.issuerUri,
    TokenIssuerMetadataEpr: url,
    ManageDelegationEpr: instance.manageDelegationEpr,
    ...refreshedTrust(undefined, document.metadata, at),
  };
  await transaction(async (tx) => {
    await requireNone(tx, scope);
    if (made !== undefined) await exchangeCertificates.create(tx, organization.name, made.Thumbprint, made, at);
    await federationTrusts.create(tx, organization.name, trust.Name, trust, at);
  });
  if (given['SuppressDnsWarning'] !== true) scope.warn(`${txtWarning} before it can be federated.`);
  return shown(scope, [trust]);
}

/** Our words, like all refusals here that name no source; that there is such a warning stands on the page of New-FederationTrust. */
const txtWarning = 'Each domain needs a TXT record in DNS with the value that Get-FederatedDomainProof gives,';

async function changeTrust(scope: CmdletScope, given: CmdletParameters): Promise<readonly CmdletObject[]> {
  const { organization, transaction, at } = scope;
  requireShortName(given);
  requireOneSet(given, [['ApplicationUri'], ['PublishFederationCertificate'], ['MetadataUrl', 'RefreshMetadata', 'Thumbprint']]);
  refuseExternal(given, ['ApplicationUri']);
  const identity = String(given['Identity']);
  const before = await transaction((tx) => requireTrust(tx, scope, identity));
  const trust = before.stored.value;
  const changes: Partial<FederationTrust> = {
    ...(await refreshed(scope, trust, given)),
    ...(await staged(scope, trust, given)),
    ...(given['PublishFederationCertificate'] === true ? await published(scope, trust, before.certificate) : {}),
  };
  const name = textGiven(given, 'Name') ?? trust.Name;
  await transaction(async (tx) => {
    const { stored } = await requireTrust(tx, scope, identity);
    const value: FederationTrust = { ...stored.value, ...changes, Name: name };
    if (name === stored.value.Name) return federationTrusts.replace(tx, stored, value, at);
    await federationTrusts.remove(tx, stored, at);
    await federationTrusts.create(tx, organization.name, name, value, at);
    const identifier = await federatedOrganizations.find(tx, organization.name, federatedOrganizationName);
    if (identifier?.value.DelegationTrustLink !== stored.value.Name) return;
    await federatedOrganizations.replace(tx, identifier, { ...identifier.value, DelegationTrustLink: name }, at);
  });
  if (changes.OrgNextCertificate !== undefined) scope.warn(`${txtWarning} and another one for each certificate: renew them now.`);
  return [];
}

async function refreshed(scope: CmdletScope, trust: FederationTrust, given: CmdletParameters): Promise<Partial<FederationTrust>> {
  const address = textGiven(given, 'MetadataUrl');
  if (address === undefined && given['RefreshMetadata'] !== true) return {};
  const url = address ?? trust.TokenIssuerMetadataEpr;
  const { instance, metadata } = await readFederationDocument(scope, url);
  const own = federationInstances.find(({ issuerUri }) => issuerUri === trust.TokenIssuerUri);
  requireInstance(instance, present(own, `the instance of ${trust.TokenIssuerUri}`), url);
  return { TokenIssuerMetadataEpr: url, ...refreshedTrust(trust, metadata, scope.at) };
}

async function staged(scope: CmdletScope, trust: FederationTrust, given: CmdletParameters): Promise<Partial<FederationTrust>> {
  const thumbprint = thumbprintGiven(given, 'Thumbprint');
  if (thumbprint === undefined) return {};
  if (thumbprint === trust.OrgCertificate)
    throw cmdletRefusal('bad-parameter', `${thumbprint} is the current certificate of the trust already.`);
  await scope.transaction((tx) => usable(tx, scope, thumbprint));
  return { OrgNextCertificate: thumbprint };
}

/** The application at the gateway gets the next certificate first: the current one still speaks for it. */
async function published(scope: CmdletScope, trust: FederationTrust, signer: ExchangeCertificate): Promise<Partial<FederationTrust>> {
  const { OrgNextCertificate, ApplicationIdentifier: appId } = trust;
  if (OrgNextCertificate === '')
    throw cmdletRefusal('operation-failed', `'${trust.Name}' has no next certificate: stage one with Set-FederationTrust -Thumbprint.`);
  const next = await scope.transaction((tx) => usable(tx, scope, OrgNextCertificate));
  const newCertificate = next.certificate;
  if (appId !== '') await openGateway(scope, trust, signer).call('UpdateAppIdCertificate', { appId, newCertificate });
  return publishedCertificates(trust);
}

/** Shows trusts with the organisation's certificates. Not inside a transaction. */
async function shown({ organization, transaction }: CmdletScope, trusts: readonly FederationTrust[]): Promise<readonly CmdletObject[]> {
  const { shownTrust } = await import('./federation-trust-shown.ts');
  const certificates = await transaction((tx) => exchangeCertificates.list(tx, organization.name));
  return trusts.map((trust) =>
    shownTrust(
      trust,
      certificates.map(({ value }) => value),
    ),
  );
}

async function requireNone(tx: Transaction, { organization }: CmdletScope): Promise<void> {
  const [other] = await federationTrusts.list(tx, organization.name);
  if (other === undefined) return;
  throw cmdletRefusal(
    'object-exists',
    `${organization.name} has the federation trust '${other.name}', and an organisation has one at most.`,
  );
}

async function usable(tx: Transaction, { organization, at }: CmdletScope, thumbprint: string): Promise<ExchangeCertificate> {
  const held = await exchangeCertificates.find(tx, organization.name, thumbprint);
  if (held === undefined) throw federationCertificateNotFound(thumbprint);
  const { value } = held;
  if (value.NotBefore <= at && at < value.NotAfter) return value;
  const [from, to, now] = [value.NotBefore, value.NotAfter, at].map((instant) => new Date(instant).toISOString());
  const text = `The certificate ${thumbprint} is valid from ${from} to ${to}, and it is ${now} in this organisation.`;
  throw cmdletRefusal('operation-failed', `${text} New-ExchangeCertificate makes another one.`);
}

function requireInstance(read: FederationInstance, wanted: FederationInstance, url: string): void {
  if (read.name === wanted.name) return;
  const text = `${url} is of the issuer '${read.issuerUri}', and the trust is in '${wanted.issuerUri}'.`;
  throw cmdletRefusal(
    'operation-failed',
    `${text} -UseLegacyProvisioningService of New-FederationTrust chooses; a trust is made anew for it.`,
  );
}

/** Trusts that somebody has arranged with the gateway elsewhere cannot be had: there is no gateway but the one here. */
function refuseExternal(given: CmdletParameters, names: readonly string[]): void {
  const used = names.find((name) => given[name] !== undefined);
  if (used === undefined) return;
  const text = `-${used} is for trusts that are provisioned outside Exchange, which are not supported here.`;
  throw cmdletRefusal('bad-parameter', `${text} Set-FederatedOrganizationIdentifier -AccountNamespace provisions one.`);
}

function inUse(name: string, remedy: string): Error {
  return cmdletRefusal('operation-failed', `The federated organization identifier uses the federation trust '${name}': ${remedy}`);
}
