import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mappedAgents } from '../support/mapped-agents.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const {
  AffectedTaskOccurrence,
  ConflictResolutionMode,
  DateTime,
  DateTimeKind,
  DeleteMode,
  ExchangeService,
  ExchangeVersion,
  ItemView,
  Recurrence,
  SearchFilter,
  Task,
  TaskSchema,
  TaskStatus,
  WebCredentials,
  WellKnownFolderName,
} = ews;
/** Its declarations leave out what these take. */
const { WeeklyPattern, MonthlyRegenerationPattern } = Recurrence as unknown as {
  readonly WeeklyPattern: new (start: ews.DateTime, interval: number, days: readonly ews.DayOfTheWeek[]) => ews.Recurrence;
  readonly MonthlyRegenerationPattern: new (start: ews.DateTime, interval: number) => ews.Recurrence;
};
type DeleteTask = (mode: ews.DeleteMode, meetings: null, occurrences: ews.AffectedTaskOccurrence) => Promise<void>;
type Service = InstanceType<typeof ExchangeService>;
type OneTask = InstanceType<typeof Task>;

let lab: TestLab;
let mary: Service;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  mary = new ExchangeService(ExchangeVersion.Exchange2013_SP1);
  mary.XHRApi = new XhrApi({ ...mappedAgents(lab.names) } as object);
  mary.Credentials = new WebCredentials('CONTOSO\\mary', lab.password);
  mary.Url = new ews.Uri('https://mail.contoso.test/EWS/Exchange.asmx');
});
afterAll(() => lab.close());

const day = (text: string): InstanceType<typeof DateTime> => new DateTime(Date.parse(`${text}T00:00:00Z`), DateTimeKind.Utc);
const dueOf = (task: OneTask): string => new Date(task.DueDate.TotalMilliSeconds).toISOString().slice(0, 10);
async function made(subject: string, recurrence: ews.Recurrence): Promise<OneTask> {
  const task = new Task(mary);
  task.Subject = subject;
  task.Recurrence = recurrence;
  await task.Save();
  return Task.Bind(mary, task.Id);
}
async function named(subject: string): Promise<OneTask[]> {
  const found = await mary.FindItems(WellKnownFolderName.Tasks, new SearchFilter.IsEqualTo(TaskSchema.Subject, subject), new ItemView(10));
  return found.Items as OneTask[];
}

test('a recurring task is completed day by day, and skipped', async () => {
  const pattern = new WeeklyPattern(day('2026-11-04'), 1, [ews.DayOfTheWeek.Wednesday, ews.DayOfTheWeek.Friday]);
  pattern.NumberOfOccurrences = 4;
  const task = await made('Water', pattern);
  expect([task.IsRecurring, dueOf(task), task.Recurrence instanceof WeeklyPattern]).toEqual([true, '2026-11-04', true]);
  task.Status = TaskStatus.Completed;
  await task.Update(ConflictResolutionMode.AlwaysOverwrite);
  const both = await named('Water');
  expect(both.map((one) => [one.IsRecurring, one.IsComplete]).toSorted(([left], [right]) => Number(left) - Number(right))).toEqual([
    [false, true],
    [true, false],
  ]);
  const [next] = both.filter((one) => one.IsRecurring);
  const bound = await Task.Bind(mary, (next ?? task).Id);
  expect([dueOf(bound), bound.Recurrence.NumberOfOccurrences]).toEqual(['2026-11-06', 3]);
  await bound.DeleteCurrentOccurrence(DeleteMode.HardDelete);
  const after = await Task.Bind(mary, bound.Id);
  expect([dueOf(after), after.Recurrence.NumberOfOccurrences]).toEqual(['2026-11-11', 2]);
  await (after.Delete as unknown as DeleteTask)(DeleteMode.HardDelete, null, AffectedTaskOccurrence.AllOccurrences);
  expect((await named('Water')).map((one) => one.IsRecurring)).toEqual([false]);
});

test('a regenerating task comes again after it was completed', async () => {
  const task = await made('Refill', new MonthlyRegenerationPattern(day('2026-09-01'), 2));
  expect([task.Recurrence instanceof MonthlyRegenerationPattern, dueOf(task)]).toEqual([true, '2026-09-01']);
  const id = task.Id;
  task.PercentComplete = 100;
  await task.Update(ConflictResolutionMode.AlwaysOverwrite);
  const next = await Task.Bind(mary, id);
  expect([dueOf(next), next.Status, next.Recurrence.HasEnd]).toEqual(['2027-01-04', TaskStatus.NotStarted, false]);
});
