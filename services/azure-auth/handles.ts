import { randomBytes } from 'node:crypto';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Executor, Store } from '../../shared/store/database.ts';
import { putHandle, readHandle, removeHandle, trimHandles } from '../../shared/store/handle-table.ts';

/** What becomes of a thing that is kept, and what is answered about it. */
export interface Change<T, R> {
  /** What is kept from now on; absent: what was. */
  readonly value?: T;
  readonly answer: R;
}

/** Nothing else has ever been a handle; clients write what they like. */
const readable = /^[\x21-\x7e]{1,256}$/;

/** So often it is looked for what is over and what is too much. */
const trimEvery = 128;

/**
 * Things that a client refers to by an unguessable handle. They are kept in the store, where every process of the lab finds them, and are
 * bounded: past `most`, and a few, those give way whose life is over first.
 */
export class Handles<T extends object> {
  readonly #store: Store;
  readonly #kind: string;
  readonly #most: number;
  readonly #lifeMs: number;
  #writes = 0;

  /** @param kind names them in the store */
  constructor(store: Store, kind: string, bounds: { readonly most: number; readonly lifeMs: number }) {
    this.#store = store;
    this.#kind = kind;
    this.#most = bounds.most;
    this.#lifeMs = bounds.lifeMs;
  }

  /** Keeps a thing and answers its handle: 43 characters of base64url, or the one that is given. */
  async put(value: T, at: Instant, handle = randomBytes(32).toString('base64url')): Promise<string> {
    await this.#store.transaction((tx) => this.#write(tx, handle, value, at));
    return handle;
  }

  /** What a handle stands for; undefined when it never was, is too old or was taken. */
  async get(handle: string, at: Instant): Promise<T | undefined> {
    if (!readable.test(handle)) return undefined;
    const kept = await readHandle(this.#store.read, this.#kind, handle);
    return kept === undefined || at > kept.expires ? undefined : (kept.value as T);
  }

  /** The same, once: the handle is used up. */
  async take(handle: string, at: Instant): Promise<T | undefined> {
    if (!readable.test(handle)) return undefined;
    return this.#store.transaction(async (tx) => {
      const kept = await readHandle(tx, this.#kind, handle);
      if (kept === undefined) return undefined;
      await removeHandle(tx, this.#kind, handle);
      return at > kept.expires ? undefined : (kept.value as T);
    });
  }

  /** Changes what a handle stands for; nobody else does so meanwhile. `decide` gets undefined as {@link get} answers it, and may be asked again. */
  async change<R>(handle: string, at: Instant, decide: (value: T | undefined) => Change<T, R>): Promise<R> {
    if (!readable.test(handle)) return decide(undefined).answer;
    return this.#store.transaction(async (tx) => {
      const kept = await readHandle(tx, this.#kind, handle);
      const known = kept === undefined || at > kept.expires ? undefined : (kept.value as T);
      const { value, answer } = decide(known);
      if (value !== undefined) await this.#write(tx, handle, value, at);
      return answer;
    });
  }

  /** Forgets what a handle stands for. */
  async remove(handle: string): Promise<void> {
    if ((await readHandle(this.#store.read, this.#kind, handle)) === undefined) return;
    await this.#store.transaction((tx) => removeHandle(tx, this.#kind, handle));
  }

  async #write(tx: Executor, handle: string, value: T, at: Instant): Promise<void> {
    // The first time, too: a process may be started again and again before it has written so often.
    if (this.#writes % trimEvery === 0) await trimHandles(tx, this.#kind, this.#most - 1, at);
    this.#writes += 1;
    await putHandle(tx, { kind: this.#kind, handle, value, expires: at + this.#lifeMs });
  }
}
