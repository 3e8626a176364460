import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** What a client asked of a PostgreSQL server, counted on the wire between them. */
export interface Asked {
  /** Times it waited for the server: answers of ReadyForQuery. */
  readonly roundTrips: number;
  /** Statements that were run, those of transaction control included. */
  readonly statements: number;
  /** Notifications that it was sent. */
  readonly notifications: number;
}

/** A server that passes octets on to PostgreSQL and counts what they say. */
export interface CountingGate {
  readonly port: number;
  asked(): Asked;
  close(): Promise<void>;
}

/**
 * Opens a gate on loopback before the server whose Unix socket lies in a folder. Counts by the messages of the protocol (PostgreSQL
 * documentation, 55.7): of a client `Execute` and `Query`, of the server `ReadyForQuery` and `NotificationResponse`.
 */
export async function openCountingGate(folder: string): Promise<CountingGate> {
  let [roundTrips, statements, notifications] = [0, 0, 0];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = createConnection(join(folder, '.s.PGSQL.5432'));
    // The first message of a client, how it wants to be known, has no letter.
    client.on(
      'data',
      messages(false, (letter) => {
        if (letter === 'Q' || letter === 'E') statements += 1;
      }),
    );
    upstream.on(
      'data',
      messages(true, (letter) => {
        if (letter === 'Z') roundTrips += 1;
        if (letter === 'A') notifications += 1;
      }),
    );
    passOn(client, upstream, sockets);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    asked: () => ({ roundTrips, statements, notifications }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes on what either of two sockets is sent; as long as they are open they are among `sockets`. */
export function passOn(one: Socket, another: Socket, sockets: Set<Socket>): void {
  for (const [socket, other] of [
    [one, another],
    [another, one],
  ] as const) {
    sockets.add(socket);
    socket.on('error', () => other.destroy()).on('close', () => sockets.delete(socket));
    socket.pipe(other);
  }
}

/** Hears octets and tells of each whole message: a letter, a length that counts itself, and so much less four octets. */
function messages(hasLetter: boolean, heard: (letter: string) => void): (octets: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let letterOctets = hasLetter ? 1 : 0;
  return (octets) => {
    rest = rest.length === 0 ? octets : Buffer.concat([rest, octets]);
    while (rest.length >= letterOctets + 4) {
      const end = letterOctets + rest.readUInt32BE(letterOctets);
      if (rest.length < end) return;
      if (letterOctets === 1) heard(String.fromCharCode(rest[0] ?? 0));
      rest = rest.subarray(end);
      letterOctets = 1;
    }
  };
}
