import { outboundConnectors } from '../domain/mailflow/connectors.ts';
import { connectorCmdlets } from './connector.ts';
import { boolean, choice, fixed, list, type PropertyTable, text } from './property-table.ts';

/** Parameters: page of New-OutboundConnector. */
const table: PropertyTable = {
  Enabled: boolean(true),
  UseMXRecord: boolean(true),
  Comment: text(),
  ConnectorType: choice('Partner', ['Partner', 'OnPremises']),
  ConnectorSource: choice('Default', ['Default', 'Migrated', 'HybridWizard', 'AdminUI']),
  RecipientDomains: list([], { pattern: /^(\*|\*\.\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*)$/i }),
  SmartHosts: list([], { pattern: /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)$/i }),
  TlsDomain: text(),
  TlsSettings: choice('', ['EncryptionOnly', 'CertificateValidation', 'DomainValidation']),
  IsTransportRuleScoped: boolean(false),
  RouteAllMessagesViaOnPremises: boolean(false),
  CloudServicesMailEnabled: boolean(false),
  AllAcceptedDomains: boolean(false),
  TestMode: boolean(false),
  Name: fixed(''),
  Identity: fixed(''),
};

/** `New-OutboundConnector "Hybrid Mail Flow Outbound Connector" -RecipientDomains *.* -SmartHosts mail.contoso.test -TlsSettings DomainValidation`. */
export const outboundConnector = connectorCmdlets({
  noun: 'OutboundConnector',
  kinds: ['cloud'],
  objects: outboundConnectors,
  table,
  required: [],
  initial: () => ({}),
  shown: ({ Name }) => ({ Identity: Name }),
});
