import { randomBytes } from 'node:crypto';
import type { Instant } from '../../shared/kernel/clock.ts';

interface Held<T> {
  readonly value: T;
  readonly expires: Instant;
}

/**
 * Things that a browser refers to by an unguessable handle. They live in this process alone and are bounded: past
 * `most` the oldest gives way.
 */
export class Handles<T> {
  readonly #held = new Map<string, Held<T>>();
  readonly #most: number;
  readonly #lifeMs: number;

  constructor(bounds: { readonly most: number; readonly lifeMs: number }) {
    this.#most = bounds.most;
    this.#lifeMs = bounds.lifeMs;
  }

  /** Keeps a thing and answers its handle: 43 characters of base64url. */
  put(value: T, at: Instant): string {
    if (this.#held.size >= this.#most) {
      const [oldest] = this.#held.keys();
      if (oldest !== undefined) this.#held.delete(oldest);
    }
    const handle = randomBytes(32).toString('base64url');
    this.#held.set(handle, { value, expires: at + this.#lifeMs });
    return handle;
  }

  /** What a handle stands for; undefined when it never was, is too old or was taken. */
  get(handle: string, at: Instant): T | undefined {
    const held = this.#held.get(handle);
    return held === undefined || at > held.expires ? undefined : held.value;
  }

  /** The same, once: the handle is used up. */
  take(handle: string, at: Instant): T | undefined {
    const value = this.get(handle, at);
    this.#held.delete(handle);
    return value;
  }
}
