import type { Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import { ChunkedConnection } from './smtp-chunked-connection.ts';
import type { SmtpOpening, SmtpReply } from './smtp-session.ts';

/** A connection that may say something else to what a client begins with, or end instead of an answer. */
export abstract class OpeningConnection extends ChunkedConnection {
  readonly #carrier: Socket;

  constructor(server: SMTPServer, socket: Socket) {
    super(server, socket);
    this.#carrier = socket;
  }

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
    this.#ask('STARTTLS', () => super.handler_STARTTLS(command, done), done);
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
