/**
 * Keeps what is made from a text: a value of that text alone, so that keeping it is no state. No more than `most`, the oldest
 * goes first.
 */
export function keptByText<Value>(most: number): (text: string, make: () => Value) => Value {
  const values = new Map<string, Value>();
  return (text, make) => {
    const known = values.get(text);
    if (known !== undefined) return known;
    const made = make();
    const [oldest] = values.keys();
    if (values.size >= most && oldest !== undefined) values.delete(oldest);
    values.set(text, made);
    return made;
  };
}
