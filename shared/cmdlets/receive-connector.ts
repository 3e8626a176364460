import { receiveConnectors } from '../domain/mailflow/connectors.ts';
import { setupReceiveConnectors } from '../domain/mailflow/receive-connectors.ts';
import { serverNameOf } from '../domain/organization/servers.ts';
import { connectorCmdlets } from './connector.ts';
import { boolean, choice, fixed, flags, limit, list, number, type PropertyTable, size, text, time } from './property-table.ts';

const kib = 1_024;

/** In the order of the dump of "Office 365 - Hybrid Configuration Wizard" (Daniel Kenyon-Smith's blog); the directory's own properties are left out. */
const table: PropertyTable = {
  AuthMechanism: flags(
    ['Tls', 'Integrated', 'BasicAuth', 'BasicAuthRequireTLS'],
    ['None', 'Tls', 'Integrated', 'BasicAuth', 'BasicAuthRequireTLS', 'ExchangeServer', 'ExternalAuthoritative'],
  ),
  Banner: text(),
  BinaryMimeEnabled: boolean(true),
  Bindings: list(['0.0.0.0:25'], { pattern: /^(\d+(\.\d+){3}|\[[0-9a-f:.]+\]):\d{1,5}$/i }),
  ChunkingEnabled: boolean(true),
  DefaultDomain: text(),
  DeliveryStatusNotificationEnabled: boolean(true),
  EightBitMimeEnabled: boolean(true),
  BareLinefeedRejectionEnabled: boolean(false),
  DomainSecureEnabled: boolean(false),
  EnhancedStatusCodesEnabled: boolean(true),
  LongAddressesEnabled: boolean(false),
  OrarEnabled: boolean(false),
  SuppressXAnonymousTls: boolean(false),
  AdvertiseClientSettings: boolean(false),
  Fqdn: text('', /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i),
  Comment: text(),
  Enabled: boolean(true),
  ConnectionTimeout: time('00:10:00'),
  ConnectionInactivityTimeout: time('00:05:00'),
  MessageRateLimit: limit('unlimited'),
  MessageRateSource: choice('IPAddress', ['None', 'IPAddress', 'User', 'All']),
  MaxInboundConnection: limit(5_000),
  MaxInboundConnectionPerSource: limit(20),
  MaxInboundConnectionPercentagePerSource: number(2),
  MaxHeaderSize: size(64 * kib),
  MaxHopCount: number(60),
  MaxLocalHopCount: number(12),
  MaxLogonFailures: number(3),
  MaxMessageSize: size(36 * kib * kib),
  MaxProtocolErrors: limit(5),
  MaxRecipientsPerMessage: number(200),
  PermissionGroups: flags(
    [],
    ['None', 'AnonymousUsers', 'ExchangeUsers', 'ExchangeServers', 'ExchangeLegacyServers', 'Partners', 'Custom'],
  ),
  PipeliningEnabled: boolean(true),
  ProtocolLoggingLevel: choice('None', ['None', 'Verbose']),
  RemoteIPRanges: list([], { pattern: /^[0-9a-f:.]+(\/\d{1,3}|-[0-9a-f:.]+)?$/i }),
  RequireEHLODomain: boolean(false),
  RequireTLS: boolean(false),
  EnableAuthGSSAPI: boolean(false),
  ExtendedProtectionPolicy: choice('None', ['None', 'Allow', 'Require']),
  LiveCredentialEnabled: fixed(false),
  TlsDomainCapabilities: list([], { pattern: /^[^:\s]+:\w+$/ }),
  Server: fixed(''),
  SizeEnabled: choice('Enabled', ['Enabled', 'Disabled', 'EnabledWithoutValue']),
  TarpitInterval: time('00:00:05'),
  MaxAcknowledgementDelay: time('00:00:30'),
  Name: fixed(''),
  Identity: fixed(''),
  TlsCertificateName: text(),
  TransportRole: choice('FrontendTransport', ['FrontendTransport', 'HubTransport']),
};

/**
 * `New-ReceiveConnector "Inbound from Office 365" -Bindings 0.0.0.0:25 -RemoteIPRanges 192.0.2.0/24 -RequireTLS $true`: by which servers take mail from where.
 * Its identity is `EX01\Inbound from Office 365`, with the server or without.
 */
export const receiveConnector = connectorCmdlets({
  noun: 'ReceiveConnector',
  kinds: ['on-premises'],
  objects: receiveConnectors,
  table,
  required: ['RemoteIPRanges'],
  initial: (organization) => ({ Server: serverNameOf(organization) }),
  builtIn: setupReceiveConnectors,
  shown: ({ Server, Name }) => ({ Server: Server ?? '', Identity: `${String(Server)}\\${Name}` }),
  nameOf(organization, identity) {
    const server = `${serverNameOf(organization)}\\`;
    return identity.toLowerCase().startsWith(server.toLowerCase()) ? identity.slice(server.length) : identity;
  },
});
