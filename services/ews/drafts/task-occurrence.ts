import { nextTask, type TaskRecurrence, taskRecurrenceOf, writeTaskRecurrence } from '../../../shared/domain/calendar/task-recurrence.ts';
import { utc, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { copyItem } from '../../../shared/domain/mailbox/copy-item.ts';
import type { ItemReference } from '../../../shared/domain/mailbox/item-writes.ts';
import { type ItemChanges, updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import type { Draft } from './draft.ts';

/** When a request is carried out, and in which zone; without one in UTC. */
type Ground = Pick<EwsCall, 'instant' | 'zone'>;
type Properties = (key: PropertyKey) => PropertyValue | undefined;

const dayMs = 86_400_000;
/** PidTagIconIndex, MS-OXOTASK 2.2.2.1. */
export const taskIcons = { single: 0x500, recurring: 0x501 } as const;
/** PidLidTaskStatus of what has not begun. */
const notStarted = 0;

/**
 * Whether an update ends the occurrence that a recurring task is now: it completes it, or changes its days and it does not
 * regenerate (Microsoft's page "UpdateItem operation (task)"). The start of the recurrence counts among them (observed:
 * exchangelib's tests).
 */
export function endsOccurrence(draft: Draft): boolean {
  const [before, after] = [taskRecurrenceOf(draft.before), taskRecurrenceOf((key) => draft.current(key))];
  if (before === undefined || after === undefined) return false;
  if (draft.before(named.taskComplete) !== true && draft.current(named.taskComplete) === true) return true;
  if (before.isRegenerating || after.isRegenerating) return false;
  const isOther = (key: PropertyKey): boolean => draft.before(key) !== undefined && draft.before(key) !== draft.current(key);
  return before.pattern.start !== after.pattern.start || isOther(named.taskStartDate) || isOther(named.taskDueDate);
}

/**
 * Leaves the occurrence that an updated task is as a task of its own, which it answers, and lets the task go on to its next
 * one; undefined, and nothing done, when this is the last. What else was changed stays so in both (inferred).
 */
export async function leaveOccurrence(
  tx: Executor,
  { guid }: OpenMailbox,
  draft: Draft,
  { counter, folder }: ItemReference,
  ground: Ground,
): Promise<ItemReference | undefined> {
  const isAnother = draft.current(named.taskRecurrence) !== draft.before(named.taskRecurrence);
  const next = nextOccurrenceOf(draft.before, ground, isAnother ? taskRecurrenceOf((key) => draft.current(key)) : undefined);
  if (next === undefined) return undefined;
  const { counter: left } = await copyItem(tx, { mailbox: guid, counter }, { mailbox: guid, folder }, ground.instant);
  const single = { [named.taskRecurs]: false, [named.taskDeadOccurrence]: true, [tags.iconIndex]: taskIcons.single };
  const answer = await updateItem(tx, guid, left, { set: single, remove: [named.taskRecurrence] }, 'any', ground.instant);
  await updateItem(tx, guid, counter, next, 'any', ground.instant);
  return answer;
}

/** What {@link nextOccurrenceOf} reads. */
export const occurrenceKeys: readonly PropertyKey[] = [
  named.taskRecurs,
  named.taskRecurrence,
  named.taskStartDate,
  named.taskDueDate,
  named.taskVersion,
  named.taskResetReminder,
  named.reminderSet,
  named.reminderTime,
  named.reminderSignalTime,
];

/**
 * What a recurring task becomes when the occurrence that it is now is over; undefined when that is the last one.
 *
 * @param after how it recurs from then on, where that is something else
 */
export function nextOccurrenceOf(read: Properties, { instant, zone }: Ground, after?: TaskRecurrence): ItemChanges | undefined {
  const before = taskRecurrenceOf(read);
  if (before === undefined) return undefined;
  const [current, today] = [currentDay(read, before), Math.floor(wallTimeAt(zone?.zone ?? utc, instant) / dayMs)];
  const next = nextTask(before, current, today, after);
  if (next === undefined) return undefined;
  const { day, recurrence } = next;
  const rings = read(named.reminderSet) === true || read(named.taskResetReminder) === true;
  return {
    set: {
      ...datesOn(read, day, (day - current) * dayMs),
      // What was dismissed comes back with the next occurrence (MS-OXOTASK 2.2.2.2.6).
      ...(rings ? { [named.reminderSet]: true, [named.taskResetReminder]: false } : {}),
      [named.taskRecurrence]: writeTaskRecurrence(recurrence).toString('base64'),
      [named.taskDeadOccurrence]: nextTask(recurrence, day, today) === undefined,
      [named.taskStatus]: notStarted,
      [named.percentComplete]: 0,
      [named.taskComplete]: false,
      [named.taskVersion]: Number(read(named.taskVersion) ?? 0) + 1,
    },
    // A start that the occurrence alone was given is none of the next one.
    remove: read(named.taskStartDate) === undefined ? [named.taskDateCompleted, named.taskStartDate] : [named.taskDateCompleted],
  };
}

/** Days of tasks are midnight on somebody's clocks: in UTC the nearest is meant. */
function currentDay(read: Properties, { pattern }: TaskRecurrence): number {
  const date = read(named.taskStartDate) ?? read(named.taskDueDate);
  return typeof date === 'number' ? Math.round(date / dayMs) : pattern.start;
}

function datesOn(read: Properties, day: number, byMs: number): PropertyBag {
  const dates = [named.taskStartDate, named.taskDueDate, named.reminderTime, named.reminderSignalTime].flatMap((key) => {
    const date = read(key);
    return typeof date === 'number' ? [[key, date + byMs] as const] : [];
  });
  return { [named.taskDueDate]: day * dayMs, ...Object.fromEntries(dates) };
}

/**
 * Puts the days of a task where its new recurrence begins (Microsoft's page "CreateItem operation (task)"): the start, and the
 * due date as far behind it as before; the due date alone where it has no start.
 */
export function beginWithRecurrence(draft: Draft): void {
  const octets = draft.properties[named.taskRecurrence];
  const recurrence = taskRecurrenceOf((key) => draft.current(key));
  if (octets === undefined || octets === draft.before(named.taskRecurrence) || recurrence === undefined) return;
  const first = recurrence.pattern.start;
  const [start, due] = [draft.current(named.taskStartDate), draft.current(named.taskDueDate)];
  if (typeof start !== 'number') {
    draft.set(named.taskDueDate, first * dayMs);
    return;
  }
  const byMs = (first - Math.round(start / dayMs)) * dayMs;
  draft.set(named.taskStartDate, start + byMs);
  if (typeof due === 'number') draft.set(named.taskDueDate, due + byMs);
}
