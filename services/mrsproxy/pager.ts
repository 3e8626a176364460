/** Deals out what an iterable of lists gives, in pages of a bounded size, and knows whether there is more. */
export class Pager<T> {
  readonly #source: AsyncIterator<readonly T[]>;
  readonly #size: number;
  #waiting: readonly T[] = [];
  #isOver = false;

  constructor(source: AsyncIterable<readonly T[]>, size: number) {
    this.#source = source[Symbol.asyncIterator]();
    this.#size = size;
  }

  async next(): Promise<{ readonly items: readonly T[]; readonly more: boolean }> {
    // One more than a page, to know whether another one follows.
    while (!this.#isOver && this.#waiting.length <= this.#size) {
      const { done, value } = await this.#source.next();
      if (done === true) this.#isOver = true;
      else this.#waiting = [...this.#waiting, ...value];
    }
    const items = this.#waiting.slice(0, this.#size);
    this.#waiting = this.#waiting.slice(this.#size);
    return { items, more: this.#waiting.length > 0 };
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.#waiting = [];
    await this.#source.return?.();
  }
}
