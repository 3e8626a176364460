import type { Caller } from '../../shared/bridges/access/caller.ts';
import type { Directory } from '../../shared/domain/directory/directory.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { OpenExchange } from '../../shared/kernel/exchange.ts';
import type { Identifiers } from '../../shared/kernel/ids.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import type { Store } from '../../shared/store/database.ts';

/** Everything that EWS needs from outside; the composition root fills it in. */
export interface EwsContext {
  readonly store: Store;
  /** The directory of an organisation, by its name. */
  readonly directory: (organization: string) => Directory;
  /** The configuration objects of an organisation. */
  readonly settings: (organization: string) => Promise<Settings>;
  readonly seams: Seams;
  readonly identifiers: Identifiers;
}

/** One request that has been let in: who asks whom, and when. Operations get nothing else. */
export interface EwsCall {
  readonly context: EwsContext;
  readonly organization: Organization;
  readonly caller: Caller;
  readonly instant: Instant;
  readonly exchange: OpenExchange;
}
