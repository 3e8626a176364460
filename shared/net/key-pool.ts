import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { moduleBeside } from '../kernel/module-beside.ts';
import { ensureFolder, replaceFile } from './certificate-files.ts';

/** RSA-2048 private keys made ahead: one takes 50 to 300 ms of a processor, which nobody should wait for. */
export interface KeyPool {
  /** A key that nobody else gets, PKCS #8 PEM: one that is there or under way, or else one that is made now. */
  take(): Promise<string>;
  /** Begins to make keys until `count` wait to be taken, those that are kept included. Returns at once. */
  prepare(count: number): void;
  /**
   * Sees to it from now on that keys are kept for the next start. They are made on a thread of their own, after a pause,
   * and only while the process lives for other things.
   */
  keepReserve(): void;
  /** Makes no more keys; whoever still waits for one is told so. Resolves when nothing is written any more: the folder may go. */
  close(): Promise<void>;
}

export interface KeyPoolOptions {
  /** Where keys are kept from run to run, for their owner alone. Processes may share it. */
  readonly folder: string;
  readonly generate?: KeyGenerator;
  /** Before the reserve is looked after: the first requests have the machine to themselves. */
  readonly pauseMs?: number;
}

/** Makes keys one after the other; in the background when the process need not live for them. */
export type KeyGenerator = (count: number, background: boolean) => GeneratedKeys;
interface GeneratedKeys {
  readonly keys: readonly Promise<string>[];
  /** Keys that are not made yet will not be: their promises reject. */
  stop(): void;
}

/** Keys kept for the next start: what seeding the shipped world takes. */
export const reserveSize = 5;
const fileName = /^rsa-[0-9a-f]{16}\.pem$/;
const pem = /^-----BEGIN PRIVATE KEY-----\n[\w+/=\n]+-----END PRIVATE KEY-----\n$/;

/** Opens a pool; nothing is read, made or written before it is asked. */
export function createKeyPool({ folder, generate = onThread, pauseMs = 3_000 }: KeyPoolOptions): KeyPool {
  const ahead: Promise<string>[] = [];
  const stops: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let keepsReserve = false;
  let filling: Promise<void> = Promise.resolve();
  const make = (count: number, background = false): readonly Promise<string>[] => {
    const { keys, stop } = generate(count, background);
    stops.push(stop);
    return keys;
  };
  const fill = async (): Promise<void> => {
    await ensureFolder(folder);
    for (let key = ahead.shift(); key !== undefined; key = ahead.shift()) await keep(folder, await key);
    const missing = keepsReserve ? reserveSize - keptNames(folder).length : 0;
    if (missing > 0) for (const key of make(missing, true)) await keep(folder, await key);
  };
  const schedule = (): void => {
    if (!keepsReserve) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Keys that cannot be made or kept cost the next start some time and nothing else.
      filling = filling.then(fill).catch(() => undefined);
    }, pauseMs).unref();
  };
  return {
    async take() {
      const key = (await takeKept(folder)) ?? ahead.shift() ?? make(1)[0];
      schedule();
      if (key === undefined) throw new Error('defect: no key was made');
      return key;
    },
    prepare(count) {
      const missing = count - keptNames(folder).length - ahead.length;
      if (missing > 0) ahead.push(...make(missing));
    },
    keepReserve() {
      keepsReserve = true;
      schedule();
    },
    async close() {
      keepsReserve = false;
      clearTimeout(timer);
      for (const stop of stops) stop();
      await filling;
    },
  };
}

/** Makes keys on a thread, which ends after the last one. */
function onThread(count: number, background: boolean): GeneratedKeys {
  const made = Array.from({ length: count }, () => Promise.withResolvers<string>());
  const keys = made.map(({ promise }) => promise);
  // Whoever takes a key hears of its failure; until then nobody needs to.
  for (const key of keys) key.catch(() => undefined);
  const worker = new Worker(moduleBeside(import.meta.url, './key-worker'), { workerData: count });
  if (background) worker.unref();
  let next = 0;
  const fail = (error: unknown): void => {
    for (const { reject } of made) reject(error);
  };
  worker.on('message', (key: string) => {
    made[next]?.resolve(key);
    next += 1;
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread that makes keys has ended')));
  return { keys, stop: () => void worker.terminate() };
}

function keptNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => fileName.test(name));
  } catch (error) {
    if (isFileError(error)) return [];
    throw error;
  }
}

async function keep(folder: string, key: string): Promise<void> {
  await replaceFile(join(folder, `rsa-${randomBytes(8).toString('hex')}.pem`), key);
}

/** Whoever removes the file has the key: of two processes that read it, one fails to remove it. */
async function takeKept(folder: string): Promise<string | undefined> {
  for (const name of keptNames(folder)) {
    const file = join(folder, name);
    try {
      const key = await readFile(file, 'utf8');
      await unlink(file);
      if (pem.test(key)) return key;
    } catch (error) {
      if (!isFileError(error)) throw error;
    }
  }
  return undefined;
}

/** What cannot be read is not there for us: a key can always be made. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
