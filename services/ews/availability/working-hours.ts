import { legacyWindowsZone } from '../../../shared/domain/calendar/legacy-windows-zone.ts';
import type { WorkingHours } from '../../../shared/domain/calendar/working-hours.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { MailboxFailure } from '../elsewhere/failure.ts';
import type { FreeBusyResponse } from './failure.ts';
import { weekdays, wireTimeZone } from './wire-time-zone.ts';

type WireHours = NonNullable<NonNullable<FreeBusyResponse['FreeBusyView']>['WorkingHours']>;

/**
 * Working hours that end before they begin, or are in no zone (MicrosoftDocs/OfficeDocs-Support, "Resolve free/busy errors":
 * the sentence, the exception's class with its namespace, and both causes). The response code is a guess.
 */
export const workingHoursInvalid: MailboxFailure = {
  code: 'ErrorInvalidArgument',
  text: 'Microsoft.Exchange.InfoWorker.Common.InvalidParameterException: Work hours start time must be less than or equal to end time.',
};

/** Working hours that cannot be read; the code: Microsoft's page "ResponseCode", the sentence of its catalogue. */
export const workingHoursMalformed: MailboxFailure = {
  code: 'ErrorWorkingHoursXmlMalformed',
  text: 'Working hours XML is malformed.',
};

/** Working hours with the rule of their zone at an instant; undefined where they make no sense. No work at all has no period. */
export function wireWorkingHours({ timeZone, rule, days, startMinutes, endMinutes }: WorkingHours, at: Instant): WireHours | undefined {
  const zone = legacyWindowsZone(timeZone, at) ?? rule;
  if (zone === undefined || startMinutes > endMinutes) return undefined;
  const DayOfWeek = days.map((day) => weekdays[day] ?? 'Sunday');
  const period = { DayOfWeek, StartTimeInMinutes: startMinutes, EndTimeInMinutes: endMinutes };
  return { TimeZone: wireTimeZone(zone), WorkingPeriodArray: days.length === 0 ? [] : [period] };
}
