import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, ids, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string): Promise<string> => (await lab.ews(mary, body)).body;
const code = (body: string): string | undefined => texts(body, 'ResponseCode')[0];
const daily = '<t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>';
const from = (day: string): string => `<t:NoEndRecurrence><t:StartDate>${day}</t:StartDate></t:NoEndRecurrence>`;
const times = (day: string, count: number): string =>
  `<t:NumberedRecurrence><t:StartDate>${day}</t:StartDate><t:NumberOfOccurrences>${count}</t:NumberOfOccurrences></t:NumberedRecurrence>`;
const until = (day: string, last: string): string =>
  `<t:EndDateRecurrence><t:StartDate>${day}</t:StartDate><t:EndDate>${last}</t:EndDate></t:EndDateRecurrence>`;
const recurs = (pattern: string, range: string): string => `<t:Recurrence>${pattern}${range}</t:Recurrence>`;
const regeneration = (kind: string, interval: number): string =>
  `<t:${kind}Regeneration><t:Interval>${interval}</t:Interval></t:${kind}Regeneration>`;
const create = (inner: string): Promise<string> => ask(`<m:CreateItem><m:Items><t:Task>${inner}</t:Task></m:Items></m:CreateItem>`);
async function made(inner: string): Promise<string> {
  const body = await create(inner);
  return present(ids(body)[0], body).id;
}
const get = (id: string): Promise<string> =>
  ask(
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
const set = (uri: string, inner: string): string =>
  `<t:SetItemField><t:FieldURI FieldURI="${uri}"/><t:Task>${inner}</t:Task></t:SetItemField>`;
const update = (id: string, ...updates: readonly string[]): Promise<string> =>
  ask(
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${updates.join('')}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
const complete = set('task:Status', '<t:Status>Completed</t:Status>');
const remove = (id: string, which: string): Promise<string> =>
  ask(
    `<m:DeleteItem DeleteType="HardDelete" AffectedTaskOccurrences="${which}"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
  );
const facts = (body: string, ...names: readonly string[]): readonly (string | undefined)[] => names.map((name) => texts(body, name)[0]);
const day = (text: string | undefined): string | undefined => text?.slice(0, 10);
/** Start and due date. */
const days = (body: string): readonly (string | undefined)[] => [
  day(texts(body.replace(/<t:Recurrence>.*?<\/t:Recurrence>/s, ''), 'StartDate')[0]),
  day(texts(body, 'DueDate')[0]),
];

describe('the recurrence of a task', () => {
  test.each([
    [daily, from('2026-11-04')],
    [
      '<t:WeeklyRecurrence><t:Interval>2</t:Interval><t:DaysOfWeek>Monday Friday</t:DaysOfWeek><t:FirstDayOfWeek>Monday</t:FirstDayOfWeek></t:WeeklyRecurrence>',
      times('2026-11-06', 7),
    ],
    [
      '<t:AbsoluteMonthlyRecurrence><t:Interval>3</t:Interval><t:DayOfMonth>31</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>',
      until('2026-11-30', '2028-01-01'),
    ],
    [
      '<t:RelativeYearlyRecurrence><t:DaysOfWeek>Weekday</t:DaysOfWeek><t:DayOfWeekIndex>Last</t:DayOfWeekIndex><t:Month>December</t:Month></t:RelativeYearlyRecurrence>',
      from('2026-12-31'),
    ],
    [regeneration('Daily', 3), times('2026-11-04', 999)],
    [regeneration('Weekly', 2), from('2026-11-04')],
    [regeneration('Monthly', 5), until('2026-11-04', '2027-11-04')],
    [regeneration('Yearly', 1), from('2026-11-04')],
  ])('%s comes back', async (pattern, range) => {
    const body = await get(await made(recurs(pattern, range)));
    const [shown] = /<t:Recurrence>.*<\/t:Recurrence>/s.exec(body) ?? [];
    expect(shown?.replace(/\s+</g, '<').replace(/(Date>[\d-]{10})(Z|[+-]00:00)/g, '$1')).toBe(recurs(pattern, range));
    expect(facts(body, 'IsRecurring', 'ChangeCount', 'IsAssignmentEditable')).toEqual(['true', '1', '0']);
  });

  test('moves the days of the task to where it begins: the example on the page "CreateItem operation (task)"', async () => {
    const mondays = '<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence>';
    const [due, start] = ['<t:DueDate>2006-10-28T00:00:00Z</t:DueDate>', '<t:StartDate>2006-10-26T00:00:00Z</t:StartDate>'];
    const both = await get(await made(due + recurs(mondays, from('2006-10-26')) + start));
    expect(days(both)).toEqual(['2006-10-30', '2006-11-01']);
    const alone = await get(await made(due + recurs(mondays, from('2006-10-26'))));
    expect(days(alone)).toEqual([undefined, '2006-10-30']);
  });

  test.each([
    [regeneration('Daily', 0), from('2026-11-04'), 'ErrorCalendarOutOfRange'],
    [regeneration('Weekly', 100), from('2026-11-04'), 'ErrorCalendarOutOfRange'],
    [daily, times('2026-11-04', 1_000), 'ErrorCalendarOutOfRange'],
    [daily, until('2026-11-04', '2026-11-03'), 'ErrorRecurrenceHasNoOccurrence'],
    [regeneration('Daily', 1), until('2026-11-04', '4501-01-01'), 'ErrorRecurrenceEndDateTooBig'],
    [
      '<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Weekday</t:DaysOfWeek></t:WeeklyRecurrence>',
      from('2026-11-04'),
      'ErrorCalendarInvalidDayForWeeklyRecurrence',
    ],
  ])('%s %s is refused', async (pattern, range, expected) => {
    expect(code(await create(recurs(pattern, range)))).toBe(expected);
  });

  test('is taken away', async () => {
    const id = await made(recurs(daily, from('2026-11-04')));
    expect(code(await update(id, '<t:DeleteItemField><t:FieldURI FieldURI="task:Recurrence"/></t:DeleteItemField>'))).toBe('NoError');
    const body = await get(id);
    expect([texts(body, 'IsRecurring'), all(body, 'Recurrence')]).toEqual([['false'], []]);
    expect(code(await update(id, complete))).toBe('NoError');
    expect(facts(await get(id), 'Status')).toEqual(['Completed']);
  });
});

describe('an occurrence that is over', () => {
  const task = `<t:Subject>Water</t:Subject><t:DueDate>2026-11-05T00:00:00Z</t:DueDate>${recurs(daily, times('2026-11-04', 3))}<t:StartDate>2026-11-04T00:00:00Z</t:StartDate>`;

  test('stays as a completed task, and the task goes on, until the last', async () => {
    const id = await made(task);
    const left = present(ids(await update(id, complete))[0], 'a task that is left').id;
    expect(left).not.toBe(id);
    const single = await get(left);
    expect(facts(single, 'Subject', 'Status', 'IsRecurring')).toEqual(['Water', 'Completed', 'false']);
    expect(days(single)).toEqual(['2026-11-04', '2026-11-05']);
    const next = await get(id);
    expect(facts(next, 'Status', 'IsRecurring', 'NumberOfOccurrences', 'ChangeCount', 'CompleteDate')).toEqual([
      'NotStarted',
      'true',
      '2',
      '2',
      undefined,
    ]);
    expect(days(next)).toEqual(['2026-11-05', '2026-11-06']);
    await update(id, complete);
    const [last] = ids(await update(id, complete));
    expect(last?.id).toBe(id);
    expect(facts(await get(id), 'Status', 'NumberOfOccurrences')).toEqual(['Completed', '1']);
  });

  test.each([
    ['another due date', set('task:DueDate', '<t:DueDate>2026-11-20T00:00:00Z</t:DueDate>'), ['2026-11-04', '2026-11-20']],
    ['another start', set('task:StartDate', '<t:StartDate>2026-11-03T00:00:00Z</t:StartDate>'), ['2026-11-03', '2026-11-05']],
  ])('by %s', async (_, change, expected) => {
    const id = await made(task);
    const left = present(ids(await update(id, change))[0], 'a task that is left').id;
    expect(days(await get(left))).toEqual(expected);
    expect(facts(await get(left), 'Status', 'IsRecurring')).toEqual(['NotStarted', 'false']);
    expect(days(await get(id))).toEqual(['2026-11-05', '2026-11-06']);
  });

  test('with another pattern the task goes on by that, from where it was', async () => {
    const id = await made(`<t:DueDate>2026-11-04T00:00:00Z</t:DueDate>${recurs(daily, times('2026-11-04', 5))}`);
    const weekly = recurs('<t:DailyRecurrence><t:Interval>7</t:Interval></t:DailyRecurrence>', times('2026-11-04', 9));
    const start = set('task:StartDate', '<t:StartDate>2026-11-03T00:00:00Z</t:StartDate>');
    const left = present(ids(await update(id, set('task:Recurrence', weekly), start, complete))[0], 'a task that is left').id;
    expect([days(await get(left)), facts(await get(left), 'IsRecurring')]).toEqual([['2026-11-03', '2026-11-04'], ['false']]);
    const next = await get(id);
    expect([days(next), facts(next, 'Interval', 'NumberOfOccurrences')]).toEqual([
      [undefined, '2026-11-05'],
      ['7', '8'],
    ]);
    await update(id, complete);
    expect(days(await get(id))).toEqual([undefined, '2026-11-11']);
  });

  test('a new subject ends none', async () => {
    const id = await made(task);
    const [same] = ids(await update(id, set('item:Subject', '<t:Subject>Feed</t:Subject>')));
    expect([same?.id, facts(await get(id), 'Subject', 'ChangeCount', 'NumberOfOccurrences')]).toEqual([id, ['Feed', '1', '3']]);
  });

  test.each([
    [regeneration('Daily', 3), '2026-11-07'],
    [regeneration('Weekly', 2), '2026-11-18'],
    [regeneration('Monthly', 3), '2027-02-04'],
    [regeneration('Yearly', 1), '2027-11-04'],
  ])('%s comes again after the day on which it was completed', async (pattern, expected) => {
    const id = await made(recurs(pattern, from('2026-09-01')));
    expect(ids(await update(id, set('task:DueDate', '<t:DueDate>2026-09-05T00:00:00Z</t:DueDate>')))[0]?.id).toBe(id);
    expect(ids(await update(id, complete))[0]?.id).not.toBe(id);
    expect(days(await get(id))).toEqual([undefined, expected]);
  });

  test('the day of completion is one of the zone of the request, and so is the date that is told', async () => {
    const id = await made(recurs(regeneration('Daily', 3), from('2026-09-01')));
    const header =
      '<t:RequestServerVersion Version="Exchange2013_SP1"/><t:TimeZoneContext><t:TimeZoneDefinition Id="Hawaiian Standard Time"/></t:TimeZoneContext>';
    const change = `<m:UpdateItem ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${complete}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
    expect(code((await lab.ews(mary, change, { header })).body)).toBe('NoError');
    const body = await get(id);
    expect(days(body)).toEqual([undefined, '2026-11-06']);
    expect(body).toContain('<t:StartDate>2026-11-06+00:00</t:StartDate>');
    const shape = '<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>';
    const there = await lab.ews(mary, `<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`, { header });
    expect(there.body).toContain('<t:StartDate>2026-11-06-10:00</t:StartDate>');
  });

  test('a dismissed reminder comes back with the next one, as long before it', async () => {
    const id = await made(
      `<t:ReminderDueBy>2026-11-04T08:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet>${recurs(daily, from('2026-11-04'))}`,
    );
    const [rings] = ids(await ask('<m:GetReminders><m:EndTime>2026-11-04T08:00:00Z</m:EndTime></m:GetReminders>')).filter(
      (one) => one.id === id,
    );
    await ask(
      `<m:PerformReminderAction><m:ReminderItemActions><t:ReminderItemAction><t:ActionType>Dismiss</t:ActionType><t:ItemId Id="${id}" ChangeKey="${rings?.changeKey}"/></t:ReminderItemAction></m:ReminderItemActions></m:PerformReminderAction>`,
    );
    expect(facts(await get(id), 'ReminderIsSet')).toEqual(['false']);
    const left = present(ids(await update(id, complete))[0], 'a task that is left').id;
    expect(facts(await get(left), 'ReminderIsSet')).toEqual(['false']);
    expect(facts(await get(id), 'ReminderIsSet', 'ReminderDueBy')).toEqual(['true', '2026-11-05T08:00:00Z']);
  });

  test('is deleted alone, or with all that would follow', async () => {
    const id = await made(task);
    expect(code(await remove(id, 'SpecifiedOccurrenceOnly'))).toBe('NoError');
    expect([days(await get(id)), facts(await get(id), 'NumberOfOccurrences')]).toEqual([['2026-11-05', '2026-11-06'], ['2']]);
    await remove(id, 'SpecifiedOccurrenceOnly');
    expect(code(await remove(id, 'SpecifiedOccurrenceOnly'))).toBe('ErrorCannotDeleteTaskOccurrence');
    expect(code(await remove(id, 'AllOccurrences'))).toBe('NoError');
    expect(code(await get(id))).toBe('ErrorItemNotFound');
    expect(code(await remove(await made('<t:Subject>once</t:Subject>'), 'SpecifiedOccurrenceOnly'))).toBe(
      'ErrorCannotDeleteTaskOccurrence',
    );
  });
});

describe('the days of a task', () => {
  test('are in order: the one that is said last moves the other', async () => {
    const id = await made('<t:DueDate>2026-11-10T00:00:00Z</t:DueDate><t:StartDate>2026-11-12T00:00:00Z</t:StartDate>');
    expect(days(await get(id))).toEqual(['2026-11-12', '2026-11-12']);
    await update(id, set('task:DueDate', '<t:DueDate>2026-11-08T00:00:00Z</t:DueDate>'));
    expect(days(await get(id))).toEqual(['2026-11-08', '2026-11-08']);
  });
});
