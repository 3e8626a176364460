import autocannon from 'autocannon';
import { median } from './row.ts';

/** Keep-alive connections of the client, where a load does not say how many. */
const usualConnections = 16;
const rounds = 6;
/** The client is a new thread in each round: in a shorter one its own warming up would weigh on both sides. */
const roundSeconds = 3;
const warmUpSeconds = 3;

/** A POST that a client sends again and again. */
export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sent in turn instead of `body`. */
  readonly bodies?: readonly string[];
  readonly connections?: number;
}

/**
 * Median rates of several loads in requests per second; the rounds alternate, so that what else the machine does meets
 * all of them. `settle` waits until the journal has stored everything.
 */
export async function alternate(loads: readonly Load[], settle: () => Promise<void>): Promise<readonly number[]> {
  for (const load of loads) await rate(load, warmUpSeconds, settle);
  const rates = loads.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, load] of loads.entries()) rates[index]?.push(await rate(load, roundSeconds, settle));
  }
  return rates.map(median);
}

/**
 * Requests per second. What a round leaves in the journal is stored before the next one begins and counts as its own time:
 * else the quick load would leave its work to the slow one.
 */
async function rate(
  { bodies, connections = usualConnections, ...load }: Load,
  duration: number,
  settle: () => Promise<void>,
): Promise<number> {
  const { requests, errors, timeouts, non2xx, ...result } = await autocannon({
    ...load,
    method: 'POST',
    ...(bodies === undefined ? {} : { requests: bodies.map((body) => ({ body })) }),
    connections,
    duration,
    // The client has a thread of its own, away from the servers.
    workers: 1,
  });
  if (errors + timeouts + non2xx > 0)
    throw new Error(`${load.url}: ${errors} errors, ${timeouts} timeouts, ${non2xx} answers without success`);
  const endedMs = performance.now();
  await settle();
  return requests.total / (result.duration + (performance.now() - endedMs) / 1_000);
}
