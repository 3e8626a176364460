import type { Instant } from '../kernel/clock.ts';
import type { ExchangeOutcome } from '../kernel/exchange.ts';
import type { ExchangeRecord } from './record.ts';

/** Which exchanges are asked for; all that is given must hold. Only closed exchanges are found. */
export interface ExchangeFilter {
  /** World time of the first octet, at the earliest. */
  readonly since?: Instant;
  /** Closed after this one. */
  readonly afterSequence?: number;
  readonly organization?: string;
  readonly service?: string;
  readonly operation?: string;
  readonly outcome?: ExchangeOutcome;
  readonly caller?: string;
  readonly traceId?: string;
}

/** Whether an exchange passes. */
export function passes(record: ExchangeRecord, filter: ExchangeFilter): boolean {
  return (
    (filter.since === undefined || record.at >= filter.since) &&
    (filter.afterSequence === undefined || record.sequence > filter.afterSequence) &&
    (filter.organization === undefined || record.organization === filter.organization) &&
    (filter.service === undefined || record.service === filter.service) &&
    (filter.operation === undefined || record.operation === filter.operation) &&
    (filter.outcome === undefined || record.outcome === filter.outcome) &&
    (filter.caller === undefined || record.caller === filter.caller) &&
    (filter.traceId === undefined || record.traceId === filter.traceId)
  );
}
