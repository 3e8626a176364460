import type { ServerResponse } from 'node:http';
import type { Effect } from '../kernel/seams.ts';

/** How a fault rule lets an answer's body arrive. */
export type Pace = Effect & { readonly kind: 'truncate' | 'drip' };

/** The body of an answer, on its way past a fault rule. */
export class PacedBody {
  readonly #raw: ServerResponse;
  readonly #pace: Pace;
  #sent = 0;
  #last: Promise<boolean> = Promise.resolve(true);

  /** @param raw its head has been written */
  constructor(raw: ServerResponse, pace: Pace) {
    this.#raw = raw;
    this.#pace = pace;
  }

  /** In the order of the calls. Answers whether the client has been given all of it and the connection stands. */
  write(octets: Uint8Array): Promise<boolean> {
    this.#last = this.#last.then(() => this.#write(octets));
    return this.#last;
  }

  async #write(octets: Uint8Array): Promise<boolean> {
    const pace = this.#pace;
    if (pace.kind === 'drip') return this.#drip(octets, pace);
    const rest = pace.bytes - this.#sent;
    if (octets.length <= rest) return this.#push(octets);
    await this.#push(octets.subarray(0, rest));
    this.#raw.destroy();
    return false;
  }

  async #drip(octets: Uint8Array, { bytes, everyMs }: Pace & { readonly kind: 'drip' }): Promise<boolean> {
    for (let at = 0; at < octets.length; at += bytes) {
      if (this.#sent > 0) await pause(this.#raw, everyMs);
      if (!(await this.#push(octets.subarray(at, at + bytes)))) return false;
    }
    return true;
  }

  #push(octets: Uint8Array): Promise<boolean> {
    if (this.#raw.destroyed) return Promise.resolve(false);
    this.#sent += octets.length;
    return new Promise((resolve) => {
      const gone = (): void => resolve(false);
      this.#raw.once('close', gone);
      this.#raw.write(octets, (error) => {
        this.#raw.off('close', gone);
        resolve(error === null || error === undefined);
      });
    });
  }
}

/** Ends early when the client has gone: nobody waits for it then. */
function pause(raw: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      raw.off('close', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    raw.once('close', over);
  });
}
