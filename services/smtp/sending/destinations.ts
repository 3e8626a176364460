import { isIP } from 'node:net';
import type { Queue } from '../../../shared/domain/mailflow/queue-hold.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { NameAnswer } from '../../../shared/kernel/resource-record.ts';
import type { SenderParts } from './context.ts';

/** Why nobody is known who takes a domain's mail. */
export type DestinationRefusal = 'NonExistentDomain' | 'NoMailHere' | 'QueryFailed';

/** Hosts of one destination that are tried in a visit. A bound of ours. */
const mostHosts = 10;

/**
 * The hosts that take a queue's mail, in the order in which they are tried. Refuses with {@link DestinationRefusal}.
 *
 * @param sender the organisation, whose servers remember what they have asked for
 */
export async function destinationsOf(
  { names }: Pick<SenderParts, 'names'>,
  sender: string,
  { delivery, nextHop }: Queue,
): Promise<readonly string[]> {
  if (delivery === 'SmartHostConnectorDelivery')
    return nextHop
      .split(',')
      .map((host) => host.trim())
      .slice(0, mostHosts);
  if (isIP(nextHop.replace(/^\[(.*)\]$/, '$1')) !== 0) return [nextHop];
  return exchangersOf(nextHop, await names.lookUp(nextHop, 'MX', sender));
}

/** RFC 5321, 5.1: by preference; a domain without MX records takes its mail itself. */
function exchangersOf(domain: string, { code, answers }: NameAnswer): readonly string[] {
  if (code === 'NXDOMAIN') throw new Refusal<DestinationRefusal>('NonExistentDomain', { detail: `${domain} does not exist` });
  if (code !== 'NOERROR') throw new Refusal<DestinationRefusal>('QueryFailed', { detail: `MX of ${domain}: ${code}` });
  const exchangers = answers.flatMap((record) => (record.type === 'MX' ? [record] : []));
  // RFC 7505: a lone dot.
  if (exchangers.some(({ exchange }) => exchange === '' || exchange === '.'))
    throw new Refusal<DestinationRefusal>('NoMailHere', { detail: `${domain} takes no mail` });
  const hosts = exchangers.toSorted((one, other) => one.preference - other.preference).map(({ exchange }) => exchange);
  return hosts.length === 0 ? [domain] : hosts.slice(0, mostHosts);
}
