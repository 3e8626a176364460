import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A message as a sink got it. */
export interface SunkMessage {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** What stood behind MAIL FROM and behind each RCPT TO. */
  readonly senderParameters: object;
  readonly recipientParameters: readonly object[];
  readonly text: string;
  readonly secure: boolean;
  readonly from: string;
  /** Turns of a connection, from 1: which message of its connection this is. */
  readonly connection: number;
}

/** How a sink behaves. */
export interface SinkOptions {
  /** PEM; without it the sink offers no STARTTLS. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Further options of smtp-server. */
  readonly engine?: SMTPServerOptions;
  /** The reply to a recipient; undefined takes it. */
  readonly recipient?: (address: string) => readonly [code: number, text: string] | undefined;
  /** The reply to a message; undefined takes it. */
  readonly message?: (message: SunkMessage) => readonly [code: number, text: string] | undefined | Promise<undefined>;
  readonly port?: number;
}

/** A mail server that keeps what it gets: smtp-server, as somebody else would run it. */
export async function openSink({ certificate, engine, recipient, message, port = 0 }: SinkOptions = {}) {
  const messages: SunkMessage[] = [];
  let connections = 0;
  const refuse = ([responseCode, text]: readonly [number, string]): Error => Object.assign(new Error(text), { responseCode });
  const settle = async (got: SunkMessage, done: (error: Error | null, text?: string) => void): Promise<void> => {
    const no = await message?.(got);
    if (no === undefined) messages.push(got);
    if (no === undefined) done(null, '2.6.0 Queued mail for delivery');
    else done(refuse(no));
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: certificate === undefined ? ['AUTH', 'STARTTLS'] : ['AUTH'],
    logger: false,
    disableReverseLookup: true,
    ...certificate,
    onConnect(session, done) {
      connections += 1;
      Object.assign(session, { turn: connections });
      done();
    },
    onRcptTo({ address }, _session, done) {
      const no = recipient?.(address);
      if (no === undefined) done();
      else done(refuse(no));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const got: SunkMessage = {
          sender: mailFrom === false ? '' : mailFrom.address,
          recipients: rcptTo.map(({ address }) => address),
          senderParameters: mailFrom === false ? {} : { ...mailFrom.args },
          recipientParameters: rcptTo.map(({ args }) => ({ ...args })),
          text: Buffer.concat(chunks).toString('latin1'),
          secure: session.secure,
          from: session.remoteAddress,
          connection: Number(Reflect.get(session, 'turn')),
        };
        void settle(got, done);
      });
    },
    ...engine,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    messages,
    get connections() {
      return connections;
    },
    close: (): Promise<void> => new Promise((resolve) => server.close(resolve)),
  };
}

/** A server that says what it is told to, line by line: `replies[n]` answers the nth command; the first greets. */
export async function openScript(replies: readonly string[]) {
  const heard: string[] = [];
  const server: Server = createServer((socket) => {
    let turn = 0;
    const say = (): void => {
      const reply = replies[turn];
      turn += 1;
      if (reply === undefined) socket.destroy();
      else socket.write(`${reply}\r\n`);
    };
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const line of chunk.toString('latin1').split('\r\n').filter(Boolean)) {
        heard.push(line);
        say();
      }
    });
    say();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, heard, close: () => server.close() };
}
