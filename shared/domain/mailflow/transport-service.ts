import { configKind } from '../organization/config-kind.ts';
import type { Organization } from '../organization/organization.ts';
import { serverNameOf } from '../organization/servers.ts';
import type { Settings } from '../organization/settings.ts';

/** How long and how often a server tries, in seconds, as Set-TransportService writes it. */
export interface TransportService {
  readonly DelayNotificationTimeout: number;
  readonly MessageExpirationTimeout: number;
  readonly MessageRetryInterval: number;
  readonly OutboundConnectionFailureRetryInterval: number;
  readonly TransientFailureRetryCount: number;
  readonly TransientFailureRetryInterval: number;
  readonly MaxOutboundConnections: number | 'unlimited';
  readonly MaxPerDomainOutboundConnections: number | 'unlimited';
}

/** What has been set, by server. */
export const transportServices = configKind<Partial<TransportService>>('TransportService');

/** "Message retry, resubmit, and expiration intervals" and the page of Set-TransportService, OfficeDocs-Exchange and exchange-ps. */
const defaults: TransportService = {
  DelayNotificationTimeout: 4 * 3_600,
  MessageExpirationTimeout: 2 * 86_400,
  MessageRetryInterval: 15 * 60,
  OutboundConnectionFailureRetryInterval: 10 * 60,
  TransientFailureRetryCount: 6,
  TransientFailureRetryInterval: 5 * 60,
  MaxOutboundConnections: 1_000,
  MaxPerDomainOutboundConnections: 20,
};

/** Exchange Online gives up after a day ("Mail flow intelligence", defender-docs). */
const ofTenants: TransportService = { ...defaults, MessageExpirationTimeout: 86_400 };

/** QueueGlitchRetryCount and -Interval of EdgeTransport.exe.config: no cmdlet changes them. */
const glitch = { count: 4, intervalMs: 60_000 };

/** How a server tries, with what has been set. */
export function transportServiceOf(
  organization: Pick<Organization, 'kind' | 'product' | 'servers'>,
  settings: Settings,
  server: string = serverNameOf(organization),
): TransportService {
  return withDefaults(organization, transportServices.get(settings, server));
}

/** Sessions that a server may have open at once. */
export function mostSessions(organization: Pick<Organization, 'kind' | 'product' | 'servers'>, settings: Settings): number {
  const { MaxOutboundConnections } = transportServiceOf(organization, settings);
  return MaxOutboundConnections === 'unlimited' ? Number.POSITIVE_INFINITY : MaxOutboundConnections;
}

/** The same of what has been read. */
export function withDefaults({ kind }: Pick<Organization, 'kind'>, set: Partial<TransportService> | undefined): TransportService {
  return { ...(kind === 'cloud' ? ofTenants : defaults), ...set };
}

/**
 * How long a queue waits after the nth attempt to connect has failed: first for what passes at once, then for what passes soon,
 * then as long as it takes.
 *
 * @param failed attempts that have failed since the last one that did not, from 1
 */
export function waitAfter(failed: number, service: TransportService): number {
  if (failed <= glitch.count) return glitch.intervalMs;
  if (failed <= glitch.count + service.TransientFailureRetryCount) return service.TransientFailureRetryInterval * 1_000;
  return service.OutboundConnectionFailureRetryInterval * 1_000;
}
