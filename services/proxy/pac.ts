import type { HostMap } from '../../shared/domain/organization/host-map.ts';
import { parseAuthority } from '../../shared/service/authority.ts';

/**
 * A proxy auto-configuration file: the world's names go through the proxy that gave the file, all others go direct.
 *
 * @param proxyAuthority the `Host` under which the client reached the proxy
 */
export function proxyConfiguration(hosts: HostMap, proxyAuthority: string | undefined): { readonly type: string; readonly body: string } {
  const proxy = parseAuthority(proxyAuthority) === undefined ? undefined : proxyAuthority;
  const names = Object.fromEntries([...hosts.hosts.keys()].sort().map((name) => [name, 1]));
  const body = `var names = ${JSON.stringify(names, null, 1)};
function FindProxyForURL(url, host) {
  return names.hasOwnProperty(host.toLowerCase()) ? ${JSON.stringify(proxy === undefined ? 'DIRECT' : `PROXY ${proxy}`)} : "DIRECT";
}
`;
  return { type: 'application/x-ns-proxy-autoconfig', body };
}
