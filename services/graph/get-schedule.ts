import { calendarAccessOf } from '../../shared/bridges/access/calendar-access.ts';
import { calendarFailure } from '../../shared/bridges/calendar/calendar-opening.ts';
import { type CalendarEvent, mostEvents } from '../../shared/domain/calendar/calendar-events.ts';
import { openCalendar } from '../../shared/domain/calendar/calendar-memory.ts';
import {
  type BusyStatus,
  defaultIntervalMinutes,
  mergedFreeBusy,
  type Period,
  windowProblem,
} from '../../shared/domain/calendar/free-busy.ts';
import { showsSubject } from '../../shared/domain/calendar/sharing.ts';
import { instantAt } from '../../shared/domain/calendar/time-zone.ts';
import { windowsZone } from '../../shared/domain/calendar/windows-zone.ts';
import { defaultWorkingHours, type WorkingHours, workingHoursOf } from '../../shared/domain/calendar/working-hours.ts';
import type { Directory } from '../../shared/domain/directory/directory.ts';
import { localMailbox } from '../../shared/domain/directory/recipient.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { OpenExchange } from '../../shared/kernel/exchange.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import { type Check, judge, type Verdict } from '../../shared/kernel/verdict.ts';
import {
  type GraphTime,
  type GraphWorkingHours,
  graphDays,
  graphTime,
  graphWallTime,
  readScheduleRequest,
  type ScheduleInformation,
  type ScheduleItem,
} from '../../shared/protocols/graph/schedule.ts';
import type { Store } from '../../shared/store/database.ts';
import { GraphRefusal } from './refusal.ts';

/** What getSchedule reads. */
export interface ScheduleGround {
  readonly store: Store;
  readonly seams: Seams;
  readonly at: Instant;
  readonly exchange: Pick<OpenExchange, 'faulted'>;
  /** Of the tenant. */
  readonly directory: Directory;
  /** Who asks, where it is somebody; undefined for an application by itself. */
  readonly caller: Parameters<typeof calendarAccessOf>[2];
}

interface Question {
  readonly window: Period;
  readonly intervalMinutes: number;
}

/** Schedules in one request (learn.microsoft.com/graph/api/calendar-getschedule says 20; Exchange's own availability service takes 100). */
const mostSchedules = 100;

/**
 * `POST /users/{id}/calendar/getSchedule`: what calendars of the tenant give to whoever asks; that an application sees what they
 * give to everybody is inferred. Refuses with a {@link GraphRefusal}; what concerns one schedule stands beside it.
 *
 * @param user as the path names him: somebody with a mailbox in the tenant
 */
export async function getSchedule(
  ground: ScheduleGround,
  user: string,
  body: unknown,
): Promise<{ readonly verdict: Verdict | undefined; readonly schedules: readonly ScheduleInformation[] }> {
  const { directory } = ground;
  const asker = (await directory.byUserPrincipalName(user)) ?? (await directory.byAddress(user));
  if (asker === undefined || localMailbox(asker) === null)
    throw new GraphRefusal(404, 'ErrorInvalidUser', `The requested user '${user}' is invalid.`);
  const request = readScheduleRequest(body);
  if (typeof request === 'string') throw new GraphRefusal(400, 'ErrorInvalidParameter', `The value of ${request} cannot be read.`);
  if (request.schedules.length > mostSchedules)
    throw new GraphRefusal(400, 'ErrorMailboxDataArrayTooBig', `At most ${mostSchedules} schedules are asked for at once.`);
  const intervalMinutes = request.availabilityViewInterval ?? defaultIntervalMinutes;
  const window = { start: instantOf('startTime', request.startTime), end: instantOf('endTime', request.endTime) };
  const problem = windowProblem(window, intervalMinutes);
  if (problem !== undefined)
    throw new GraphRefusal(400, windowCodes[problem] ?? 'ErrorInvalidParameter', `The window is refused: ${problem}.`);
  const checks: Check[] = [];
  const schedules: ScheduleInformation[] = [];
  for (const scheduleId of request.schedules) {
    await new Promise((resolve) => setImmediate(resolve));
    schedules.push({ scheduleId, ...(await scheduleOf(ground, scheduleId, { window, intervalMinutes }, checks)) });
  }
  return { verdict: checks.length === 0 ? undefined : judge(checks), schedules };
}

/** The codes of EWS, which Graph has too. */
const windowCodes: Readonly<Record<string, string>> = {
  'window-empty': 'ErrorInvalidTimeInterval',
  'window-too-long': 'ErrorTimeIntervalTooBig',
  'merged-interval-invalid': 'ErrorInvalidMergedFreeBusyInterval',
};

function instantOf(name: string, { dateTime, timeZone }: GraphTime): number {
  const zone = windowsZone(timeZone);
  const wall = graphWallTime(dateTime);
  if (zone === undefined)
    throw new GraphRefusal(400, 'TimeZoneNotSupportedException', `A valid TimeZone value must be specified: ${timeZone}`);
  if (wall === undefined) throw new GraphRefusal(400, 'ErrorInvalidParameter', `The value of ${name} cannot be read.`);
  return instantAt(zone, wall);
}

type Shown = Omit<ScheduleInformation, 'scheduleId'>;

async function scheduleOf(
  { store, seams, directory, caller, at, exchange }: ScheduleGround,
  address: string,
  question: Question,
  checks: Check[],
): Promise<Shown> {
  const owner = await directory.byAddress(address);
  const mailbox = owner === undefined ? null : localMailbox(owner);
  if (owner === undefined || mailbox === null)
    return refused('ErrorMailRecipientNotFound', `Unable to resolve e-mail address ${address} to an Active Directory object.`);
  const { read } = store;
  const { isLocked, calendar } = await openCalendar(store, mailbox, at);
  const failure = calendarFailure(
    { seams, service: 'graph', organization: directory.organization, operation: 'getSchedule' },
    { isLocked, address: owner.primaryAddress },
    (rule, kind) => exchange.faulted(rule, kind),
  );
  if (failure !== undefined) return refused(failure.code, failure.text);
  const share = await calendarAccessOf({ read, directory }, { mailbox, owner, folder: calendar.folder }, caller);
  checks.push(share.check);
  if (share.access === 'None') return refused('ErrorNoFreeBusyAccess', 'The caller does not have access to free/busy data.');
  try {
    const events = await calendar.events(question.window);
    const isShown = (event: CalendarEvent): boolean => showsSubject(event, share.access, share.seesPrivate);
    return {
      availabilityView: mergedFreeBusy(events, question.window, question.intervalMinutes),
      scheduleItems: events.map((event) => itemOf(event, isShown(event))),
      workingHours: hoursOf(calendar.folder === undefined ? defaultWorkingHours : workingHoursOf(calendar.folder)),
    };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'too-many-events') throw error;
    // The number and the sentence: learn.microsoft.com/graph/api/calendar-getschedule.
    const text = `The result set contains too many calendar entries. The allowed size = ${mostEvents}; the actual size = ${error.detail ?? ''}.`;
    return refused('5006', text);
  }
}

function refused(responseCode: string, message: string): Shown {
  return { availabilityView: '', error: { message, responseCode } };
}

const statuses: Readonly<Record<BusyStatus, ScheduleItem['status']>> = {
  free: 'free',
  tentative: 'tentative',
  busy: 'busy',
  'out-of-office': 'oof',
  'working-elsewhere': 'workingElsewhere',
};

function itemOf({ start, end, status, subject, location, ...event }: CalendarEvent, isShown: boolean): ScheduleItem {
  const { isPrivate, isMeeting, isRecurring, isException, isReminderSet } = event;
  return {
    ...{ isPrivate, status: statuses[status] },
    ...(isShown ? { subject, location } : {}),
    ...{ isMeeting, isRecurring, isException, isReminderSet },
    ...{ start: graphTime(start), end: graphTime(end) },
  };
}

function hoursOf({ timeZone, days, startMinutes, endMinutes }: WorkingHours): GraphWorkingHours {
  const time = (minutes: number): string => `${new Date(minutes * 60_000).toISOString().slice(11, 19)}.0000000`;
  return {
    daysOfWeek: days.map((day) => graphDays[day] ?? 'sunday'),
    startTime: time(startMinutes),
    endTime: time(endMinutes),
    timeZone: { name: timeZone },
  };
}
