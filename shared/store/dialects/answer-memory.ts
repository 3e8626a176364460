import type { CompiledQuery } from 'kysely';
import type { Done } from './direct.ts';

/** What queries came to since the last write, by their text and values. Whoever writes clears it. */
export class AnswerMemory {
  readonly #capacity: number;
  readonly #answers = new Map<string, Map<string, Done>>();
  #size = 0;

  /** `capacity`: as many answers are kept; with one more all are forgotten. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** What the query came to; `run` says, where it is not known. Its rows are everybody's, and frozen. */
  get({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>, run: () => Done): Done {
    const values = parameters.join('\u0000');
    const known = this.#answers.get(sql)?.get(values);
    if (known !== undefined) return known;
    const done = run();
    for (const row of Object.freeze(done.rows)) Object.freeze(row);
    if (this.#size === this.#capacity) this.clear();
    const ofText = this.#answers.get(sql);
    if (ofText === undefined) this.#answers.set(sql, new Map([[values, done]]));
    else ofText.set(values, done);
    this.#size += 1;
    return done;
  }

  clear(): void {
    if (this.#size === 0) return;
    this.#answers.clear();
    this.#size = 0;
  }
}
