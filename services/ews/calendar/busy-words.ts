import type { BusyStatus } from '../../../shared/domain/calendar/free-busy.ts';

/** LegacyFreeBusyType; `NoData` is no status that anything has. */
export const busyWords = {
  free: 'Free',
  tentative: 'Tentative',
  busy: 'Busy',
  'out-of-office': 'OOF',
  'working-elsewhere': 'WorkingElsewhere',
} as const satisfies Readonly<Record<BusyStatus, string>>;
