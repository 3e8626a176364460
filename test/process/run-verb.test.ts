import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../../services/cli/locate.ts';
import { end, type OwnProcess, startCli } from '../support/lab-process.ts';

let folder: string;
let run: OwnProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-run-'));
});
afterEach(async () => {
  await end(run);
  rmSync(folder, { recursive: true, force: true });
});

const story = `version: 1
name: A program that goes on
teaches: t
source: s
timeout: 5m
when: [{ run: { command: [sh, -c, 'echo $$ $PPID > pids; exec sleep 300'], timeout: 5m } }]
`;

/** A run whose program has begun; the processes of the program and of its worker. */
async function begun(): Promise<readonly number[]> {
  writeFileSync(join(folder, 'story.yaml'), story);
  run = startCli(['run', './story.yaml', '--workers', '1'], { cwd: folder });
  const file = join(folder, 'pids');
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'), { timeout: 60_000 }).toBe(true);
  return readFileSync(file, 'utf8').trim().split(' ').map(Number);
}

test.each<['SIGKILL' | 'SIGTERM' | 'SIGINT', number | null]>([
  ['SIGKILL', null],
  ['SIGTERM', 143],
  ['SIGINT', 130],
])('what a run has started ends with it, by %s', { timeout: 120_000 }, async (signal, code) => {
  const [program = 0, worker = 0] = await begun();
  // Ctrl-C comes to everybody in front of the terminal.
  if (signal === 'SIGINT') process.kill(worker, signal);
  run?.child.kill(signal);
  expect((await run?.ended)?.code).toBe(code);
  await expect.poll(() => [program, worker].filter(isAlive), { timeout: 15_000 }).toEqual([]);
});
