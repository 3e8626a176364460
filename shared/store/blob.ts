import { hash } from 'node:crypto';
import { assert } from '../kernel/assert.ts';
import { freeOctets } from '../kernel/free-octets.ts';
import type { Executor } from './database.ts';
import { prepared } from './prepared.ts';

/** Octets in one row at most. */
const chunkSize = 256 * 1024;

const chunkExists = prepared((db, p: { hash: string }) =>
  db.selectFrom('blob').select('chunk').where('hash', '=', p.hash).where('chunk', '=', 0),
);
const chunkAt = prepared((db, p: { hash: string; chunk: number }) =>
  db.selectFrom('blob').select('bytes').where('hash', '=', p.hash).where('chunk', '=', p.chunk),
);
const insertChunk = prepared((db, p: { hash: string; chunk: number; bytes: Uint8Array }) =>
  db
    .insertInto('blob')
    .values({ hash: p.hash, chunk: p.chunk, bytes: p.bytes })
    .onConflict((conflict) => conflict.doNothing()),
);

/** Keeps octets under their SHA-256, hexadecimal, and answers it; octets that are already there are not written again. */
export async function putBlob(tx: Executor, bytes: Uint8Array): Promise<string> {
  const name = hash('sha256', bytes, 'hex');
  if (bytes.length <= chunkSize) {
    await insertChunk.run(tx, { hash: name, chunk: 0, bytes });
    return name;
  }
  if ((await chunkExists.first(tx, { hash: name })) !== undefined) return name;
  for (let chunk = 0; chunk * chunkSize < bytes.length; chunk += 1) {
    await insertChunk.run(tx, { hash: name, chunk, bytes: bytes.subarray(chunk * chunkSize, (chunk + 1) * chunkSize) });
  }
  return name;
}

/** The octets in pieces of at most 256 KiB, each read when it is asked for; none at all when the hash is unknown. */
export async function* streamBlob(executor: Executor, hash: string): AsyncGenerator<Uint8Array, void, undefined> {
  for (let chunk = 0; ; chunk += 1) {
    const row = await chunkAt.first(executor, { hash, chunk });
    if (row === undefined) return;
    yield row.bytes;
    // A piece that is not full is the last.
    if (row.bytes.length < chunkSize) return;
  }
}

/** All octets, or undefined when the hash is unknown. Octets that do not have this hash are a defect. */
export async function readBlob(executor: Executor, name: string): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamBlob(executor, name)) chunks.push(chunk);
  const [first] = chunks;
  if (first === undefined) return undefined;
  const bytes = chunks.length === 1 ? Buffer.from(first.buffer, first.byteOffset, first.length) : joined(chunks);
  assert(hash('sha256', bytes, 'hex') === name, `blob ${name} is damaged`);
  return bytes;
}

function joined(chunks: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(chunks);
  for (const chunk of chunks) freeOctets(chunk);
  return bytes;
}
