import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly actual: string | null;
  /** What the simulation does not have yet, so that the check must fail. */
  readonly lacks: string | null;
}

/**
 * Runs a program that says of its checks, by `checks.py`, which hold, without blocking this process, in which the lab
 * lives. Fails for a check that does not hold, for one that was expected to fail and holds, and for a program that did not
 * come to its end. Returns how many checks there were.
 */
export async function runChecks(
  command: readonly [file: string, ...words: readonly string[]],
  variables: NodeJS.ProcessEnv,
): Promise<number> {
  const [file, ...words] = command;
  const child = spawn(file, words, { env: { ...process.env, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, error] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error = (error + text).slice(-3_000);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const checks = out.split('\n').flatMap((line): readonly Check[] => (line.startsWith('{') ? [JSON.parse(line)] : []));
  expect(checks.filter(({ ok, lacks }) => !ok && lacks === null)).toEqual([]);
  const landed = checks.filter(({ ok, lacks }) => ok && lacks !== null).map(({ check }) => check);
  expect(landed, 'hold now: take what they lack away').toEqual([]);
  expect([code, error]).toEqual([0, '']);
  return checks.length;
}
