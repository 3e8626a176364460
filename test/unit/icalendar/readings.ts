import { appointmentFromCalendar } from '../../../shared/bridges/calendar/appointment-from-calendar.ts';
import type { Series } from '../../../shared/domain/calendar/recurrence/series.ts';
import { seriesOf } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { PropertyBag } from '../../../shared/kernel/mapi.ts';
import { ICalendarError } from '../../../shared/protocols/icalendar/errors.ts';

/** The series that properties of an appointment make. */
export function series(properties: PropertyBag): Series {
  return present(
    seriesOf((key) => properties[key]),
    'a series',
  ).series;
}

/** Why a calendar is not taken; `taken` where it is. */
export function refusal(octets: Uint8Array): unknown {
  try {
    appointmentFromCalendar(octets);
    return 'taken';
  } catch (error) {
    return error instanceof ICalendarError ? error.code : error;
  }
}
