import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The images that the tests are about; `docker/test.sh` builds and names them. */
export const image = named('COEXIST_TEST_IMAGE');
export const baseImage = named('COEXIST_TEST_BASE');
export const clientImage = named('COEXIST_TEST_CLIENT');
export const postgresImage = named('COEXIST_TEST_POSTGRES');

function named(variable: string): string {
  const name = process.env[variable];
  if (name === undefined || name === '') throw new Error(`${variable} is not set; run npm run test:containers`);
  return name;
}

/** `docker <words>`; its standard output without the last line end. Rejects with what it said. */
export async function docker(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', [...words], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.replace(/\n$/, '');
}

/** What a container has written, on both of its streams. */
export async function everythingTold(id: string): Promise<string> {
  const { stdout, stderr } = await run('docker', ['logs', id], { maxBuffer: 64 * 1024 * 1024 });
  return stdout + stderr;
}

/** What the engine says of a container or an image. */
export async function inspect<T>(name: string): Promise<T> {
  const [found] = JSON.parse(await docker('inspect', name)) as T[];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

/** Resolves when a container is healthy; rejects with its log when it ends or is not within the time. */
export async function healthy(id: string, withinMs = 120_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { State } = await inspect<{ State: { Running: boolean; Health?: { Status: string } } }>(id);
    if (State.Health?.Status === 'healthy') return;
    if (!State.Running || performance.now() > deadline) throw new Error(`${JSON.stringify(State)}\n${await docker('logs', id)}`);
    await pause(250);
  }
}
