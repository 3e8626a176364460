import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, type PropertyKey, type PropertyType } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from '../mailbox/folder-columns.ts';
import { updateFolder } from '../mailbox/folder-writes.ts';
import { folderProperty } from '../mailbox/property-reader.ts';
import type { LegacyTimeZone } from './legacy-time-zone.ts';

/** When somebody works. */
export interface WorkingHours {
  /** Id of a zone of Windows. */
  readonly timeZone: string;
  /** How the clocks go where Windows has no such zone. */
  readonly rule?: LegacyTimeZone;
  /** 0 is Sunday; each once, in the order of the week. */
  readonly days: readonly number[];
  /** Minutes since midnight on the clocks of the zone. */
  readonly startMinutes: number;
  readonly endMinutes: number;
}

/**
 * The working hours of those who have set none (Microsoft's page "Set-MailboxCalendarConfiguration"). Their zone is that of
 * the server: here UTC.
 */
export const defaultWorkingHours: WorkingHours = { timeZone: 'UTC', days: [1, 2, 3, 4, 5], startMinutes: 8 * 60, endMinutes: 17 * 60 };

/** What is set lies with the properties of the calendar folder, in a property set of our own. */
const keyOf = (name: string, type: PropertyType): PropertyKey => namedProperty(namedGuid('coexist', 'folder settings'), name, type);
const keys = {
  timeZone: keyOf('WorkingHoursTimeZone', 'String'),
  /** A bit for each day, Sunday first. */
  days: keyOf('WorkDays', 'Integer'),
  startMinutes: keyOf('WorkingHoursStartTime', 'Integer'),
  endMinutes: keyOf('WorkingHoursEndTime', 'Integer'),
} as const;

/** The working hours that lie with a calendar, as they were set: whether they make sense is not looked at. */
export function workingHoursOf(calendar: FolderRow): WorkingHours {
  const numberAt = (key: PropertyKey): number | undefined => {
    const value = folderProperty(calendar, key);
    return typeof value === 'number' ? value : undefined;
  };
  const bits = numberAt(keys.days);
  const timeZone = folderProperty(calendar, keys.timeZone);
  return {
    timeZone: typeof timeZone === 'string' ? timeZone : defaultWorkingHours.timeZone,
    days: bits === undefined ? defaultWorkingHours.days : [0, 1, 2, 3, 4, 5, 6].filter((day) => ((bits >> day) & 1) === 1),
    startMinutes: numberAt(keys.startMinutes) ?? defaultWorkingHours.startMinutes,
    endMinutes: numberAt(keys.endMinutes) ?? defaultWorkingHours.endMinutes,
  };
}

/** Sets working hours. `calendar` was read in the same transaction. Refuses with `change-key-stale` when it has changed. */
export async function setWorkingHours(tx: Executor, calendar: FolderRow, hours: WorkingHours, instant: Instant): Promise<void> {
  const set: PropertyBag = {
    [keys.timeZone]: hours.timeZone,
    [keys.days]: hours.days.reduce((bits, day) => bits | (1 << day), 0),
    [keys.startMinutes]: hours.startMinutes,
    [keys.endMinutes]: hours.endMinutes,
  };
  await updateFolder(tx, calendar.mailbox as Guid, calendar.counter, { set }, calendar.change_number, instant);
}
