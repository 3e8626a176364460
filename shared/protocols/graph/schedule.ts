/** `microsoft.graph.dateTimeTimeZone`: what a clock of the zone shows. */
export interface GraphTime {
  readonly dateTime: string;
  readonly timeZone: string;
}

/** The body of getSchedule (learn.microsoft.com/graph/api/calendar-getschedule). */
export interface ScheduleRequest {
  readonly schedules: readonly string[];
  readonly startTime: GraphTime;
  readonly endTime: GraphTime;
  readonly availabilityViewInterval?: number;
}

export const scheduleStatuses = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown'] as const;

/** `microsoft.graph.scheduleItem`; what the event is about only where whoever asks may see it. */
export interface ScheduleItem {
  readonly isPrivate: boolean;
  readonly status: (typeof scheduleStatuses)[number];
  readonly subject?: string;
  readonly location?: string;
  readonly isMeeting: boolean;
  readonly isRecurring: boolean;
  readonly isException: boolean;
  readonly isReminderSet: boolean;
  readonly start: GraphTime;
  readonly end: GraphTime;
}

/** `microsoft.graph.workingHours`. */
export interface GraphWorkingHours {
  readonly daysOfWeek: readonly string[];
  /** `08:00:00.0000000` */
  readonly startTime: string;
  readonly endTime: string;
  readonly timeZone: { readonly name: string };
}

/** `microsoft.graph.scheduleInformation`: the schedule of one of those who were asked for, or why there is none. */
export interface ScheduleInformation {
  readonly scheduleId: string;
  readonly availabilityView?: string;
  readonly scheduleItems?: readonly ScheduleItem[];
  readonly workingHours?: GraphWorkingHours;
  readonly error?: { readonly message: string; readonly responseCode: string };
}

/** In a week's order, Sunday first. */
export const graphDays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** An instant as Graph writes it in UTC: seven decimals and no `Z`. */
export function graphTime(ms: number): GraphTime {
  return { dateTime: `${new Date(ms).toISOString().slice(0, -1)}0000`, timeZone: 'UTC' };
}

/** What a clock shows, in milliseconds since 1970 as if it were UTC; undefined where it is no time. */
export function graphWallTime(dateTime: string): number | undefined {
  const [, written] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)\d{0,4}$/.exec(dateTime) ?? [];
  const ms = written === undefined ? Number.NaN : Date.parse(`${written}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Reads a request; a text says what it lacks. */
export function readScheduleRequest(body: unknown): ScheduleRequest | string {
  if (!isObject(body)) return 'the body is no JSON object';
  const { schedules, startTime, endTime, availabilityViewInterval: interval } = body;
  if (!Array.isArray(schedules) || !schedules.every((one) => typeof one === 'string')) return 'schedules';
  if (!isTime(startTime)) return 'startTime';
  if (!isTime(endTime)) return 'endTime';
  if (interval === undefined || interval === null) return { schedules, startTime, endTime };
  return typeof interval === 'number' ? { schedules, startTime, endTime, availabilityViewInterval: interval } : 'availabilityViewInterval';
}

/** Reads an answer; undefined where it is none. Items and hours that cannot be read are left out. */
export function readSchedules(body: unknown): readonly ScheduleInformation[] | undefined {
  if (!isObject(body) || !Array.isArray(body['value'])) return undefined;
  return body['value'].filter(isObject).map((one) => {
    const { scheduleId, availabilityView, scheduleItems, workingHours, error } = one;
    return {
      scheduleId: textOf(scheduleId),
      ...(typeof availabilityView === 'string' ? { availabilityView } : {}),
      ...(Array.isArray(scheduleItems) ? { scheduleItems: scheduleItems.flatMap(readItem) } : {}),
      ...(isHours(workingHours) ? { workingHours } : {}),
      ...(isObject(error) ? { error: { message: textOf(error['message']), responseCode: textOf(error['responseCode']) } } : {}),
    };
  });
}

function readItem(item: unknown): readonly ScheduleItem[] {
  if (!isObject(item)) return [];
  const { status, subject, location, start, end } = item;
  const known = scheduleStatuses.find((one) => one === status);
  if (known === undefined || !isTime(start) || !isTime(end)) return [];
  const flag = (name: string): boolean => item[name] === true;
  return [
    {
      ...{ isPrivate: flag('isPrivate'), status: known, start, end },
      ...(typeof subject === 'string' ? { subject } : {}),
      ...(typeof location === 'string' ? { location } : {}),
      ...{ isMeeting: flag('isMeeting'), isRecurring: flag('isRecurring') },
      ...{ isException: flag('isException'), isReminderSet: flag('isReminderSet') },
    },
  ];
}

function isHours(value: unknown): value is GraphWorkingHours {
  if (!isObject(value)) return false;
  const { daysOfWeek, startTime, endTime, timeZone } = value;
  const isTexts = Array.isArray(daysOfWeek) && [startTime, endTime, ...daysOfWeek].every((one) => typeof one === 'string');
  return isTexts && isObject(timeZone) && typeof timeZone['name'] === 'string';
}

function isTime(value: unknown): value is GraphTime {
  return isObject(value) && typeof value['dateTime'] === 'string' && typeof value['timeZone'] === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
