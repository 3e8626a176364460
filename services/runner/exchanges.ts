import { setTimeout as pause } from 'node:timers/promises';
import type { Control, SeenExchange } from './control.ts';

/** Exchanges close a moment after their answer has arrived. */
export const closingMs = 3_000;

/** What closed after another exchange, by the order in which it began, once nothing is open any more. */
export async function exchangesSince(control: Control, mark: number): Promise<readonly SeenExchange[]> {
  await quiet(control);
  const found = await control.exchanges({ after: String(mark) });
  return found.toSorted((one, other) => one.startedMs - other.startedMs || other.sequence - one.sequence);
}

/** The last exchange that has closed, once nothing is open any more; 0: there was none. */
export async function lastExchange(control: Control): Promise<number> {
  await quiet(control);
  return (await control.exchanges({ limit: '1' })).at(-1)?.sequence ?? 0;
}

/** Waits until nothing is on its way and nothing is open; what a fault rule holds up is waited for in vain, and not for long. */
async function quiet(control: Control): Promise<void> {
  const until = performance.now() + closingMs;
  while ((await control.settled()).open > 0 && performance.now() < until) await pause(10);
}
