import { X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Authority } from '../domain/organization/advertised-urls.ts';
import type { Connection, TlsFacts } from './connection.ts';
import { answer, type HttpDoorOptions, openVisit } from './http-door.ts';
import { authorityReader, type RawRequest } from './https-door.ts';
import { endField, type LinkFacts, linkField, longestLinkFacts, openLinkFacts } from './link-facts.ts';
import { defaultServerLimits, drain, serverOptions } from './server-limits.ts';

export interface BackDoorOptions extends HttpDoorOptions {
  /** What front ends prove themselves with; 32 octets, the same in every process of the lab. */
  readonly linkKey: Buffer;
  /** The installation's authority, PEM. */
  readonly caPem: string;
}

/** What becomes of the requests of a back door. */
export interface BackDoorPlan {
  isHost(name: string): boolean;
  /** `organization`: who is asked, as the front end has found. */
  receive(raw: RawRequest, authority: Authority, path: string, organization: string): void;
}

interface Introduced {
  readonly connection: Connection;
  readonly organization: string;
}

/** A listener that does not listen yet. */
export interface BackDoor {
  readonly server: Server;
  close(graceMs: number): Promise<void>;
}

/**
 * Where the front ends of other processes pass requests on: plain http, each connection one connection of a client, of which the first request
 * tells what the front end knows. To the services a request looks as if it had come to a listener of this process.
 */
export function createBackDoor(options: BackDoorOptions, plan: BackDoorPlan): BackDoor {
  const { maxConnections, maxHeaderBytes, keepAliveTimeoutMs } = defaultServerLimits;
  const server = createServer(
    serverOptions({
      ...defaultServerLimits,
      maxHeaderBytes: maxHeaderBytes + longestLinkFacts,
      // It is for the front end to end what is idle: a client's sign-in lasts as long as its own connection.
      keepAliveTimeoutMs: 2 * keepAliveTimeoutMs,
    }),
  );
  server.maxConnections = 2 * maxConnections;
  const authority = new X509Certificate(options.caPem);
  const connections = new WeakMap<Socket, Introduced>();
  const askedOf = authorityReader(plan);
  const introduced = (request: IncomingMessage): Introduced | undefined => {
    const sealed = takeLinkField(request);
    const known = connections.get(request.socket);
    if (known !== undefined) return known;
    const facts = sealed === undefined ? undefined : openLinkFacts(options.linkKey, sealed);
    if (facts === undefined) return undefined;
    const made = { connection: connectionFrom(facts, request.socket, authority), organization: facts.organization };
    connections.set(request.socket, made);
    return made;
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const caller = introduced(request);
    if (caller === undefined) {
      turnAway(options, request, response);
      return;
    }
    const { connection, organization } = caller;
    const { serverName } = connection;
    const asked = askedOf(request.headers.host) ?? { host: serverName, port: undefined, byName: plan.isHost(serverName) };
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    plan.receive({ request, response, connection }, asked, path, organization);
  });
  server.on('clientError', (_error, socket: Socket) => socket.destroy());
  return { server, close: (graceMs) => drain(server, graceMs, [server]) };
}

/** Takes the field out of a request: neither services nor the journal see it. */
function takeLinkField(request: IncomingMessage): string | undefined {
  const sealed = request.headers[linkField];
  if (typeof sealed !== 'string') return undefined;
  delete request.headers[linkField];
  const { rawHeaders } = request;
  for (let index = rawHeaders.length - 2; index >= 0; index -= 2) {
    if (rawHeaders[index]?.toLowerCase() === linkField) rawHeaders.splice(index, 2);
  }
  return sealed;
}

function connectionFrom(facts: LinkFacts, socket: Socket, authority: X509Certificate): Connection {
  const { peer, serverName, ordinal, local } = facts;
  const connection: Connection = {
    ...{ peer, serverName, ordinal, local, tls: tlsFrom(facts, authority) },
    signIn: { state: undefined },
    isRelayed: true,
    reset: () => end('reset'),
    drop: () => end('drop'),
    current: undefined,
  };
  /** The front end is told what to do with the client's connection; where an answer has begun, it breaks off here and there. */
  const end = (how: 'reset' | 'drop'): void => {
    if (connection.current?.response.headersSent === false && socket.writable)
      socket.end(`HTTP/1.1 499 Ended\r\n${endField}: ${how}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else if (how === 'reset') socket.resetAndDestroy();
    else socket.destroy();
  };
  return connection;
}

function tlsFrom({ certificateHash, clientCertificate }: LinkFacts, authority: X509Certificate): TlsFacts | undefined {
  if (certificateHash === null) return undefined;
  const hash = Buffer.from(certificateHash, 'hex');
  if (clientCertificate === null) return { certificateHash: hash };
  return { certificateHash: hash, clientCertificate: new X509Certificate(Buffer.from(clientCertificate, 'base64')), authority };
}

/** Whoever is no front end of this lab is told nothing. */
function turnAway(options: HttpDoorOptions, request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
  const connection: Connection = {
    ...{ peer, serverName: '', tls: undefined, signIn: { state: undefined }, ordinal: 0 },
    local: { address: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    reset: () => void socket.resetAndDestroy(),
    drop: () => void socket.destroy(),
    current: undefined,
  };
  const facts = { protocol: 'http', service: 'frontend', organization: undefined, host: request.headers.host ?? '' } as const;
  const visit = openVisit(options, { request, response, connection }, facts);
  visit.exchange.note({ code: 'NoFrontEnd', detail: 'A back door takes requests from front ends of its lab alone.' });
  answer(visit, 403, { connection: 'close' });
}
