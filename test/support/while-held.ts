import { expect } from 'vitest';
import type { Patience } from '../../shared/kernel/patience.ts';

/**
 * Asks while something is held, until others have twice been told that their time is over, one after the other; then lets go.
 * What the held one is told.
 */
export async function whileHeld<Told>(patience: Patience, ask: () => Promise<Told>, others: () => Promise<unknown>): Promise<Told> {
  const goOn = patience.hold();
  let isOver = false;
  const asked = ask().finally(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 2; turn += 1) await others();
  expect(isOver).toBe(false);
  goOn();
  return asked;
}
