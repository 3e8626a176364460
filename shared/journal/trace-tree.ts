import type { FullExchange } from './record.ts';

/** The exchanges of one trace, each below the one that caused it. */
export interface TraceTree {
  readonly traceId: string;
  readonly roots: readonly TraceNode[];
}

export interface TraceNode {
  readonly exchange: FullExchange;
  /** In the order in which they began. */
  readonly children: readonly TraceNode[];
}

/** Builds the tree; undefined when there is no exchange. A parent that was not recorded (the client's own span) makes a root. */
export function treeOf(traceId: string, exchanges: readonly FullExchange[]): TraceTree | undefined {
  if (exchanges.length === 0) return undefined;
  const ordered = [...exchanges].sort((a, b) => a.startedMs - b.startedMs || a.sequence - b.sequence);
  const byParent = Map.groupBy(ordered, ({ parentSpan }) => parentSpan);
  const spans = new Set(ordered.map(({ spanId }) => spanId));
  const placed = new Set<FullExchange>();
  const grow = (exchange: FullExchange): TraceNode => {
    placed.add(exchange);
    const children = (byParent.get(exchange.spanId) ?? []).filter((child) => !placed.has(child));
    return { exchange, children: children.map(grow) };
  };
  const roots = ordered.filter(({ parentSpan }) => parentSpan === null || !spans.has(parentSpan)).map(grow);
  // Span ids come from outside: two exchanges that name each other as parents hang below nothing.
  for (const exchange of ordered) if (!placed.has(exchange)) roots.push(grow(exchange));
  return { traceId, roots };
}
