import { hash } from 'node:crypto';
import type { AssertionMemory } from '../../shared/bridges/authority/clients.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Store } from '../../shared/store/database.ts';
import { Handles } from './handles.ts';

const mostShown = 20_000;
/** An assertion lives for a day at most, and clocks may differ. */
const longestLifeMs = 25 * 3_600_000;

/** Assertions that were shown, by their SHA-256, as long as they live; whichever process of the lab they were shown to. */
export function shownAssertions(store: Store): AssertionMemory {
  const shown = new Handles<{ readonly until: Instant }>(store, 'shown assertion', { most: mostShown, lifeMs: longestLifeMs });
  return {
    remember: (name, until, at) =>
      shown.change(hash('sha256', name, 'base64url'), at, (known) =>
        known !== undefined && known.until >= at ? { answer: false } : { value: { until }, answer: true },
      ),
  };
}
