/** Where a channel leads: the query of `/rpc/rpcproxy.dll?EX07-01:6001` (MS-RPCH 2.2.2). */
export interface RpcAddress {
  /** The name of a server, or since Exchange 2013 a mailbox with its domain. */
  readonly server: string;
  readonly port: number;
}

/** Ports of Exchange behind Outlook Anywhere: the store, the referral service and the directory (NSPI). */
export const rpcPorts = { store: 6001, referral: 6002, directory: 6004 } as const;

const longest = 1_024;

/** Reads a query without its question mark; undefined: it is none. */
export function readRpcAddress(query: string): RpcAddress | undefined {
  const [, server, digits] = (query.length > longest ? null : /^([^:/?#&=\s]+):(\d{1,5})$/.exec(query)) ?? [];
  const port = Number(digits);
  return server === undefined || port < 1 || port > 65_535 ? undefined : { server, port };
}

/** The address of a proxy for one of its servers. */
export function rpcProxyUrl(proxy: string, { server, port }: RpcAddress): string {
  return `https://${proxy}/rpc/rpcproxy.dll?${server}:${port}`;
}
