import type { Instant } from '../kernel/clock.ts';
import type { ExchangeOutcome } from '../kernel/exchange.ts';
import type { ExchangeRecord } from './record.ts';

/** One line about a trace. */
export interface TraceSummary {
  readonly traceId: string;
  /** World time of its first octet. */
  readonly at: Instant;
  /** Sequence of its last exchange. */
  readonly sequence: number;
  readonly exchanges: number;
  readonly organizations: readonly string[];
  /** Of the exchange that began it. */
  readonly service: string;
  readonly operation: string | null;
  readonly target: string;
  readonly caller: string | null;
  readonly status: number | null;
  readonly code: string | null;
  /** The gravest among its exchanges. */
  readonly outcome: ExchangeOutcome | null;
  /** `refused` when any judgement said no, `accepted` when all said yes, null when nothing was judged. */
  readonly verdict: 'accepted' | 'refused' | null;
  readonly durationMs: number | null;
}

const gravity: readonly ExchangeOutcome[] = ['answered', 'aborted', 'refused', 'fault', 'defect'];

/** Exchanges by trace, in the order of their last exchange. */
export function summarizeTraces(records: readonly ExchangeRecord[]): readonly TraceSummary[] {
  const traces = [...Map.groupBy(records, ({ traceId }) => traceId).values()];
  return traces.map(summarize).sort((a, b) => a.sequence - b.sequence);
}

function summarize(records: readonly ExchangeRecord[]): TraceSummary {
  const spans = new Set(records.map(({ spanId }) => spanId));
  const ordered = [...records].sort((a, b) => a.startedMs - b.startedMs || a.sequence - b.sequence);
  const first = ordered.find(({ parentSpan }) => parentSpan === null || !spans.has(parentSpan)) ?? ordered[0];
  if (first === undefined) throw new Error('defect: a trace without exchanges');
  // A server that asks another for the challenge is refused, and goes on.
  const telling = records.filter(({ code, parentSpan }) => code !== 'empty-bearer' || parentSpan === null || !spans.has(parentSpan));
  const verdicts = telling.flatMap(({ verdict }) => (verdict === null ? [] : [verdict.accepted]));
  const outcomes = telling.flatMap(({ outcome }) => outcome ?? []);
  return {
    traceId: first.traceId,
    at: first.at,
    sequence: Math.max(...records.map(({ sequence }) => sequence)),
    exchanges: records.length,
    organizations: [...new Set(ordered.flatMap(({ organization }) => organization ?? []))],
    service: first.service,
    operation: first.operation,
    target: first.target,
    caller: first.caller,
    status: first.status,
    code: first.code,
    outcome: outcomes.sort((a, b) => gravity.indexOf(b) - gravity.indexOf(a))[0] ?? null,
    verdict: verdicts.length === 0 ? null : verdicts.every(Boolean) ? 'accepted' : 'refused',
    durationMs: first.durationMs,
  };
}
