import type { Journal } from '../shared/journal/journal.ts';

/** The number of the last exchange that has closed, as far as this process knows; 0: there was none. */
export async function lastExchange(journal: Pick<Journal, 'find'>): Promise<number> {
  return (await journal.find({ limit: 1 })).at(-1)?.sequence ?? 0;
}
