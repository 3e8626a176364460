import { PassThrough } from 'node:stream';
import type { SMTPServerDataStream } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { SMTPStream } from 'smtp-server/lib/smtp-stream.js';

/** What BDAT announces (RFC 3030, 2). */
interface Chunk {
  readonly octets: number;
  readonly isLast: boolean;
}

/** A message that comes in chunks. */
interface Chunked {
  readonly stream: SMTPServerDataStream;
  octets: number;
  /** Lets the commands behind the last chunk be read. */
  goOn: () => void;
}

/** The engine's connection, with BDAT beside DATA (RFC 3030). */
export abstract class ChunkedConnection extends SMTPConnection {
  #chunked: Chunked | undefined;

  /** Octets of the largest message. */
  abstract get mostOctets(): number;

  /** Has a message judged once it is whole. */
  abstract receive(stream: SMTPServerDataStream, done: (error?: Error | null, text?: string) => void): void;

  /** A message in chunks (RFC 3030, 2). What is refused is read all the same: it is no command. */
  handler_BDAT(command: Buffer, done: () => void): void {
    const { _parser: parser } = this;
    const chunk = chunkOf(command);
    if (chunk === undefined || parser === false) {
      this.send(501, '5.5.4 Invalid arguments');
      this.close();
      return;
    }
    const message = this.#chunked ?? this.#beginChunks();
    const fits = message !== undefined && message.octets + chunk.octets <= this.mostOctets;
    const settle = (goOn: () => void): void => this.#settleChunk(fits ? message : undefined, chunk, goOn);
    if (message !== undefined) message.octets += chunk.octets;
    if (chunk.octets === 0) {
      settle(done);
      return;
    }
    takeOctets(parser, chunk.octets, (part) => fits && message.stream.write(part), settle);
    done();
  }

  #beginChunks(): Chunked | undefined {
    if (this.session.envelope.rcptTo.length === 0) return undefined;
    const stream = Object.assign(new PassThrough(), { byteLength: 0, sizeExceeded: false });
    const message: Chunked = { stream, octets: 0, goOn: () => {} };
    this.receive(stream, (error, text) => {
      this.#endTransaction(() => (error ? this.send(codeOf(error), error.message) : this.send(250, text ?? '', 'DATA_OK')));
      message.goOn();
    });
    this.#chunked = message;
    return message;
  }

  #settleChunk(message: Chunked | undefined, { octets, isLast }: Chunk, goOn: () => void): void {
    if (message === undefined && this.#chunked === undefined) this.send(503, 'Error: need RCPT command');
    else if (message === undefined) this.#endTransaction(() => this.send(552, 'Error: message exceeds', 'MESSAGE_TOO_BIG'));
    else if (!isLast) this.send(250, `${octets} octets received`);
    else {
      message.goOn = goOn;
      // As long as it is there the connection is known to be busy.
      this._dataStream = message.stream;
      message.stream.end();
      return;
    }
    goOn();
  }

  #endTransaction(say: () => void): void {
    this._dataStream = false;
    say();
    this._transactionCounter += 1;
    this._unrecognizedCommands = 0;
    this._resetSession();
  }

  override _resetSession(): void {
    this.#chunked?.stream.destroy();
    this.#chunked = undefined;
    super._resetSession();
  }

  override handler_RCPT(command: Buffer, done: () => void): void {
    if (!this.#refusesBehindChunks(done)) super.handler_RCPT(command, done);
  }

  override handler_DATA(command: Buffer, done: () => void): void {
    if (!this.#refusesBehindChunks(done)) super.handler_DATA(command, done);
  }

  #refusesBehindChunks(done: () => void): boolean {
    if (this.#chunked === undefined) return false;
    this.send(503, '5.5.1 Bad sequence of commands');
    done();
    return true;
  }

  override _onClose(): void {
    this.#chunked?.stream.destroy();
    super._onClose();
  }
}

const temporary = 451;

function codeOf(error: Error): number {
  return 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : temporary;
}

/** The arguments of BDAT; undefined: nobody knows where the next command begins. */
function chunkOf(command: Buffer): Chunk | undefined {
  const [, octets, last] = /^BDAT +(\d{1,15})( +LAST)?[ \t]*$/i.exec(command.toString('latin1')) ?? [];
  return octets === undefined ? undefined : { octets: Number(octets), isLast: last !== undefined };
}

/**
 * Takes the next octets of a connection, which are no lines, from the engine's parser. `each` gets them as they come; `whole` is told
 * when all are there, and says by the function it is given that commands follow.
 */
function takeOctets(parser: SMTPStream, octets: number, each: (part: Buffer) => void, whole: (goOn: () => void) => void): void {
  let missing = octets;
  parser._dataMode = true;
  // In the place of the engine's own, which looks for the dot that ends a message.
  parser._feedDataStream = (part, next) => {
    const own = part.subarray(0, missing);
    missing -= own.length;
    each(own);
    if (missing > 0) {
      next();
      return;
    }
    parser._dataMode = false;
    parser._remainder = '';
    Reflect.deleteProperty(parser, '_feedDataStream');
    // Not at once: each of many small chunks would lie on the stack of the one before.
    whole(() => void setImmediate(() => parser._write(part.subarray(own.length), 'buffer', next)));
  };
}
