import type { Caller } from '../../shared/bridges/access/caller.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { OpenExchange } from '../../shared/kernel/exchange.ts';
import type { Identifiers } from '../../shared/kernel/ids.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import type { AdmissionContext } from '../../shared/service/admit.ts';
import type { Store } from '../../shared/store/database.ts';

/** Everything that EWS needs from outside; the composition root fills it in. */
export interface EwsContext extends AdmissionContext {
  readonly store: Store;
  readonly seams: Seams;
  readonly identifiers: Identifiers;
}

/** One request that has been let in: who asks whom, in whose name, and when. Operations get nothing else. */
export interface EwsCall {
  readonly context: EwsContext;
  readonly organization: Organization;
  readonly caller: Caller;
  readonly instant: Instant;
  readonly exchange: OpenExchange;
}
