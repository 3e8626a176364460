let last: Promise<void> = Promise.resolve();

/**
 * Lets others run. Whoever does much work calls it every few milliseconds: of all that wait, one goes on in each turn of
 * the event loop, so that a request waits for one piece of work and not for a piece of every search under way.
 */
export function nextTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}
