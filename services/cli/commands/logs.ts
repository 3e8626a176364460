import { prettyLine } from '../../../shared/journal/log-line.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { readClientConfig, UsageError } from '../../config.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface LogsOptions extends LabOptions {
  readonly follow?: boolean;
  readonly svc?: string;
  readonly org?: string;
  readonly op?: string;
  readonly since?: string;
  readonly grep?: string;
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
  ],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .option('-f, --follow', 'go on with what comes')
      .option('--svc <service>', 'of one service: ews, autodiscover, frontend, proxy')
      .option('--org <organization>', 'of one organization')
      .option('--op <operation>', 'of one operation')
      .option('--since <time>', 'from this time on, or for this long (10m)')
      .option('--grep <pattern>', 'lines that match this regular expression')
      .option('-n, --limit <count>', 'the newest so many', '100')
      .action(async (options: LogsOptions) => {
        done(await show(context, options));
      });
  },
};

async function show(context: CliContext, options: LogsOptions): Promise<number> {
  const pattern = options.grep === undefined ? undefined : readPattern(options.grep);
  const { colors } = readClientConfig(context.environment, context);
  const client = locateLab(context, options);
  let printed = 0;
  const print = (exchange: LoggedExchange): void => {
    const record = { ...exchange, error: exchange.error === null ? null : { ...exchange.error, stack: '' } };
    if (pattern !== undefined && !pattern.test(prettyLine(record, false))) return;
    printed += 1;
    context.print(`${options.json === true ? JSON.stringify(exchange) : prettyLine(record, colors)}\n`);
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

/** `?name=value&...` of what is given. */
export function queryOf(members: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function readPattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
