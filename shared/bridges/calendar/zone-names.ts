import { windowsZoneIds } from '../../domain/calendar/windows-zone-definition.ts';
import windows from '../../domain/calendar/windows-zones.json' with { type: 'json' };
import table from './iana-zones.json' with { type: 'json' };

const byName = new Map<string, string>();
for (const [id, name] of Object.entries(windows.zones)) byName.set(name.toLowerCase(), id);
for (const [id, names] of Object.entries(table.zones)) for (const name of names) byName.set(name.toLowerCase(), id);
for (const id of windowsZoneIds) byName.set(id.toLowerCase(), id);
for (const name of ['z', 'gmt', 'etc/gmt', 'zulu', 'tzone://microsoft/utc']) byName.set(name, 'UTC');

const longestName = 100;

/**
 * What Windows calls the zone that a TZID names: by its own name, by IANA's, also an older one, and by IANA's behind a
 * path of whoever wrote it (`/freeassociation.sourceforge.net/Europe/Rome`). Undefined for any other.
 */
export function windowsZoneName(tzid: string): string | undefined {
  const name = tzid.trim().replace(/^"(.*)"$/, '$1');
  if (name === '' || name.length > longestName) return undefined;
  const known = byName.get(name.toLowerCase());
  if (known !== undefined) return known;
  const words = name.split('/');
  const endings = [1, 2, 3].map((count) => words.slice(-count).join('/')).filter((ending) => ending.length < name.length);
  const ending = endings.flatMap((one) => (one.includes('/') ? (byName.get(one.toLowerCase()) ?? []) : []))[0];
  return ending ?? byName.get(canonicalName(name)?.toLowerCase() ?? '');
}

/** The name that an older one stands for: `US/Pacific` is `America/Los_Angeles`. */
function canonicalName(name: string): string | undefined {
  // Offsets are no names.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
