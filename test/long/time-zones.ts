import { setImmediate } from 'node:timers/promises';
import { instantAt, wallTimeAt } from '../../shared/domain/calendar/time-zone.ts';
import { windowsZone } from '../../shared/domain/calendar/windows-zone.ts';
import zoneTable from '../../shared/domain/calendar/windows-zones.json' with { type: 'json' };
import { present } from '../../shared/kernel/assert.ts';
import { around, changesIn, intlZone } from '../unit/calendar/intl-zone.ts';

const stepMs = 3 * 3_600_000;
const [firstYear, lastYear] = [2007, 2040];
const mostShown = 5;

/**
 * Asks every zone of Windows for the time every three hours from 2007 to 2040, and around every change of its clocks, and for the
 * instant of every time so; what differs from Intl's answer is told. `only` names zones. The sampled one is in `npm test`.
 */
export async function timeZones(only: readonly string[]): Promise<string> {
  const zones = Object.entries(zoneTable.zones).filter(([id]) => only.length === 0 || only.some((word) => id.includes(word)));
  const wrong: string[] = [];
  let asked = 0;
  for (const [id, name] of zones) {
    const [zone, differences] = [present(windowsZone(id), id), [] as string[]];
    for (let year = firstYear; year <= lastYear; year += 1) {
      // One for each year: it remembers all that it was asked.
      const other = intlZone(name);
      const instants = [...timesOf(year), ...changesIn(other, year).flatMap(around)];
      for (const at of instants) {
        const wall = at + other.offsetMs(at);
        const answers = [
          [wallTimeAt(zone, at), wall],
          [instantAt(zone, at), other.instantAt(at)],
          [instantAt(zone, wall), other.instantAt(wall)],
        ];
        if (answers.some(([ours, theirs]) => ours !== theirs))
          differences.push(`${id} at ${new Date(at).toISOString()}: ${answers.join(' ')}`);
      }
      asked += 3 * instants.length;
      await setImmediate();
    }
    wrong.push(...differences.slice(0, mostShown));
    if (differences.length > mostShown) wrong.push(`${id}: ${differences.length} in all`);
  }
  return `${zones.length} zones, ${asked} questions, ${wrong.length} zones or answers that differ\n${wrong.map((line) => `${line}\n`).join('')}`;
}

function timesOf(year: number): readonly number[] {
  const first = Date.UTC(year, 0, 1);
  return Array.from({ length: (Date.UTC(year + 1, 0, 1) - first) / stepMs }, (_, step) => first + step * stepMs);
}
