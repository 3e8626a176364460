import type { Check } from '../kernel/verdict.ts';
import { type ExplainedFlow, explainFlows } from './explain-flow.ts';
import type { ExchangeRecord, FaultMark } from './record.ts';
import type { TraceNode, TraceTree } from './trace-tree.ts';

/** What became of a trace, and why. */
export interface Explanation {
  readonly traceId: string;
  /** One sentence; names the check that failed first in the trace, if one did. */
  readonly summary: string;
  /** What to do about it, one line; null when nothing was refused. */
  readonly remedy: string | null;
  /** Everything that was judged or did not end well, in the order in which it began. */
  readonly exchanges: readonly ExplainedExchange[];
  /** The published flow that the trace is one of, step by step; null for any other trace. */
  readonly flow: ExplainedFlow | null;
  /** All of them, where it went several ways: DAuth to a partner, OAuth to the other half of the hybrid. */
  readonly flows: readonly ExplainedFlow[];
}

/** One exchange of it. */
export interface ExplainedExchange
  extends Pick<
    ExchangeRecord,
    'spanId' | 'organization' | 'service' | 'operation' | 'target' | 'caller' | 'status' | 'code' | 'detail' | 'outcome'
  > {
  readonly checks: readonly Check[];
  /** The check that decided a refusal. */
  readonly failed: Check | null;
  readonly remedy: string | null;
}

/**
 * Explains a trace from what the journal keeps of it: nothing is judged again.
 *
 * @param remedyOf the remedy for a check that has failed, by the check's name
 */
export function explain(tree: TraceTree<ExchangeRecord>, remedyOf: (check: string) => string | null): Explanation {
  const records = tree.roots.flatMap(allOf);
  const exchanges = records.filter(isTelling).map((record) => explained(record, remedyOf));
  const refusals = exchanges.filter(({ failed, outcome }) => failed !== null || (outcome !== 'answered' && outcome !== null));
  // Servers ask each other for the challenge with an empty Bearer: what that is refused with is no reason for what comes later.
  const refused = refusals.find(({ code }) => code !== 'empty-bearer') ?? refusals.find(({ spanId }) => isFirst(spanId, tree));
  const flows = explainFlows(records);
  return {
    traceId: tree.traceId,
    summary: refused === undefined ? 'Nothing was refused.' : sentence(refused),
    remedy: refused?.remedy ?? null,
    exchanges,
    flow: flows[0] ?? null,
    flows,
  };
}

/** Whether nobody of the trace has caused it: then it is what the trace is about. */
function isFirst(spanId: string, { roots }: TraceTree<ExchangeRecord>): boolean {
  return roots.some(({ exchange }) => exchange.spanId === spanId);
}

function allOf({ exchange, children }: TraceNode<ExchangeRecord>): readonly ExchangeRecord[] {
  return [exchange, ...children.flatMap(allOf)];
}

function isTelling({ verdict, outcome }: ExchangeRecord): boolean {
  return (verdict !== null && verdict.checks.length > 0) || (outcome !== null && outcome !== 'answered');
}

function explained(record: ExchangeRecord, remedyOf: (check: string) => string | null): ExplainedExchange {
  const { spanId, organization, service, operation, target, caller, status, code, detail, outcome, verdict, faults } = record;
  const checks = verdict?.checks ?? [];
  const failed = checks.find((check) => check.outcome === 'failed') ?? null;
  const facts = { spanId, organization, service, operation, target, caller, status, code, detail, outcome };
  const [fault] = faults;
  if (fault !== undefined) return { ...facts, checks, failed, remedy: remedyOfMark(fault) };
  return { ...facts, checks, failed, remedy: failed === null ? null : remedyOf(failed.check) };
}

/** What a mark on an exchange asks for: who held it at a breakpoint did that once. */
function remedyOfMark({ rule, kind }: FaultMark): string {
  if (kind === 'edit') return `It was changed while it was held at ${rule}: ask again, and let it go on as it is.`;
  if (kind === 'abort') return `It was ended while it was held at ${rule}: ask again, and let it go on.`;
  return `Remove the fault rule: DELETE /_coexist/v1/faults/${rule} on the control port.`;
}

function sentence({ organization, service, operation, target, caller, status, code, detail, outcome, failed }: ExplainedExchange): string {
  const who = organization === null ? service : `${service} of ${organization}`;
  const what = operation ?? target;
  const whom = caller === null ? '' : ` for ${caller}`;
  const answer = [status, code].filter((part) => part !== null).join(' ');
  const head = `${who} ended ${what}${whom} with "${outcome ?? 'nothing yet'}"${answer === '' ? '' : ` (${answer})`}`;
  if (failed === null) return `${head}${detail === null ? '' : `: ${detail}`}.`;
  const told = [
    ...(failed.expected === undefined ? [] : [`expected ${failed.expected}`]),
    ...(failed.actual === undefined ? [] : [`got ${failed.actual}`]),
  ].join(', ');
  return `${head}: the check ${failed.check} failed${told === '' ? '' : `; ${told}`}.`;
}
