import type { ReceiveConnector } from '../../../shared/domain/mailflow/receive-connectors.ts';
import { receiveTrust } from '../../../shared/domain/mailflow/receive-permissions.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { profileOf } from '../../../shared/domain/organization/profiles.ts';
import { serverFqdn } from '../../../shared/domain/organization/servers.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import type { SmtpFeatures, SmtpLimits } from '../../../shared/service/smtp-profile.ts';
import { type Desk, trustedNames } from './desk.ts';

/** How a receive connector takes mail. */
export function premisesDesk(organization: Organization, settings: Settings, connector: ReceiveConnector): Desk {
  const isOld = profileOf(organization.product).version.major < 15;
  return {
    ...{ organization, settings, host: serverFqdn(organization), blocksUnknown: false },
    protocolLog: connector.protocolLogging ? connector.identity : undefined,
    maxHeaderBytes: connector.maxHeaderBytes,
    maxHopCount: connector.maxHopCount,
    maxLocalHopCount: connector.maxLocalHopCount,
    refusesBareLinefeeds: connector.bareLinefeedRejection,
    requiresEhloDomain: connector.requireEhloDomain,
    rate: rateOf(connector),
    trust({ tls, isSignedIn }) {
      const session = { certificateNames: trustedNames(tls), isSecure: tls !== undefined, isSignedIn };
      const { maySubmit, mayRelay, tellsOrganization, keepsHeaders, authAs, authMechanism } = receiveTrust(connector, session);
      const unknown = isOld ? 'not-authenticated-2010' : 'not-authenticated';
      return {
        connector: connector.identity,
        refusal: connector.requireTls && tls === undefined ? 'tls-required' : maySubmit ? undefined : unknown,
        ...{ mayRelay, tellsOrganization, authAs, authMechanism },
        relayRefusal: isOld ? 'relay-denied-2010' : 'relay-denied',
        keepsOrganization: keepsHeaders && authAs === 'Internal',
        keepsCrossPremises: tellsOrganization,
      };
    },
  };
}

function rateOf({ identity, messageRateLimit: perMinute, messageRateSource: source }: ReceiveConnector): Desk['rate'] {
  return source === 'None' || perMinute === Number.POSITIVE_INFINITY ? undefined : { connector: identity, perMinute, source };
}

/** What a connector offers. */
export function premisesFeatures(connector: ReceiveConnector): SmtpFeatures {
  const sizes = { Enabled: 'told', Disabled: 'none', EnabledWithoutValue: 'silent' } as const;
  return {
    size: sizes[connector.size],
    pipelining: connector.pipelining,
    dsn: connector.deliveryStatusNotification,
    enhancedStatusCodes: connector.enhancedStatusCodes,
    eightBitMime: connector.eightBitMime,
    chunking: connector.chunking,
    xAnonymousTls: !connector.suppressXAnonymousTls && connector.authMechanisms.has('ExchangeServer'),
  };
}

/** Its bounds; where it has none, those of this simulation. */
export function premisesLimits(connector: ReceiveConnector): SmtpLimits {
  const { permissionGroups, authMechanisms } = connector;
  const isUnbounded = permissionGroups.has('ExchangeServers') && authMechanisms.has('ExternalAuthoritative');
  return {
    maxConnections: Math.min(connector.maxConnections, mostConnections),
    maxConnectionsPerSource: Math.min(connector.maxConnectionsPerSource, mostConnections),
    maxPercentPerSource: connector.maxPercentPerSource,
    maxMessageBytes: isUnbounded ? mostHeldBytes : Math.min(connector.maxMessageBytes, mostHeldBytes),
    maxHeldBytes: mostHeldBytes,
    maxRecipients: connector.maxRecipients,
    maxRefusedRecipients: 100,
    maxErrors: connector.maxProtocolErrors,
    maxFailedSignIns: connector.maxLogonFailures,
    idleTimeoutMs: connector.inactivityTimeoutMs,
    connectionTimeoutMs: connector.connectionTimeoutMs,
  };
}

const mostConnections = 5_000;
export const mostHeldBytes = 256 * 1024 * 1024;
