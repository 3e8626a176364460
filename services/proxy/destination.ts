import type { HostMap } from '../../shared/domain/organization/host-map.ts';
import type { Target } from '../../shared/net/dial-way.ts';
import type { LabListener } from '../../shared/net/lab-connection.ts';

/** Where the proxy goes, or what it answers instead. */
export type Destination =
  | { readonly kind: 'listener'; readonly listeners: readonly LabListener[] }
  | { readonly kind: 'answer'; readonly status: 403 | 502; readonly text: string };

/** Decides about `host:port`. The texts are ours. */
export function destinationOf(hosts: HostMap, host: string, port: number): Destination {
  const found = hosts.resolve(host, port);
  if (typeof found === 'object') return { kind: 'listener', listeners: inOrder(found) };
  if (found === 'unknown') {
    return {
      kind: 'answer',
      status: 403,
      text: `${host} is not a name of this simulated world, and nothing is ever forwarded to a network.\r\n`,
    };
  }
  if (port !== 443 && port !== 80) {
    return {
      kind: 'answer',
      status: 403,
      text: `Port ${port} of ${host} is not open: this proxy goes to ports 443 and 80 of the simulated world only.\r\n`,
    };
  }
  return {
    kind: 'answer',
    status: 502,
    text: `Connection refused: ${host} exists in this simulated world, but nothing answers there.\r\n`,
  };
}

function inOrder({ others = [], ...first }: Target): readonly LabListener[] {
  return [first, ...others];
}
