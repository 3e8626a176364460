import { defaultIntervalMinutes } from '../../../shared/domain/calendar/free-busy.ts';
import { legacyZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import {
  type AttendeeConflict,
  type HalfHours,
  type Invited,
  type Schedule,
  type SuggestionOptions,
  suggestedDays,
} from '../../../shared/domain/calendar/suggestions.ts';
import { type WallTime, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import type { WrittenTime } from '../../../shared/protocols/ews/types/availability.ts';
import { busyWords } from '../calendar/busy-words.ts';
import type { AskCalendars } from './ask-calendars.ts';
import type { Attendee } from './attendees.ts';
import type { FreeBusyResponse } from './failure.ts';
import type { IgnoredMeeting } from './question.ts';
import { halfHourMs, qualityWords, type SuggestionQuestion } from './suggestion-question.ts';
import { legacyTimeZone, weekdays } from './wire-time-zone.ts';

type Answer = Pick<ResponseOf<typeof getUserAvailability>, 'SuggestionsResponse'>;
type WireDay = NonNullable<NonNullable<Answer['SuggestionsResponse']>['SuggestionDayResultArray']>[number];
type WireConflict = NonNullable<NonNullable<WireDay['SuggestionArray']>[number]['AttendeeConflictDataArray']>[number];
type WireHours = NonNullable<NonNullable<FreeBusyResponse['FreeBusyView']>['WorkingHours']>;

/** Times for a meeting. */
export async function suggestions(
  attendees: readonly Attendee[],
  { options, ignored }: SuggestionQuestion,
  ask: AskCalendars,
): Promise<Answer['SuggestionsResponse']> {
  const { invited, schedules } = await invitedOf(attendees, options, ignored, ask);
  const days: WireDay[] = [];
  for (const { day, quality, suggestions: found } of suggestedDays(invited, schedules, options)) {
    const SuggestionArray = found.map(({ start, isWorkTime, quality: one, conflicts }) => ({
      MeetingTime: written(wallTimeAt(options.zone, start)),
      IsWorkTime: isWorkTime,
      SuggestionQuality: qualityWords[one],
      AttendeeConflictDataArray: conflicts.map(wireConflict),
    }));
    days.push({ Date: written(day), DayQuality: qualityWords[quality], SuggestionArray });
    // Many people over many days take a while.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { ResponseMessage: { class: 'Success' }, SuggestionDayResultArray: days };
}

interface Found {
  readonly invited: readonly Invited[];
  readonly schedules: readonly Schedule[];
}

/** Looks all calendars up, those of the members of groups too. */
async function invitedOf(
  attendees: readonly Attendee[],
  { zone, window }: SuggestionOptions,
  ignored: IgnoredMeeting | undefined,
  ask: AskCalendars,
): Promise<Found> {
  const mailboxes = attendees.flatMap((attendee) =>
    attendee.is === 'one' ? [attendee.mailbox] : attendee.is === 'group' ? attendee.members : [],
  );
  const answers = await ask(mailboxes, {
    zone,
    window: { start: window.start, end: Math.max(window.end, window.start + halfHourMs) },
    intervalMinutes: defaultIntervalMinutes,
    content: { merged: true, events: false, details: false },
    ...(ignored === undefined ? {} : { ignored }),
  });
  const next = answers.values();
  const invited = attendees.map((attendee) => invitedBy(attendee, () => next.next().value ?? {}));
  return { invited, schedules: schedulesIn(answers) };
}

function invitedBy(attendee: Attendee, take: () => FreeBusyResponse): Invited {
  const mustBeFree = attendee.mailbox.ExcludeConflicts === true;
  switch (attendee.is) {
    case 'one':
      return invitedAlone(take(), mustBeFree);
    case 'group':
      return { is: 'group', members: attendee.members.map(() => halfHoursIn(take())), unexpanded: attendee.unexpanded, mustBeFree };
    case 'too-big-group':
      return { is: 'too-big-group' };
  }
}

function invitedAlone(answer: FreeBusyResponse, mustBeFree: boolean): Invited {
  const { ResponseMessage: message } = answer;
  if (message?.class === 'Error' && message.ResponseCode === 'ErrorMailRecipientNotFound') return { is: 'unknown' };
  return { is: 'individual', halfHours: halfHoursIn(answer), mustBeFree };
}

function halfHoursIn({ FreeBusyView: view }: FreeBusyResponse): HalfHours {
  return view?.MergedFreeBusy;
}

/** The working hours in some answers, each once. */
function schedulesIn(answers: readonly FreeBusyResponse[]): readonly Schedule[] {
  const hours = answers.flatMap(({ FreeBusyView: view }) => view?.WorkingHours ?? []);
  const distinct = new Map(hours.map((one) => [JSON.stringify(one), one]));
  return [...distinct.values()].flatMap((one) => scheduleOf(one) ?? []);
}

/** Other organisations may write what cannot be read. */
function scheduleOf({ TimeZone: zone, WorkingPeriodArray: periods }: WireHours): Schedule | undefined {
  try {
    return {
      zone: legacyZone(legacyTimeZone(zone)),
      periods: periods.map(({ DayOfWeek, StartTimeInMinutes, EndTimeInMinutes }) => ({
        days: DayOfWeek.map((day) => (weekdays as readonly string[]).indexOf(day)),
        startMinutes: StartTimeInMinutes,
        endMinutes: EndTimeInMinutes,
      })),
    };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function wireConflict(conflict: AttendeeConflict): WireConflict {
  switch (conflict.is) {
    case 'individual': {
      const BusyType = conflict.status === undefined ? 'NoData' : busyWords[conflict.status];
      return { is: 'IndividualAttendeeConflictData', value: { BusyType } };
    }
    case 'group': {
      const { members, available, conflicts, unknown } = conflict;
      const value = {
        NumberOfMembers: members,
        NumberOfMembersAvailable: available,
        NumberOfMembersWithConflict: conflicts,
        NumberOfMembersWithNoData: unknown,
      };
      return { is: 'GroupAttendeeConflictData', value };
    }
    case 'too-big-group':
      return { is: 'TooBigGroupAttendeeConflictData', value: {} };
    case 'unknown':
      return { is: 'UnknownAttendeeConflictData', value: {} };
  }
}

function written(ms: WallTime): WrittenTime {
  return { ms, isZoned: false };
}
