import type { ExplainedExchange, Explanation } from '../../../shared/journal/explain.ts';
import type { ExplainedFlow, ExplainedStep, StepState } from '../../../shared/journal/explain-flow.ts';
import { painter, plain } from '../../../shared/journal/log-line.ts';
import { readClientConfig } from '../../config.ts';
import { exitCodes } from '../failures.ts';
import { checkLine } from '../ladder.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

export const explain: Verb = {
  name: 'explain',
  summary: 'Say why a trace ended as it did: every check, and what to do',
  examples: ['coexist explain 4bf92f35', 'coexist explain $(curl -sD- ... | grep -i x-coexist-trace | cut -d" " -f2)'],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .argument('<trace>', 'trace id, or its first digits; every answer carries it as x-coexist-trace')
      .action(async (trace: string, options: LabOptions) => {
        const { colors } = readClientConfig(context.environment, context);
        const path = `/_coexist/v1/traces/${encodeURIComponent(trace)}/explain`;
        const found = await locateLab(context, options).get<Explanation>(path);
        context.print(options.json === true ? `${JSON.stringify(found)}\n` : tell(found, colors));
        done(exitCodes.ok);
      });
  },
};

function tell({ traceId, summary, remedy, exchanges, flow }: Explanation, colors: boolean): string {
  const paint = painter(colors);
  return [
    `trace ${traceId}`,
    paint('bold', plain(summary)),
    ...(remedy === null ? [] : [`remedy: ${remedy}`]),
    ...(flow === null ? [] : ['', ...flowLines(flow, colors)]),
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
