import type { Instant } from '../../../shared/kernel/clock.ts';

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
  const dayMs = 86_400_000;
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
