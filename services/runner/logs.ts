import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { serverFqdn, serverNameOf } from '../../shared/domain/organization/servers.ts';
import { httpProxyLog } from '../../shared/journal/http-proxy-log.ts';
import { iisLog } from '../../shared/journal/iis-log.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import type { SeenExchange } from './control.ts';

const logs = { iis: iisLog, httpproxy: httpProxyLog } as const;

/** What an organisation's web servers have logged of exchanges, in the order in which those ended. */
export function logLines(
  { organizations }: EndpointsDocument,
  at: string,
  format: keyof typeof logs,
  exchanges: readonly SeenExchange[],
): readonly string[] {
  const found = organizations[at];
  if (found === undefined || found.kind === 'cloud') throw new Error(`${at} is no organisation that shows its servers' logs`);
  const host = { ...found, name: at };
  const server = { name: serverNameOf(host), fqdn: serverFqdn(host), version: profileOf(found.product).version };
  return exchanges
    .toSorted((one, other) => one.sequence - other.sequence)
    .flatMap((exchange) => (exchange.organization === at ? (logs[format].line(server, exchange) ?? []) : []));
}
