import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { mechanisms } from './smtp-mechanisms.ts';
import type { SmtpCredentials, SmtpDialogue, SmtpReply, SmtpSession } from './smtp-session.ts';

/** Bounds of one SMTP listener. */
export interface SmtpLimits {
  readonly maxConnections: number;
  readonly maxMessageBytes: number;
  /** Octets of messages that are being received on all connections together. */
  readonly maxHeldBytes: number;
  readonly maxRecipients: number;
  /** Refused recipients of one connection. */
  readonly maxRefusedRecipients: number;
  /** Other refusals of one connection. */
  readonly maxErrors: number;
  /** Between two commands. */
  readonly idleTimeoutMs: number;
  /** Of a whole connection. */
  readonly connectionTimeoutMs: number;
}

/** How an SMTP server shows itself, and who leads its conversations. */
export interface SmtpHostOptions {
  /** What the server calls itself to clients that asked for no name. */
  readonly name: string;
  readonly banner: string;
  readonly limits: SmtpLimits;
  /** Shown to clients that ask for no name or for an unknown one; PEM. */
  readonly certificate: { readonly key: string; readonly cert: string };
  /** By the name that a client asks for. */
  contextFor(name: string): SecureContext | undefined;
  /** The server's own words in place of the engine's, by the engine's text or its context. */
  readonly words: Readonly<Record<string, string>>;
  /** Leads a conversation; called once for each connection. */
  open(session: SmtpSession): SmtpDialogue;
  /** A connection that failed: a handshake, above all. */
  broken(session: SmtpSession, error: Error): void;
}

/** An SMTP server without a listener: it is handed its connections. */
export interface SmtpHost {
  take(socket: Socket): void;
  /** Ends the connections that wait for a command; the others end with the answer to theirs. */
  close(): void;
}

/**
 * An SMTP server for submission: STARTTLS, then AUTH (PLAIN, LOGIN, XOAUTH2), then mail. The engine is smtp-server; its
 * texts, its SASL and its lenient base64 are replaced.
 */
export function createSmtpHost(options: SmtpHostOptions): SmtpHost {
  const server = new Engine(options);
  return {
    take: (socket) => server.connect(socket),
    close() {
      server.close();
      for (const connection of server.connections) (connection as Connection).endIdle();
    },
  };
}

class Engine extends SMTPServer {
  readonly host: SmtpHostOptions;
  heldBytes = 0;

  constructor(host: SmtpHostOptions) {
    super(engineOptions(host));
    this.host = host;
    // Errors of connections are told by the connections themselves.
    this.on('error', () => {});
  }

  override connect(socket: Socket): void {
    const connection = new Connection(this, socket);
    this.connections.add(connection);
    connection.once('error', (error: Error) => {
      // A handshake that fails tells so up to three times.
      connection.on('error', () => {});
      this.host.broken(connection.facts(), error);
    });
    connection.init();
  }
}

function engineOptions({ name, banner, limits, certificate, contextFor }: SmtpHostOptions): SMTPServerOptions {
  return {
    name,
    banner,
    ...certificate,
    minVersion: 'TLSv1.2',
    SNICallback: (asked, done) => done(null, contextFor(asked.toLowerCase())),
    authMethods: Object.keys(mechanisms),
    authRequiredMessage: 'authentication required',
    disabledCommands: ['XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL', 'LHLO', 'HELP'],
    heloResponse: '%s Hello %s',
    hideENHANCEDSTATUSCODES: false,
    // Its headers would have to be UTF-8 all the way into the mailbox.
    hideSMTPUTF8: true,
    disableReverseLookup: true,
    logger: false,
    size: limits.maxMessageBytes,
    rejectOversized: true,
    maxClients: limits.maxConnections,
    maxRecipients: limits.maxRecipients,
    maxCommandLength: longestLine,
    socketTimeout: limits.idleTimeoutMs,
    onMailFrom: ({ address }, session, done) => void reply(dialogues.get(session)?.sender(address), done),
    onRcptTo: ({ address }, session, done) => void reply(dialogues.get(session)?.recipient(address), done),
    onData: (stream, session, done) => receivers.get(session)?.(stream, done),
  };
}

/** A response with the longest token, and the words before it. */
const longestLine = 24_704;

type Done = (error?: Error | null, text?: string) => void;

// The engine's handlers know a connection by its session, which is one object for as long as the connection lasts.
const dialogues = new WeakMap<object, SmtpDialogue>();
const receivers = new WeakMap<object, (stream: SMTPServerDataStream, done: Done) => void>();

const temporary: SmtpReply = { code: 451, text: '4.7.0 Temporary server error. Please try again later.' };

/** What is thrown has been recorded where it was thrown; the client is told that it may try again. */
async function settled(answer: Promise<SmtpReply> | undefined): Promise<SmtpReply> {
  try {
    return (await answer) ?? temporary;
  } catch {
    return temporary;
  }
}

async function reply(answer: Promise<SmtpReply> | undefined, done: Done): Promise<void> {
  const { code, text } = await settled(answer);
  if (code < 400) done(null, text);
  else done(Object.assign(new Error(text), { responseCode: code }));
}

class Connection extends SMTPConnection {
  readonly #engine: Engine;
  readonly #deadline: NodeJS.Timeout;
  #errors = 0;
  #refusedRecipients = 0;

  constructor(engine: Engine, socket: Socket) {
    super(engine, socket);
    this.#engine = engine;
    const { limits } = engine.host;
    this.#deadline = setTimeout(() => this.send(421, '4.4.1 Connection timed out', false), limits.connectionTimeoutMs).unref();
    dialogues.set(this.session, engine.host.open(this.#session()));
    receivers.set(this.session, (stream, done) => this.#receive(stream, done));
  }

  /** As it is at this moment. */
  facts(): SmtpSession {
    return { ...this.#session() };
  }

  /** Ends the connection unless an answer is under way. */
  endIdle(): void {
    if (!this._handlerPending && !this._dataStream) this.send(421, 'Server shutting down');
  }

  #session(): SmtpSession {
    const { session } = this;
    const peer = `${this.remoteAddress}:${this.remotePort}`;
    const named = (): string => (typeof this.hostNameAppearsAs === 'string' ? this.hostNameAppearsAs : '');
    const socket = (): TLSSocket | undefined => ('getProtocol' in this._socket && this.secure ? this._socket : undefined);
    const host = (): string => this.name;
    return {
      peer,
      get serverName() {
        return typeof session.servername === 'string' ? session.servername.toLowerCase() : '';
      },
      get tls() {
        const secured = socket();
        return secured === undefined ? undefined : { version: secured.getProtocol() ?? '', cipher: secured.getCipher().name };
      },
      get clientName() {
        return named()
          .replace(/[^\w.:[\]-]/g, '?')
          .slice(0, 255);
      },
      get serverHost() {
        return host();
      },
    };
  }

  override _onClose(): void {
    clearTimeout(this.#deadline);
    super._onClose();
  }

  /** Puts the server's words for the engine's, and counts refusals. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const { words, limits } = this.#engine.host;
    if (Array.isArray(data)) {
      // AUTH is offered after STARTTLS alone.
      super.send(code, this.secure ? data : data.filter((line) => !line.startsWith('AUTH ')), context);
      return;
    }
    const said = words[typeof context === 'string' ? context : ''] ?? words[data ?? ''] ?? data;
    super.send(code, said, /^[245]\.\d{1,3}\.\d{1,3} /.test(said ?? '') ? false : context);
    if (code < 500 || this._closing) return;
    const isRecipient = this.session.envelope?.mailFrom && code === 550;
    if (isRecipient) this.#refusedRecipients += 1;
    else this.#errors += 1;
    if (this.#errors > limits.maxErrors || this.#refusedRecipients > limits.maxRefusedRecipients)
      super.send(421, '4.7.0 Too many errors on this connection, closing transmission channel', false);
  }

  override handler_AUTH(command: Buffer, done: () => void): void {
    const [, mechanism = '', initial, ...rest] = command.toString().trim().split(/\s+/);
    const start = mechanisms[mechanism.toUpperCase()];
    // RFC 4954 section 4
    if (!this.secure) this.send(538, '5.7.11 Encryption required for requested authentication mechanism');
    else if (this.session.user) this.send(503, '5.5.2 Already authenticated');
    else if (start === undefined) this.send(504, '5.7.4 Unrecognized authentication type');
    else if (rest.length > 0) this.send(501, '5.5.4 Invalid arguments');
    else {
      // A response of no octets is written `=`.
      start(this, initial === '=' ? '' : initial, done);
      return;
    }
    done();
  }

  /** Asks for a line; `*` takes the whole exchange back (RFC 4954 section 4). */
  ask(challenge: string, next: (line: string, done: () => void) => void, done: () => void): void {
    this._nextHandler = (line, lineDone) => {
      const text = line.toString().trim();
      if (text !== '*') return next(text, lineDone);
      this.send(501, '5.5.4 Authentication cancelled');
      lineDone();
    };
    this.send(334, challenge);
    done();
  }

  /** Has a response judged and answers. */
  prove(credentials: SmtpCredentials, done: () => void): void {
    void this.#prove(credentials, done);
  }

  async #prove(credentials: SmtpCredentials, done: () => void): Promise<void> {
    const { code, text } = await settled(dialogues.get(this.session)?.authenticate(credentials));
    if (code < 400) {
      this.session.user = credentials.mechanism;
      this.session.transmissionType = this._transmissionType();
    }
    this.send(code, text);
    done();
  }

  /** Holds a message until it is whole. What is too big is read to its end and refused by the engine. */
  #receive(stream: SMTPServerDataStream, done: Done): void {
    const engine = this.#engine;
    const { maxHeldBytes } = engine.host.limits;
    let chunks: Buffer[] = [];
    let held = 0;
    let isCrowded = false;
    const release = (): void => {
      engine.heldBytes -= held;
      held = 0;
      chunks = [];
    };
    stream.on('data', (chunk: Buffer) => {
      isCrowded ||= engine.heldBytes + chunk.length > maxHeldBytes;
      if (isCrowded || stream.sizeExceeded) {
        release();
        return;
      }
      chunks.push(chunk);
      held += chunk.length;
      engine.heldBytes += chunk.length;
    });
    stream.once('error', release);
    stream.once('close', () => {
      if (!stream.readableEnded) release();
    });
    stream.once('end', () => {
      if (isCrowded || stream.sizeExceeded) {
        void reply(Promise.resolve({ code: 452, text: '4.3.1 Insufficient system resources' }), done);
        return;
      }
      const { mailFrom, rcptTo } = this.session.envelope;
      const envelope = { sender: mailFrom === false ? '' : mailFrom.address, recipients: rcptTo.map(({ address }) => address) };
      const octets = Buffer.concat(chunks);
      void reply(dialogues.get(this.session)?.message(envelope, octets).finally(release), done);
    });
  }
}
