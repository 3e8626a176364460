import { storeWorkingHours, workingHoursIn } from '../bridges/calendar/working-hours.ts';
import { windowsZone } from '../domain/calendar/windows-zone.ts';
import { defaultWorkingHours, type WorkingHours } from '../domain/calendar/working-hours.ts';
import { requireFolder } from '../domain/mailbox/folders.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { Guid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { listGiven, refusePrompt, textGiven } from './given.ts';
import { requireMailbox } from './mailbox-identity.ts';
import { parseTimeSpan, timeSpanText } from './time-span.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const week = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
/** Words for several days, as the page of Set-MailboxCalendarConfiguration lists them. */
const spans: Readonly<Record<string, readonly number[]>> = {
  None: [],
  AllDays: [0, 1, 2, 3, 4, 5, 6],
  Weekdays: [1, 2, 3, 4, 5],
  WeekEndDays: [0, 6],
};
const dayWords: ReadonlyMap<string, readonly number[]> = new Map([
  ...Object.entries(spans).map(([word, days]) => [word.toLowerCase(), days] as const),
  ...week.map((word, day) => [word.toLowerCase(), [day]] as const),
]);
const dayMinutes = 24 * 60;

/** `Set-MailboxCalendarConfiguration mary -WorkingHoursTimeZone "W. Europe Standard Time"`: when somebody works. */
export const mailboxCalendarConfiguration = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const { owner, mailbox } = await requireMailbox(scope, String(given['Identity']));
      const hours = await scope.transaction((tx) => hoursOf(tx, mailbox));
      return [{ ...shown(hours), MailboxOwnerId: owner.displayName, Identity: owner.primaryAddress }];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      WorkDays: 'list',
      WorkingHoursStartTime: 'text',
      WorkingHoursEndTime: 'text',
      WorkingHoursTimeZone: 'text',
      Confirm: 'switch',
    },
    required: ['Identity'],
    async run(scope, given) {
      refusePrompt(given);
      const { mailbox } = await requireMailbox(scope, String(given['Identity']));
      const change = changeGiven(given);
      await scope.transaction(async (tx) => {
        const hours = { ...(await hoursOf(tx, mailbox)), ...change };
        // MicrosoftDocs/OfficeDocs-Support, "Resolve free/busy errors", has the sentence.
        if (hours.startMinutes > hours.endMinutes)
          throw cmdletRefusal('bad-parameter', 'Work hours start time must be less than or equal to end time.');
        await storeWorkingHours(tx, mailbox, hours, scope.at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** What cannot be read is set anew. */
async function hoursOf(tx: Transaction, mailbox: Guid): Promise<WorkingHours> {
  const found = await workingHoursIn(tx, await requireFolder(tx, mailbox, 'calendar'));
  return found === 'malformed' ? defaultWorkingHours : found;
}

function changeGiven(given: CmdletParameters): Partial<WorkingHours> {
  const days = listGiven(given, 'WorkDays');
  const startMinutes = minutesGiven(given, 'WorkingHoursStartTime');
  const endMinutes = minutesGiven(given, 'WorkingHoursEndTime');
  const timeZone = textGiven(given, 'WorkingHoursTimeZone');
  if (timeZone !== undefined && windowsZone(timeZone) === undefined)
    throw cmdletRefusal('bad-parameter', `-WorkingHoursTimeZone takes the id of a zone of Windows, not ${JSON.stringify(timeZone)}.`);
  return {
    ...(days === undefined ? {} : { days: daysOf(days) }),
    ...(startMinutes === undefined ? {} : { startMinutes }),
    ...(endMinutes === undefined ? {} : { endMinutes }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

function daysOf(words: readonly string[]): readonly number[] {
  const days = words.flatMap((word) => {
    const found = dayWords.get(word.toLowerCase());
    if (found === undefined)
      throw cmdletRefusal('bad-parameter', `-WorkDays takes ${[...Object.keys(spans), ...week].join(', ')}, not ${JSON.stringify(word)}.`);
    return found;
  });
  return [...new Set(days)].sort((left, right) => left - right);
}

/** A time of the day, in minutes: working hours have no seconds (WorkingPeriod, MS-OXWAVLS 2.2.4.24). */
function minutesGiven(given: CmdletParameters, name: string): number | undefined {
  const text = textGiven(given, name);
  if (text === undefined) return undefined;
  const minutes = (parseTimeSpan(text) ?? Number.NaN) / 60;
  if (Number.isInteger(minutes) && minutes < dayMinutes) return minutes;
  throw cmdletRefusal('bad-parameter', `-${name} takes a time of the day in whole minutes, as 08:30:00, not ${JSON.stringify(text)}.`);
}

/** Days as .NET writes a set of flags. */
function shown({ days, startMinutes, endMinutes, timeZone }: WorkingHours): CmdletObject {
  const span = Object.entries(spans).find(([, all]) => all.join() === days.join())?.[0];
  return {
    WorkDays: span ?? days.map((day) => week[day] ?? '').join(', '),
    WorkingHoursStartTime: timeSpanText(startMinutes * 60),
    WorkingHoursEndTime: timeSpanText(endMinutes * 60),
    WorkingHoursTimeZone: timeZone,
  };
}
