import { calendarRefusal } from '../errors.ts';

/** Reads little-endian octets from their beginning. What is not there is refused with `recurrence-invalid`. */
export class OctetCursor {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  take(length: number): Buffer {
    if (length > this.#octets.length - this.#at)
      throw calendarRefusal('recurrence-invalid', `${length} octets at ${this.#at} of ${this.#octets.length}`);
    this.#at += length;
    return this.#octets.subarray(this.#at - length, this.#at);
  }

  u16(): number {
    return this.take(2).readUInt16LE();
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  i32(): number {
    return this.take(4).readInt32LE();
  }

  u32s(count: number): readonly number[] {
    const octets = this.take(count * 4);
    return Array.from({ length: count }, (_, index) => octets.readUInt32LE(index * 4));
  }
}

/** Little-endian octets of 2 and 4. */
export function u16(value: number): Buffer {
  const octets = Buffer.alloc(2);
  octets.writeUInt16LE(value);
  return octets;
}

export function u32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value);
  return octets;
}

export function i32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeInt32LE(value);
  return octets;
}
