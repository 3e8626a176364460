import { onClocks } from '../../../xml/clocks.ts';
import {
  attr,
  maybe,
  maybeAttr,
  maybeBeside,
  maybeEither,
  one,
  oneBeside,
  sequence,
  simple,
  some,
  someOf,
  textContent,
} from '../../../xml/codec.ts';
import type { XmlElement } from '../../../xml/element.ts';
import { dateTime, duration, enumeration, string, utcDateTime } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { time } from './availability.ts';
import { dayOfWeek, relativeYearlyRecurrencePattern } from './recurrence.ts';
import { dateText, durationText, integer, timeText } from './simple.ts';

// Time zones: the definitions since Exchange 2010 and the MeetingTimeZone before.

const period = sequence(
  {
    Bias: maybeAttr(duration),
    Name: maybeAttr(string),
    Id: maybeAttr(string),
  },
  'PeriodType',
);

const periods = sequence(
  {
    Period: some(types, period),
  },
  'NonEmptyArrayOfPeriodsType',
);

const transitionTargetKind = enumeration('TransitionTargetKindType', ['Period', 'Group']);

const transitionTarget = sequence(
  {
    text: textContent(string),
    Kind: attr(transitionTargetKind),
  },
  'TransitionTargetType',
);

const transition = sequence(
  {
    To: one(types, transitionTarget),
  },
  'TransitionType',
);

const absoluteDateTransition = sequence(
  {
    To: one(types, transitionTarget),
    // What the zone's own clocks show: Exchange writes no offset.
    DateTime: one(types, time),
  },
  'AbsoluteDateTransitionType',
);

const recurringDayTransition = sequence(
  {
    To: one(types, transitionTarget),
    TimeOffset: one(types, durationText),
    Month: one(types, integer),
    DayOfWeek: one(types, simple(dayOfWeek)),
    Occurrence: one(types, integer),
  },
  'RecurringDayTransitionType',
);

const recurringDateTransition = sequence(
  {
    To: one(types, transitionTarget),
    TimeOffset: one(types, durationText),
    Month: one(types, integer),
    Day: one(types, integer),
  },
  'RecurringDateTransitionType',
);

const transitions = sequence(
  {
    transitions: someOf(types, {
      Transition: transition,
      AbsoluteDateTransition: absoluteDateTransition,
      RecurringDayTransition: recurringDayTransition,
      RecurringDateTransition: recurringDateTransition,
    }),
    Id: maybeAttr(string),
  },
  'ArrayOfTransitionsType',
);

const transitionsGroups = sequence(
  {
    TransitionsGroup: some(types, transitions),
  },
  'ArrayOfTransitionsGroupsType',
);

export const timeZoneDefinition = sequence(
  {
    Periods: maybe(types, periods),
    TransitionsGroups: maybeBeside(types, 'Periods', transitionsGroups),
    Transitions: maybeBeside(types, 'Periods', transitions),
    Id: maybeAttr(string),
    Name: maybeAttr(string),
  },
  'TimeZoneDefinitionType',
);

const timeChange = sequence(
  {
    Offset: one(types, durationText),
    pattern: maybeEither(types, { RelativeYearlyRecurrence: relativeYearlyRecurrencePattern, AbsoluteDate: dateText }),
    Time: one(types, timeText),
    TimeZoneName: maybeAttr(string),
  },
  'TimeChangeType',
);

export const timeZone = sequence(
  {
    BaseOffset: maybe(types, durationText),
    Standard: maybeBeside(types, 'BaseOffset', timeChange),
    Daylight: oneBeside(types, 'Standard', timeChange),
    TimeZoneName: maybeAttr(string),
  },
  'TimeZoneType',
);

/** What the clocks of a place show at an instant, with their offset. */
export interface WallClock {
  readonly instant: number;
  /** Minutes to be added for UTC. */
  readonly bias: number;
}

export const wallClock = simple<WallClock>({
  ...utcDateTime,
  parse: (source) => {
    const instant = utcDateTime.parse(source);
    return instant === undefined ? undefined : { instant, bias: 0 };
  },
  format: ({ instant, bias }) =>
    onClocks({ biasAt: () => bias, instantAt: (wall) => wall + bias * 60_000 }, () => dateTime.format(instant)),
});

type ValueOf<C> = C extends { decode(of: XmlElement): infer T } ? T : never;
/** A zone since Exchange 2010: by its id, its rules, or both. */
export type WireTimeZone = ValueOf<typeof timeZoneDefinition>;
/** A zone of Exchange 2007. */
export type WireMeetingTimeZone = ValueOf<typeof timeZone>;
