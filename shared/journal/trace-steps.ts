import { plain } from './log-line.ts';
import type { ExchangeRecord } from './record.ts';

/** A trace as the control port gives it: without stacks, with heads and bodies or without. */
export interface TraceView {
  readonly traceId: string;
  readonly roots: readonly TraceNodeView[];
}

export interface TraceNodeView {
  readonly exchange: Omit<ExchangeRecord, 'error'> & { readonly error: { readonly message: string } | null };
  readonly children: readonly TraceNodeView[];
}

/** One arrow from lane to lane; an answer points back. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly answer: boolean;
  /** Milliseconds since the trace began; null for an answer that never came. */
  readonly atMs: number | null;
  readonly note: string;
  /** Whose call or answer it is. */
  readonly exchange: TraceNodeView['exchange'];
}

/** The arrows of a trace in the order in which they went. */
export function traceSteps({ roots }: TraceView): readonly Step[] {
  const first = roots[0]?.exchange.startedMs ?? 0;
  return roots.flatMap((root) => stepsOf(root, root.exchange.direction === 'outgoing' ? laneOf(root.exchange) : 'client', first));
}

/** Who took part, in the order of appearance. */
export function lanesOf(steps: readonly Step[]): readonly string[] {
  return [...new Set(steps.flatMap(({ from, to }) => [from, to]))];
}

/** `contoso/ews`. */
export function laneOf({ organization, service }: Pick<ExchangeRecord, 'organization' | 'service'>): string {
  return plain(organization === null ? service : `${organization}/${service}`);
}

/** The far end of a call, where it was recorded: a hop is seen from both ends then. */
export function answererOf<T extends { readonly exchange: Pick<ExchangeRecord, 'direction'>; readonly children: readonly T[] }>({
  exchange,
  children: [only],
}: T): T | undefined {
  return exchange.direction === 'outgoing' && only?.exchange.direction === 'incoming' ? only : undefined;
}

function stepsOf(node: TraceNodeView, caller: string, first: number): readonly Step[] {
  const { exchange, children } = node;
  const answerer = answererOf(node);
  // Where the far end was recorded, its arrow tells more.
  const hop = answerer?.exchange ?? exchange;
  const to = exchange.direction === 'outgoing' && answerer === undefined ? plain(exchange.host) : laneOf(hop);
  const label = plain(hop.operation ?? exchange.operation ?? hop.target);
  const inner = answerer === undefined ? children : [...answerer.children, ...children.slice(1)];
  const startMs = Math.max(0, exchange.startedMs - first);
  const call: Step = {
    ...{ from: caller, to, label, answer: false, atMs: startMs, exchange: hop },
    note: plain(`${hop.target} ${hop.caller ?? ''}`.trim()),
  };
  const why = [hop.outcome === 'answered' ? null : hop.outcome, hop.code, hop.detail, hop.error?.message ?? null];
  const marks = [...exchange.faults, ...(answerer?.exchange.faults ?? [])].map(({ rule, kind }) => `[fault ${rule}: ${kind}]`);
  const back: Step = {
    ...{ from: to, to: caller, answer: true, atMs: exchange.durationMs === null ? null : startMs + exchange.durationMs, exchange: hop },
    label: hop.status === null ? (exchange.outcome ?? 'open') : String(hop.status),
    note: plain([...why.filter((part) => part !== null), ...marks].join(' ')),
  };
  return [call, ...inner.flatMap((child) => stepsOf(child, to, first)), back];
}
