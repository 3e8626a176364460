import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../config.ts';
import type { AdminClient } from '../admin-client.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface Snapshot {
  readonly name: string;
  readonly octets: number;
  readonly takenAt: string | null;
  readonly worldTime: string | null;
}

interface Difference {
  readonly change: 'made' | 'removed' | 'changed';
  readonly what: string;
  readonly where: string;
  readonly properties?: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

const kinds = ['configuration', 'recipients', 'mailboxes', 'folders', 'items', 'queue'] as const;
type Found = Readonly<Record<(typeof kinds)[number], readonly Difference[]>> & { readonly more: Readonly<Record<string, number>> };

const path = '/_coexist/v1/snapshots';
/** As `coexist up --export-on-exit` writes them. */
const [stateFile, noteFile] = ['state.sqlite', 'state.json'];

export const state: Verb = {
  name: 'state',
  summary: 'Keep states of the world, go back to them, and see what has changed',
  examples: [
    'coexist state reset                  # the world as it was seeded',
    'coexist state snapshot before',
    'coexist state diff before            # what did my client change?',
    'coexist state diff                   # since the world was seeded',
    'coexist state restore before',
    'coexist state ls',
    'coexist state export ./there         # what coexist up --import takes too',
    'coexist state import ./there',
  ],
  configure(command, context, _argv, done) {
    const verb = (name: string, summary: string): Command =>
      withLabOptions(command.command(name).summary(summary).description(`${summary}.`));
    const act = (child: Command, run: (client: AdminClient, name: string, options: LabOptions) => Promise<void>): Command =>
      child.action(async (...given: unknown[]) => {
        const options = child.opts<LabOptions>();
        await run(locateLab(context, options), typeof given[0] === 'string' ? given[0] : '', options);
        done(exitCodes.ok);
      });
    act(verb('reset', 'Put the world back to its seed'), async (client) => {
      await client.send('POST', '/_coexist/v1/reset', { to: 'seed' });
    });
    act(verb('snapshot', 'Keep the state of the world under a name').argument('<name>'), async (client, name, options) => {
      print(context, options, [await client.send<Snapshot>('POST', path, { name })]);
    });
    act(verb('restore', 'Go back to a state').argument('<name>'), async (client, name, options) => {
      print(context, options, [await client.send<Snapshot>('POST', `${path}/${encodeURIComponent(name)}/restore`)]);
    });
    act(verb('rm', 'Forget a state').argument('<name>'), async (client, name) => {
      await client.send('DELETE', `${path}/${encodeURIComponent(name)}`);
    });
    act(verb('ls', 'List the states that are kept'), async (client, _name, options) => {
      print(context, options, (await client.get<{ readonly snapshots: readonly Snapshot[] }>(path)).snapshots);
    });
    act(verb('export', 'Write the state of the world into a folder').argument('<dir>'), (client, dir) =>
      exportTo(client, resolve(context.workingDir, dir)),
    );
    act(verb('import', 'Take over the state of a folder').argument('<dir>'), (client, dir) =>
      importFrom(client, resolve(context.workingDir, dir)),
    );
    verb('diff', 'Say what is other than in a state, of the seed if none is named')
      .argument('[name]')
      .option('--to <name>', 'compare it with another state, and not with that of now')
      .action(async (name: string | undefined, options: LabOptions & { readonly to?: string }) => {
        const query = options.to === undefined ? '' : `?to=${encodeURIComponent(options.to)}`;
        const found = await locateLab(context, options).get<Found>(`${path}/${encodeURIComponent(name ?? 'seed')}/diff${query}`);
        context.print(options.json === true ? `${JSON.stringify(found)}\n` : told(found));
        done(exitCodes.ok);
      });
  },
};

/** Of one export or import: the lab forgets it again. */
async function passing<T>(client: AdminClient, work: (name: string) => Promise<T>): Promise<T> {
  const name = `carried-${process.pid}`;
  try {
    return await work(name);
  } finally {
    await client.send('DELETE', `${path}/${name}`).catch(() => {});
  }
}

function exportTo(client: AdminClient, dir: string): Promise<void> {
  return passing(client, async (name) => {
    const { worldTime, takenAt } = await client.send<Snapshot>('POST', path, { name });
    const { world, version } = await client.get<{ readonly world: string; readonly version: string }>('/_coexist/info');
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeFile(join(dir, stateFile), await client.getOctets(`${path}/${name}/file`), { mode: 0o600 });
    const note = { world, version, exportedAt: takenAt, worldTime };
    await writeFile(join(dir, noteFile), `${JSON.stringify(note, undefined, 2)}\n`, { mode: 0o600 });
  });
}

async function importFrom(client: AdminClient, dir: string): Promise<void> {
  const octets = await readFile(join(dir, stateFile)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UsageError(`there is no ${stateFile} in ${dir}`);
    throw error;
  });
  await passing(client, async (name) => {
    await client.putOctets(`${path}/${name}/file`, octets);
    await client.send('POST', `${path}/${name}/restore`);
  });
}

function print(context: CliContext, { json }: LabOptions, snapshots: readonly Snapshot[]): void {
  if (json === true) context.print(`${JSON.stringify({ snapshots })}\n`);
  else
    context.print(
      snapshots
        .map(({ name, octets, takenAt, worldTime }) => `${name}  ${octets} octets  taken ${takenAt ?? '-'}  world ${worldTime ?? '-'}\n`)
        .join(''),
    );
}

const marks = { made: '+', removed: '-', changed: '~' } as const;

function told(found: Found): string {
  const blocks = kinds.flatMap((kind) => {
    const all = found[kind];
    if (all.length === 0) return [];
    const rest = found.more[kind] === undefined ? [] : [`  ... ${found.more[kind] - all.length} more`];
    return [`${kind}:`, ...all.flatMap(lines), ...rest];
  });
  return blocks.length === 0 ? 'nothing has changed\n' : `${blocks.join('\n')}\n`;
}

function lines({ change, where, what, properties = {} }: Difference): readonly string[] {
  const told = Object.entries(properties).map(([name, [before, after]]) => `      ${name}: ${short(before)} -> ${short(after)}`);
  return [`  ${marks[change]} ${where}: ${what}`, ...told];
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
