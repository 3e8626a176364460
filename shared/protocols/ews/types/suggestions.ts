import { many, manyOf, maybe, one, sequence, simple, unwrapped } from '../../../xml/codec.ts';
import { types } from '../namespaces.ts';
import { suggestionQuality, time } from './availability.ts';
import { legacyFreeBusy } from './calendar-parts.ts';
import { integer, truth } from './simple.ts';

// Times that suit the people of a meeting.

const groupConflict = sequence(
  {
    NumberOfMembers: one(types, integer),
    NumberOfMembersAvailable: one(types, integer),
    NumberOfMembersWithConflict: one(types, integer),
    NumberOfMembersWithNoData: one(types, integer),
  },
  'GroupAttendeeConflictData',
);

/** One for each mailbox of the request, in its order. */
const attendeeConflicts = unwrapped(
  'conflicts',
  sequence(
    {
      conflicts: manyOf(types, {
        UnknownAttendeeConflictData: sequence({}, 'UnknownAttendeeConflictData'),
        IndividualAttendeeConflictData: sequence({ BusyType: one(types, simple(legacyFreeBusy)) }, 'IndividualAttendeeConflictData'),
        TooBigGroupAttendeeConflictData: sequence({}, 'TooBigGroupAttendeeConflictData'),
        GroupAttendeeConflictData: groupConflict,
      }),
    },
    'ArrayOfAttendeeConflictData',
  ),
);

const suggestion = sequence(
  {
    MeetingTime: one(types, time),
    IsWorkTime: one(types, truth),
    SuggestionQuality: one(types, simple(suggestionQuality)),
    AttendeeConflictDataArray: maybe(types, attendeeConflicts),
  },
  'Suggestion',
);

const suggestions = unwrapped('Suggestion', sequence({ Suggestion: many(types, suggestion) }, 'ArrayOfSuggestion'));

const suggestionDayResult = sequence(
  { Date: one(types, time), DayQuality: one(types, simple(suggestionQuality)), SuggestionArray: maybe(types, suggestions) },
  'SuggestionDayResult',
);

/** The days that were asked for. */
export const suggestionDayResults = unwrapped(
  'SuggestionDayResult',
  sequence({ SuggestionDayResult: many(types, suggestionDayResult) }, 'ArrayOfSuggestionDayResult'),
);
