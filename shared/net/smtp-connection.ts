import type { Socket } from 'node:net';
import { type ConnectionOptions, TLSSocket } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpLine } from '../kernel/exchange.ts';
import type { Patience } from '../kernel/patience.ts';

/** Whom a message is for, with what goes behind its address: `NOTIFY=NEVER`. */
export interface SmtpRecipient {
  readonly address: string;
  readonly parameters: readonly string[];
}

/** What happens on a connection that stands. */
export interface SmtpConnectionOptions {
  readonly socket: Socket;
  /** What this side calls itself. */
  readonly name: string;
  readonly startTls: boolean;
  readonly tls: ConnectionOptions;
  /** Until the server has greeted, and for a handshake. */
  readonly setUpMs: number;
  /** Without an octet from the server. */
  readonly idleMs: number;
  /** Where something was held meanwhile, the server may have waited for that: it idles anew. */
  readonly patience: Pick<Patience, 'heldWithin'>;
  heard(event: SmtpLine['event'], text: string): void;
}

/** Octets of one reply. */
const mostReplyBytes = 64 * 1_024;

/** The error of nodemailer, as far as it is read. */
export interface SmtpConnectionError extends Error {
  readonly code?: string;
  readonly originalCode?: string;
  readonly command?: string;
  /** The whole reply that caused it. */
  readonly response?: string;
  readonly recipient?: string;
  readonly rejectedErrors?: readonly SmtpConnectionError[];
}

/** nodemailer's client on a socket of ours, with parameters that it does not know and every line told. */
export class SmtpConnection extends SMTPConnection {
  /** Extensions of the last EHLO, keyword first. */
  extensions: readonly string[] = [];
  #asked = '';
  #senderParameters: readonly string[] = [];
  #recipientParameters: ReadonlyMap<string, readonly string[]> = new Map();
  readonly #heard: SmtpConnectionOptions['heard'];

  constructor({ socket, name, startTls, tls, setUpMs, idleMs, patience, heard }: SmtpConnectionOptions) {
    super({
      connection: socket,
      host: typeof tls.servername === 'string' && tls.servername !== '' ? tls.servername : '127.0.0.1',
      name,
      // Whether a session may go on without TLS is judged by whoever opened it, with the connector in hand.
      ...(startTls ? { opportunisticTLS: true } : { ignoreTLS: true }),
      tls,
      connectionTimeout: setUpMs,
      greetingTimeout: setUpMs,
      socketTimeout: idleMs,
      maxResponseSize: mostReplyBytes,
      transactionLog: true,
      logger: { debug: (facts?: { readonly tnx?: string }, text?: string) => this.#told(facts?.tnx, text ?? '') },
    });
    this.#heard = heard;
    const late = Reflect.get(this, '_onTimeout') as () => void;
    Reflect.set(this, '_onTimeout', () => {
      if (this._socket && patience.heldWithin(idleMs)) this._socket.setTimeout(idleMs);
      else late.call(this);
    });
    // nodemailer writes MAIL and RCPT itself, without a place for XOORG or for the DSN parameters of a single recipient.
    const write = Reflect.get(this, '_sendCommand') as (line: string, shown?: string) => void;
    Reflect.set(this, '_sendCommand', (line: string, shown?: string) => write.call(this, this.#completed(line), shown));
  }

  /** Greeting, EHLO, STARTTLS where it is offered, EHLO. Rejects with a {@link SmtpConnectionError}. */
  handshake(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.on('error', reject);
      this.connect((error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  }

  /** AUTH LOGIN, as Exchange's servers do it. Rejects with a {@link SmtpConnectionError}. */
  signIn({ userName, password }: { readonly userName: string; readonly password: string }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.on('error', reject);
      this.login({ method: 'LOGIN', credentials: { user: userName, pass: password } } as never, (error) =>
        error === null || error === undefined ? resolve() : reject(error),
      );
    });
  }

  get tlsSocket(): TLSSocket | undefined {
    return this._socket instanceof TLSSocket ? this._socket : undefined;
  }

  offers(extension: string): boolean {
    return this.extensions.some((line) => line.split(' ')[0]?.toUpperCase() === extension);
  }

  /** One transaction. Answers each recipient's reply. Rejects with a {@link SmtpConnectionError}. */
  transact({ sender, recipients, parameters, eightBit }: SmtpTransaction, octets: Uint8Array): Promise<ReadonlyMap<string, string>> {
    this.#senderParameters = parameters;
    this.#recipientParameters = new Map(recipients.map((recipient) => [recipient.address, recipient.parameters]));
    const envelope = { from: sender, to: recipients.map(({ address }) => address), size: octets.length, use8BitMime: eightBit };
    return new Promise((resolve, reject) => {
      this.send(envelope, Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength), (error, info) => {
        if (error !== null || info === undefined) return reject(error ?? new Error('defect: neither an error nor a result'));
        const replies = new Map(info.accepted.map((address): [string, string] => [address, info.response]));
        for (const { recipient, response } of (info.rejectedErrors ?? []) as readonly SmtpConnectionError[])
          if (recipient !== undefined) replies.set(recipient, response ?? '');
        resolve(replies);
      });
    });
  }

  /** Takes back a transaction that was not finished. */
  startAnew(): Promise<void> {
    return new Promise((resolve, reject) => this.reset((error) => (error === null ? resolve() : reject(error))));
  }

  #completed(line: string): string {
    this.#asked = line;
    if (line.startsWith('MAIL FROM:')) return [line, ...this.#senderParameters].join(' ');
    const [, address] = /^RCPT TO:<(.*)>$/.exec(line) ?? [];
    return address === undefined ? line : [line, ...(this.#recipientParameters.get(address) ?? [])].join(' ');
  }

  #told(side: string | undefined, text: string): void {
    if (side === 'client') this.#heard('>', this.#completed(text));
    if (side !== 'server') return;
    for (const line of text.split('\n')) this.#heard('<', line.replace(/\r$/, ''));
    if (!/^[EH][EH]LO /.test(this.#asked) || !text.startsWith('250')) return;
    this.extensions = text
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^250[ -]/, '').trim());
  }
}

/** An envelope as it is written. */
export interface SmtpTransaction {
  /** '' is the null reverse path. */
  readonly sender: string;
  readonly recipients: readonly SmtpRecipient[];
  /** Behind MAIL FROM, besides SIZE and BODY: `XOORG=contoso.test`. */
  readonly parameters: readonly string[];
  readonly eightBit: boolean;
}
