import { type LegacyTimeZone, legacyUtc } from './legacy-time-zone.ts';

/** When somebody works. */
export interface WorkingHours {
  readonly timeZone: LegacyTimeZone;
  /** 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight. */
  readonly startMinutes: number;
  readonly endMinutes: number;
}

/** What Exchange takes for the working hours of those who have set none, in the zone of its servers. */
export const defaultWorkingHours: WorkingHours = { timeZone: legacyUtc, days: [1, 2, 3, 4, 5], startMinutes: 8 * 60, endMinutes: 17 * 60 };
