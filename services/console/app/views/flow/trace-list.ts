import { signal } from '@preact/signals';
import type { Exchange, Outcome, TraceSummary } from '../../answers.ts';
import { call } from '../../api.ts';
import { onEvent } from '../../live.ts';

/** A line of the list, with what is needed to go on with it as exchanges come in. */
interface Line extends TraceSummary {
  /** When the exchange that speaks for the trace began; the one that began it does. */
  readonly startedMs: number;
}

const mostTraces = 10_000;
/** Events may come by hundreds a second; the list is made anew at this pace. */
const paceMs = 250;
const gravity: readonly (Outcome | null)[] = [null, 'answered', 'aborted', 'refused', 'fault', 'defect'];

/** The traces of the lab, those that changed last first. */
export const traces = signal<readonly TraceSummary[]>([]);

const lines = new Map<string, Line>();
let waiting: Exchange[] = [];
let isDue = false;

/** Begins with what is in the journal and goes on as exchanges close; returns what ends that. */
export function followTraces(): () => void {
  const stop = onEvent('exchange', (heard) => {
    waiting.push(heard as Exchange);
    if (isDue) return;
    isDue = true;
    setTimeout(takeIn, paceMs);
  });
  void load();
  return stop;
}

async function load(): Promise<void> {
  const { traces: known } = await call<{ traces: readonly TraceSummary[] }>('GET', `/v1/traces?limit=${mostTraces}`);
  lines.clear();
  for (const one of known) lines.set(one.traceId, { ...one, startedMs: 0 });
  takeIn();
}

function takeIn(): void {
  isDue = false;
  for (const exchange of waiting) {
    const before = lines.get(exchange.traceId);
    if (before !== undefined && before.sequence >= exchange.sequence) continue;
    // What changed last stands last in the map.
    lines.delete(exchange.traceId);
    lines.set(exchange.traceId, before === undefined ? lineOf(exchange) : goneOn(before, exchange));
  }
  waiting = [];
  for (const id of lines.keys()) {
    if (lines.size <= mostTraces) break;
    lines.delete(id);
  }
  traces.value = [...lines.values()].reverse();
}

function lineOf(exchange: Exchange): Line {
  const { traceId, at, sequence, service, operation, target, caller, status, code, outcome, verdict, durationMs, startedMs } = exchange;
  return {
    ...{ traceId, at, sequence, service, operation, target, caller, status, code, outcome, durationMs, startedMs, exchanges: 1 },
    organizations: exchange.organization === null ? [] : [exchange.organization],
    verdict: verdict === null ? null : verdict.accepted ? 'accepted' : 'refused',
  };
}

function goneOn(before: Line, exchange: Exchange): Line {
  const now = lineOf(exchange);
  const speaks = before.startedMs !== 0 && exchange.startedMs < before.startedMs ? now : before;
  return {
    ...speaks,
    at: Math.min(before.at, now.at),
    sequence: exchange.sequence,
    exchanges: before.exchanges + 1,
    organizations: [...new Set([...before.organizations, ...now.organizations])],
    outcome: gravity.indexOf(now.outcome) > gravity.indexOf(before.outcome) ? now.outcome : before.outcome,
    verdict: [before.verdict, now.verdict].includes('refused') ? 'refused' : (before.verdict ?? now.verdict),
  };
}
