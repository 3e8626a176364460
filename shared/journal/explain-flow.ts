import type { Check } from '../kernel/verdict.ts';
import { dauthSteps, type FlowStep, isDelegatedCall } from './dauth-steps.ts';
import { oauthSteps } from './oauth-steps.ts';
import type { ExchangeRecord } from './record.ts';

/** A published flow as a trace went through it. */
export interface ExplainedFlow {
  readonly title: string;
  readonly steps: readonly ExplainedStep[];
}

/**
 * What became of a step. `spared`: what it gets was at hand (a token, an address), for later steps were taken; `not-reached`:
 * the flow ended before it.
 */
export type StepState = 'done' | 'refused' | 'spared' | 'not-reached';

/** One step of it. */
export interface ExplainedStep {
  readonly number: number;
  readonly title: string;
  readonly state: StepState;
  /** Where it happened: the first exchange that was refused, else the first. */
  readonly exchange: StepExchange | null;
  /** The check that refused it; of a step that is decided by a single check, that one in any case. */
  readonly check: Check | null;
  /** In how many exchanges of the trace it happened: once for each organisation or mailbox that was asked. */
  readonly times: number;
  /** Those exchanges, in the order in which they began. */
  readonly spans: readonly string[];
}

type StepExchange = Pick<
  ExchangeRecord,
  | 'spanId'
  | 'direction'
  | 'service'
  | 'organization'
  | 'host'
  | 'target'
  | 'operation'
  | 'caller'
  | 'status'
  | 'code'
  | 'detail'
  | 'outcome'
>;

/** The published flows that a trace went through. */
export function explainFlows(exchanges: readonly ExchangeRecord[]): readonly ExplainedFlow[] {
  return [explainDelegation(exchanges), explainOAuth(exchanges)].filter((flow) => flow !== null);
}

/** The ten steps of OAuth between the halves of a hybrid; null where nothing of them is in it. */
function explainOAuth(exchanges: readonly ExchangeRecord[]): ExplainedFlow | null {
  const steps = oauthSteps(exchanges);
  if (steps === undefined) return null;
  const matches = steps.map((step) => exchanges.filter((exchange) => step.isAt(exchange, false)));
  const last = matches.slice(0, 9).findLastIndex((found) => found.length > 0);
  return { title: 'OAuth, step by step', steps: steps.map((step, index) => explained(step, matches[index] ?? [], index < last)) };
}

/** The ten steps of DAuth in a trace; null where nothing of them is in it. */
function explainDelegation(exchanges: readonly ExchangeRecord[]): ExplainedFlow | null {
  const askers = new Set(exchanges.flatMap((exchange) => (isDelegatedCall(exchange) ? (exchange.parentSpan ?? []) : [])));
  const matches = dauthSteps.map((step) => exchanges.filter((exchange) => step.isAt(exchange, askers.has(exchange.spanId))));
  // Somebody who only asked this organisation has no part in it; step 10 is his, too.
  if (matches.slice(0, 8).every((found) => found.length === 0)) return null;
  const last = matches.slice(0, 8).findLastIndex((found) => found.length > 0);
  return {
    title: 'DAuth, step by step',
    steps: dauthSteps.map((step, index) => explained(step, matches[index] ?? [], index < last)),
  };
}

function explained(step: FlowStep, found: readonly ExchangeRecord[], wentOn: boolean): ExplainedStep {
  const { number, title, mayBeSpared } = step;
  const results = found.map((exchange) => ({ exchange, ...resultOf(step, exchange) }));
  const told = results.find(({ isRefused }) => isRefused) ?? results[0];
  if (told === undefined) {
    const state = mayBeSpared === true && wentOn ? 'spared' : 'not-reached';
    return { number, title, state, exchange: null, check: null, times: 0, spans: [] };
  }
  const state = told.isRefused ? 'refused' : 'done';
  return {
    number,
    title,
    state,
    exchange: factsOf(told.exchange),
    check: told.check,
    times: found.length,
    spans: found.map(({ spanId }) => spanId),
  };
}

function resultOf(
  { decidedBy, tells, isDone = wasAnswered }: FlowStep,
  exchange: ExchangeRecord,
): { readonly isRefused: boolean; readonly check: Check | null } {
  const checks = decidedBy === undefined ? [] : (exchange.verdict?.checks ?? []).filter(({ check }) => check.startsWith(decidedBy));
  const failed = checks.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return { isRefused: true, check: failed };
  const [only, another] = tells === undefined ? checks : checks.filter(({ check }) => check === tells);
  return { isRefused: !isDone(exchange), check: only !== undefined && another === undefined ? only : null };
}

/** An exchange that is still open has not failed. */
function wasAnswered({ outcome }: ExchangeRecord): boolean {
  return outcome === null || outcome === 'answered';
}

function factsOf({
  spanId,
  direction,
  service,
  organization,
  host,
  target,
  operation,
  caller,
  status,
  code,
  detail,
  outcome,
}: ExchangeRecord): StepExchange {
  return { spanId, direction, service, organization, host, target, operation, caller, status, code, detail, outcome };
}
