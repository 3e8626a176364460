import { inboundConnectors } from '../domain/mailflow/connectors.ts';
import { connectorCmdlets } from './connector.ts';
import { boolean, choice, fixed, list, type PropertyTable, text } from './property-table.ts';
import { addressSpace } from './send-connector.ts';

const space = { pattern: /^smtp:(\*|\*\.\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*);\d{1,3}$/i, member: addressSpace };

/** Parameters: page of New-InboundConnector. */
const table: PropertyTable = {
  Enabled: boolean(true),
  ConnectorType: choice('Partner', ['Partner', 'OnPremises']),
  ConnectorSource: choice('Default', ['Default', 'Migrated', 'HybridWizard', 'AdminUI']),
  Comment: text(),
  SenderIPAddresses: list([], { pattern: /^[0-9a-f:.]+(\/\d{1,3})?$/i }),
  SenderDomains: list([], space),
  AssociatedAcceptedDomains: list(),
  RequireTls: boolean(false),
  RestrictDomainsToIPAddresses: boolean(false),
  RestrictDomainsToCertificate: boolean(false),
  CloudServicesMailEnabled: boolean(false),
  TreatMessagesAsInternal: boolean(false),
  TlsSenderCertificateName: text(),
  Name: fixed(''),
  Identity: fixed(''),
};

/** `New-InboundConnector "Hybrid Mail Flow Inbound Connector" -SenderDomains *.* -RequireTls $true -TlsSenderCertificateName mail.contoso.test`. */
export const inboundConnector = connectorCmdlets({
  noun: 'InboundConnector',
  kinds: ['cloud'],
  objects: inboundConnectors,
  table,
  required: ['SenderDomains'],
  initial: () => ({}),
  shown: ({ Name }) => ({ Identity: Name }),
});
