/** A function that fails at its first call, as whatever asks a database does that is just starting again. */
export function awayAtFirst<Arguments extends unknown[], R>(work: (...given: Arguments) => R): (...given: Arguments) => R {
  let isAway = true;
  return (...given) => {
    if (!isAway) return work(...given);
    isAway = false;
    throw Object.assign(new Error('the database system is starting up'), { code: '57P03' });
  };
}
