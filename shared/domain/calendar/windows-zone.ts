import type { Instant } from '../../kernel/clock.ts';
import type { TimeZone } from './time-zone.ts';
import table from './windows-zones.json' with { type: 'json' };

const zones: Readonly<Record<string, string>> = table.zones;
const made = new Map<string, TimeZone>();
const dayMs = 86_400_000;
const quarterMs = 15 * 60_000;
const firstQuarter = Date.UTC(1972, 0, 1);
const mostBiases = 20_000;
/** Before it clocks showed the time of the place, to the second, which Windows has never known. */
const firstClocks = Date.UTC(1900, 0, 1);
/** Four centuries, a whole turn of the calendar. */
const turnMs = 146_097 * dayMs;

/** The zone that Windows calls by this id (`W. Europe Standard Time`); undefined for what is none. */
export function windowsZone(id: string): TimeZone | undefined {
  const name = Object.hasOwn(zones, id) ? zones[id] : undefined;
  if (name === undefined) return undefined;
  const known = made.get(name) ?? zoneOf(name);
  made.set(name, known);
  return known;
}

function zoneOf(timeZone: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const computed = (instant: Instant): number => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const shown = Date.UTC(year, month - 1, day, hour, minute, second);
    return Math.round((Math.floor(instant / 1000) * 1000 - shown) / 60_000);
  };
  // Looking the calendar up is slow. Few quarters of an hour see a change within them: Newfoundland's was at 00:01.
  const biases = new Map<number, number>();
  const biasAt = (instant: Instant): number => {
    // As Windows has it: the rules that it knows hold for all years before.
    if (instant < firstClocks) return biasAt(instant + Math.ceil((firstQuarter - instant) / turnMs) * turnMs);
    if (instant < firstQuarter) return computed(instant);
    const quarter = Math.floor(instant / quarterMs);
    const known = biases.get(quarter);
    if (known !== undefined) return known;
    const bias = computed(quarter * quarterMs);
    if (bias !== computed((quarter + 1) * quarterMs - 1)) return computed(instant);
    if (biases.size >= mostBiases) biases.clear();
    biases.set(quarter, bias);
    return bias;
  };
  // Clocks are changed by a few hours at most and never twice within two days.
  return { biasAt, biasesAround: (wall) => [...new Set([biasAt(wall - dayMs), biasAt(wall + dayMs)])] };
}
