import { named } from '../../../kernel/mapi.ts';
import { simple } from '../../../xml/codec.ts';
import { taskDelegateState, taskStatus } from '../types/contact-parts.ts';
import { strings } from '../types/item-parts.ts';
import { taskRecurrence } from '../types/recurrence.ts';
import { decimal, instant, integer, text, truth } from '../types/simple.ts';
import { fieldTable, numbered, special, stored, textList } from './field.ts';

const written = { writable: true } as const;

/** A fraction in the store, a percentage on the wire; what the division leaves behind the eighth decimal is none of it. */
const percentage = { read: (value: unknown) => Math.round(Number(value) * 1e10) / 1e8, write: (value: number) => value / 100 };
/** PidLidTaskOwnership, MS-OXOTASK 2.2.2.2.29. */
const ownership = numbered(['NoMatch', 'OwnNew', 'Owned'] as const);
const delegation = {
  read: ownership.read,
  write: (value: string) => taskDelegateState.enumeration.findIndex((word: string) => word === value),
};

/** The status in words, those of Outlook in English. */
const statusWords = numbered(['Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'] as const);

/** TaskType, behind ItemType. */
export const taskFields = fieldTable('task', 100, {
  ActualWork: stored(integer, named.taskActualEffort, written),
  AssignedTime: stored(instant, named.taskLastUpdate),
  BillingInformation: stored(text, named.billing, written),
  ChangeCount: stored(integer, named.taskVersion),
  Companies: stored(strings, named.companies, written, textList),
  CompleteDate: stored(instant, named.taskDateCompleted, written),
  Contacts: stored(strings, named.contacts, written, textList),
  DelegationState: stored(simple(taskDelegateState), named.taskOwnership, {}, delegation),
  Delegator: stored(text, named.taskAssigner),
  DueDate: stored(instant, named.taskDueDate, written),
  IsAssignmentEditable: stored(integer, named.taskMode),
  IsComplete: stored(truth, named.taskComplete),
  IsRecurring: stored(truth, named.taskRecurs),
  IsTeamTask: stored(truth, named.teamTask),
  Mileage: stored(text, named.mileage, written),
  Owner: stored(text, named.taskOwner),
  PercentComplete: stored(decimal, named.percentComplete, written, percentage),
  Recurrence: special('TaskRecurrence', taskRecurrence, { ...written, inFind: false }),
  StartDate: stored(instant, named.taskStartDate, written),
  Status: stored(simple(taskStatus), named.taskStatus, written, numbered(taskStatus.enumeration)),
  StatusDescription: stored(text, named.taskStatus, {}, statusWords),
  TotalWork: stored(integer, named.taskEstimatedEffort, written),
});
