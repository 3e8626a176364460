import { assert } from './assert.ts';
import { type Check, judge, type Verdict } from './verdict.ts';

/** What a check saw, for people; secrets are not in it. */
export type Looked = Pick<Check, 'expected' | 'actual'>;

/**
 * The checks of one judgement in an order that is known beforehand: what is noted out of order is a defect, and what was not
 * reached is skipped in the verdict. How a judgement ends, in which refusal, is the matter of whoever keeps the list.
 */
export class Checklist<Name extends string> {
  readonly #references: Readonly<Record<Name, string>>;
  readonly #checks: Check[] = [];
  #order: readonly Name[];

  /** @param references the source of each check's rule */
  constructor(references: Readonly<Record<Name, string>>, order: readonly Name[]) {
    this.#references = references;
    this.#order = order;
  }

  note(check: Name, outcome: Check['outcome'], { expected, actual }: Looked = {}): void {
    assert(this.#order[this.#checks.length] === check, `${check} is out of order`);
    const reference = this.#references[check];
    // Spelled out: this runs a score of times for every request.
    if (expected === undefined) {
      this.#checks.push(actual === undefined ? { check, outcome, reference } : { check, outcome, actual: shorten(actual), reference });
    } else if (actual === undefined) this.#checks.push({ check, outcome, expected: shorten(expected), reference });
    else this.#checks.push({ check, outcome, expected: shorten(expected), actual: shorten(actual), reference });
  }

  /** Skips what stands before a check: it has no place in this judgement. */
  passOver(check: Name): void {
    const position = this.#order.indexOf(check, this.#checks.length);
    assert(position >= 0, `${check} is out of order`);
    while (this.#checks.length < position) this.note(this.#order[this.#checks.length] as Name, 'skipped');
  }

  /** More checks follow those of the order so far, all of which must have been made. */
  follow(order: readonly Name[]): void {
    assert(this.#checks.length === this.#order.length, 'the order goes on too early or too late');
    this.#order = [...this.#order, ...order];
  }

  /** Forgets what was noted after the first so many: what runs again judges anew. */
  backTo(length: number): void {
    this.#checks.length = length;
  }

  get length(): number {
    return this.#checks.length;
  }

  verdict(): Verdict {
    const rest = this.#order.slice(this.#checks.length).map((check): Check => ({ check, outcome: 'skipped' }));
    return judge([...this.#checks, ...rest]);
  }
}

/** What others send may be long; verdict, journal and answer show enough to know it again. */
export function shorten(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown - 3)}...` : text;
}

const mostShown = 256;
