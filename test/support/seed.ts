import { randomInt } from 'node:crypto';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's seed, 0 to 2^31 - 1: `inject('seed')`. Whatever a test leaves to chance comes from it. */
    seed: number;
  }
}

/** CI judges a change, not a draw: there each run has the same. Whoever runs the tests himself has another one each time. */
const seedOfCi = 20_261_122;

/** Chooses the one seed of a run, prints it once and hands it to every test file. `COEXIST_SEED` repeats a run. */
export default function announceSeed(project: TestProject): void {
  const seed = readSeed(process.env['COEXIST_SEED']) ?? (process.env['CI'] === 'true' ? seedOfCi : randomInt(2 ** 31 - 1));
  project.provide('seed', seed);
  console.log(`seed ${seed} (repeat this run with COEXIST_SEED=${seed})`);
}

function readSeed(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const seed = Number(text);
  if (!/^\d{1,10}$/.test(text) || seed >= 2 ** 31)
    throw new Error(`COEXIST_SEED is ${JSON.stringify(text)}; write an integer from 0 to ${2 ** 31 - 1}.`);
  return seed;
}
