import { sendConnectors } from '../domain/mailflow/connectors.ts';
import { serverNameOf } from '../domain/organization/servers.ts';
import { connectorCmdlets } from './connector.ts';
import { boolean, choice, credential, fixed, flags, list, number, type PropertyTable, size, text, time } from './property-table.ts';

/** `contoso.com` as it is kept: `SMTP:contoso.com;1`. */
export function addressSpace(written: string): string {
  const [, prefix = 'SMTP:', domain = '', cost = ';1'] = /^(smtp:)?([^;]*)(;\d{1,3})?$/i.exec(written) ?? [];
  return `${prefix}${domain}${cost}`;
}

const space = { pattern: /^smtp:(\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*|--);\d{1,3}$/i, member: addressSpace };

/** In the order of the dump of "Office 365 - Hybrid Configuration Wizard" (Daniel Kenyon-Smith's blog); later properties come last. */
const table: PropertyTable = {
  AddressSpaces: list([], space),
  AuthenticationCredential: credential,
  Comment: text(),
  ConnectedDomains: fixed([]),
  ConnectionInactivityTimeOut: time('00:10:00'),
  DNSRoutingEnabled: boolean(true),
  DomainSecureEnabled: boolean(false),
  Enabled: boolean(true),
  ErrorPolicies: flags(['Default'], ['Default', 'DowngradeAuthFailures', 'DowngradeDnsFailures', 'UpgradeCustomFailures']),
  ForceHELO: boolean(false),
  Fqdn: text('', /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i),
  HomeMTA: fixed('Microsoft MTA'),
  HomeMtaServerId: fixed(''),
  Identity: fixed(''),
  IgnoreSTARTTLS: boolean(false),
  IsScopedConnector: boolean(false),
  IsSmtpConnector: fixed(true),
  LinkedReceiveConnector: text(),
  MaxMessageSize: size(35 * 1_024 * 1_024),
  Name: fixed(''),
  Port: number(25),
  ProtocolLoggingLevel: choice('None', ['None', 'Verbose']),
  RequireOorg: boolean(false),
  RequireTLS: boolean(false),
  SmartHostAuthMechanism: choice('None', ['None', 'BasicAuth', 'BasicAuthRequireTLS', 'ExchangeServer', 'ExternalAuthoritative']),
  SmartHosts: list(),
  SmartHostsString: fixed(''),
  SmtpMaxMessagesPerConnection: number(20),
  SourceIPAddress: text('0.0.0.0', /^[0-9a-f:.]+$/i),
  SourceRoutingGroup: fixed('Exchange Routing Group (DWBGZMFD01QNBJR)'),
  SourceTransportServers: list(),
  TlsAuthLevel: choice('', ['EncryptionOnly', 'CertificateValidation', 'DomainValidation']),
  TlsDomain: text(),
  UseExternalDNSServersEnabled: boolean(false),
  TlsCertificateName: text(),
  CloudServicesMailEnabled: boolean(false),
  FrontendProxyEnabled: boolean(false),
};

/** `New-SendConnector "Outbound to Office 365" -AddressSpaces smtp:contoso.mail.onmicrosoft.test;1 -RequireTLS $true`: how mail leaves. */
export const sendConnector = connectorCmdlets({
  noun: 'SendConnector',
  kinds: ['on-premises'],
  objects: sendConnectors,
  table,
  required: ['AddressSpaces'],
  initial: (organization) => {
    const serverName = serverNameOf(organization);
    return { SourceTransportServers: [serverName], HomeMtaServerId: serverName };
  },
  shown({ Name, SmartHosts }) {
    const hosts = Array.isArray(SmartHosts) ? SmartHosts.join(',') : '';
    return { Identity: Name, SmartHostsString: hosts === '' ? null : hosts };
  },
});
