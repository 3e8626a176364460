import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const tooManyEntries: Misconfiguration = {
  id: 'too-many-entries',
  title: 'A calendar has more entries than free/busy may tell',
  symptom: 'The result set contains too many calendar entries. The allowed size = 1000; the actual size = ...',
  codes: ['ErrorResultSetTooBig', 'LID: 54796'],
  source: resolveFreeBusy,
  notice: 'More than a thousand entries lie in the time that is asked for.',
  remedy: 'Ask for a shorter time, or clear the calendar.',
  variants: {},
  shownBy: 'It lies in the calendar: enter a thousand and one meetings in the hour that is asked for.',
};
