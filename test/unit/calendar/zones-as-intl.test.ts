import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantAt, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZone } from '../../../shared/domain/calendar/windows-zone.ts';
import zoneTable from '../../../shared/domain/calendar/windows-zones.json' with { type: 'json' };
import { present } from '../../../shared/kernel/assert.ts';
import { around, changesIn, intlZone } from './intl-zone.ts';

const secondMs = 1_000;
const seconds = fc.integer({ min: Date.UTC(2007, 0, 1) / secondMs, max: Date.UTC(2040, 11, 31) / secondMs }).map((at) => at * secondMs);
const sometime = fc.array(seconds, { minLength: 20, maxLength: 20 });
const someYear = fc.integer({ min: 2007, max: 2040 });

describe('the zones of Windows from 2007 to 2040 are as Intl has them', () => {
  test.each(Object.entries(zoneTable.zones))('%s, %s', (id, name) => {
    const [zone, other] = [present(windowsZone(id), id), intlZone(name)];
    fc.assert(
      fc.property(sometime, someYear, (instants, year) => {
        const near = changesIn(other, year).flatMap(around);
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
