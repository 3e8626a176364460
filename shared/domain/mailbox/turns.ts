let last: Promise<void> = Promise.resolve();

/**
 * Lets others run. Whoever does much work calls it every few milliseconds: of all that wait, one goes on in each turn of
 * the event loop, so that a request waits for one piece of work and not for a piece of every search under way.
 */
export function nextTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}

/** Values that are looked at in one turn, where a look takes some microseconds. */
const valuesAtOnce = 250;

/** Values in order, some at a time; others run in between. */
export async function* inTurns<T>(values: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < values.length; start += valuesAtOnce) {
    if (start > 0) await nextTurn();
    yield values.slice(start, start + valuesAtOnce);
  }
}
