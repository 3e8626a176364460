import type { CalendarProcessing } from '../calendar-processing.ts';
import type { BookingRefusal } from './judge-booking.ts';

/** Conflicts that a response names. */
const mostNamed = 10;

/**
 * What a resource writes to whoever has asked for it. "Your request was accepted." is Exchange's; the reasons are in our own
 * words, with times in UTC.
 */
export function bookingAnswer(refusal: BookingRefusal | undefined, processing: CalendarProcessing): string {
  const { enableResponseDetails, addAdditionalResponse, additionalResponse } = processing;
  const verdict = refusal === undefined ? 'Your request was accepted.' : 'Your request was declined.';
  const reason = refusal === undefined || !enableResponseDetails ? [] : reasonOf(refusal, processing);
  const further = addAdditionalResponse && additionalResponse !== '' ? ['', additionalResponse] : [];
  return [verdict, ...reason, ...further].join('\r\n');
}

function reasonOf(refusal: BookingRefusal, { organizerInfo }: CalendarProcessing): readonly string[] {
  switch (refusal.is) {
    case 'not-allowed':
      return ['You do not have permission to book this resource.'];
    case 'no-series':
      return ['This resource does not accept recurring meetings.'];
    case 'too-long':
      return [`A meeting here may last ${refusal.minutes} minutes at most.`];
    case 'too-far-ahead':
      return [`This resource can be booked ${refusal.days} days ahead and no further.`];
    case 'outside-hours':
      return ['The meeting is outside the working hours of this resource.'];
    case 'conflicts': {
      const named = refusal.conflicts.slice(0, mostNamed);
      const left = refusal.conflicts.length - named.length;
      return [
        'It conflicts with what this resource is booked for:',
        ...named.map(
          ({ start, end, organizer }) =>
            `  ${time(start)} - ${time(end)} (UTC)${organizerInfo && organizer !== '' ? `, ${organizer}` : ''}`,
        ),
        ...(left === 0 ? [] : [`  and ${left} more`]),
      ];
    }
  }
}

function time(instant: number): string {
  return new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
}
