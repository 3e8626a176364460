/** Makes something when it is first asked for. */
export interface OnceMade<T> {
  (): Promise<T>;
  /** What is there or is being made; undefined: nobody has asked for it, or it failed. */
  begun(): Promise<T> | undefined;
}

/**
 * Whoever asks while something is made waits for the same. What failed is made anew for whoever asks next: what kept it from being made may be
 * over by then, a database that restarts.
 */
export function onceMade<T>(make: () => Promise<T>): OnceMade<T> {
  let made: Promise<T> | undefined;
  const ask = (): Promise<T> => {
    if (made === undefined) {
      const mine = make();
      made = mine;
      mine.catch(() => {
        if (made === mine) made = undefined;
      });
    }
    return made;
  };
  return Object.assign(ask, { begun: () => made });
}
