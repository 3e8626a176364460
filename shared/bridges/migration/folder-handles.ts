/** Handles that are kept for the next use: far fewer than a session may have open. */
const mostIdle = 64;

/**
 * The handles of a remote mailbox's folders, each for one use at a time: a handle has its place in a list. One that is given back serves
 * the next use of its folder, which spares two calls of the three that most uses would be.
 */
export class FolderHandles {
  readonly #open: (entryId: string) => Promise<number>;
  readonly #close: (handle: number) => Promise<unknown>;
  /** By entry id, the one that was given back first in front. */
  readonly #idle = new Map<string, number>();

  constructor(open: (entryId: string) => Promise<number>, close: (handle: number) => Promise<unknown>) {
    this.#open = open;
    this.#close = close;
  }

  /** Runs with a handle of a folder. Where that fails, the handle is not used again. */
  async use<T>(entryId: string, work: (folderHandle: number) => Promise<T>): Promise<T> {
    const handle = await this.take(entryId);
    let isWell = false;
    try {
      const result = await work(handle);
      isWell = true;
      return result;
    } finally {
      await this.giveBack(entryId, handle, isWell);
    }
  }

  /** A handle for its taker alone, until {@link giveBack}. */
  async take(entryId: string): Promise<number> {
    const idle = this.#idle.get(entryId);
    if (idle === undefined) return this.#open(entryId);
    this.#idle.delete(entryId);
    return idle;
  }

  /** `isWell`: what was begun with it has come to its end. Never rejects. */
  async giveBack(entryId: string, handle: number, isWell: boolean): Promise<void> {
    if (!isWell || this.#idle.has(entryId)) return this.#discard(handle);
    this.#idle.set(entryId, handle);
    if (this.#idle.size <= mostIdle) return;
    const [first] = this.#idle;
    if (first === undefined) return;
    this.#idle.delete(first[0]);
    await this.#discard(first[1]);
  }

  /** Where the session has failed the handle is gone with it, and the failure is what counts. */
  async #discard(handle: number): Promise<void> {
    await this.#close(handle).catch(() => {});
  }
}
