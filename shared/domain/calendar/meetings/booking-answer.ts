import type { CalendarProcessing } from '../calendar-processing.ts';
import type { Day } from '../recurrence/pattern.ts';
import type { BookingRefusal, BookingVerdict } from './judge-booking.ts';

/** Conflicts that a response names. */
const mostNamed = 10;

/** Exchange's own words. Observed: the second in hiepic.com, "Calendarprocessing". */
const verdicts: Readonly<Record<BookingVerdict['is'], string>> = {
  booked: 'Your request was accepted.',
  pending: 'Your request was received and is pending approval.',
  refused: 'Your request was declined.',
};

/** What a resource writes to whoever has asked for it; `until`: when a series ends that was to go on. The reasons are in our own words, with times in UTC. */
export function bookingAnswer(verdict: BookingVerdict, processing: CalendarProcessing, until?: Day): string {
  const { enableResponseDetails, addAdditionalResponse, additionalResponse } = processing;
  const details = verdict.is === 'refused' ? reasonOf(verdict.why, processing) : until === undefined ? [] : [shortened(until, processing)];
  const reason = enableResponseDetails ? details : [];
  const further = addAdditionalResponse && additionalResponse !== '' ? ['', additionalResponse] : [];
  return [verdicts[verdict.is], ...reason, ...further].join('\r\n');
}

/** Above what delegates get to decide on. Observed: techcommunity.microsoft.com, "All delegate-approval-requiring meeting requests". */
export function approvalNote(why: BookingRefusal | undefined, processing: CalendarProcessing): readonly string[] {
  const reason = "This request was forwarded to you for approval because the organizer doesn't have permission to book this resource.";
  return [
    `This ${why === undefined ? 'in' : 'out-of'}-policy resource request was forwarded to you for your approval.`,
    ...(why === undefined ? [reason] : reasonOf(why, processing)),
  ];
}

function shortened(until: Day, { bookingWindowInDays }: CalendarProcessing): string {
  return `The series ends here on ${time(until * 86_400_000).slice(0, 10)}: this resource can be booked ${bookingWindowInDays} days ahead and no further.`;
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
