import type { Socket } from 'node:net';
import type { SMTPServer, SMTPServerAddress, SMTPServerDataStream, SMTPServerOptions } from 'smtp-server';
import { createPatience } from '../kernel/patience.ts';
import type { TimeLimit } from '../kernel/time-limit.ts';
import { DatabaseAway } from '../store/database-away.ts';
import { isKnown, pathOf, tlsOf } from './smtp-given.ts';
import { type HeldOctets, takeIn } from './smtp-intake.ts';
import { mechanisms } from './smtp-mechanisms.ts';
import { OpeningConnection } from './smtp-opening-connection.ts';
import { anonymousTls, type ConnectionState, featureLines, type SmtpProfile, takesSignIn } from './smtp-profile.ts';
import type { SmtpCredentials, SmtpDialogue, SmtpOpening, SmtpReply, SmtpSession, SmtpTls } from './smtp-session.ts';

type Done = (error?: Error | null, text?: string) => void;
type Answer = Promise<SmtpReply>;

// The engine's handlers know a connection by its session, which is one object for as long as the connection lasts.
const connections = new WeakMap<object, Connection>();

/** The engine's handlers: they ask the dialogue of the connection. */
export const tellDialogue: Pick<SMTPServerOptions, 'onMailFrom' | 'onRcptTo' | 'onData' | 'onSecure'> = {
  onSecure(_socket, session, done) {
    connections.get(session)?.begunTls();
    done();
  },
  onMailFrom: (path, session, done) => connections.get(session)?.mail(path, done),
  onRcptTo: (path, session, done) => connections.get(session)?.rcpt(path, done),
  onData: (stream, session, done) => connections.get(session)?.receive(stream, done),
};

/** Where nothing is ever held. */
const usualPatience = createPatience();
const temporary: SmtpReply = { code: 451, text: '4.7.0 Temporary server error. Please try again later.' };
const away: SmtpReply = { code: 421, text: '4.3.2 Service not available' };
const tooManyErrors = '4.7.0 Too many errors on this connection, closing transmission channel';

/** A client's connection: the engine's, with Exchange's features, and a dialogue that decides. */
export class Connection extends OpeningConnection {
  readonly #profile: SmtpProfile;
  readonly #room: HeldOctets & { readonly most: number };
  readonly #deadline: TimeLimit;
  readonly #dialogue: SmtpDialogue;
  readonly #facts: SmtpSession;
  readonly #gone = new AbortController();
  #errors = 0;
  #refusedRecipients = 0;
  #failedSignIns = 0;
  #tls: SmtpTls | undefined;

  constructor(server: SMTPServer, socket: Socket, profile: SmtpProfile, room: HeldOctets & { readonly most: number }) {
    super(server, socket);
    this.#profile = profile;
    this.#room = room;
    this.#deadline = (profile.patience ?? usualPatience).limits(profile.limits.connectionTimeoutMs);
    this.#deadline.signal.addEventListener('abort', () => this.send(421, '4.4.1 Connection timed out', false), { once: true });
    this.#facts = this.#session();
    connections.set(this.session, this);
    this.#dialogue = profile.open(this.#facts);
    this.#dialogue.said?.('+', '');
  }

  override get tlsSettings(): SmtpProfile['tls'] {
    return this.#profile.tls;
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
    const tls = (): SmtpTls | undefined => this.#secured();
    const host = (): string => this.name;
    const protocol = (): string => this._transmissionType();
    return {
      peer,
      gone: this.#gone.signal,
      local: `${this.localAddress}:${this.localPort}`,
      get serverName() {
        return typeof session.servername === 'string' ? session.servername.toLowerCase() : '';
      },
      get tls() {
        return tls();
      },
      get clientName() {
        return named()
          .replace(/[^\w.:[\]-]/g, '?')
          .slice(0, 255);
      },
      get protocol() {
        return protocol();
      },
      get serverHost() {
        return host();
      },
    };
  }

  #secured(): SmtpTls | undefined {
    const { _socket: socket } = this;
    if (!this.secure || !('getProtocol' in socket)) return undefined;
    this.#tls ??= tlsOf(socket);
    return this.#tls;
  }

  #state(): ConnectionState {
    return { isSecure: this.secure, isSignedIn: Boolean(this.session.user) };
  }

  override greet(): void {
    this.send(220, this.#profile.greeting(), false);
  }

  override opening(command: SmtpOpening): Promise<SmtpReply | undefined> | undefined {
    return this.#dialogue.opening?.(command)?.catch(() => temporary);
  }

  override _onClose(): void {
    this.#deadline.end();
    const isFirst = !this._closed;
    super._onClose();
    if (!isFirst) return;
    this.#gone.abort();
    this.#dialogue.said?.('-', '');
    this.#dialogue.ended?.();
  }

  /** Where something was held meanwhile, whoever is connected may have waited for that: he idles anew. */
  override _onTimeout(): void {
    const { patience, limits } = this.#profile;
    if (patience?.heldWithin(limits.idleTimeoutMs) !== true) super._onTimeout();
    else this._socket.setTimeout(limits.idleTimeoutMs, () => this._onTimeout());
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    const line = command.toString('latin1');
    const [name = ''] = line.split(' ', 1);
    // What answers a challenge is a secret.
    if (this._nextHandler) this.#dialogue.said?.('<', '<authentication response>');
    else this.#dialogue.said?.('<', /^auth$/i.test(name) ? line.split(' ', 2).join(' ') : line.slice(0, mostOfLine));
    super._onCommand(command, callback);
  }

  /** Puts the server's words for the engine's, and counts refusals. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const { words, features } = this.#profile;
    if (Array.isArray(data)) {
      const lines = [data[0] ?? '', ...featureLines(this.#profile, this.#facts, this.#state())];
      for (const line of lines) this.#dialogue.said?.('>', `${code} ${line}`);
      super.send(code, lines, false);
      return;
    }
    const said = words[typeof context === 'string' ? context : ''] ?? words[data ?? ''] ?? data ?? '';
    const hasCode = /^[245]\.\d{1,3}\.\d{1,3} /.test(said);
    const shown = hasCode && !features.enhancedStatusCodes ? said.slice(said.indexOf(' ') + 1) : said;
    // Exchange tells it with a code that the engine does not end a connection by.
    const shownCode = data === idle ? 451 : code;
    this.#dialogue.said?.('>', `${shownCode} ${shown}`);
    super.send(shownCode, shown, hasCode || !features.enhancedStatusCodes ? false : context);
    if (data === idle) this.close();
    if (code >= 500 && !this._closing) this.#count(code);
  }

  #count(code: number): void {
    const { limits } = this.#profile;
    // Its own bound would be lower than some of the profiles'.
    this._unrecognizedCommands = 0;
    if (this.session.envelope?.mailFrom && code === 550) this.#refusedRecipients += 1;
    else if (code === 535 && limits.maxFailedSignIns !== undefined) this.#failedSignIns += 1;
    else this.#errors += 1;
    const { maxErrors, maxRefusedRecipients, maxFailedSignIns = maxErrors } = limits;
    if (this.#errors > maxErrors || this.#refusedRecipients > maxRefusedRecipients || this.#failedSignIns > maxFailedSignIns)
      this.send(421, tooManyErrors, false);
  }

  /** STARTTLS under the name that Exchange's servers have for it among themselves. */
  [`handler_${anonymousTls}`](_command: Buffer, done: () => void): void {
    if (this.secure) {
      this.send(503, '5.5.1 TLS already active');
      done();
      return;
    }
    this.send(220, 'Ready to start TLS');
    this.upgrade(done);
  }

  override handler_AUTH(command: Buffer, done: () => void): void {
    const [, mechanism = '', initial, ...rest] = command.toString().trim().split(/\s+/);
    const name = mechanism.toUpperCase();
    const start = this.#profile.signIn.mechanisms.includes(name) ? mechanisms[name] : undefined;
    // RFC 4954 section 4
    if (!takesSignIn(this.#profile, this.#state())) this.send(538, '5.7.11 Encryption required for requested authentication mechanism');
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
    const reply = await this.#settled(this.#dialogue.authenticate(credentials));
    const { code, text } = reply;
    if (this.endedBy(reply)) return;
    if (code < 400) {
      this.session.user = credentials.mechanism;
      this.session.transmissionType = this._transmissionType();
    }
    this.send(code, text);
    done();
  }

  begunTls(): void {
    this.#dialogue.secured?.();
  }

  /** MAIL. */
  mail(given: SMTPServerAddress, done: Done): void {
    const { features, mailParameters } = this.#profile;
    const path = pathOf(given);
    const known = [
      ...['AUTH', 'SIZE', ...(features.eightBitMime ? ['BODY'] : []), ...(features.dsn ? ['RET', 'ENVID'] : [])],
      ...(mailParameters?.(this.#facts) ?? []),
    ];
    this.answer((dialogue) => (isKnown(path, known) ? dialogue.sender(path) : Promise.resolve(badArguments)), done);
  }

  /** RCPT. */
  rcpt(given: SMTPServerAddress, done: Done): void {
    const path = pathOf(given);
    const known = this.#profile.features.dsn ? ['NOTIFY', 'ORCPT'] : [];
    this.answer((dialogue) => (isKnown(path, known) ? dialogue.recipient(path) : Promise.resolve(badArguments)), done);
  }

  /** Answers with what the dialogue says. */
  answer(ask: (dialogue: SmtpDialogue) => Answer, done: Done): void {
    void this.#reply(ask(this.#dialogue), done);
  }

  async #reply(answer: Answer, done: Done): Promise<void> {
    const reply = await this.#settled(answer);
    if (this.endedBy(reply)) return;
    if (reply.code < 400) done(null, reply.text);
    else done(refusal(reply));
  }

  /**
   * What is thrown has been recorded where it was thrown; the client is told that it may try again. While the database is away it is not the
   * message that has to wait: the connection ends.
   */
  async #settled(answer: Answer): Answer {
    const reply = await answer.catch((error: unknown) => (error instanceof DatabaseAway ? away : temporary));
    if (reply.code >= 500 && !this.session.user) await this.#profile.tarpit?.();
    return reply;
  }

  override get mostOctets(): number {
    return this.#profile.limits.maxMessageBytes || Number.POSITIVE_INFINITY;
  }

  /** Has a message judged once it is whole. What is too big is refused by the engine. */
  override receive(stream: SMTPServerDataStream, done: Done): void {
    takeIn(
      stream,
      this.#room,
      () => stream.sizeExceeded && this.#profile.limits.maxMessageBytes > 0,
      (octets, release) => {
        if (octets === undefined) {
          done(refusal({ code: 452, text: '4.3.1 Insufficient system resources' }));
          return;
        }
        const { mailFrom, rcptTo } = this.session.envelope;
        const sender = mailFrom === false ? { address: '', parameters: {} } : pathOf(mailFrom);
        this.answer((dialogue) => dialogue.message({ sender, recipients: rcptTo.map(pathOf) }, octets).finally(release), done);
      },
    );
  }
}

const idle = 'Timeout - closing connection';
const mostOfLine = 1_024;
const badArguments: SmtpReply = { code: 501, text: '5.5.4 Invalid arguments' };

function refusal({ code, text }: SmtpReply): Error {
  return Object.assign(new Error(text), { responseCode: code });
}
