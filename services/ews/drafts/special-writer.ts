import type { Draft } from './draft.ts';

/** How a special field is written: set, added to, and taken away. What is absent is refused. */
export interface SpecialWriter {
  set(draft: Draft, value: never): void;
  append?(draft: Draft, value: never): void;
  remove?(draft: Draft): void;
  /** Sets entries of a dictionary and leaves the others. */
  setEntry?(draft: Draft, value: never): void;
}
