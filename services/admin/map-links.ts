import {
  type Connector,
  inboundConnectors,
  outboundConnectors,
  receiveConnectors,
  sendConnectors,
} from '../../shared/domain/mailflow/connectors.ts';
import { setupReceiveConnectors } from '../../shared/domain/mailflow/receive-connectors.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import { authServers } from '../../shared/domain/trust/auth-servers.ts';
import { availabilityAddressSpaces } from '../../shared/domain/trust/availability-address-spaces.ts';
import { federationTrusts } from '../../shared/domain/trust/federation-trusts.ts';
import { intraOrganizationConnectors } from '../../shared/domain/trust/intra-organization-connectors.ts';
import { organizationRelationships } from '../../shared/domain/trust/organization-relationships.ts';
import { partnerApplications } from '../../shared/domain/trust/partner-applications.ts';
import { authenticationService } from '../../shared/domain/world/vocabulary.ts';
import { quoted } from '../../shared/faults/misconfigurations/misconfiguration.ts';
import { isOf, type Topology } from '../../shared/faults/topology.ts';

/** Where mail goes to, or comes from, that is of no organisation of the world. */
const elsewhere = 'internet';

/** Something that one organisation has configured and that joins it to another one. */
export interface MapLink {
  /** `contoso/organization-relationship/O365 to On-premises`. */
  readonly id: string;
  readonly kind: LinkKind;
  readonly name: string;
  /** Whose configuration it is. */
  readonly at: string;
  /** Names of organisations, `azure-auth` or `internet`. */
  readonly from: string;
  readonly to: string;
  readonly enabled: boolean;
  /** The line that shows it, to be run at `at`. */
  readonly line: string;
  /** Misconfigurations that lint sees in it. */
  readonly wrong: readonly string[];
}

export type LinkKind =
  | 'organization-relationship'
  | 'intra-organization-connector'
  | 'availability-address-space'
  | 'federation-trust'
  | 'auth-server'
  | 'partner-application'
  | 'send-connector'
  | 'receive-connector'
  | 'inbound-connector'
  | 'outbound-connector';

/** A link, and its object as lint names it. */
export type FoundLink = Omit<MapLink, 'wrong'> & { readonly object: string };

/** What joins the organisations of a world; pure. */
export function linksOf(topology: Topology): readonly FoundLink[] {
  return topology.organizations.flatMap((organization) => [
    ...trustLinks(organization, topology),
    ...sharingLinks(organization, topology),
    ...mailLinks(organization, topology),
  ]);
}

const nouns: Readonly<Record<LinkKind, readonly [noun: string, object: string]>> = {
  'organization-relationship': ['OrganizationRelationship', 'organization relationship'],
  'intra-organization-connector': ['IntraOrganizationConnector', 'intra-organization connector'],
  'availability-address-space': ['AvailabilityAddressSpace', 'availability address space'],
  'federation-trust': ['FederationTrust', 'federation trust'],
  'auth-server': ['AuthServer', 'auth server'],
  'partner-application': ['PartnerApplication', 'partner application'],
  'send-connector': ['SendConnector', 'connector'],
  'receive-connector': ['ReceiveConnector', 'connector'],
  'inbound-connector': ['InboundConnector', 'connector'],
  'outbound-connector': ['OutboundConnector', 'connector'],
};

function link(at: string, kind: LinkKind, name: string, enabled: boolean, between: readonly [from: string, to: string]): FoundLink {
  const [noun, object] = nouns[kind];
  const [from, to] = between;
  const line = `Get-${noun} ${quoted(name)} | Format-List`;
  return { id: `${at}/${kind}/${name}/${from}/${to}`, kind, name, at, from, to, enabled, line, object: `${object} ${name}` };
}

function sharingLinks({ name: at }: Organization, topology: Topology): readonly FoundLink[] {
  const settings = topology.settings(at);
  const to = (domains: readonly string[]): readonly string[] => ownersOf(domains, at, topology);
  return [
    ...organizationRelationships
      .all(settings)
      .flatMap(({ Name, Enabled, DomainNames }) =>
        to(DomainNames).map((other) => link(at, 'organization-relationship', Name, Enabled, [at, other])),
      ),
    ...intraOrganizationConnectors
      .all(settings)
      .flatMap(({ Name, Enabled, TargetAddressDomains }) =>
        to(TargetAddressDomains).map((other) => link(at, 'intra-organization-connector', Name, Enabled, [at, other])),
      ),
    ...availabilityAddressSpaces
      .all(settings)
      .flatMap(({ ForestName }) => to([ForestName]).map((other) => link(at, 'availability-address-space', ForestName, true, [at, other]))),
  ];
}

function trustLinks({ name: at, kind }: Organization, topology: Topology): readonly FoundLink[] {
  const settings = topology.settings(at);
  const toService = [at, authenticationService] as const;
  const tenant = topology.organizations.find((one) => one.kind === 'cloud');
  const partner = [tenant?.name ?? elsewhere, at] as const;
  return [
    ...federationTrusts.all(settings).map(({ Name }) => link(at, 'federation-trust', Name, true, toService)),
    // What Exchange Online trusts is Microsoft's own, and no cmdlet of a tenant shows it.
    ...(kind === 'cloud' ? [] : authServers.all(settings)).map(({ Name, Enabled }) => link(at, 'auth-server', Name, Enabled, toService)),
    ...(kind === 'cloud' ? [] : partnerApplications.all(settings)).map(({ Name, Enabled }) =>
      link(at, 'partner-application', Name, Enabled, partner),
    ),
  ];
}

function mailLinks(organization: Organization, topology: Topology): readonly FoundLink[] {
  const { name: at, kind } = organization;
  const settings = topology.settings(at);
  const inward = (connectors: readonly Connector[], of: LinkKind): readonly FoundLink[] =>
    connectors.flatMap((connector) =>
      sendersOf(connector, at, topology).map((from) => link(at, of, connector.Name, isEnabled(connector), [from, at])),
    );
  const outward = (connectors: readonly Connector[], of: LinkKind, property: string): readonly FoundLink[] =>
    connectors.flatMap((connector) =>
      ownersOf(spacesOf(connector, property), at, topology).map((to) => link(at, of, connector.Name, isEnabled(connector), [at, to])),
    );
  if (kind === 'cloud')
    return [
      ...inward(inboundConnectors.all(settings), 'inbound-connector'),
      ...outward(outboundConnectors.all(settings), 'outbound-connector', 'RecipientDomains'),
    ];
  return [
    ...outward(sendConnectors.all(settings), 'send-connector', 'AddressSpaces'),
    ...inward(receiving(organization, settings), 'receive-connector'),
  ];
}

/** Those that setup makes, as they are changed, and those that came later. */
function receiving(organization: Organization, settings: Settings): readonly Connector[] {
  const kept = receiveConnectors.all(settings);
  const made = setupReceiveConnectors(organization).filter(({ Name }) => !kept.some((one) => one.Name === Name));
  return [...made, ...kept];
}

function isEnabled(connector: Connector): boolean {
  return connector['Enabled'] !== false;
}

/** Domains of `SMTP:*.contoso.test;1` and of plain ones. */
function spacesOf(connector: Connector, property: string): readonly string[] {
  const value = connector[property];
  const texts = Array.isArray(value) ? (value as readonly string[]) : typeof value === 'string' ? [value] : [];
  return texts.map((text) =>
    text
      .replace(/^smtp:/i, '')
      .replace(/;\d+$/, '')
      .replace(/^\*\./, ''),
  );
}

/** From whom a connector takes mail: by SenderDomains, else anybody. */
function sendersOf(connector: Connector, at: string, topology: Topology): readonly string[] {
  const domains = spacesOf(connector, 'SenderDomains').filter((domain) => domain !== '*');
  const certificate = connector['TlsSenderCertificateName'];
  const named = typeof certificate === 'string' && certificate !== '' ? [certificate.replace(/^\*\./, '').replace(/^.*CN=/, '')] : [];
  return ownersOf([...domains, ...named], at, topology);
}

/** Who has any of these domains or hosts, but for oneself; nobody known: `internet`. */
function ownersOf(domains: readonly string[], at: string, topology: Topology): readonly string[] {
  const owners = topology.organizations.filter(
    (one) => one.name !== at && domains.some((domain) => isOf(topology, one, domain) || hasDomain(one, domain, at, topology)),
  );
  return owners.length === 0 ? [elsewhere] : owners.map(({ name }) => name);
}

/** A domain that two share belongs, for the one, to the other. */
function hasDomain({ domains }: Organization, domain: string, at: string, { organizations }: Topology): boolean {
  const own = organizations.find(({ name }) => name === at);
  return domains.includes(domain.toLowerCase()) && own?.domains.includes(domain.toLowerCase()) === true;
}
