import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { alignColumns } from '../../../shared/journal/announcement.ts';
import { plain } from '../../../shared/journal/log-line.ts';
import { UsageError } from '../../config.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

/** What is told of a request; the control port tells more. */
interface RequestLine {
  readonly traceId: string;
  readonly at: string;
  readonly service: string;
  readonly organization: string | null;
  readonly operation: string | null;
  readonly caller: string | null;
  readonly method: string | null;
  readonly url: string;
  readonly status: number | null;
  readonly code: string | null;
}

interface NearMiss {
  readonly request: RequestLine;
  readonly unmet: readonly { readonly criterion: string; readonly expected: string; readonly actual: string | null }[];
}

const plainCriteria = ['svc', 'org', 'op', 'user', 'outcome', 'since', 'host', 'method', 'urlPath', 'urlPattern', 'code'] as const;
type CriteriaOptions = LabOptions & { readonly [Name in (typeof plainCriteria)[number]]?: string } & {
  readonly status?: string;
  readonly header: readonly string[];
  readonly body: readonly string[];
  readonly criteria?: string;
  readonly limit?: string;
};

export const requests: Verb = {
  name: 'requests',
  summary: 'Ask what clients have asked: find, count, and what came near',
  examples: [
    'coexist requests find --op GetFolder --user mary@contoso.test',
    "coexist requests count --svc ews --header 'user-agent: python-requests' --since 5m",
    'coexist requests near-misses --method POST --url-path /EWS/Exchange.asmx --body GetUserAvailability',
    'coexist requests find --criteria wanted.json --json | jq .requests[].body',
    'coexist requests clear   # these questions begin anew; traces and logs stay',
  ],
  configure(command, context, _argv, done) {
    withCriteria(command, 'find', 'List the requests that match, newest first').action(async (options: CriteriaOptions) => {
      const limit = options.limit === undefined ? {} : { limit: numberOf(options.limit, '--limit') };
      const found = await ask<{ requests: readonly RequestLine[] }>(context, 'find', options, limit);
      context.print(options.json === true ? `${JSON.stringify(found)}\n` : tableOf(found.requests));
      done(found.requests.length === 0 ? exitCodes.nothingMatched : exitCodes.ok);
    });
    withCriteria(command, 'count', 'Count the requests that match').action(async (options: CriteriaOptions) => {
      const found = await ask<{ count: number }>(context, 'count', options);
      context.print(options.json === true ? `${JSON.stringify(found)}\n` : `${found.count}\n`);
      done(exitCodes.ok);
    });
    withCriteria(command, 'near-misses', 'List the three that come nearest and do not match, and why').action(
      async (options: CriteriaOptions) => {
        const found = await ask<{ nearMisses: readonly NearMiss[] }>(context, 'near-misses', options);
        context.print(options.json === true ? `${JSON.stringify(found)}\n` : found.nearMisses.map(missText).join(''));
        done(found.nearMisses.length === 0 ? exitCodes.nothingMatched : exitCodes.ok);
      },
    );
    withLabOptions(
      command.command('clear').summary('Begin anew').description('Forget, for these questions, what has been asked so far.'),
    ).action(async (options: LabOptions) => {
      await locateLab(context, options).send('DELETE', '/_coexist/v1/requests');
      context.print(options.json === true ? '{}\n' : '');
      done(exitCodes.ok);
    });
  },
};

function withCriteria(command: Command, name: string, summary: string): Command {
  const collect = (text: string, all: readonly string[]): readonly string[] => [...all, text];
  const child = withLabOptions(command.command(name).summary(summary).description(`${summary}.`))
    .option('--svc <service>', 'of one service: ews, autodiscover, frontend, azure-auth')
    .option('--org <organization>', 'of one organization')
    .option('--op <operation>', 'of one operation')
    .option('--user <caller>', 'of one caller')
    .option('--outcome <outcome>', 'answered, refused, fault, aborted or defect')
    .option('--since <time>', 'from this time on, or for this long (10m)')
    .option('--host <host>', 'to this host')
    .option('--method <method>', 'GET, POST ...')
    .option('--url-path <path>', 'the path, without its query')
    .option('--url-pattern <pattern>', 'a regular expression for path and query as a whole')
    .option('--status <status>', 'answered with this status')
    .option('--code <code>', 'answered with this code: ErrorItemNotFound')
    .option('--header <name: text>', 'a header that contains a text (repeatable)', collect, [])
    .option('--body <text>', 'a text in the body, of which the journal keeps 64 KiB (repeatable)', collect, [])
    .option('--criteria <file>', 'more criteria as JSON (- reads standard input); options overrule them');
  return name === 'find' ? child.option('-n, --limit <count>', 'at most so many (100)') : child;
}

async function ask<T>(context: CliContext, question: string, options: CriteriaOptions, more: object = {}): Promise<T> {
  const { status, header, body, criteria } = options;
  const given = Object.fromEntries(plainCriteria.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
  return locateLab(context, options).send<T>('POST', `/_coexist/v1/requests/${question}`, {
    ...(criteria === undefined ? {} : await criteriaIn(context, criteria)),
    ...given,
    ...(status === undefined ? {} : { status: numberOf(status, '--status') }),
    ...(header.length === 0 ? {} : { headers: Object.fromEntries(header.map(headerCriterion)) }),
    ...(body.length === 0 ? {} : { bodyPatterns: body.map((text) => ({ contains: text })) }),
    ...more,
  });
}

async function criteriaIn(context: CliContext, file: string): Promise<object> {
  const path = resolve(context.workingDir, file);
  if (file !== '-' && !existsSync(path)) throw new UsageError(`--criteria: there is no file ${file}`);
  const text = file === '-' ? await context.readInput() : readFileSync(path, 'utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, in the same words as for JSON of another shape.
  }
  throw new UsageError(`${file === '-' ? 'standard input' : file} is not an object of JSON`);
}

function headerCriterion(text: string): readonly [string, object] {
  const [, name, value] = /^([^:\s]+):\s*(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new UsageError(`--header ${JSON.stringify(text)} is not "name: text"`);
  return [name, { contains: value }];
}

function numberOf(text: string, option: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`${option} ${JSON.stringify(text)} is not a number`);
  return Number(text);
}

function rowOf({ traceId, at, service, organization, operation, caller, method, url, status, code }: RequestLine): readonly string[] {
  const who = organization === null ? service : `${organization}/${service}`;
  const cells = [who, method === null ? url : `${method} ${url}`, operation, caller, status, code];
  return [traceId.slice(0, 12), at, ...cells.map((cell) => plain(String(cell ?? '-')))];
}

function tableOf(found: readonly RequestLine[]): string {
  const heads = ['trace', 'time', 'service', 'request', 'operation', 'caller', 'status', 'code'];
  return found.length === 0 ? '' : `${alignColumns([heads, ...found.map(rowOf)]).join('\n')}\n`;
}

function missText({ request, unmet }: NearMiss): string {
  const lines = unmet.map(({ criterion, expected, actual }) => `  ${criterion}: expected ${expected}, got ${shortened(actual)}`);
  return `${[rowOf(request).join('  '), ...lines.map(plain)].join('\n')}\n`;
}

function shortened(text: string | null): string {
  if (text === null) return 'nothing';
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
