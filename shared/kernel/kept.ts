/** Gives what is kept of a text, or makes it. */
export interface Kept<Value> {
  (text: string, make: () => Value): Value;
  /** What turned out not to be a value of the text alone is made again. */
  forget(text: string): void;
}

/**
 * Keeps what is made from a text: a value of that text alone, so that keeping it is no state. No more than `most`, the oldest
 * goes first.
 */
export function keptByText<Value>(most: number): Kept<Value> {
  const values = new Map<string, Value>();
  const give = (text: string, make: () => Value): Value => {
    const known = values.get(text);
    if (known !== undefined) return known;
    const made = make();
    const [oldest] = values.keys();
    if (values.size >= most && oldest !== undefined) values.delete(oldest);
    values.set(text, made);
    return made;
  };
  return Object.assign(give, { forget: (text: string) => void values.delete(text) });
}
