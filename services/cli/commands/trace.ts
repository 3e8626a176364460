import { Option } from 'commander';
import { alignColumns } from '../../../shared/journal/announcement.ts';
import { plain } from '../../../shared/journal/log-line.ts';
import type { TraceView } from '../../../shared/journal/trace-steps.ts';
import type { TraceSummary } from '../../../shared/journal/trace-summary.ts';
import { readClientConfig } from '../../config.ts';
import { exitCodes } from '../failures.ts';
import { drawLadder } from '../ladder.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { addTraceDiff, addTraceExport, addTraceToScenario } from '../trace-files.ts';
import { type Verb, withLabOptions } from '../verb.ts';
import { queryOf } from './logs.ts';

interface ListOptions extends LabOptions {
  readonly org?: string;
  readonly op?: string;
  readonly verdict?: string;
  readonly since?: string;
  readonly limit: string;
}

export const trace: Verb = {
  name: 'trace',
  summary: 'List traces, draw one hop by hop, export one, compare two, or write one as a scenario',
  examples: [
    'coexist trace ls',
    'coexist trace ls --org contoso --verdict refused --since 10m',
    'coexist trace show 4bf92f35',
    'coexist trace show 4bf92f35 --json',
    'coexist trace export 4bf92f35 --format har --out meeting.har',
    'coexist trace export 4bf92f35 --format zip --out meeting.zip',
    'coexist trace diff 4bf92f35 a3ce929d',
    'coexist trace to-scenario 4bf92f35 --out stories/meeting.yaml && coexist run stories/meeting.yaml',
  ],
  configure(command, context, _argv, done) {
    withLabOptions(command.command('ls').summary('List the newest traces').description('List the newest traces.'))
      .option('--org <organization>', 'in which this organization took part')
      .option('--op <operation>', 'in which this operation was called')
      .addOption(new Option('--verdict <verdict>', 'with this end of all judgements').choices(['accepted', 'refused']))
      .option('--since <time>', 'from this time on, or for this long (10m)')
      .option('-n, --limit <count>', 'the newest so many', '50')
      .action(async (options: ListOptions) => {
        const { org, op, verdict, since, limit } = options;
        const query = queryOf({ org, op, verdict, since, limit });
        const { traces } = await locateLab(context, options).get<{ traces: readonly TraceSummary[] }>(`/_coexist/v1/traces${query}`);
        context.print(options.json === true ? `${JSON.stringify({ traces })}\n` : tableOf(traces));
        done(traces.length === 0 ? exitCodes.nothingMatched : exitCodes.ok);
      });
    withLabOptions(command.command('show').summary('Draw a trace').description('Draw a trace: who called whom, when, and what was judged.'))
      .argument('<id>', 'trace id, or its first digits')
      .action(async (id: string, options: LabOptions) => {
        const { colors } = readClientConfig(context.environment, context);
        const found = await locateLab(context, options).get<TraceView>(`/_coexist/v1/traces/${encodeURIComponent(id)}`);
        context.print(options.json === true ? `${JSON.stringify(found)}\n` : drawLadder(found, colors));
        done(exitCodes.ok);
      });
    addTraceExport(command, context, done);
    addTraceDiff(command, context, done);
    addTraceToScenario(command, context, done);
  },
};

function tableOf(traces: readonly TraceSummary[]): string {
  return traces.length === 0 ? '' : `${alignColumns([heads, ...traces.map(rowOf)]).join('\n')}\n`;
}

const heads = ['trace', 'time', 'hops', 'organizations', 'operation', 'caller', 'status', 'code', 'outcome', 'verdict', 'ms'];

function rowOf(summary: TraceSummary): readonly string[] {
  const { traceId, at, exchanges, organizations, operation, target, caller, status, code, outcome, verdict, durationMs } = summary;
  const cells = [
    operation ?? target,
    caller,
    status,
    code,
    outcome,
    verdict,
    durationMs === null ? null : Math.round(durationMs * 10) / 10,
  ];
  const time = new Date(at).toISOString();
  return [traceId.slice(0, 12), time, String(exchanges), organizations.join(','), ...cells.map((cell) => plain(String(cell ?? '-')))];
}
