import { Option } from 'commander';
import { prettyLine } from '../../../shared/journal/log-line.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { type ServerLogName, serverLogs } from '../../../shared/service/server-log.ts';
import { readClientConfig, UsageError } from '../../config.ts';
import type { AdminClient } from '../admin-client.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { patternOption } from '../options.ts';
import { type Verb, withLabOptions } from '../verb.ts';
import { openWebLog } from '../web-logs.ts';

interface LogsOptions extends LabOptions {
  readonly follow?: boolean;
  readonly svc?: string;
  readonly org?: string;
  readonly op?: string;
  readonly since?: string;
  readonly grep?: string;
  readonly format?: ServerLogName;
  readonly limit: string;
}

/** The control port keeps stacks to itself. */
type LoggedExchange = Omit<ExchangeRecord, 'error'> & { readonly error: { readonly message: string } | null };

export const logs: Verb = {
  name: 'logs',
  summary: 'Show what was asked and answered',
  examples: [
    'coexist logs',
    'coexist logs -f --svc ews',
    "coexist logs --since 10m --grep '401|ErrorAccess'",
    'coexist logs --json | jq .traceId',
    'coexist logs --format iis --org contoso --grep ASProxy',
  ],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .option('-f, --follow', 'go on with what comes')
      .option('--svc <service>', 'of one service: ews, autodiscover, frontend, proxy')
      .option('--org <organization>', 'of one organization')
      .option('--op <operation>', 'of one operation')
      .option('--since <time>', 'from this time on, or for this long (10m)')
      .option('--grep <pattern>', 'lines that match this regular expression')
      .addOption(new Option('--format <log>', "as the organization's servers log it").choices(Object.keys(serverLogs)))
      .option('-n, --limit <count>', 'the newest so many', '100')
      .action(async (options: LogsOptions) => {
        done(await show(context, options));
      });
  },
};

async function show(context: CliContext, options: LogsOptions): Promise<number> {
  const pattern = options.grep === undefined ? undefined : patternOption(options.grep);
  const { colors } = readClientConfig(context.environment, context);
  const client = locateLab(context, options);
  const lineOf = await writerOf(client, options, colors);
  let printed = 0;
  const print = (exchange: LoggedExchange): void => {
    for (const { plain, shown } of lineOf.lines(exchange)) {
      if (pattern !== undefined && !pattern.test(plain)) continue;
      context.print(`${printed === 0 ? lineOf.head(exchange) : ''}${shown}\n`);
      printed += 1;
    }
  };
  const narrowing = { svc: options.svc, org: options.org, op: options.op };
  const query = queryOf({ ...narrowing, since: options.since, limit: options.limit });
  const { exchanges } = await client.get<{ exchanges: readonly LoggedExchange[] }>(`/_coexist/v1/exchanges${query}`);
  for (const exchange of exchanges) print(exchange);
  if (options.follow === true) {
    const last = String(exchanges.at(-1)?.sequence ?? 0);
    for await (const exchange of client.events<LoggedExchange>(`/_coexist/v1/events${queryOf(narrowing)}`, last)) print(exchange);
    return exitCodes.ok;
  }
  const narrowed = pattern !== undefined || options.since !== undefined || Object.values(narrowing).some((value) => value !== undefined);
  return printed === 0 && narrowed ? exitCodes.nothingMatched : exitCodes.ok;
}

/** How exchanges are printed: what `--grep` looks at, and what is shown. */
interface Writer {
  /** What stands before the line of the first. */
  head(first: LoggedExchange): string;
  lines(exchange: LoggedExchange): readonly { readonly plain: string; readonly shown: string }[];
}

async function writerOf(client: AdminClient, { format, org, json }: LogsOptions, colors: boolean): Promise<Writer> {
  if (format !== undefined) {
    if (json === true) throw new UsageError(`--format ${format} and --json do not go together`);
    const log = await openWebLog(client, format, org);
    return {
      head: log.head,
      lines: (exchange) => (log.line(exchange)?.split('\n') ?? []).map((line) => ({ plain: line, shown: line })),
    };
  }
  return {
    head: () => '',
    lines(exchange) {
      const record = { ...exchange, error: exchange.error === null ? null : { ...exchange.error, stack: '' } };
      const plain = prettyLine(record, false);
      return [{ plain, shown: json === true ? JSON.stringify(exchange) : colors ? prettyLine(record, true) : plain }];
    },
  };
}

/** `?name=value&...` of what is given. */
export function queryOf(members: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
