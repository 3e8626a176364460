import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Option } from 'commander';
import type { Reporter, RunReport } from '../../../shared/scenario/report.ts';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';
import { readClientConfig, UsageError } from '../../config.ts';
import { collectStories } from '../../runner/collect.ts';
import { junitReporter } from '../../runner/reporters/junit.ts';
import { githubReporter, jsonReporter, tapReporter } from '../../runner/reporters/lines.ts';
import { listReporter, summaryOf } from '../../runner/reporters/list.ts';
import { Interrupted, LabFailure, runTellings } from '../../runner/run.ts';
import { keyOf, tellingsOf, worldOf } from '../../runner/tellings.ts';
import type { LabThatRuns } from '../../runner/worker.ts';
import { localCaFile } from '../ca-file.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, exitCodes } from '../failures.ts';
import { locateLab } from '../locate.ts';
import { countOption, patternOption } from '../options.ts';
import type { Verb } from '../verb.ts';

interface RunFlags {
  readonly reporter: readonly string[];
  readonly matrix?: string;
  readonly shard: string;
  readonly repeat: number;
  readonly retries: number;
  readonly lastFailed?: boolean;
  readonly bail?: number | true;
  readonly grep?: RegExp;
  readonly seed?: string;
  readonly trace: 'off' | 'on' | 'retain-on-failure';
  readonly workers?: number;
  readonly against?: string;
  readonly dataDir?: string;
  readonly passWithNoTests?: boolean;
}

export const run: Verb = {
  name: 'run',
  summary: 'Tell scenarios in labs of their own, and say which are true',
  examples: [
    'coexist run                                   # all that ship',
    'coexist run free-busy moves                   # suites, tags',
    'coexist run ./scenarios --reporter list --reporter junit:out/junit.xml',
    'coexist run --matrix era=all --shard 1/4 --retries 1',
    'coexist run --last-failed --trace on --workers 1',
    'COEXIST_ADMIN_TOKEN=... coexist run --against http://admin:4460   # in the lab that runs there',
  ],
  configure(command, context, _argv, done) {
    command
      .argument('[names...]', 'files and folders; suites and tags of the scenarios that ship')
      .option('--reporter <name[:path]>', 'list, junit, json, github, tap; several at once', collect, [])
      .option('--matrix <era=...>', 'every era that a scenario names (era=all), or some (era=2019,2026-10)')
      .option('--shard <i/n>', 'the i-th of n parts', '1/1')
      .option('--repeat <n>', 'each so often', countOption(1, 1_000), 1)
      .option('--retries <n>', 'try again what failed; what passes then is flaky, and no success', countOption(0, 10), 0)
      .option('--last-failed', 'those that did not pass in the last run')
      .option('--bail [n]', 'end after the first, or after n, that did not pass', countOption(1, 1_000_000))
      .option('--grep <pattern>', 'of which id or name match a regular expression', patternOption)
      .option('--seed <text>', 'decides order, ids and chance')
      .addOption(new Option('--trace <when>', 'write traces').choices(['off', 'on', 'retain-on-failure']).default('retain-on-failure'))
      .option('--workers <n>', `processes, one lab each (${availableParallelism()})`, countOption(1, 64))
      .option('--against <url>', 'in the lab of that control port, which is put back to its seed before each, and at the end')
      .option('--data-dir <dir>', 'caches, traces, the last run (COEXIST_DATA_DIR, .coexist)')
      .option('--pass-with-no-tests', 'nothing to tell is no failure')
      .action(async (names: string[], flags: RunFlags) => {
        done(await tell(names, flags, context));
      });
  },
};

async function tell(names: readonly string[], flags: RunFlags, context: CliContext): Promise<number> {
  const { colors, dataDir: usual } = readClientConfig(context.environment, context);
  const dataDir = join(flags.dataDir === undefined ? usual : resolve(context.workingDir, flags.dataDir), 'runner');
  const lastRun = join(dataDir, 'last-run.json');
  const seed = flags.seed ?? freshSeed();
  const against = flags.against === undefined ? null : await openAgainst(flags.against, flags, context, dataDir);
  const all = collectStories(names, context.workingDir);
  const stories = against === null ? all : all.filter((story) => worldOf(story) === against.world);
  const only = flags.lastFailed === true ? readLastFailed(lastRun) : null;
  const eras = flags.matrix === undefined ? [] : readMatrix(flags.matrix);
  const choice = { everyEra: eras === 'all', eras: eras === 'all' ? [] : eras, shard: readShard(flags.shard), grep: flags.grep ?? null };
  const tellings = tellingsOf(stories, { ...choice, repeat: flags.repeat, only, seed });
  const others = all.filter((story) => !stories.includes(story));
  const notTold = tellingsOf(others, { ...choice, shard: { index: 1, of: 1 }, repeat: 1, only, seed });
  if (notTold.length > 0)
    context.complain(`coexist: the lab serves ${against?.world}; not told there: ${notTold.map(({ id }) => id).join(', ')}\n`);
  const ending = new AbortController();
  const outputs: Promise<void>[] = [];
  const reporters = (flags.reporter.length === 0 ? ['list'] : flags.reporter).map((given) => openReporter(given, context, colors, outputs));
  if (tellings.length === 0) {
    context.complain('coexist: no scenario matches\n');
    context.print('0 passed, 0 failed\n');
    return flags.passWithNoTests === true ? exitCodes.ok : exitCodes.nothingMatched;
  }
  let signalled: 130 | 143 | undefined;
  const listen = { SIGINT: 130, SIGTERM: 143 } as const;
  const handlers = Object.entries(listen).map(([signal, code]) => {
    const handler = (): void => {
      signalled = code;
      ending.abort(new Interrupted('the run was ended'));
    };
    process.once(signal, handler);
    return () => process.off(signal, handler);
  });
  try {
    const { workers = availableParallelism(), retries, trace } = flags;
    const bail = flags.bail === true ? 1 : (flags.bail ?? 0);
    const how = { seed, workers, retries, bail, trace, dataDir, environment: context.environment, signal: ending.signal };
    const report = await runTellings(tellings, reporters, { ...how, against: against?.lab ?? null, notTold });
    await Promise.all(outputs);
    writeLastRun(lastRun, report, only);
    if (!flags.reporter.some(isOnTerminal) && flags.reporter.length > 0) context.complain(`${summaryOf(report)}\n`);
    return report.told.every(({ status }) => status === 'passed') ? exitCodes.ok : exitCodes.failure;
  } catch (error) {
    if (error instanceof LabFailure) throw new CliFailure(error.exitCode, error.message);
    if (!(error instanceof Interrupted) || signalled === undefined) throw error;
    context.complain('coexist: the run was ended\n');
    return signalled;
  } finally {
    for (const off of handlers) off();
    await against?.leave();
  }
}

interface Against {
  /** What the lab serves, by name. */
  readonly world: string;
  readonly lab: LabThatRuns;
  /** Puts it back to its seed, its clock included. */
  leave(): Promise<void>;
}

/** Throws {@link CliFailure} where nobody answers, or not to this token. */
async function openAgainst(url: string, { workers = 1 }: RunFlags, context: CliContext, dataDir: string): Promise<Against> {
  if (workers > 1) throw new UsageError('--against: one lab tells one story at a time; --workers has no meaning there');
  const client = locateLab(context, { adminUrl: url });
  const { adminToken } = readClientConfig(context.environment, context);
  const { world } = await client.get<{ readonly world: string }>('/_coexist/info');
  const caFile = await localCaFile(client, await client.get<EndpointsDocument>('/_coexist/endpoints'), dataDir);
  return {
    world,
    lab: { adminUrl: client.url, adminToken, caFile },
    leave: () =>
      client.send('POST', '/_coexist/v1/reset', { to: 'seed' }).then(
        () => {},
        (error: unknown) =>
          context.complain(`coexist: the lab was not put back: ${error instanceof Error ? error.message : String(error)}\n`),
      ),
  };
}

function collect(one: string, before: readonly string[]): readonly string[] {
  return [...before, one];
}

function isOnTerminal(reporter: string): boolean {
  return reporter === 'list';
}

const makers: Readonly<Record<string, (write: (text: string) => void, colors: boolean) => Reporter>> = {
  list: listReporter,
  junit: (write) => junitReporter(write, { startedAt: performance.timeOrigin, host: hostname() }),
  json: jsonReporter,
  github: githubReporter,
  tap: tapReporter,
};

/** `name` writes to standard output, `name:path` to a file. */
function openReporter(given: string, context: CliContext, colors: boolean, outputs: Promise<void>[]): Reporter {
  const colon = given.indexOf(':');
  const name = colon < 0 ? given : given.slice(0, colon);
  const make = makers[name];
  if (make === undefined) throw new UsageError(`--reporter: "${name}" is not one of ${Object.keys(makers).join(', ')}`);
  if (colon < 0) return make(context.print, colors);
  const file = resolve(context.workingDir, given.slice(colon + 1));
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  const { promise, resolve: written, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  outputs.push(promise);
  stream.once('finish', written).once('error', reject);
  const reporter = make((text) => stream.write(text), false);
  return {
    ...reporter,
    end(report) {
      reporter.end?.(report);
      stream.end();
    },
  };
}

function readMatrix(text: string): 'all' | readonly string[] {
  const [, eras = ''] = /^era=(.+)$/.exec(text) ?? [];
  if (eras === '') throw new UsageError(`--matrix: "${text}" is not era=all or era=<era>,...`);
  return eras === 'all' ? 'all' : eras.split(',');
}

function readShard(text: string): { readonly index: number; readonly of: number } {
  const [, index = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index < 1 || of < index) throw new UsageError(`--shard: "${text}" is not i/n, from 1/n to n/n`);
  return { index, of };
}

interface LastRun {
  readonly failed: readonly string[];
}

function readLastFailed(file: string): ReadonlySet<string> {
  try {
    return new Set((JSON.parse(readFileSync(file, 'utf8')) as LastRun).failed);
  } catch {
    throw new UsageError(`--last-failed: there is no last run in ${file}`);
  }
}

/** A run of those that failed says nothing of others that it has not come to. */
function writeLastRun(file: string, { told, skipped, seed }: RunReport, only: ReadonlySet<string> | null): void {
  const now = told.filter(({ status }) => status !== 'passed').map(keyOf);
  const kept = only === null ? [] : skipped.map(keyOf);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify({ seed, failed: [...new Set([...now, ...kept])] })}\n`);
}

function freshSeed(): string {
  return String(crypto.getRandomValues(new Uint32Array(1))[0]);
}
