/** How work that is done again and again went in a round. */
export interface Pace {
  readonly perSecond: number;
  /** Processor time of the whole process, other threads included. */
  readonly cpuUs: number;
}

const usualWarmUpMs = 1_500;
const rounds = 10;
const roundMs = 500;

/**
 * Paces of several works, each in `rounds` rounds that alternate, so that what else the machine does meets all of them. V8 compiles what runs
 * often, and many functions that each run seldom take it longer.
 */
export async function alternatePaces(
  works: readonly (() => Promise<void>)[],
  warmUpMs = usualWarmUpMs,
): Promise<readonly (readonly Pace[])[]> {
  for (const work of works) await pace(work, warmUpMs);
  const paces = works.map((): Pace[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, work] of works.entries()) paces[index]?.push(await pace(work, roundMs));
  }
  return paces;
}

/** Does something again and again, each time after the last. */
async function pace(work: () => Promise<void>, durationMs: number): Promise<Pace> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  let passedMs = 0;
  let count = 0;
  for (; passedMs < durationMs; passedMs = performance.now() - startedMs) {
    await work();
    count += 1;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (count * 1_000) / passedMs, cpuUs: (user + system) / count };
}
