import type { FastifyInstance } from 'fastify';
import type { TokenCache } from '../shared/bridges/hybrid/token-cache.ts';
import type { CmdletGround } from '../shared/cmdlets/scope.ts';
import type { Directory } from '../shared/domain/directory/directory.ts';
import type { Spelling } from '../shared/domain/organization/advertised-urls.ts';
import type { Organizations } from '../shared/domain/organization/registry.ts';
import type { Settings } from '../shared/domain/organization/settings.ts';
import type { Clock } from '../shared/kernel/clock.ts';
import type { Identifiers } from '../shared/kernel/ids.ts';
import type { Seams } from '../shared/kernel/seams.ts';
import type { TimeLimits } from '../shared/kernel/time-limit.ts';
import type { Dialer } from '../shared/net/dialer.ts';
import type { NameCache } from '../shared/net/dns-cache.ts';
import type { Store } from '../shared/store/database.ts';

/** What the services are made from. */
export interface ServiceParts {
  readonly store: Store;
  readonly organizations: () => Promise<Organizations>;
  /** Of an organisation; '' gives those of the authentication service. */
  readonly settings: (organization: string) => Promise<Settings>;
  readonly directory: (organization: string) => Directory;
  /** The https port under which clients reach each organisation, and `azure-auth`. */
  readonly publishedPorts: () => ReadonlyMap<string, number>;
  /** How virtual hosts are called in addresses that are given out. */
  readonly spell: Spelling;
  /** World time; what an exchange is judged by is its own `instant`. */
  readonly clock: Clock;
  /** How long something may take, by world time. */
  readonly limits: TimeLimits;
  /** The way to other servers of the world; not inside a transaction. */
  readonly dialer: Pick<Dialer, 'https' | 'listener' | 'hold' | 'imap'>;
  /** Aborts when the lab ends: whoever holds a connection open, or calls by himself, stops. */
  readonly ending: AbortSignal;
  /** What DNS says of a name, as the world's servers know it; not inside a transaction. */
  readonly names: Pick<NameCache, 'lookUp'>;
  /** What the organisations' servers hold for calls to others. */
  readonly tokens: TokenCache;
  readonly seams: Seams;
  readonly identifiers: Identifiers;
  /** What cmdlets stand on. */
  readonly cmdlets: CmdletGround;
}

/**
 * The services behind a listener, by the names that `--only` uses. The front end's table of paths names those of the
 * organisations; `azure-auth` and `graph` have a listener of their own. A lab is ready without their code: it is loaded by the first
 * request, or in the quiet moment after the start.
 */
export const catalogue: Readonly<Record<string, (parts: ServiceParts) => Promise<FastifyInstance>>> = {
  ews: async (parts) => (await import('./ews/service.ts')).createEwsService(parts),
  autodiscover: async (parts) => (await import('./autodiscover/service.ts')).createAutodiscoverService(parts),
  mrsproxy: async (parts) => {
    const [{ createMrsProxyService }, { mailboxesOf }] = await Promise.all([
      import('./mrsproxy/service.ts'),
      import('./mrsproxy/mailbox-doors.ts'),
    ]);
    return createMrsProxyService({ ...parts, ...mailboxesOf(parts) });
  },
  rpcproxy: async (parts) => (await import('./rpcproxy/service.ts')).createRpcProxyService(parts),
  oab: async (parts) => (await import('./oab/service.ts')).createOabService(parts),
  'admin-api': async (parts) => (await import('./admin-api/service.ts')).createAdminApiService(parts),
  graph: async (parts) => (await import('./graph/service.ts')).createGraphService(parts),
  'azure-auth': async (parts) => (await import('./azure-auth/service.ts')).createAzureAuthService(parts),
};
