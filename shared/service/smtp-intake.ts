import type { PassThrough } from 'node:stream';

/** Octets of messages that are being received on all connections of a server together. */
export interface HeldOctets {
  held: number;
}

/**
 * Holds a message until it is whole. `done` hears of it once, unless the connection breaks off: its octets and how they are
 * let go, or undefined where there was no room. What is too big (`isTooBig`) is read to its end, but not held.
 */
export function takeIn(
  stream: PassThrough,
  room: HeldOctets & { readonly most: number },
  isTooBig: () => boolean,
  done: (octets: Buffer | undefined, release: () => void) => void,
): void {
  let chunks: Buffer[] = [];
  let own = 0;
  let isCrowded = false;
  const release = (): void => {
    room.held -= own;
    own = 0;
    chunks = [];
  };
  stream.on('data', (chunk: Buffer) => {
    isCrowded ||= room.held + chunk.length > room.most;
    if (isCrowded || isTooBig()) {
      release();
      return;
    }
    chunks.push(chunk);
    own += chunk.length;
    room.held += chunk.length;
  });
  stream.once('error', release);
  stream.once('close', () => {
    if (!stream.readableEnded) release();
  });
  stream.once('end', () => done(isCrowded || isTooBig() ? undefined : Buffer.concat(chunks), release));
}
