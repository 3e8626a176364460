import { X509Certificate } from 'node:crypto';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { passwordExpiry } from '../../domain/identity/password-policy.ts';
import { hiddenObjects } from '../../domain/mailflow/hidden-objects.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { authConfigAt, authConfigName, authConfigs } from '../../domain/trust/auth-config.ts';
import { delegationPartners } from '../../domain/trust/delegation-partners.ts';
import { type ExchangeCertificate, exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { federatedOrganizations } from '../../domain/trust/federated-organization.ts';
import { type FederationTrust, federationTrusts } from '../../domain/trust/federation-trusts.ts';
import { type IntraOrganizationConnector, intraOrganizationConnectors } from '../../domain/trust/intra-organization-connectors.ts';
import { organizationRelationships } from '../../domain/trust/organization-relationships.ts';
import { type ServicePrincipal, servicePrincipals } from '../../domain/trust/service-principals.ts';
import { type SigningKey, signingKeys } from '../../domain/trust/signing-keys.ts';
import { authorityScope, exchangeAppId } from '../../domain/trust/well-known.ts';
import { type Asker, hybrids, isOf, lackingIn, publisherOf, serverAt, type Topology } from '../topology.ts';
import type { Finding } from './misconfiguration.ts';

/** What misconfigurations look at in a world. */

export function found({ name }: Pick<Organization, 'name'>, object: string, says: string): Finding {
  return { organization: name, object, says };
}

export function onPremises({ organizations }: Topology): readonly Organization[] {
  return organizations.filter(({ kind }) => kind === 'on-premises');
}

/** Every organisation with every other. */
export function pairs({ organizations }: Topology): readonly (readonly [asker: Organization, asked: Organization])[] {
  return organizations.flatMap((asker) => organizations.filter((asked) => asked !== asker).map((asked) => [asker, asked] as const));
}

/** The two sides of each hybrid deployment, each as the one that asks. */
export function bothWays(topology: Topology): readonly (readonly [asker: Organization, asked: Organization])[] {
  return hybrids(topology).flatMap(({ ours, tenant }) => [[ours, tenant] as const, [tenant, ours] as const]);
}

/** All enabled relationships. */
export function relationships(topology: Topology): readonly Asker[] {
  return topology.organizations.flatMap((asker) =>
    organizationRelationships
      .all(topology.settings(asker.name))
      .filter(({ Enabled }) => Enabled)
      .map((relationship) => ({ asker, relationship })),
  );
}

/** What is wrong with an address that leads to another organisation; undefined: nothing that can be seen. */
export type AddressFault = 'unreadable' | 'misled' | 'unknown-host' | 'own' | 'no-tls' | 'name' | 'path';

export function addressFault(
  topology: Topology,
  asker: Organization,
  address: string,
  door: 'ews' | 'autodiscover',
): AddressFault | undefined {
  if (!URL.canParse(address)) return 'unreadable';
  const { protocol, port, hostname, pathname } = new URL(address);
  const server = serverAt(topology, hostname);
  const publisher = publisherOf(topology, hostname);
  // The address is right, and the name servers are not.
  if (publisher !== undefined && server?.owner.name !== publisher.name) return 'misled';
  if (server === undefined) return 'unknown-host';
  if (server.owner === asker) return 'own';
  if (protocol !== 'https:' || port === '80') return 'no-tls';
  if (!server.isNamed) return 'name';
  const wanted = door === 'ews' ? /^\/ews\/exchange\.asmx(?:\/wssecurity)?$/i : /^\/autodiscover\/autodiscover\.svc(?:\/wssecurity)?$/i;
  return wanted.test(pathname) ? undefined : 'path';
}

const targets = { TargetSharingEpr: 'ews', TargetAutodiscoverEpr: 'autodiscover', DiscoveryEndpoint: 'autodiscover' } as const;
type Target = keyof typeof targets;

/** The addresses of relationships and connectors with one fault; `properties`: none is all of them. */
export function wrongAddresses(
  topology: Topology,
  fault: AddressFault,
  says: string,
  ...properties: readonly Target[]
): readonly Finding[] {
  const wanted = properties.length === 0 ? (Object.keys(targets) as Target[]) : properties;
  return topology.organizations.flatMap((asker) => {
    const settings = topology.settings(asker.name);
    const all = [
      ...organizationRelationships.all(settings).map((one) => ['organization relationship', one] as const),
      ...intraOrganizationConnectors.all(settings).map((one) => ['intra-organization connector', one] as const),
    ];
    return all.flatMap(([noun, one]) =>
      wanted.flatMap((property) => {
        const address = (one as Partial<Record<Target, string>>)[property] ?? '';
        if (!one.Enabled || address === '' || addressFault(topology, asker, address, targets[property]) !== fault) return [];
        return [found(asker, `${noun} ${one.Name}`, `${property} ${address} ${says}`)];
      }),
    );
  });
}

/** The connectors of one organisation for domains of another. */
function connectorsBetween(topology: Topology, asker: Organization, asked: Organization): readonly IntraOrganizationConnector[] {
  return intraOrganizationConnectors
    .all(topology.settings(asker.name))
    .filter(({ TargetAddressDomains }) => TargetAddressDomains.some((domain) => isOf(topology, asked, domain)));
}

export function enabledConnectors(topology: Topology, asker: Organization, asked: Organization): readonly IntraOrganizationConnector[] {
  return connectorsBetween(topology, asker, asked).filter(({ Enabled }) => Enabled);
}

/** Those that stand and are disabled, where none is enabled. */
export function disabledConnectors(topology: Topology, asker: Organization, asked: Organization): readonly IntraOrganizationConnector[] {
  return enabledConnectors(topology, asker, asked).length > 0 ? [] : connectorsBetween(topology, asker, asked);
}

/**
 * The connectors that are disabled, or `removed` where the other side has one and this one has not; `none`: an enabled one leads there, or
 * the two have never had any.
 */
export function connectorsOff(
  topology: Topology,
  asker: Organization,
  asked: Organization,
): readonly IntraOrganizationConnector[] | 'removed' | 'none' {
  const disabled = disabledConnectors(topology, asker, asked);
  if (disabled.length > 0) return disabled;
  const isAlone = connectorsBetween(topology, asker, asked).length === 0 && enabledConnectors(topology, asked, asker).length > 0;
  return isAlone ? 'removed' : 'none';
}

/** The enabled connector; refuses with `NotInThisWorld`. */
export function connectorTo(topology: Topology, asker: Organization, asked: Organization): IntraOrganizationConnector {
  return enabledConnectors(topology, asker, asked)[0] ?? lackingIn(`no enabled connector of ${asker.name} to ${asked.name}`);
}

/** The key by which the authentication service signs. */
export function activeKey(topology: Topology): SigningKey | undefined {
  return signingKeys.all(topology.settings(authorityScope)).find(({ state }) => state === 'active');
}

/** Thumbprint of the current certificate of authorization, '' where there is none, and the certificate if it is there. */
export function authCertificate(
  topology: Topology,
  { name }: Organization,
): { readonly current: string; readonly held: ExchangeCertificate | undefined } {
  const settings = topology.settings(name);
  const config = authConfigs.get(settings, authConfigName);
  const current = config === undefined ? '' : authConfigAt(config, topology.now(name)).CurrentCertificateThumbprint;
  return { current, held: current === '' ? undefined : exchangeCertificates.get(settings, current) };
}

/** The same certificate; refuses with `NotInThisWorld`. */
export function authCertificateOf(topology: Topology, organization: Organization): ExchangeCertificate {
  return authCertificate(topology, organization).held ?? lackingIn(`no Auth certificate at ${organization.name}`);
}

/** Trusts that name a certificate which the servers have not. */
export function missingFederationCertificates(topology: Topology, property: 'OrgCertificate' | 'OrgNextCertificate'): readonly Finding[] {
  return onPremises(topology).flatMap((organization) => {
    const settings = topology.settings(organization.name);
    const isMissing = (trust: FederationTrust): boolean =>
      trust[property] !== '' && exchangeCertificates.get(settings, trust[property]) === undefined;
    return federationTrusts
      .all(settings)
      .filter(isMissing)
      .map((trust) => found(organization, `federation trust ${trust.Name}`, `${property} ${trust[property]} is not on the servers`));
  });
}

/** Domains of the organisation that the gateway knows no more, or not yet. */
export function halfFederated(topology: Topology, organization: Organization): readonly Finding[] {
  const settings = topology.settings(organization.name);
  const [identifier] = federatedOrganizations.all(settings);
  const trust = identifier === undefined ? undefined : federationTrusts.get(settings, identifier.DelegationTrustLink);
  if (identifier === undefined || trust === undefined) return [];
  const partner = delegationPartners.all(topology.settings(authorityScope)).find(({ appId }) => appId === trust.ApplicationIdentifier);
  return identifier.Domains.map((domain) => domain.toLowerCase())
    .filter((domain) => partner?.uris.includes(domain) !== true)
    .map((domain) => found(organization, `federated domain ${domain}`, 'the gateway does not know it as one of this organisation'));
}

/** The service principal of Exchange in a tenant. */
export function exchangePrincipal(topology: Topology, { name }: Organization): ServicePrincipal | undefined {
  return servicePrincipals.get(topology.settings(name), exchangeAppId);
}

/** Whether the authority that everybody trusts has issued a certificate. */
export function isTrusted({ authority }: Topology, { certificate }: Pick<ExchangeCertificate, 'certificate'>): boolean {
  const [shown, root] = [new X509Certificate(Buffer.from(certificate, 'base64')), new X509Certificate(authority)];
  return shown.checkIssued(root) && shown.verify(root.publicKey);
}

export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export function isMailbox({ type, enabled, userPrincipalName }: Recipient): boolean {
  return type === 'UserMailbox' && enabled && userPrincipalName !== null;
}

export function isAdministrator({ domains }: Organization, { primaryAddress }: Recipient): boolean {
  return primaryAddress.toLowerCase() === `administrator@${domains[0]}`;
}

export function mailboxesOf(topology: Topology, { name }: Organization): readonly Recipient[] {
  return topology.recipients(name).filter(isMailbox);
}

/** Whether the password of an account is good for nothing any more. */
export function hasExpired(topology: Topology, { name }: Organization, recipient: Recipient): boolean {
  const expires = passwordExpiry(recipient, topology.settings(name)) ?? Number.POSITIVE_INFINITY;
  return recipient.settings.mustChangePassword === true || expires <= topology.now(name);
}

/** The last by address: somebody else than whom it befalls, mostly. */
export function lastOf(topology: Topology, organization: string, fits: (recipient: Recipient) => boolean): Recipient {
  const all = topology
    .recipients(organization)
    .filter(fits)
    .toSorted((left, right) => (left.primaryAddress < right.primaryAddress ? 1 : -1));
  return all[0] ?? lackingIn(`nobody else at ${organization} whom it takes`);
}

interface Names {
  readonly byAddress: ReadonlyMap<string, Recipient>;
  readonly byName: ReadonlyMap<string, Recipient>;
}
const indexes = new WeakMap<readonly Recipient[], Names>();

function namesOf(topology: Topology, organization: string): Names {
  const recipients = topology.recipients(organization);
  const known = indexes.get(recipients);
  if (known !== undefined) return known;
  const byAddress = new Map(
    recipients.flatMap((one) => one.addresses.map((address) => [address.replace(/^smtp:/i, '').toLowerCase(), one] as const)),
  );
  const byName = new Map(
    recipients.flatMap((one) => (one.userPrincipalName === null ? [] : [[one.userPrincipalName.toLowerCase(), one] as const])),
  );
  indexes.set(recipients, { byAddress, byName });
  return { byAddress, byName };
}

/** Whoever has an address, of SMTP without its type. */
export function holderOf(topology: Topology, organization: string, address: string): Recipient | undefined {
  return namesOf(topology, organization).byAddress.get(address.toLowerCase());
}

export function userNamed(topology: Topology, organization: string, userPrincipalName: string): Recipient | undefined {
  return namesOf(topology, organization).byName.get(userPrincipalName.toLowerCase());
}

/** All addresses of SMTP, without their type. */
export function smtpOf({ addresses }: Recipient): readonly string[] {
  return addresses.filter((address) => /^smtp:/i.test(address)).map((address) => address.slice('smtp:'.length));
}

/** Whether an address lies in a domain of an organisation. */
export function isAt({ domains }: Organization, address: string | null): boolean {
  return address !== null && domains.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase());
}

/** Whether whoever stands for somebody in the tenant has his legacyExchangeDN. */
export function twinHas(topology: Topology, tenant: Organization, { primaryAddress, legacyDn }: Recipient): boolean {
  const twin = holderOf(topology, tenant.name, primaryAddress);
  return twin?.type === 'MailUser' && twin.addresses.some((address) => address.toLowerCase() === `x500:${legacyDn}`.toLowerCase());
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** What Exchange's servers may not read. */
export function hidden(topology: Topology, isIt: (organization: Organization, name: string) => boolean, what: string): readonly Finding[] {
  return onPremises(topology).flatMap((organization) =>
    hiddenObjects
      .all(topology.settings(organization.name))
      .filter(({ Name }) => isIt(organization, Name))
      .map(({ Name }) => {
        const whose = topology.recipients(organization.name).find(({ guid }) => guid === Name)?.primaryAddress ?? Name;
        return found(organization, whose, `Exchange's servers may not read ${what}`);
      }),
  );
}
