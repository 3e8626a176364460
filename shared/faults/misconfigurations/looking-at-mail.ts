import { type Connector, receiveConnectors, sendConnectors } from '../../domain/mailflow/connectors.ts';
import { allConnectors, setupReceiveConnectors } from '../../domain/mailflow/receive-connectors.ts';
import type { ConfigKind } from '../../domain/organization/config-kind.ts';
import { type Organization, routingDomain } from '../../domain/organization/organization.ts';
import { lackingIn, type Topology } from '../topology.ts';
import { listOf } from './looking.ts';

/** What misconfigurations of mail look at in a world. */

export function isForEverybody(connector: Connector): boolean {
  return listOf(connector['AddressSpaces']).some((space) => /^(?:smtp:)?\*(?:;|$)/i.test(space));
}

/** The send connector for everybody. */
export function internetConnector(topology: Topology, { name }: Organization): Connector {
  return sendConnectors.all(topology.settings(name)).find(isForEverybody) ?? lackingIn(`no send connector for * at ${name}`);
}

/** Whether a send connector is that of the hybrid deployment. */
export function leadsToTenant(connector: Connector, tenant: Organization): boolean {
  const routing = routingDomain(tenant);
  return routing !== undefined && listOf(connector['AddressSpaces']).some((space) => space.toLowerCase().includes(`:${routing}`));
}

export function sendConnectorTo(
  topology: Topology,
  { ours, tenant }: { readonly ours: Organization; readonly tenant: Organization },
): Connector {
  const found = sendConnectors.all(topology.settings(ours.name)).find((connector) => leadsToTenant(connector, tenant));
  return found ?? lackingIn(`no send connector of ${ours.name} to ${tenant.name}`);
}

/** The connector of a tenant with its servers on-premises. */
export function onlyConnector(topology: Topology, kind: ConfigKind<Connector>, { name }: Organization): Connector {
  const found = kind.all(topology.settings(name)).find((connector) => connector['ConnectorType'] === 'OnPremises');
  return found ?? lackingIn(`no connector of ${name} with servers on-premises`);
}

/** The receive connector of the front door. */
export function frontendOf(topology: Topology, organization: Organization): Connector {
  const [first] = allConnectors(setupReceiveConnectors(organization), receiveConnectors.all(topology.settings(organization.name)));
  return first ?? lackingIn(`no receive connector at ${organization.name}`);
}
