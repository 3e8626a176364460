/**
 * What a piece of work gives, or `late` when it takes longer than this; then it goes on and nobody hears of it. Machine
 * time: it bounds how long a client waits, whatever the world's clock says.
 */
export async function inTime<T>(work: Promise<T>, budgetMs: number): Promise<T | 'late'> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => {
    // Nobody waits any more for what may yet go wrong.
    work.catch(() => undefined);
    late.resolve('late');
  }, budgetMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
