import type { Organization } from '../organization/organization.ts';
import { profileOf } from '../organization/profiles.ts';
import { serverFqdn, serverNameOf } from '../organization/servers.ts';
import type { Settings } from '../organization/settings.ts';
import { type ConnectorRight, grantedRights, type PrincipalName } from './connector-rights.ts';
import { type Connector, type ConnectorValue, receiveConnectors } from './connectors.ts';

/** A connector by which servers on-premises take mail, read: times in milliseconds, no limit is Infinity. */
export interface ReceiveConnector {
  readonly name: string;
  /** `EX-SE-01\Default Frontend EX-SE-01`. */
  readonly identity: string;
  readonly fqdn: string;
  /** What stands after the 220; '' for the usual greeting. */
  readonly banner: string;
  readonly bindings: readonly string[];
  readonly ranges: readonly string[];
  readonly requireTls: boolean;
  readonly authMechanisms: ReadonlySet<string>;
  readonly permissionGroups: ReadonlySet<string>;
  /** What the same principals were given besides. */
  readonly granted: Readonly<Record<PrincipalName, readonly ConnectorRight[]>>;
  readonly tlsCertificateName: string;
  readonly tlsDomainCapabilities: readonly string[];
  readonly suppressXAnonymousTls: boolean;
  readonly size: 'Enabled' | 'Disabled' | 'EnabledWithoutValue';
  readonly pipelining: boolean;
  readonly deliveryStatusNotification: boolean;
  readonly enhancedStatusCodes: boolean;
  readonly eightBitMime: boolean;
  readonly chunking: boolean;
  readonly bareLinefeedRejection: boolean;
  readonly requireEhloDomain: boolean;
  readonly maxMessageBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxHopCount: number;
  readonly maxLocalHopCount: number;
  readonly maxRecipients: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerSource: number;
  /** Of what others leave of `maxConnections`. */
  readonly maxPercentPerSource: number;
  /** Messages a minute of one client; who that is, the source says. */
  readonly messageRateLimit: number;
  readonly messageRateSource: 'None' | 'IPAddress' | 'User' | 'All';
  readonly maxProtocolErrors: number;
  readonly maxLogonFailures: number;
  readonly tarpitMs: number;
  readonly connectionTimeoutMs: number;
  readonly inactivityTimeoutMs: number;
  readonly protocolLogging: boolean;
}

const everybody = ['0.0.0.0-255.255.255.255', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'];

/**
 * The connectors that setup makes for the front door, as long as nobody has changed them (page "Receive connectors" of
 * OfficeDocs-Exchange; of Exchange 2010 "Understanding Receive Connectors", where anonymous mail has to be allowed first).
 */
export function setupReceiveConnectors(organization: Pick<Organization, 'product' | 'servers' | 'name' | 'domains'>): readonly Connector[] {
  const server = serverNameOf(organization);
  const common = { Server: server, Fqdn: serverFqdn(organization), RemoteIPRanges: everybody };
  // -Usage Client: five messages a minute of one user (page of New-ReceiveConnector).
  const rate = { MessageRateLimit: 5, MessageRateSource: 'User' };
  const users = { PermissionGroups: ['ExchangeUsers'], AuthMechanism: ['Tls', 'Integrated', 'BasicAuth', 'BasicAuthRequireTLS'], ...rate };
  const servers = ['ExchangeServers', 'ExchangeLegacyServers'];
  const mechanisms = ['Tls', 'Integrated', 'BasicAuth', 'BasicAuthRequireTLS', 'ExchangeServer'];
  if (profileOf(organization.product).version.major < 15)
    return [
      { ...common, Name: `Default ${server}`, PermissionGroups: ['ExchangeUsers', ...servers], AuthMechanism: mechanisms, ...on(25) },
      { ...common, Name: `Client ${server}`, ...users, ...on(587) },
    ];
  return [
    {
      ...{ ...common, Name: `Default Frontend ${server}`, PermissionGroups: ['AnonymousUsers', ...servers], AuthMechanism: mechanisms },
      ...{ ProtocolLoggingLevel: 'Verbose', ...on(25) },
    },
    { ...common, Name: `Client Frontend ${server}`, ...users, ...on(587) },
  ];
}

function on(port: number): Readonly<Record<string, ConnectorValue>> {
  return { Bindings: [`[::]:${port}`, `0.0.0.0:${port}`] };
}

/** All connectors of an organisation's servers: those that are kept, and setup's of which nothing is. */
export function receiveConnectorsOf(organization: Organization, settings: Settings): readonly ReceiveConnector[] {
  const kept = receiveConnectors.all(settings);
  return allConnectors(setupReceiveConnectors(organization), kept)
    .filter((connector) => connector['Enabled'] !== false)
    .map((connector) => read(connector, organization));
}

/** Setup's connectors with what has been changed about them, and the others; those that were removed are not among them. */
export function allConnectors(setups: readonly Connector[], kept: readonly Connector[]): readonly Connector[] {
  const names = new Map(kept.map((connector) => [connector.Name.toLowerCase(), connector]));
  const first = setups.map((setup) => {
    const changed = names.get(setup.Name.toLowerCase());
    names.delete(setup.Name.toLowerCase());
    return changed === undefined ? setup : { ...setup, ...changed };
  });
  return [...first, ...names.values()].filter((connector) => connector[removedMark] !== true);
}

/** A connector of setup's that somebody has removed stays in the store with this mark: it must not come back. */
export const removedMark = 'IsRemoved';

const kib = 1_024;

/** Defaults: dump of "Office 365 - Hybrid Configuration Wizard" (Daniel Kenyon-Smith's blog) and page of New-ReceiveConnector. */
function read(connector: Connector, organization: Organization): ReceiveConnector {
  const isOn = (name: string, initial: boolean): boolean => (typeof connector[name] === 'boolean' ? connector[name] : initial);
  const text = (name: string): string => (typeof connector[name] === 'string' ? connector[name] : '');
  const texts = (name: string, initial: readonly string[] = []): readonly string[] =>
    Array.isArray(connector[name]) ? connector[name] : initial;
  const number = (name: string, initial: number): number => {
    const value = connector[name];
    if (value === 'unlimited') return Number.POSITIVE_INFINITY;
    return typeof value === 'number' ? value : initial;
  };
  const [size, rateSource] = [text('SizeEnabled'), text('MessageRateSource')];
  return {
    name: connector.Name,
    identity: `${serverNameOf(organization)}\\${connector.Name}`,
    fqdn: text('Fqdn') || serverFqdn(organization),
    banner: text('Banner').replace(/^220\s*/, ''),
    bindings: texts('Bindings', ['0.0.0.0:25']),
    ranges: texts('RemoteIPRanges'),
    requireTls: isOn('RequireTLS', false),
    authMechanisms: new Set(texts('AuthMechanism', ['Tls', 'Integrated', 'BasicAuth', 'BasicAuthRequireTLS'])),
    permissionGroups: new Set(texts('PermissionGroups')),
    granted: { anonymous: grantedRights(connector, 'anonymous'), users: grantedRights(connector, 'users') },
    tlsCertificateName: text('TlsCertificateName'),
    tlsDomainCapabilities: texts('TlsDomainCapabilities'),
    suppressXAnonymousTls: isOn('SuppressXAnonymousTls', false),
    size: size === 'Disabled' || size === 'EnabledWithoutValue' ? size : 'Enabled',
    pipelining: isOn('PipeliningEnabled', true),
    deliveryStatusNotification: isOn('DeliveryStatusNotificationEnabled', true),
    enhancedStatusCodes: isOn('EnhancedStatusCodesEnabled', true),
    eightBitMime: isOn('EightBitMimeEnabled', true),
    chunking: isOn('ChunkingEnabled', true),
    bareLinefeedRejection: isOn('BareLinefeedRejectionEnabled', false),
    requireEhloDomain: isOn('RequireEHLODomain', false),
    maxMessageBytes: number('MaxMessageSize', 36 * kib * kib),
    maxHeaderBytes: number('MaxHeaderSize', 64 * kib),
    maxHopCount: number('MaxHopCount', 60),
    maxLocalHopCount: number('MaxLocalHopCount', 12),
    maxRecipients: number('MaxRecipientsPerMessage', 200),
    maxConnections: number('MaxInboundConnection', 5_000),
    maxConnectionsPerSource: number('MaxInboundConnectionPerSource', 20),
    maxPercentPerSource: number('MaxInboundConnectionPercentagePerSource', 2),
    messageRateLimit: number('MessageRateLimit', Number.POSITIVE_INFINITY),
    messageRateSource: rateSource === 'None' || rateSource === 'User' || rateSource === 'All' ? rateSource : 'IPAddress',
    maxProtocolErrors: number('MaxProtocolErrors', 5),
    maxLogonFailures: number('MaxLogonFailures', 3),
    tarpitMs: number('TarpitInterval', 5) * 1_000,
    connectionTimeoutMs: number('ConnectionTimeout', 600) * 1_000,
    inactivityTimeoutMs: number('ConnectionInactivityTimeout', 300) * 1_000,
    protocolLogging: text('ProtocolLoggingLevel') === 'Verbose',
  };
}
