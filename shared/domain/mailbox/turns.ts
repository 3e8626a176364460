let last: Promise<void> = Promise.resolve();

/**
 * Lets others run. Whoever does much work calls it every few milliseconds: of all that wait, one goes on in each turn of
 * the event loop, so that a request waits for one piece of work and not for a piece of every search under way.
 */
export function nextTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}

/** How long one turn may keep the event loop, about. */
export const turnMs = 2;

/** For whoever does much work in small pieces and waits for it after each of them: it lets others run when a turn is over. */
export function pacer(): () => Promise<void> | undefined {
  let startedMs = performance.now();
  return () => {
    if (performance.now() - startedMs < turnMs) return undefined;
    return nextTurn().then(() => {
      startedMs = performance.now();
    });
  };
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
