import { checkLine } from './check-line.ts';
import type { ExplainedExchange, Explanation } from './explain.ts';
import type { ExplainedFlow, ExplainedStep, StepState } from './explain-flow.ts';
import { painter, plain } from './log-line.ts';

/** An explanation as `coexist explain` prints it and a failed scenario carries it. */
export function explanationText({ traceId, summary, remedy, exchanges, flows }: Explanation, colors: boolean): string {
  const paint = painter(colors);
  return [
    `trace ${traceId}`,
    paint('bold', plain(summary)),
    ...(remedy === null ? [] : [`remedy: ${remedy}`]),
    ...flows.flatMap((flow) => ['', ...flowLines(flow, colors)]),
    ...exchanges.flatMap((exchange) => ['', ...exchangeLines(exchange, colors)]),
    '',
  ].join('\n');
}

const marks: Readonly<Record<StepState, { readonly color: 'green' | 'red' | 'dim'; readonly text: string }>> = {
  done: { color: 'green', text: 'ok  ' },
  refused: { color: 'red', text: 'FAIL' },
  spared: { color: 'dim', text: 'skip' },
  'not-reached': { color: 'dim', text: '-   ' },
};

function flowLines({ title, steps }: ExplainedFlow, colors: boolean): readonly string[] {
  const paint = painter(colors);
  return [
    paint('bold', title),
    ...steps.map((step) => {
      const { color, text } = marks[step.state];
      return `  ${String(step.number).padStart(2)}. ${paint(color, text)} ${plain(`${step.title}: ${stepEnd(step)}`)}`;
    }),
  ];
}

function stepEnd({ state, exchange, check, times }: ExplainedStep): string {
  if (exchange === null) return state === 'spared' ? 'not needed, what it gets was at hand' : 'not reached';
  const { direction, service, organization, host, target, operation, status, code, outcome, detail } = exchange;
  const who = organization === null ? service : `${organization}/${service}`;
  const where = direction === 'outgoing' ? `${who} -> ${host} ${target}` : `${who} ${operation ?? target}`;
  const how = [status, code, outcome].filter((part) => part !== null).join(' ');
  const often = times > 1 ? ` (first of ${times})` : '';
  if (check === null) return `${where}: ${how}${state === 'refused' && detail !== null ? `; ${detail}` : ''}${often}`;
  const told = [
    ...(state !== 'refused' || check.expected === undefined ? [] : [`expected ${check.expected}`]),
    ...(check.actual === undefined ? [] : [state === 'refused' ? `got ${check.actual}` : check.actual]),
  ].join(', ');
  return `${where}: ${how}; ${check.check}${told === '' ? '' : ` ${told}`}${often}`;
}

function exchangeLines(exchange: ExplainedExchange, colors: boolean): readonly string[] {
  const { organization, service, operation, target, caller, status, code, outcome, checks, remedy } = exchange;
  const who = organization === null ? service : `${organization}/${service}`;
  const how = [caller, status, code, outcome].filter((part) => part !== null).join(' ');
  return [
    plain(`${who} ${operation ?? target}: ${how}`),
    ...checks.map((check) => checkLine(check, colors)),
    ...(remedy === null ? [] : [`    remedy: ${remedy}`]),
  ];
}
