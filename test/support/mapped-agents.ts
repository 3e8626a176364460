import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';

/** What a client needs in place of DNS: `hosts` of endpoints.json and the port of the plain-http gateway. */
export interface NameTable {
  /** Host -> `address:port` of its https listener. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Where plain http goes. */
  readonly httpPort: number;
  readonly ca: string;
}

/**
 * Node agents that reach the world's names at their listeners, as a hosts file and ports 443 and 80 would. Certificates are
 * checked against the asked name. A name that is not in the table does not exist.
 */
export function mappedAgents(table: NameTable): { httpsAgent: https.Agent; httpAgent: http.Agent } {
  const httpsAgent = new https.Agent({ keepAlive: true });
  httpsAgent.createConnection = ((options: tls.ConnectionOptions & { host?: string }): Duplex => {
    const host = options.servername || options.host || '';
    const target = table.hosts[host];
    if (target === undefined) return unknownName(host);
    const [address = '', port = ''] = target.split(':');
    return tls.connect({ ...options, host: address, port: Number(port), servername: host, ca: table.ca });
  }) as typeof httpsAgent.createConnection;
  const httpAgent = new http.Agent({ keepAlive: true });
  httpAgent.createConnection = ((options: net.TcpNetConnectOpts): Duplex => {
    const host = options.host ?? '';
    if (table.hosts[host] === undefined) return unknownName(host);
    return net.connect({ host: '127.0.0.1', port: table.httpPort });
  }) as typeof httpAgent.createConnection;
  return { httpsAgent, httpAgent };
}

function unknownName(host: string): Duplex {
  const socket = new net.Socket();
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
  setImmediate(() => socket.destroy(error));
  return socket;
}
