import type { Exchange, Trace, TraceNode } from '../../answers.ts';

/** One arrow from lane to lane; an answer points back. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly isAnswer: boolean;
  /** How it went; the call is as its answer. */
  readonly tone: 'good' | 'bad' | 'open';
  readonly exchange: Exchange;
}

/** The arrows of a trace in the order in which they went. */
export function stepsOf({ roots }: Trace): readonly Step[] {
  return roots.flatMap((root) => nodeSteps(root, root.exchange.direction === 'outgoing' ? laneOf(root.exchange) : 'client'));
}

/** Who took part, in the order of appearance. */
export function lanesOf(steps: readonly Step[]): readonly string[] {
  return [...new Set(steps.flatMap(({ from, to }) => [from, to]))];
}

export function exchangeOf<One extends Exchange>(trace: Trace<One>, spanId: string): One | undefined {
  const find = (nodes: readonly TraceNode<One>[]): One | undefined => {
    for (const { exchange, children } of nodes) {
      const found = exchange.spanId === spanId ? exchange : find(children);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(trace.roots);
}

/** Whether something said no, or went wrong. Servers ask for the challenge with an empty Bearer: that no is part of the way. */
function wentWrong({ outcome, code, verdict }: Exchange): boolean {
  if (code === 'empty-bearer') return false;
  return (outcome !== null && outcome !== 'answered') || verdict?.checks.some((check) => check.outcome === 'failed') === true;
}

function laneOf({ organization, service }: Exchange): string {
  return organization === null ? service : `${organization}/${service}`;
}

function nodeSteps(node: TraceNode, caller: string): readonly Step[] {
  const { exchange, children } = node;
  // A hop is seen from both ends: where the far end was recorded, its arrow tells more.
  const [only] = children;
  const answerer = exchange.direction === 'outgoing' && only?.exchange.direction === 'incoming' ? only : undefined;
  const hop = answerer?.exchange ?? exchange;
  const to = exchange.direction === 'outgoing' && answerer === undefined ? exchange.host : laneOf(hop);
  const inner = answerer === undefined ? children : [...answerer.children, ...children.slice(1)];
  const tone = wentWrong(hop) ? 'bad' : hop.outcome === null ? 'open' : 'good';
  const call: Step = {
    ...{ from: caller, to, isAnswer: false, tone, exchange: hop },
    label: hop.operation ?? exchange.operation ?? hop.target,
  };
  const calls = [call, ...inner.flatMap((child) => nodeSteps(child, to))];
  if (hop.outcome === null && exchange.outcome === null) return calls;
  const said = [hop.status ?? hop.outcome ?? exchange.outcome, hop.code].filter((part) => part !== null).join(' ');
  return [...calls, { from: to, to: caller, isAnswer: true, tone, exchange: hop, label: said }];
}
