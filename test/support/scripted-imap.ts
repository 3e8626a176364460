import { type AddressInfo, createServer, type Socket } from 'node:net';

/** An IMAP server that says what a script says to each command; the script may close the connection. */
export interface ScriptedImap {
  readonly port: number;
  /** Connections so far. */
  connections(): number;
  close(): void;
}

export type ImapScript = (tag: string, command: string, socket: Socket) => string;

export async function startScriptedImap(greeting: string, answer: ImapScript): Promise<ScriptedImap> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    connections += 1;
    socket.on('error', () => {});
    if (greeting !== '') socket.write(greeting);
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').filter(Boolean)) {
        const [tag = '', command = ''] = line.split(' ');
        const said = answer(tag, command.toUpperCase(), socket);
        if (said !== '') socket.write(said);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
