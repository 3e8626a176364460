import { isIP } from 'node:net';
import { createJournal } from '../../shared/journal/journal.ts';
import { createIdentifiers } from '../../shared/kernel/ids.ts';
import { machineNow } from '../../shared/kernel/machine-clock.ts';
import type { Patience } from '../../shared/kernel/patience.ts';
import { seededRandom } from '../../shared/kernel/random.ts';
import { calmSeams } from '../../shared/kernel/seams.ts';
import type { Target } from '../../shared/net/dial-way.ts';
import { createDialer, type Dialer } from '../../shared/net/dialer.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';

/**
 * The way of a story's own clients into a lab: by the names of its world as they are when it is gone, with its authority and no other trusted. Ids of
 * their requests come from the seed.
 */
export async function openClient(endpoints: () => EndpointsDocument, caPem: string, seed: string, patience?: Patience): Promise<Dialer> {
  const identifiers = createIdentifiers(seededRandom(seed));
  const recorder = await createJournal({ identifiers, octets: 'off', capacity: 100 });
  const clock = { now: machineNow };
  return createDialer({ resolve: (host, port) => find(endpoints(), host, port), caPem, clock, recorder, seams: calmSeams, patience });
}

/** `<organisation>` and port 25 lead to its mail exchanger; hosts of the world to their listeners; the rest is unknown. */
function find(endpoints: EndpointsDocument, host: string, port: number): Target | 'unknown' {
  if (host === 'localhost' || isIP(host) !== 0) return { address: host === 'localhost' ? '127.0.0.1' : host, port };
  const name = host.toLowerCase();
  const listener =
    port === 25 ? endpoints.organizations[name]?.smtp : port === 80 ? hostOf(endpoints, name) && endpoints.http : hostOf(endpoints, name);
  return listener === undefined || listener === null ? 'unknown' : targetOf(listener);
}

function hostOf({ hosts }: EndpointsDocument, name: string): string | undefined {
  return hosts[name];
}

function targetOf(listener: string): Target {
  const colon = listener.lastIndexOf(':');
  return { address: listener.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(listener.slice(colon + 1)) };
}
