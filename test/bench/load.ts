import { type LoadClient, openLoadClient, type Round } from './load-client.ts';
import type { Pace } from './pace.ts';
import { median } from './row.ts';

/** Keep-alive connections of the client, where a load does not say how many. */
const usualConnections = 16;
const rounds = 12;
const roundMs = 1_500;
const warmUpMs = 3_000;

/** A POST that a client sends again and again. */
export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sent in turn instead of `body`. */
  readonly bodies?: readonly string[];
  readonly connections?: number;
  /** No answer may be the same as the one before it on its connection. */
  readonly allDiffer?: boolean;
  /** Looks at the last answers of a round, one of each connection, and throws at what is none. */
  readonly check?: (answers: readonly string[]) => void;
}

/**
 * Median paces of several loads: requests per second, and what one costs the servers, clients left out. The rounds alternate,
 * so that what else the machine does meets all of them. `settle` waits until the journal has stored everything.
 */
export async function alternate(loads: readonly Load[], settle: () => Promise<void>): Promise<readonly Pace[]> {
  const clients = loads.map((load) => ({ load, client: clientOf(load), paces: [] as Pace[] }));
  try {
    for (const { load, client } of clients) await pace(load, client, warmUpMs, settle);
    for (let round = 0; round < rounds; round += 1) {
      for (const { load, client, paces } of clients) paces.push(await pace(load, client, roundMs, settle));
    }
    return clients.map(({ paces }) => ({
      perSecond: median(paces.map(({ perSecond }) => perSecond)),
      cpuUs: median(paces.map(({ cpuUs }) => cpuUs)),
    }));
  } finally {
    for (const { client } of clients) await client.close();
  }
}

function clientOf({ url, headers, body, bodies = [body], connections = usualConnections, allDiffer = false }: Load): LoadClient {
  const { host, port, pathname } = new URL(url);
  const fields = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const requests = bodies.map(
    (one) => `POST ${pathname} HTTP/1.1\r\n${fields.join('')}content-length: ${Buffer.byteLength(one)}\r\n\r\n${one}`,
  );
  return openLoadClient({ port: Number(port), requests, connections, allDiffer });
}

/**
 * One round. What it leaves in the journal is stored before the next one begins and counts as its own time: else the quick load
 * would leave its work to the slow one.
 */
async function pace({ url, check }: Load, client: LoadClient, durationMs: number, settle: () => Promise<void>): Promise<Pace> {
  const cpu = process.cpuUsage();
  let round: Round;
  try {
    round = await client.round(durationMs);
  } catch (error) {
    throw new Error(`${url} fails under load`, { cause: error });
  }
  const { answers, seconds, bodies } = round;
  const endedMs = performance.now();
  await settle();
  const perSecond = answers / (seconds + (performance.now() - endedMs) / 1_000);
  const { user, system } = process.cpuUsage(cpu);
  check?.(bodies);
  return { perSecond, cpuUs: (user + system - round.cpuUs) / answers };
}
