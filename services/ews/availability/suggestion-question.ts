import { calendarRefusal } from '../../../shared/domain/calendar/errors.ts';
import { defaultIntervalMinutes } from '../../../shared/domain/calendar/free-busy.ts';
import type { SuggestionOptions, SuggestionQuality } from '../../../shared/domain/calendar/suggestions.ts';
import { type TimeZone, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { NamedZone } from '../calendar/named-zone.ts';
import { type AvailabilityRequest, type IgnoredMeeting, instantOf, windowOf, zoneOf } from './question.ts';

type ViewOptions = NonNullable<AvailabilityRequest['SuggestionsViewOptions']>;

/** What times are looked for. */
export interface SuggestionQuestion {
  readonly options: SuggestionOptions;
  readonly ignored: IgnoredMeeting | undefined;
}

export const halfHourMs = defaultIntervalMinutes * 60_000;
export const qualityWords = { excellent: 'Excellent', good: 'Good', fair: 'Fair', poor: 'Poor' } as const satisfies Record<
  SuggestionQuality,
  string
>;
/** Usual values and bounds: OfficeDev/ews-managed-api, AvailabilityOptions; the threshold may also be 0 and 50, as its page says. */
const numbers = {
  GoodThreshold: { usual: 25, least: 0, most: 50 },
  MaximumResultsByDay: { usual: 10, least: 0, most: 48 },
  MaximumNonWorkHourResultsByDay: { usual: 0, least: 0, most: 48 },
  MeetingDurationInMinutes: { usual: 60, least: 30, most: 1440 },
} as const;

/** What a request asks for; undefined where it asks for no suggestions. Refuses options out of bounds. */
export function suggestionQuestionOf(request: AvailabilityRequest, header: NamedZone | undefined): SuggestionQuestion | undefined {
  const wanted = request.SuggestionsViewOptions;
  if (wanted === undefined) return undefined;
  const zone = zoneOf(request, header);
  return { options: optionsOf(wanted, zone), ignored: ignoredBy(wanted, zone) };
}

function optionsOf(wanted: ViewOptions, zone: TimeZone): SuggestionOptions {
  const number = (name: keyof typeof numbers): number => {
    const { usual, least, most } = numbers[name];
    const value = wanted[name] ?? usual;
    if (value < least || value > most) throw calendarRefusal('suggestion-options-invalid', `${name} ${value}, not ${least} to ${most}`);
    return value;
  };
  const element = 'SuggestionsViewOptions.DetailedSuggestionsWindow';
  const { start, end } = windowOf(element, wanted.DetailedSuggestionsWindow, zone, defaultIntervalMinutes);
  const quality = (Object.keys(qualityWords) as SuggestionQuality[]).find((one) => qualityWords[one] === wanted.MinimumSuggestionQuality);
  return {
    window: { start: nextHalfHour(zone, start), end },
    zone,
    durationMinutes: number('MeetingDurationInMinutes'),
    goodThreshold: number('GoodThreshold'),
    leastQuality: quality ?? 'fair',
    mostPerDay: number('MaximumResultsByDay'),
    mostOutsideHours: number('MaximumNonWorkHourResultsByDay'),
  };
}

function nextHalfHour(zone: TimeZone, instant: Instant): Instant {
  const wall = wallTimeAt(zone, instant);
  return instant + Math.ceil(wall / halfHourMs) * halfHourMs - wall;
}

/**
 * The meeting that is to be moved is ignored (Microsoft's page "SuggestionsViewOptionsType Members"; another one says that the
 * element is not used). Its id comes in base64 or as hexadecimal digits.
 */
function ignoredBy({ GlobalObjectId: id, CurrentMeetingTime: time }: ViewOptions, zone: TimeZone): IgnoredMeeting | undefined {
  if (id === undefined || id.trim() === '') return undefined;
  const globalObjectId = Buffer.from(id.trim(), /^040000008200e000[0-9a-f]*$/i.test(id.trim()) ? 'hex' : 'base64').toString('base64');
  return { globalObjectId, ...(time === undefined ? {} : { start: instantOf(time, zone) }) };
}
