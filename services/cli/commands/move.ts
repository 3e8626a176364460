import { setTimeout as pause } from 'node:timers/promises';
import { UsageError } from '../../config.ts';
import { onlyOrganization } from '../cmdlet-answer.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { durationOption } from '../options.ts';
import { plainLine, progressLine, redrawn, type Speed, type Watched } from '../progress-line.ts';
import { type Verb, withLabOptions } from '../verb.ts';
import { isGone, readMoves } from '../watched-moves.ts';

interface WatchOptions extends LabOptions {
  readonly org?: string;
  readonly as?: string;
  readonly batch?: string;
  readonly every: number;
}

const usualMs = 1_000;
/** A lab answers more often than anybody looks. */
const leastMs = 50;

export const move: Verb = {
  name: 'move',
  summary: 'Watch mailboxes move',
  examples: [
    'coexist move watch mary --org contoso-cloud',
    'coexist move watch --org contoso-cloud      # all moves, until none goes on by itself',
    'coexist move watch --batch wave1 --org contoso-cloud --every 5s',
  ],
  configure(command, context, _argv, done) {
    withLabOptions(
      command
        .command('watch')
        .summary('draw how far moves are, until none goes on by itself')
        .argument('[identity]', 'whose move; without it all of them')
        .option('--batch <name>', 'everybody in a migration batch, whatever it carries')
        .option('--org <name>', 'organization that moves; may be left out when there is only one')
        .option('--as <user>', 'user who asks (administrator@<default domain>)')
        .option('--every <duration>', 'how often to look', durationOption, usualMs),
    ).action(async (identity: string | undefined, options: WatchOptions) => {
      if (identity !== undefined && options.batch !== undefined) throw new UsageError('name a person or a batch, not both');
      done(await watch(context, identity, options));
    });
  },
};

async function watch(context: CliContext, identity: string | undefined, options: WatchOptions): Promise<number> {
  const client = locateLab(context, options);
  const organization = options.org ?? (await onlyOrganization(client));
  const watching = { organization, as: options.as, identity, batch: options.batch };
  const view = options.json === true ? jsonView(context) : context.terminal ? terminalView(context) : plainView(context);
  let seen: readonly Watched[] = [];
  for (let at = performance.now(), isFirst = true; ; isFirst = false) {
    let now: readonly Watched[];
    try {
      now = await readMoves(client, watching);
    } catch (error) {
      // Its request was removed while it was watched.
      if (isFirst || !isGone(error)) throw error;
      return exitCodes.ok;
    }
    const elapsed = performance.now() - at;
    at += elapsed;
    view(now, isFirst ? () => undefined : speedsSince(seen, elapsed / 1_000));
    seen = now;
    if (!now.some(({ status }) => goesOn.has(status))) return endOf(context, now);
    await pause(Math.max(leastMs, options.every));
  }
}

/** Statuses of requests and of users of batches after which something happens without anybody's doing. */
const goesOn: ReadonlySet<string> = new Set([
  ...['Queued', 'InProgress', 'CompletionInProgress'],
  ...['Syncing', 'Validating', 'Provisioning', 'ProvisionUpdating', 'Completing', 'CompletionSynced', 'IncrementalSyncing'],
  ...['Starting', 'Stopping', 'Removing'],
]);

function endOf(context: CliContext, watched: readonly Watched[]): number {
  if (watched.length === 0) {
    context.complain('coexist: nothing moves\n');
    return exitCodes.nothingMatched;
  }
  return watched.some(({ status }) => /Failed$|^Corrupted$/.test(status)) ? exitCodes.failure : exitCodes.ok;
}

type SpeedOf = (one: Watched) => Speed | undefined;

function speedsSince(before: readonly Watched[], seconds: number): SpeedOf {
  const known = new Map(before.map((one) => [one.name, one]));
  return ({ name, items, bytes, status }) => {
    const earlier = known.get(name);
    if (earlier === undefined || seconds <= 0 || !goesOn.has(status)) return undefined;
    return { items: Math.max(0, items - earlier.items) / seconds, bytes: Math.max(0, bytes - earlier.bytes) / seconds };
  };
}

type View = (watched: readonly Watched[], speedOf: SpeedOf) => void;

/** Lines that are drawn over and over. */
function terminalView(context: CliContext): View {
  let before = 0;
  return (watched, speedOf) => {
    const width = watched.reduce((most, { name }) => Math.max(most, name.length), 0);
    const lines = watched.map((one) => progressLine(one, width, speedOf(one)));
    context.print(redrawn(lines, before, context.columns?.() ?? 80));
    before = lines.length;
  };
}

/** A line for each turn: of a status, of what it does, of a percent. */
function plainView(context: CliContext): View {
  return changesOnly((one, speed) => context.print(`${plainLine(one, speed)}\n`));
}

function jsonView(context: CliContext): View {
  return changesOnly((one, speed) => context.print(`${JSON.stringify({ ...one, perSecond: speed ?? null })}\n`));
}

function changesOnly(show: (one: Watched, speed: Speed | undefined) => void): View {
  const shown = new Map<string, string>();
  return (watched, speedOf) => {
    for (const one of watched) {
      const turn = `${one.status} ${one.detail} ${one.percent}`;
      if (shown.get(one.name) === turn) continue;
      shown.set(one.name, turn);
      show(one, speedOf(one));
    }
  };
}
