import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { answerMessage } from './answer.ts';
import type { DnsArrival, DnsParts } from './context.ts';

/** The name server's two doors, which share a port. The codec is loaded by the first message: many labs never see one. */
export interface DnsListener {
  /** TCP. */
  readonly server: Server;
  readonly datagrams: DatagramSocket;
  close(graceMs: number): Promise<void>;
}

const mostConnections = 100;
const idleMs = 10_000;
/** Messages over udp that wait for their answer; more are dropped, as a network would. */
const mostPending = 1_000;
/** No question is longer; whoever announces more over TCP is cut off. */
const mostMessageOctets = 2_048;

type Answer = (octets: Buffer, arrival: DnsArrival) => Promise<Buffer | undefined>;

/** A listener that does not listen yet. `host`: the address that it will be bound to. */
export function createDnsListener(parts: DnsParts, host: string): DnsListener {
  let loading: Promise<typeof answerMessage> | undefined;
  const answer: Answer = async (octets, arrival) => {
    loading ??= import('./answer.ts').then((module) => module.answerMessage);
    return (await loading)(parts, octets, arrival);
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A reset is nobody's business.
    socket.on('error', () => {});
    socket.setTimeout(idleMs, () => socket.destroy());
    converse(socket, answer).catch(() => socket.destroy());
  });
  server.maxConnections = mostConnections;
  const datagrams = openDatagrams(host, answer);
  return {
    server,
    datagrams,
    async close() {
      // Every answer is on its way within milliseconds; whoever asks again finds nobody.
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve())),
        new Promise<void>((resolve) => datagrams.close(() => resolve())),
      ]);
    },
  };
}

function openDatagrams(host: string, answer: Answer): DatagramSocket {
  const datagrams = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
  let pending = 0;
  let isOpen = true;
  datagrams.once('close', () => {
    isOpen = false;
  });
  datagrams.on('message', (octets, { address, port }) => {
    if (pending >= mostPending) return;
    pending += 1;
    answer(octets, { transport: 'udp', peer: `${address}:${port}` })
      .then((message) => {
        // Whoever has gone away does not hear it.
        if (message !== undefined && isOpen) datagrams.send(message, port, address, () => {});
      })
      .catch(() => {})
      .finally(() => {
        pending -= 1;
      });
  });
  return datagrams;
}

/** Answers the messages of a connection one after the other; each has its length in front (RFC 7766, 8). */
async function converse(socket: Socket, answer: Answer): Promise<void> {
  const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2) {
      const length = waiting.readUInt16BE(0);
      if (length > mostMessageOctets) return void socket.destroy();
      if (waiting.length < 2 + length) break;
      const message = await answer(waiting.subarray(2, 2 + length), { transport: 'tcp', peer });
      if (message === undefined) return void socket.destroy();
      const head = Buffer.alloc(2);
      head.writeUInt16BE(message.length);
      if (!socket.write(Buffer.concat([head, message]))) await drained(socket);
      waiting = waiting.subarray(2 + length);
    }
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
