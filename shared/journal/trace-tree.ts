import type { ExchangeRecord, FullExchange } from './record.ts';

/** The exchanges of one trace, each below the one that caused it. */
export interface TraceTree<One extends ExchangeRecord = FullExchange> {
  readonly traceId: string;
  readonly roots: readonly TraceNode<One>[];
}

export interface TraceNode<One extends ExchangeRecord = FullExchange> {
  readonly exchange: One;
  /** In the order in which they began. */
  readonly children: readonly TraceNode<One>[];
}

/** Builds the tree; undefined when there is no exchange. A parent that was not recorded (the client's own span) makes a root. */
export function treeOf<One extends ExchangeRecord>(traceId: string, exchanges: readonly One[]): TraceTree<One> | undefined {
  if (exchanges.length === 0) return undefined;
  const ordered = [...exchanges].sort((a, b) => a.startedMs - b.startedMs || a.sequence - b.sequence);
  const byParent = Map.groupBy(ordered, ({ parentSpan }) => parentSpan);
  const spans = new Set(ordered.map(({ spanId }) => spanId));
  const placed = new Set<One>();
  const grow = (exchange: One): TraceNode<One> => {
    placed.add(exchange);
    const children = (byParent.get(exchange.spanId) ?? []).filter((child) => !placed.has(child));
    return { exchange, children: children.map(grow) };
  };
  const roots = ordered.filter(({ parentSpan }) => parentSpan === null || !spans.has(parentSpan)).map(grow);
  // Span ids come from outside: two exchanges that name each other as parents hang below nothing.
  for (const exchange of ordered) if (!placed.has(exchange)) roots.push(grow(exchange));
  return { traceId, roots };
}
