import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { median, type Row } from './row.ts';

const run = promisify(execFile);
const docker = async (...words: readonly string[]): Promise<string> => (await run('docker', [...words])).stdout.trim();

/** As `docker/build.sh` and `docker/offline-base.sh` name them. */
const image = process.env['COEXIST_TEST_IMAGE'] ?? 'coexist:dev';
const base = process.env['COEXIST_TEST_BASE'] ?? 'node:24-slim';
const rounds = 3;
const patienceMs = 180_000;
/** By how much a figure may be too long. */
const lookMs = 20;

/** How long a container of the image takes until it is ready and until the engine calls it healthy; a bare one of the same base stands beside it. */
export async function containerRows(): Promise<readonly Row[]> {
  const missing = await docker('image', 'inspect', image, base).then(
    () => undefined,
    ({ stderr, message }: Error & { readonly stderr?: string }) => (stderr ?? message).trim(),
  );
  if (missing !== undefined) return [row('container, start', `NOT RUN: ${missing.split('\n').at(-1)}`)];
  const [ready, healthy, bare]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const [readyMs, healthyMs] = await measure([image], [hasSaid('"event":"ready"'), isHealthy]);
    ready.push(readyMs ?? Number.NaN);
    healthy.push(healthyMs ?? Number.NaN);
    const server = "require('node:http').createServer().listen(80, () => console.log('ready'))";
    const [bareMs] = await measure([base, 'node', '--eval', server], [hasSaid('ready')]);
    bare.push(bareMs ?? Number.NaN);
  }
  return [
    row('container, start to its ready line', milliseconds(ready)),
    row('container, start to healthy; the engine asks every 5 s', milliseconds(healthy)),
    row('bare http server in a container of the same base, start to its ready line', milliseconds(bare)),
  ];
}

function row(what: string, measured: string): Row {
  return { what, measured, limit: '', passed: undefined };
}

function milliseconds(some: readonly number[]): string {
  return `${median(some).toFixed(0)} ms`;
}

type Passes = (id: string) => Promise<boolean>;

const hasSaid =
  (words: string): Passes =>
  async (id) =>
    (await docker('logs', id)).includes(words);
const isHealthy: Passes = async (id) => (await docker('inspect', '--format', '{{.State.Health.Status}}', id)) === 'healthy';

/** Milliseconds from `docker run` to each of these, one after the other. */
async function measure(command: readonly string[], marks: readonly Passes[]): Promise<readonly number[]> {
  const began = performance.now();
  const id = await docker('run', '--detach', ...command);
  try {
    const reached: number[] = [];
    for (const passes of marks) {
      while (!(await passes(id))) {
        if (performance.now() - began > patienceMs) throw new Error(`it does not get there: ${await docker('logs', id)}`);
        await pause(lookMs);
      }
      reached.push(performance.now() - began);
    }
    return reached;
  } finally {
    await docker('rm', '--force', '--volumes', id);
  }
}
