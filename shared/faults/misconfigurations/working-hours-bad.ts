import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const workingHoursBad: Misconfiguration = {
  id: 'working-hours-bad',
  title: 'Working hours end before they begin',
  symptom: 'InvalidParameterException: Work hours start time must be less than or equal to end time.',
  codes: ['ErrorInvalidArgument'],
  source: resolveFreeBusy,
  notice: 'Get-MailboxCalendarConfiguration of the mailbox.',
  remedy: 'Set-MailboxCalendarConfiguration -WorkingHoursStartTime 08:00:00 -WorkingHoursEndTime 17:00:00.',
  variants: {},
  shownBy:
    'It lies in the mailbox, and no cmdlet writes such hours: a program writes them into the WorkHours configuration of the calendar.',
};
