/** Octets that are no stream of a message. The text says why, for the journal; it never quotes them. */
export class CorruptStream extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CorruptStream';
  }
}

/** Takes octets from the front of a buffer. */
export class OctetReader {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#octets.length;
  }

  /** The next octets. Throws CorruptStream when there are fewer. */
  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#octets.length) throw new CorruptStream(`${length} octets at ${this.#at} of ${this.#octets.length}`);
    const taken = this.#octets.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** A number of 32 bits, unsigned. */
  count(): number {
    return this.take(4).readUInt32LE();
  }

  /** The next number of 32 bits, left where it is; undefined at the end. */
  peek(): number | undefined {
    return this.#at + 4 > this.#octets.length ? undefined : this.#octets.readUInt32LE(this.#at);
  }
}
