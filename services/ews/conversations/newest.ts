/** How old something is: by its delivery, then by its counter. */
export interface Age {
  readonly delivered: number;
  readonly counter: number;
}

/**
 * The newest of many values, each once, by the newest age that it was noted with. Of those beyond `most` about as many are
 * held again, never more: what is counted may have a hundred thousand items.
 */
export class Newest<Value> {
  readonly #most: number;
  #ages = new Map<Value, Age>();

  constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#ages.size === 0;
  }

  note(value: Value, age: Age): void {
    const known = this.#ages.get(value);
    if (known !== undefined && compareAges(known, age) >= 0) return;
    // What was noted with one age stays in the order in which it was noted.
    this.#ages.delete(value);
    this.#ages.set(value, age);
    if (this.#ages.size >= 2 * this.#most) this.#ages = new Map(this.#sorted());
  }

  newestFirst(): readonly Value[] {
    return this.#sorted().map(([value]) => value);
  }

  #sorted(): readonly (readonly [Value, Age])[] {
    return [...this.#ages].sort(([, one], [, other]) => compareAges(other, one)).slice(0, this.#most);
  }
}

function compareAges(one: Age, other: Age): number {
  return one.delivered - other.delivered || one.counter - other.counter;
}
