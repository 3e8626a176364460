import type { Instant } from '../../kernel/clock.ts';
import type { Executor } from '../../store/database.ts';
import type { TrackingEvent, TrackingEventId, TrackingFacts, TrackingSource } from './tracking.ts';

/** A row of the message tracking log as it was written. */
export interface TrackedEvent extends TrackingEvent {
  readonly at: Instant;
}

/** Which rows are looked for; texts are compared without case. */
export interface TrackingQuery {
  readonly from?: Instant | undefined;
  /** Not included. */
  readonly until?: Instant | undefined;
  readonly event?: string | undefined;
  readonly source?: string | undefined;
  /** With or without its angle brackets. */
  readonly messageId?: string | undefined;
  readonly internalMessageId?: number | undefined;
  readonly sender?: string | undefined;
  /** One of these is the sender. */
  readonly senders?: readonly string[] | undefined;
  /** One of these is among the row's. */
  readonly recipients?: readonly string[] | undefined;
  /** What the subject contains. */
  readonly subject?: string | undefined;
  readonly reference?: string | undefined;
  readonly limit: number;
}

/** Rows that are read at a time. */
const batch = 500;

/** Rows of an organisation's message tracking log, in the order in which they were written. */
export async function findTracked(executor: Executor, organization: string, query: TrackingQuery): Promise<readonly TrackedEvent[]> {
  const found: TrackedEvent[] = [];
  for (let after = 0; found.length < query.limit; ) {
    const rows = await rowsAfter(executor, organization, query, after);
    for (const { number, at, event, source, internet_message_id, sender, facts } of rows) {
      after = number;
      const tracked = {
        ...{ at, event: event as TrackingEventId, source: source as TrackingSource, messageId: internet_message_id, sender },
        facts: JSON.parse(facts) as TrackingFacts,
      };
      if (found.length < query.limit && fits(tracked, query)) found.push(tracked);
    }
    if (rows.length < batch) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

function rowsAfter(executor: Executor, organization: string, { from, until, messageId }: TrackingQuery, after: number) {
  let rows = executor.selectFrom('tracking_event').selectAll().where('organization', '=', organization).where('number', '>', after);
  if (from !== undefined) rows = rows.where('at', '>=', from);
  if (until !== undefined) rows = rows.where('at', '<', until);
  if (messageId !== undefined) rows = rows.where('internet_message_id', 'in', [messageId, `<${messageId}>`]);
  return rows.orderBy('number').limit(batch).execute();
}

function fits({ event, source, sender, facts }: TrackedEvent, query: TrackingQuery): boolean {
  const same = (wanted: string | undefined, has: string): boolean => wanted === undefined || wanted.toLowerCase() === has.toLowerCase();
  return (
    same(query.event, event) &&
    same(query.source, source) &&
    same(query.sender, sender) &&
    (query.senders === undefined || query.senders.some((wanted) => same(wanted, sender))) &&
    (query.internalMessageId === undefined || facts.internalMessageId === query.internalMessageId) &&
    (query.recipients === undefined || query.recipients.some((wanted) => facts.recipients.some((one) => same(wanted, one)))) &&
    (query.reference === undefined || (facts.reference ?? []).some((one) => same(query.reference, one))) &&
    (facts.subject ?? '').toLowerCase().includes((query.subject ?? '').toLowerCase())
  );
}
