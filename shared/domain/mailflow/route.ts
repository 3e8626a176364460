import type { Organization } from '../organization/organization.ts';
import type { Settings } from '../organization/settings.ts';
import { type Connector, outboundConnectors, sendConnectors } from './connectors.ts';
import type { NextHop } from './next-hop.ts';

/** Get-Queue -Identity Unreachable shows it (OfficeDocs-Exchange, "Queues and messages in queues"). */
const noConnector = 'A matching connector cannot be found to route the external recipient';

/** What the way of a recipient's copy is chosen by. */
export interface RouteGround {
  readonly organization: Pick<Organization, 'kind' | 'domains'>;
  readonly settings: Settings;
}

/** Where a copy for an address outside the organisation goes next: the connector is chosen by its domain. */
export function routeOf({ organization, settings }: RouteGround, address: string): NextHop {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return organization.kind === 'cloud' ? routeOfTenant(organization, settings, domain) : routeOfServer(settings, domain);
}

function routeOfServer(settings: Settings, domain: string): NextHop {
  const spaces = sendConnectors
    .all(settings)
    .flatMap((connector) =>
      connector['Enabled'] === false ? [] : texts(connector['AddressSpaces']).flatMap((space) => spaceOf(connector, space, domain)),
    );
  // The most specific address space wins, then the lowest cost, then the name.
  const [best] = spaces.toSorted(
    (one, other) => other.specific - one.specific || one.cost - other.cost || byName(one.connector, other.connector),
  );
  if (best === undefined) return { delivery: 'Unreachable', connector: '', nextHop: 'Unreachable Domain', lastError: noConnector };
  return hopBy(best.connector, domain);
}

/**
 * Of the tenant's outbound connectors the one that leads all mail through on-premises goes before others, then the one that names
 * the domain most exactly (inferred: the page of New-OutboundConnector says what each serves, not which of two). Those of
 * transport rules serve rules alone.
 */
function routeOfTenant({ domains }: Pick<Organization, 'domains'>, settings: Settings, domain: string): NextHop {
  const isAccepted = domains.some((one) => one.toLowerCase() === domain);
  const fitting = outboundConnectors
    .all(settings)
    .filter(({ Enabled, IsTransportRuleScoped }) => Enabled !== false && IsTransportRuleScoped !== true)
    .map((connector) => ({ connector, specific: exactness(connector, domain, isAccepted), isCentral: isCentral(connector) ? 1 : 0 }))
    .filter(({ specific }) => specific >= 0);
  const [best] = fitting.toSorted(
    (one, other) => other.isCentral - one.isCentral || other.specific - one.specific || byName(one.connector, other.connector),
  );
  return best === undefined ? { delivery: 'DnsConnectorDelivery', connector: '', nextHop: domain } : hopBy(best.connector, domain);
}

function exactness(connector: Connector, domain: string, isAccepted: boolean): number {
  if (isAccepted && connector['ConnectorType'] === 'OnPremises' && connector['AllAcceptedDomains'] === true) return exact;
  return Math.max(-1, ...texts(connector['RecipientDomains']).map((space) => specificity(space, domain)));
}

function isCentral(connector: Connector): boolean {
  return connector['ConnectorType'] === 'OnPremises' && connector['RouteAllMessagesViaOnPremises'] === true;
}

function byName(one: Connector, other: Connector): number {
  return one.Name.toLowerCase() < other.Name.toLowerCase() ? -1 : 1;
}

function hopBy(connector: Connector, domain: string): NextHop {
  const hosts = texts(connector['SmartHosts']);
  const { Name, MaxMessageSize } = connector;
  const largest = typeof MaxMessageSize === 'number' ? { largest: MaxMessageSize } : {};
  if (hosts.length > 0) return { delivery: 'SmartHostConnectorDelivery', connector: Name, nextHop: hosts.join(','), ...largest };
  return { delivery: 'DnsConnectorDelivery', connector: Name, nextHop: domain, ...largest };
}

function spaceOf(connector: Connector, space: string, domain: string) {
  const [, pattern = '', cost = '1'] = /^(?:smtp:)?([^;]*)(?:;(\d+))?$/i.exec(space) ?? [];
  const specific = specificity(pattern, domain);
  return specific < 0 ? [] : [{ connector, specific, cost: Number(cost) }];
}

/** More labels than a domain has. */
const exact = 1_000;

/** How exactly a pattern names a domain: the number of its labels; less than nothing where it does not. */
function specificity(pattern: string, domain: string): number {
  const folded = pattern.toLowerCase();
  if (folded === '*' || folded === '*.*') return 0;
  if (folded === domain) return exact;
  return folded.startsWith('*.') && domain.endsWith(folded.slice(1)) ? folded.split('.').length : -1;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
