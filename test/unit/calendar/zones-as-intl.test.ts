import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantAt, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZone } from '../../../shared/domain/calendar/windows-zone.ts';
import zoneTable from '../../../shared/domain/calendar/windows-zones.json' with { type: 'json' };
import { present } from '../../../shared/kernel/assert.ts';
import { intlZone } from './intl-zone.ts';

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const dayMs = 24 * hourMs;
const seconds = fc.integer({ min: Date.UTC(2007, 0, 1) / secondMs, max: Date.UTC(2040, 11, 31) / secondMs }).map((at) => at * secondMs);
const sometime = fc.array(seconds, { minLength: 20, maxLength: 20 });
const someYear = fc.integer({ min: 2007, max: 2040 });

/** When the clocks are changed in a year, to the second. */
function changesIn({ offsetMs }: ReturnType<typeof intlZone>, year: number): readonly number[] {
  const changes: number[] = [];
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += 7 * dayMs) {
    let [from, to] = [day, day + 7 * dayMs];
    if (offsetMs(from) === offsetMs(to)) continue;
    while (to - from > secondMs) {
      const middle = Math.floor((from + to) / 2 / secondMs) * secondMs;
      if (offsetMs(middle) === offsetMs(from)) from = middle;
      else to = middle;
    }
    changes.push(to);
  }
  return changes;
}

describe('the zones of Windows from 2007 to 2040 are as Intl has them', () => {
  test.each(Object.entries(zoneTable.zones))('%s, %s', (id, name) => {
    const [zone, other] = [present(windowsZone(id), id), intlZone(name)];
    fc.assert(
      fc.property(sometime, someYear, (instants, year) => {
        const near = changesIn(other, year).flatMap((at) => [
          at - secondMs,
          at,
          at + secondMs,
          at - hourMs / 2,
          at + hourMs / 2,
          at + 90 * 60 * secondMs,
        ]);
        for (const at of [...instants, ...near]) {
          expect([at, wallTimeAt(zone, at)]).toEqual([at, at + other.offsetMs(at)]);
          expect([at, instantAt(zone, at)]).toEqual([at, other.instantAt(at)]);
          const wall = at + other.offsetMs(at);
          expect([at, instantAt(zone, wall)]).toEqual([at, other.instantAt(wall)]);
        }
      }),
      { numRuns: 2 },
    );
  });
});
