import type { Recipient } from '../domain/directory/recipient.ts';
import { answerQuestion } from '../domain/organization/dns-answer.ts';
import { buildZones, type NetworkFacts, type Zones } from '../domain/organization/dns-zones.ts';
import { realSpellings } from '../domain/organization/host-map.ts';
import { certificateNames, type Organization, routingDomain } from '../domain/organization/organization.ts';
import type { Settings } from '../domain/organization/settings.ts';
import { federationOf } from '../domain/trust/federated-organization.ts';
import { type OrganizationRelationship, organizationRelationships } from '../domain/trust/organization-relationships.ts';
import type { Instant } from '../kernel/clock.ts';
import { Refusal } from '../kernel/refusal.ts';

/** All that is configured in a world, as of one moment: what a misconfiguration is made from and what shows it. */
export interface Topology {
  readonly organizations: readonly Organization[];
  /** `''`: the world's own. */
  settings(organization: string): Settings;
  recipients(organization: string): readonly Recipient[];
  /** By the clocks of an organisation's servers. */
  now(organization: string): Instant;
  /** How far clocks are off, by organisation and `azure-auth`; those without skew are left out. */
  readonly skewMs: Readonly<Record<string, number>>;
  readonly network: NetworkFacts;
  /** Certificate of the authority that everybody trusts, PEM. */
  readonly authority: string;
  /** The password with which the world began, of whoever has one. */
  password(organization: string, address: string): string | undefined;
  /** Address of the user whom it is to befall, where it befalls one; undefined: the first who fits. */
  readonly user?: string | undefined;
}

/** Why something is not broken or mended. */
export type TopologyRefusalCode =
  | 'UnknownMisconfiguration'
  | 'UnknownVariant'
  | 'NotInThisWorld'
  | 'AlreadyBroken'
  | 'NotBroken'
  | 'NothingChanged'
  | 'NotBreakable'
  | 'SomethingHidden'
  | 'StepRefused';

export function topologyRefusal(code: TopologyRefusalCode, detail: string): Refusal<TopologyRefusalCode> {
  return new Refusal(code, { detail });
}

function lacking(what: string): Refusal<TopologyRefusalCode> {
  return topologyRefusal('NotInThisWorld', `this world has ${what}`);
}

/** An organisation on-premises and its tenant. */
export interface Hybrid {
  readonly ours: Organization;
  readonly tenant: Organization;
}

/** Organisations on-premises with the tenants that they share a domain with. */
export function hybrids({ organizations }: Pick<Topology, 'organizations'>): readonly Hybrid[] {
  return organizations.flatMap((ours) => {
    const tenant = organizations.find(({ kind, domains }) => kind === 'cloud' && domains.some((domain) => ours.domains.includes(domain)));
    return ours.kind === 'cloud' || tenant === undefined ? [] : [{ ours, tenant }];
  });
}

/** The first hybrid deployment; refuses with `NotInThisWorld`. */
export function hybridOf(topology: Topology): Hybrid {
  const [first] = hybrids(topology);
  if (first === undefined) throw lacking('no organisation on-premises that shares a domain with a tenant');
  return first;
}

/** The organisation on-premises that something befalls: that of the hybrid deployment, else the first. */
export function onPremisesOf(topology: Topology): Organization {
  const ours = hybrids(topology)[0]?.ours ?? topology.organizations.find(({ kind }) => kind === 'on-premises');
  if (ours === undefined) throw lacking('no organisation on-premises');
  return ours;
}

/** A relationship with the organisation on-premises, and who has it. */
export interface Asker {
  readonly asker: Organization;
  readonly relationship: OrganizationRelationship;
}

/** Who asks the organisation on-premises by delegation tokens: a partner, else its tenant. Refuses with `NotInThisWorld`. */
export function askerOf(topology: Topology): Asker {
  const asked = onPremisesOf(topology);
  const all = topology.organizations.flatMap((asker) => (asker === asked ? [] : towards(topology, asker, asked)));
  const found = all.find(({ asker }) => asker.kind === 'on-premises') ?? all[0];
  if (found === undefined) throw lacking(`nobody with an organization relationship to ${asked.name}`);
  return found;
}

/** The enabled relationships of one organisation with another. */
export function towards(topology: Topology, asker: Organization, asked: Organization): readonly Asker[] {
  return organizationRelationships
    .all(topology.settings(asker.name))
    .filter(({ Enabled, DomainNames }) => Enabled && DomainNames.some((domain) => isOf(topology, asked, domain)))
    .map((relationship) => ({ asker, relationship }));
}

/** Whether a domain is an organisation's: of two that share one, that of the one on-premises, but for those that Microsoft gave a tenant. */
export function isOf(topology: Topology, { name }: Organization, domain: string): boolean {
  return zonesOf(topology).ownerOf(domain.toLowerCase())?.name === name;
}

/** An organisation that {@link askerOf}'s is federated with; refuses with `NotInThisWorld`. */
export function federatedOf(topology: Topology, name: string): NonNullable<ReturnType<typeof federationOf>> {
  const federation = federationOf(topology.settings(name));
  if (federation === undefined) throw lacking(`no federation of ${name} with the gateway (New-FederationTrust)`);
  return federation;
}

/** The domain in which the tenant takes what is sent on to it. */
export function routingDomainOf({ tenant }: Hybrid): string {
  const domain = routingDomain(tenant);
  if (domain === undefined) throw lacking(`no routing domain at ${tenant.name}`);
  return domain;
}

/** Somebody of an organisation: who was asked for, else the first by address. Refuses with `NotInThisWorld`. */
export function somebody(topology: Topology, organization: string, fits: (recipient: Recipient) => boolean): Recipient {
  const all = topology
    .recipients(organization)
    .filter(fits)
    .toSorted((left, right) => (left.primaryAddress < right.primaryAddress ? -1 : 1));
  const wanted = topology.user?.toLowerCase();
  const found = wanted === undefined ? all[0] : all.find(({ primaryAddress }) => primaryAddress.toLowerCase() === wanted);
  if (found === undefined)
    throw lacking(`nobody at ${organization} whom it could befall${wanted === undefined ? '' : ` of the address ${wanted}`}`);
  return found;
}

export function lackingIn(what: string): never {
  throw lacking(what);
}

const made = new WeakMap<Topology, Zones>();

/** What the name servers say. */
export function zonesOf(topology: Topology): Zones {
  const zones =
    made.get(topology) ?? buildZones({ organizations: topology.organizations, network: topology.network, settings: topology.settings('') });
  made.set(topology, zones);
  return zones;
}

/** The name that a host's aliases lead to; undefined: it has no address. */
export function leadsTo(topology: Topology, host: string): string | undefined {
  const { answers } = ['A', 'AAAA']
    .map((type) => answerQuestion(zonesOf(topology), { name: host, type }))
    .find(({ answers }) => answers.some(({ type }) => type === 'A' || type === 'AAAA')) ?? { answers: [] };
  return answers.find(({ type }) => type === 'A' || type === 'AAAA')?.name;
}

/** Whose servers answer at a name, and whether their certificate has the name that was asked for. */
export function serverAt(topology: Topology, host: string): { readonly owner: Organization; readonly isNamed: boolean } | undefined {
  const name = leadsTo(topology, host);
  if (name === undefined) return undefined;
  const owner =
    topology.organizations.find((one) => [...publishedNames(one), ...one.hosts.redirectOnly].some((own) => own.toLowerCase() === name)) ??
    zonesOf(topology).ownerOf(name);
  return owner === undefined
    ? undefined
    : { owner, isNamed: publishedNames(owner).some((own) => own.toLowerCase() === host.toLowerCase()) };
}

/** Whose certificate has a host's name. */
export function publisherOf({ organizations }: Topology, host: string): Organization | undefined {
  return organizations.find((one) => publishedNames(one).some((own) => own.toLowerCase() === host.toLowerCase()));
}

function publishedNames(organization: Organization): readonly string[] {
  return [...certificateNames(organization), ...realSpellings(organization)];
}
