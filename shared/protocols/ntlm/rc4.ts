/** RC4, which OpenSSL 3 has no more: one key and one use, so no state is kept. Encrypting and decrypting are the same. */
export function rc4(key: Buffer, octets: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  let j = 0;
  for (let i = 0; i < 256; i += 1) {
    j = (j + at(state, i) + at(key, i % key.length)) & 0xff;
    swap(state, i, j);
  }
  const out = Buffer.alloc(octets.length);
  let i = 0;
  j = 0;
  for (const [position, octet] of octets.entries()) {
    i = (i + 1) & 0xff;
    j = (j + at(state, i)) & 0xff;
    swap(state, i, j);
    out[position] = octet ^ at(state, (at(state, i) + at(state, j)) & 0xff);
  }
  return out;
}

function at(octets: Uint8Array, index: number): number {
  return octets[index] ?? 0;
}

function swap(state: Uint8Array, i: number, j: number): void {
  const kept = at(state, i);
  state[i] = at(state, j);
  state[j] = kept;
}
