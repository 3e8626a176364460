import type { Organization } from '../organization/organization.ts';
import type { Settings } from '../organization/settings.ts';
import { type Connector, outboundConnectors, sendConnectors } from './connectors.ts';
import type { NextHop } from './next-hop.ts';

/** Get-Queue -Identity Unreachable shows it (OfficeDocs-Exchange, "Queues and messages in queues"). */
const noConnector = 'A matching connector cannot be found to route the external recipient';

/** What the way of a recipient's copy is chosen by. */
export interface RouteGround {
  readonly organization: Pick<Organization, 'kind'>;
  readonly settings: Settings;
}

/** Where a copy for an address outside the organisation goes next: the connector is chosen by its domain. */
export function routeOf({ organization, settings }: RouteGround, address: string): NextHop {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return organization.kind === 'cloud' ? routeOfTenant(settings, domain) : routeOfServer(settings, domain);
}

function routeOfServer(settings: Settings, domain: string): NextHop {
  const spaces = sendConnectors
    .all(settings)
    .flatMap((connector) =>
      connector['Enabled'] === false ? [] : texts(connector['AddressSpaces']).flatMap((space) => spaceOf(connector, space, domain)),
    );
  // The most specific address space wins, then the lowest cost, then the name.
  const [best] = spaces.toSorted(
    (one, other) =>
      other.specific - one.specific ||
      one.cost - other.cost ||
      (one.connector.Name.toLowerCase() < other.connector.Name.toLowerCase() ? -1 : 1),
  );
  if (best === undefined) return { delivery: 'Unreachable', connector: '', nextHop: 'Unreachable Domain', lastError: noConnector };
  return hopBy(best.connector, domain);
}

function routeOfTenant(settings: Settings, domain: string): NextHop {
  const found = outboundConnectors
    .all(settings)
    .find(
      (connector) =>
        connector['Enabled'] !== false && texts(connector['RecipientDomains']).some((space) => specificity(space, domain) >= 0),
    );
  return found === undefined ? { delivery: 'DnsConnectorDelivery', connector: '', nextHop: domain } : hopBy(found, domain);
}

function hopBy(connector: Connector, domain: string): NextHop {
  const hosts = texts(connector['SmartHosts']);
  if (hosts.length > 0) return { delivery: 'SmartHostConnectorDelivery', connector: connector.Name, nextHop: hosts.join(',') };
  return { delivery: 'DnsConnectorDelivery', connector: connector.Name, nextHop: domain };
}

function spaceOf(connector: Connector, space: string, domain: string) {
  const [, pattern = '', cost = '1'] = /^(?:smtp:)?([^;]*)(?:;(\d+))?$/i.exec(space) ?? [];
  const specific = specificity(pattern, domain);
  return specific < 0 ? [] : [{ connector, specific, cost: Number(cost) }];
}

/** How exactly a pattern names a domain: the number of its labels; less than nothing where it does not. */
function specificity(pattern: string, domain: string): number {
  const folded = pattern.toLowerCase();
  if (folded === '*' || folded === '*.*') return 0;
  if (folded === domain) return 1_000;
  return folded.startsWith('*.') && domain.endsWith(folded.slice(1)) ? folded.split('.').length : -1;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
