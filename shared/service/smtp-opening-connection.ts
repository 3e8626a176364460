import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SMTPServer } from 'smtp-server';
import { ChunkedConnection } from './smtp-chunked-connection.ts';
import type { SmtpTlsSettings } from './smtp-profile.ts';
import type { SmtpOpening, SmtpReply } from './smtp-session.ts';
import { passAccept } from './tls-faults.ts';

/** A connection that may say something else to what a client begins with, or end instead of an answer. */
export abstract class OpeningConnection extends ChunkedConnection {
  readonly #carrier: Socket;
  #only: 'TLSv1' | 'TLSv1.1' | undefined;

  constructor(server: SMTPServer, socket: Socket) {
    super(server, socket);
    this.#carrier = socket;
  }

  abstract get tlsSettings(): SmtpTlsSettings | undefined;

  /** Says the greeting. */
  abstract greet(): void;

  /** What is said instead of the usual; undefined: that. Never rejects. */
  abstract opening(command: SmtpOpening): Promise<SmtpReply | undefined> | undefined;

  override _sendGreeting(): void {
    this.#ask(
      'CONNECT',
      () => this.greet(),
      () => {},
    );
  }

  override handler_EHLO(command: Buffer, done: () => void): void {
    this.#ask('EHLO', () => super.handler_EHLO(command, done), done);
  }

  override handler_HELO(command: Buffer, done: () => void): void {
    this.#ask('EHLO', () => super.handler_HELO(command, done), done);
  }

  override handler_STARTTLS(command: Buffer, done: () => void): void {
    this.#ask('STARTTLS', () => void this.#accept(() => super.handler_STARTTLS(command, done)), done);
  }

  async #accept(usual: () => void): Promise<void> {
    const door = this.tlsSettings?.handshakes;
    const met = door === undefined || this.secure ? undefined : await passAccept(door, this.#carrier);
    if (met === 'gone') return;
    this.#only = met;
    usual();
  }

  /** With the one version that a fault rule leaves, where it does. */
  override upgrade(...given: Parameters<ChunkedConnection['upgrade']>): void {
    const { tlsSettings: tls, _server: server } = this;
    if (tls === undefined || this.#only === undefined) {
      super.upgrade(...given);
      return;
    }
    const versions = { minVersion: this.#only, maxVersion: this.#only, ciphers: 'DEFAULT:@SECLEVEL=0' };
    const context = createSecureContext({
      ...tls.certificate,
      ...versions,
      ...(tls.clientAuthority === undefined ? {} : { ca: tls.clientAuthority }),
    });
    // The engine takes both from its server, at once.
    const { SNICallback: _, ...options } = server.options;
    this._server = Object.create(server, {
      secureContext: { value: new Map([['*', context]]) },
      options: { value: options },
    }) as SMTPServer;
    super.upgrade(...given);
    this._server = server;
  }

  #ask(command: SmtpOpening, usual: () => void, done: () => void): void {
    const asked = this.opening(command);
    if (asked === undefined) usual();
    else void this.#say(asked, usual, done);
  }

  async #say(asked: Promise<SmtpReply | undefined>, usual: () => void, done: () => void): Promise<void> {
    const reply = await asked;
    if (reply === undefined) {
      usual();
      return;
    }
    if (!this.endedBy(reply)) this.send(reply.code, reply.text);
    done();
  }

  /** Ends the connection where a reply is none. */
  endedBy({ ends }: SmtpReply): boolean {
    if (ends === undefined) return false;
    // A reset is the plain socket's: TLS above it has none.
    if (ends === 'reset') this.#carrier.resetAndDestroy();
    this._socket.destroy();
    return true;
  }
}
