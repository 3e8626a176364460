import type { Instant } from '../../../shared/kernel/clock.ts';

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const dayMs = 24 * hourMs;

/** Offsets of a place from UTC as Intl names them, `GMT-03:30`: another way to them than that of the zones under test. */
export function intlZone(timeZone: string): { offsetMs(instant: Instant): number; instantAt(wall: number): Instant } {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const known = new Map<Instant, number>();
  const offsetMs = (instant: Instant): number => {
    const cached = known.get(instant);
    if (cached !== undefined) return cached;
    const name = format.format(instant).split(', ')[1] ?? '';
    const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] = /^GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(name) ?? [];
    const found = (sign === '-' ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    known.set(instant, found);
    return found;
  };
  return {
    offsetMs,
    // What is shown twice is the later one; what is skipped is read as before the change.
    instantAt(wall) {
      const [early, late] = [offsetMs(wall - dayMs), offsetMs(wall + dayMs)];
      const shown = [early, late].map((offset) => wall - offset).filter((instant) => instant + offsetMs(instant) === wall);
      return shown.length === 0 ? wall - early : Math.max(...shown);
    },
  };
}

/** When the clocks are changed in a year, to the second. */
export function changesIn({ offsetMs }: ReturnType<typeof intlZone>, year: number): readonly number[] {
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

/** Instants at which a change of the clocks can be got wrong. */
export function around(change: Instant): readonly Instant[] {
  return [-hourMs / 2, -secondMs, 0, secondMs, hourMs / 2, 1.5 * hourMs].map((ms) => change + ms);
}
