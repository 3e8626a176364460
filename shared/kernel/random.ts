import { createHash } from 'node:crypto';

/** A source of chance. One seed per run, printed, so that a run can be repeated; never used for secrets. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, limit). */
  integer(limit: number): number;
  /** `length` octets. */
  bytes(length: number): Uint8Array;
  /** One of the members; the list must not be empty. */
  pick<T>(members: readonly T[]): T;
  /** An independent stream that depends only on this stream's seed and the label, not on what was drawn before. */
  fork(label: string): Random;
}

/** A seeded stream (sfc32 over the SHA-256 of the seed). The same seed gives the same numbers on every machine. */
export function seededRandom(seed: string | number): Random {
  const digest = createHash('sha256').update(String(seed)).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12) | 1;
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) draw();
  const random: Random = {
    next: () => draw() / 0x1_0000_0000,
    integer: (limit) => Math.floor(random.next() * limit),
    bytes(length) {
      const octets = new Uint8Array(length);
      for (let index = 0; index < length; index += 1) octets[index] = draw() & 0xff;
      return octets;
    },
    pick(members) {
      const member = members[random.integer(members.length)];
      if (member === undefined) throw new Error('defect: pick from an empty list');
      return member;
    },
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
  return random;
}
