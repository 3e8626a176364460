import { setTimeout as pause } from 'node:timers/promises';
import type { Control, SeenExchange } from './control.ts';

/** Exchanges close a moment after their answer has arrived. */
export const closingMs = 3_000;

/** What closed after another exchange, by the order in which it began, once nothing is open any more. */
export async function exchangesSince(control: Control, mark: number): Promise<readonly SeenExchange[]> {
  await lastExchange(control);
  const found = await control.exchanges({ after: String(mark) });
  return found.toSorted((one, other) => one.startedMs - other.startedMs || other.sequence - one.sequence);
}

/**
 * The number of the last exchange that has closed, once nothing is on its way and nothing is open; 0: there was none. What a fault rule
 * holds up is waited for in vain, and not for long.
 */
export async function lastExchange(control: Control): Promise<number> {
  const until = performance.now() + closingMs;
  for (;;) {
    const { open, last } = await control.settled();
    if (open === 0 || performance.now() >= until) return last;
    await pause(10);
  }
}
