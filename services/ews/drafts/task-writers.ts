import { writeTaskRecurrence } from '../../../shared/domain/calendar/task-recurrence.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { named, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { WireTaskRecurrence } from '../../../shared/protocols/ews/types/recurrence.ts';
import { readTaskRecurrence } from '../calendar/wire-task-recurrence.ts';
import { ewsRefusal } from '../failures.ts';
import type { Draft } from './draft.ts';
import type { SpecialWriter } from './special-writer.ts';
import { beginWithRecurrence, endsOccurrence, taskIcons } from './task-occurrence.ts';

/** PidLidTaskStatus, MS-OXOTASK 2.2.2.2.2. */
const [notStarted, inProgress, completed] = [0, 1, 2];

/**
 * Status, PercentComplete and CompleteDate move together; of several in a request the last counts. Microsoft's page on the
 * element Status; what happens to them at values between is inferred from MS-OXOTASK 2.2.2.2.2.
 */
export const taskWriters: ReadonlyMap<PropertyKey, { set(draft: Draft, value: PropertyValue): void; remove(draft: Draft): void }> = new Map(
  [
    [named.taskStatus, { set: setStatus, remove: (draft) => setStatus(draft, notStarted) }],
    [named.percentComplete, { set: setPercentage, remove: (draft) => setPercentage(draft, 0) }],
    [named.taskDateCompleted, { set: setDate, remove: (draft) => setStatus(draft, notStarted) }],
    // Of two days in the wrong order the one that is said last moves the other (inferred).
    [
      named.taskStartDate,
      { set: (draft, date) => setDay(draft, named.taskStartDate, date), remove: (draft) => draft.remove(named.taskStartDate) },
    ],
    [
      named.taskDueDate,
      { set: (draft, date) => setDay(draft, named.taskDueDate, date), remove: (draft) => draft.remove(named.taskDueDate) },
    ],
  ],
);

function setStatus(draft: Draft, status: PropertyValue): void {
  draft.set(named.taskStatus, status);
  if (status === completed) complete(draft);
  else reopen(draft);
  if (status === notStarted) draft.set(named.percentComplete, 0);
}

function setPercentage(draft: Draft, fraction: PropertyValue): void {
  if (typeof fraction !== 'number' || !(fraction >= 0 && fraction <= 1)) throw ewsRefusal('ErrorInvalidPercentCompleteValue');
  draft.set(named.percentComplete, fraction);
  draft.set(named.taskStatus, fraction === 0 ? notStarted : fraction === 1 ? completed : inProgress);
  if (fraction === 1) complete(draft);
  else reopen(draft);
}

function setDate(draft: Draft, date: PropertyValue): void {
  draft.set(named.taskStatus, completed);
  complete(draft);
  draft.set(named.taskDateCompleted, date);
}

function complete(draft: Draft): void {
  draft.set(named.taskComplete, true);
  draft.set(named.percentComplete, 1);
}

function reopen(draft: Draft): void {
  draft.set(named.taskComplete, false);
  draft.remove(named.taskDateCompleted);
}

function setDay(draft: Draft, key: PropertyKey, date: PropertyValue): void {
  const isStart = key === named.taskStartDate;
  const other = isStart ? named.taskDueDate : named.taskStartDate;
  const there = draft.current(other);
  draft.set(key, date);
  if (there !== undefined && (isStart ? there < date : there > date)) draft.set(other, date);
}

/** How a task recurs. */
export const taskRecurrenceWriter: SpecialWriter = {
  set(draft, wire: WireTaskRecurrence) {
    draft.set(named.taskRecurrence, writeTaskRecurrence(readTaskRecurrence(wire)).toString('base64'));
    draft.set(named.taskRecurs, true);
    draft.set(named.taskDeadOccurrence, false);
  },
  remove(draft) {
    draft.remove(named.taskRecurrence);
    draft.set(named.taskRecurs, false);
  },
};

/**
 * What a task has besides, once all fields of a request are in: the day of its completion, its counter of changes. Refuses
 * with ErrorInvalidCompleteDate a day that is not yet.
 */
export function settleTask(draft: Draft, owner: string, instant: Instant): void {
  for (const [key, value] of Object.entries(usual) as [PropertyKey, PropertyValue][])
    if (draft.current(key) === undefined) draft.set(key, value);
  if (draft.current(named.taskOwner) === undefined) draft.set(named.taskOwner, owner);
  const isDone = draft.current(named.taskStatus) === completed;
  if (isDone && draft.current(named.taskDateCompleted) === undefined) draft.set(named.taskDateCompleted, instant);
  // Another status than done, and nothing left to do: that cannot be.
  if (!isDone && draft.current(named.percentComplete) === 1) draft.set(named.percentComplete, 0);
  const date = draft.properties[named.taskDateCompleted];
  // A day in any time zone: what is tomorrow here may be today there.
  if (typeof date === 'number' && date > instant + aDay) throw ewsRefusal('ErrorInvalidCompleteDate', { detail: `${date} is not yet` });
  if (isDone && draft.properties[named.taskComplete] === true && draft.current(named.reminderSet) === true)
    draft.set(named.reminderSet, false);
  if (!endsOccurrence(draft)) beginWithRecurrence(draft);
  draft.set(tags.iconIndex, draft.current(named.taskRecurs) === true ? taskIcons.recurring : taskIcons.single);
  // That of a recurring task counts its occurrences (observed: exchangelib's tests).
  if (draft.before(named.taskRecurs) !== true) draft.set(named.taskVersion, Number(draft.before(named.taskVersion) ?? 0) + 1);
}

const aDay = 24 * 3_600_000;

const usual: Readonly<Record<PropertyKey, PropertyValue>> = {
  [named.taskStatus]: notStarted,
  [named.percentComplete]: 0,
  [named.taskComplete]: false,
  [named.taskRecurs]: false,
  [named.teamTask]: false,
  [named.taskOwnership]: 0,
  [named.taskMode]: 0,
};
