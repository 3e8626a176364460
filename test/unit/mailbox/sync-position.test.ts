import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LogRow, type SyncSource, synchronize } from '../../../shared/domain/mailbox/sync.ts';
import { addLook, type Look, lookedAt, positionFromNumbers, positionNumbers } from '../../../shared/domain/mailbox/sync-position.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { openStore } from '../../../shared/store/database.ts';

describe('looks', () => {
  test('are few, ascend, and never claim that an object was looked at later than it was', () => {
    const steps = fc.array(fc.record({ through: fc.integer({ min: 1, max: 5 }), at: fc.nat(3), floor: fc.constantFrom(0, 0, 0, 1) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const all: Look[] = [];
        let kept: readonly Look[] = [];
        let floor = 0;
        for (const step of list) {
          const before = all.at(-1) ?? { through: 0, at: 0 };
          const look = { through: before.through + step.through, at: before.at + step.at };
          floor = Math.max(floor, Math.min(look.at, floor + step.floor));
          all.push(look);
          kept = addLook(kept, look, floor);
          expect(positionFromNumbers(positionNumbers({ phase: 'log', after: 0, since: 0, looks: kept }))?.looks).toEqual(kept);
          for (let counter = 1; counter <= look.through; counter += 1) {
            const truth = lookedAt(all, counter) ?? 0;
            // Below the floor nothing is asked any more.
            if (truth > floor) expect(lookedAt(kept, counter)).toBeLessThanOrEqual(truth);
            else expect(lookedAt(kept, counter)).toBeLessThanOrEqual(Math.max(truth, floor));
          }
          expect(lookedAt(kept, look.through + 1)).toBeUndefined();
        }
      }),
    );
  });

  test('of a quiet mailbox are one', () => {
    const looks = addLook(addLook(addLook([], { through: 3, at: 9 }, 9), { through: 6, at: 9 }, 9), { through: 9, at: 9 }, 9);
    expect(looks).toEqual([{ through: 9, at: 9 }]);
  });
});

test('an item that is changed again while the page is read is told of in full, not by its read flag alone', async () => {
  // Between reading where the log stands (8) and reading the item, somebody sets its read flag (9).
  const item = { counter: 5, change_number: 9 };
  const rows: LogRow[] = [{ sequence: 8, object: 5, operation: 'update', folder: 1 }];
  const source: SyncSource<typeof item> = {
    existing: async () => [],
    log: async (after, through) => rows.filter(({ sequence }) => sequence > after && sequence <= through),
    current: async () => new Map([[5, item]]),
    updates: async (_, after, before) =>
      rows.filter(({ operation, sequence }) => operation === 'update' && sequence > after && sequence < before),
  };
  const store = await openStore({ location: ':memory:' });
  const mailbox = 'm' as Guid;
  const setLog = (last: number) =>
    store.transaction((tx: Executor) => tx.replaceInto('change_counter').values({ scope: mailbox, last }).execute());
  await setLog(8);
  const first = await synchronize(store.read, mailbox, source, { phase: 'log', after: 7, since: 7, looks: [{ through: 7, at: 7 }] }, 10);
  expect(first.changes).toEqual([{ kind: 'update', counter: 5, row: item }]);
  rows.push({ sequence: 9, object: 5, operation: 'read-flag', folder: 1 });
  await setLog(9);
  const second = await synchronize(store.read, mailbox, source, first.position, 10);
  expect(second.changes).toEqual([{ kind: 'read-flag', counter: 5, row: item }]);
  await store.close();
});
