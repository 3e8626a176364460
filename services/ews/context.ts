import type { Caller } from '../../shared/bridges/access/caller.ts';
import type { ExternalCaller } from '../../shared/bridges/access/external-caller.ts';
import type { TokenCache } from '../../shared/bridges/hybrid/token-cache.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Clock, Instant } from '../../shared/kernel/clock.ts';
import type { OpenExchange } from '../../shared/kernel/exchange.ts';
import type { Identifiers } from '../../shared/kernel/ids.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import type { TimeLimits } from '../../shared/kernel/time-limit.ts';
import type { Dialer } from '../../shared/net/dialer.ts';
import type { AdmissionContext } from '../../shared/service/admit.ts';
import type { Clocks } from '../../shared/xml/clocks.ts';
import type { NamedZone } from './calendar/named-zone.ts';
import type { Budgets } from './throttling/budgets.ts';

/** Everything that EWS needs from outside; the composition root fills it in. */
export interface EwsContext extends AdmissionContext {
  readonly seams: Seams;
  readonly identifiers: Identifiers;
  /** The way to other organisations; not inside a transaction. */
  readonly dialer: Pick<Dialer, 'https' | 'listener'>;
  /** World time, for what goes on after the request that began it. */
  readonly clock: Clock;
  /** Aborts when the lab ends: whoever holds a connection open, or calls by himself, stops. */
  readonly ending: AbortSignal;
  /** How long other organisations may take, by world time. */
  readonly limits: TimeLimits;
  /** What the organisations hold for calls to others. */
  readonly tokens: TokenCache;
  /** What everybody may still use of this process. */
  readonly budgets: Budgets;
}

/** One request that has been let in: who asks whom, in whose name, and when. Operations get nothing else. */
export interface EwsCall {
  readonly context: EwsContext;
  readonly organization: Organization;
  readonly caller: Caller;
  readonly instant: Instant;
  readonly exchange: OpenExchange;
  /** As fault rules call it. */
  readonly operation: string;
  /** The zone of the request's header. */
  readonly zone?: NamedZone | undefined;
  /** What clocks the dates of the request are read by that have no zone; none: those that show UTC. */
  readonly clocks?: Clocks | undefined;
  /** Another organisation's server asks, for a mailbox that it believes to be here. */
  readonly isFromServer: boolean;
  /** Full name of the server that the request is for: it keeps the subscriptions that are made in it. */
  readonly server: string;
}

/** One request of somebody of another organisation, by a delegation token. Its operations get nothing else. */
export interface ExternalCall {
  readonly context: EwsContext;
  readonly organization: Organization;
  readonly settings: Settings;
  readonly external: ExternalCaller;
  readonly instant: Instant;
  readonly exchange: OpenExchange;
  /** The zone of the request's header. */
  readonly zone?: NamedZone | undefined;
}
