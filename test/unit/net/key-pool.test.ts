import { createPrivateKey } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createKeyPool, type KeyGenerator, reserveSize } from '../../../shared/net/key-pool.ts';

let home: string;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'coexist-keys-'));
  folder = join(home, 'keys');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const text = (letters: string) => `-----BEGIN PRIVATE KEY-----\n${letters}\n-----END PRIVATE KEY-----\n`;

/** Makes texts that look like keys, each another one, and counts them. */
function counting(): { readonly generate: KeyGenerator; made(): number; stopped(): number } {
  let made = 0;
  let stopped = 0;
  return {
    generate: (count) => ({
      keys: Array.from({ length: count }, () => {
        made += 1;
        return Promise.resolve(text(`key${made}`));
      }),
      stop: () => {
        stopped += 1;
      },
    }),
    made: () => made,
    stopped: () => stopped,
  };
}

/** Those that are there as a whole: one that is being written has another name until then. */
const kept = async () => (await readdir(folder)).filter((name) => name.endsWith('.pem')).length;

test('a key is RSA with 2048 bits, and another one each time', async () => {
  const pool = createKeyPool({ folder });
  pool.prepare(2);
  const keys = await Promise.all([pool.take(), pool.take()]);
  expect(new Set(keys).size).toBe(2);
  for (const key of keys) {
    expect(createPrivateKey(key)).toMatchObject({ asymmetricKeyType: 'rsa', asymmetricKeyDetails: { modulusLength: 2_048 } });
  }
  await pool.close();
});

test('what is prepared is taken; more is made when it is wanted', async () => {
  const { generate, made } = counting();
  const pool = createKeyPool({ folder, generate });
  pool.prepare(3);
  pool.prepare(2);
  expect(made()).toBe(3);
  const taken = await Promise.all(Array.from({ length: 4 }, () => pool.take()));
  expect(new Set(taken).size).toBe(4);
  expect(made()).toBe(4);
});

test('the reserve is kept for the next start, for its owner alone, and saves making keys', async () => {
  const first = counting();
  const pool = createKeyPool({ folder, generate: first.generate, pauseMs: 1 });
  pool.prepare(1);
  pool.keepReserve();
  await vi.waitFor(async () => expect(await kept()).toBe(reserveSize));
  expect(first.made()).toBe(reserveSize);
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await pool.close();

  const second = counting();
  const next = createKeyPool({ folder, generate: second.generate });
  next.prepare(reserveSize);
  const taken = await Promise.all(Array.from({ length: reserveSize }, () => next.take()));
  expect(new Set(taken).size).toBe(reserveSize);
  expect(second.made()).toBe(0);
  expect(await kept()).toBe(0);
});

test('a key that was taken is replaced in the reserve', async () => {
  const pool = createKeyPool({ folder, generate: counting().generate, pauseMs: 1 });
  pool.keepReserve();
  await vi.waitFor(async () => expect(await kept()).toBe(reserveSize));
  await pool.take();
  await vi.waitFor(async () => expect(await kept()).toBe(reserveSize));
  await pool.close();
});

test('two processes never take the same key', async () => {
  const pool = createKeyPool({ folder, generate: counting().generate, pauseMs: 1 });
  pool.keepReserve();
  await vi.waitFor(async () => expect(await kept()).toBe(reserveSize));
  await pool.close();
  const [here, there] = [createKeyPool({ folder }), createKeyPool({ folder })];
  const taken = await Promise.all([here.take(), there.take(), here.take(), there.take()]);
  expect(new Set(taken).size).toBe(4);
});

test('a file that holds no key is cleared away; others are left alone', async () => {
  const { generate, made } = counting();
  const pool = createKeyPool({ folder, generate, pauseMs: 1 });
  pool.keepReserve();
  await vi.waitFor(async () => expect(await kept()).toBe(reserveSize));
  await pool.close();
  const names = await readdir(folder);
  for (const name of names) await writeFile(join(folder, name), 'junk');
  await writeFile(join(folder, 'notes.txt'), 'mine');
  expect(await createKeyPool({ folder, generate }).take()).toBe(text(`key${made()}`));
  expect(await readdir(folder)).toEqual(['notes.txt']);
});

test('a folder that takes no file costs nothing but the reserve', async () => {
  await writeFile(folder, 'a file in its place');
  const { generate } = counting();
  const pool = createKeyPool({ folder: join(folder, 'below'), generate, pauseMs: 1 });
  pool.keepReserve();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await pool.take()).toMatch(/^-----BEGIN/);
  await pool.close();
});

test('a pool that has been closed writes nothing more: what was being put away is there', async () => {
  const generating = Promise.withResolvers<void>();
  const generate: KeyGenerator = (count) => {
    const rest = Promise.withResolvers<string>();
    const keys = [Promise.resolve(text('first')), ...Array.from({ length: count - 1 }, () => rest.promise)];
    for (const key of keys) key.catch(() => undefined);
    generating.resolve();
    return { keys, stop: () => rest.reject(new Error('ended')) };
  };
  const pool = createKeyPool({ folder, generate, pauseMs: 1 });
  pool.keepReserve();
  await generating.promise;
  await pool.close();
  expect(await kept()).toBe(1);
});

test('whoever waits when the pool is closed is told so', async () => {
  const pool = createKeyPool({ folder });
  pool.prepare(3);
  const waiting = [pool.take(), pool.take(), pool.take()];
  await new Promise((resolve) => setTimeout(resolve, 1));
  await pool.close();
  const outcomes = await Promise.allSettled(waiting);
  expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
});
