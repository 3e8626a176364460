import type { AssertionMemory } from '../../shared/bridges/authority/clients.ts';
import type { Directory } from '../../shared/domain/directory/directory.ts';
import type { Organizations } from '../../shared/domain/organization/registry.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Identifiers } from '../../shared/kernel/ids.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import type { NameCache } from '../../shared/net/dns-cache.ts';
import type { Store } from '../../shared/store/database.ts';
import type { PendingGrants } from './pending.ts';
import type { SignIns } from './sign-ins.ts';

/** Everything that the authentication service needs from outside; the composition root fills it in. */
export interface AzureAuthParts {
  readonly store: Store;
  readonly organizations: () => Promise<Organizations>;
  /** The configuration objects of an organisation; those of the service itself under `authorityScope`. */
  readonly settings: (organization: string) => Promise<Settings>;
  /** The directory of an organisation, by its name. */
  readonly directory: (organization: string) => Directory;
  /** The https port under which clients reach each organisation, by its name. */
  readonly publishedPorts: () => ReadonlyMap<string, number>;
  /** What DNS says of a name, as the service's machines know it; not inside a transaction. */
  readonly names: Pick<NameCache, 'lookUp'>;
  /** For what happens outside an exchange; an exchange is judged by its own `instant`. */
  readonly clock: Clock;
  readonly seams: Seams;
  readonly identifiers: Identifiers;
}

/** What the doors of the service share. */
export interface AzureAuthContext extends AzureAuthParts {
  /** Codes and device codes under way. */
  readonly pending: PendingGrants;
  /** Assertions that were shown at tenants with StrictTokenReplay. */
  readonly assertions: AssertionMemory;
  /** Users at the sign-in pages, and browsers that have signed in. */
  readonly signIns: SignIns;
}
