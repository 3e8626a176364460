import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { legacyUtc } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { seriesProperties } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { named, type PropertyBag } from '../../../shared/kernel/mapi.ts';
import { type Appointment, enterAppointments } from '../../support/appointments.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, ids, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const ask = async (body: string): Promise<string> => (await lab.ews(mary, body)).body;
const ring = (minutes = 15, more: PropertyBag = {}): PropertyBag => ({
  [named.reminderSet]: true,
  [named.reminderMinutes]: minutes,
  ...more,
});
const enter = (...appointments: readonly Appointment[]): Promise<void> => enterAppointments(lab, 'contoso', mary, appointments);
const code = (body: string): string | undefined => texts(body, 'ResponseCode')[0];
const get = (inner = ''): Promise<string> => ask(`<m:GetReminders>${inner}</m:GetReminders>`);
/** `Subject ReminderTime StartDate` of each. */
const told = (body: string): readonly string[] =>
  all(body, 'Reminder').map((one) => [texts(one, 'Subject')[0], texts(one, 'ReminderTime')[0], texts(one, 'StartDate')[0]].join(' '));
const task = async (inner: string): Promise<{ id: string; changeKey: string }> => {
  const body = await ask(`<m:CreateItem><m:Items><t:Task>${inner}</t:Task></m:Items></m:CreateItem>`);
  return present(ids(body)[0], body);
};
const perform = (...actions: readonly string[]): Promise<string> =>
  ask(`<m:PerformReminderAction><m:ReminderItemActions>${actions.join('')}</m:ReminderItemActions></m:PerformReminderAction>`);
const dismiss = ({ id, changeKey }: { id: string; changeKey: string }): string =>
  `<t:ReminderItemAction><t:ActionType>Dismiss</t:ActionType><t:ItemId Id="${id}" ChangeKey="${changeKey}"/></t:ReminderItemAction>`;
const snooze = ({ id, changeKey }: { id: string; changeKey: string }, until: string): string =>
  `<t:ReminderItemAction><t:ActionType>Snooze</t:ActionType><t:ItemId Id="${id}" ChangeKey="${changeKey}"/><t:NewReminderTime>${until}</t:NewReminderTime></t:ReminderItemAction>`;
const firstId = (body: string): { id: string; changeKey: string } => present(ids(body)[0], body);

/** Every day at nine from 2 November, UTC; the fourth begins at ten, the fifth does not ring, the sixth is deleted. */
function daily(end: { readonly is: 'never' } | { readonly is: 'after'; readonly occurrences: number } = { is: 'never' }): PropertyBag {
  const start = Date.UTC(2026, 10, 2) / 86_400_000;
  const at = (day: number, hour: number): number => Date.UTC(2026, 10, day, hour);
  return seriesProperties(
    {
      pattern: { rule: { is: 'daily', days: 1 }, start, end, firstDayOfWeek: 0 },
      startMinutes: 540,
      endMinutes: 570,
      deleted: [start + 5],
      exceptions: [
        { original: at(5, 9), start: at(5, 10), end: at(5, 11), subject: 'Later' },
        { original: at(6, 9), start: at(6, 9), end: at(6, 10), isReminderSet: false },
      ],
    },
    { name: 'UTC', rule: legacyUtc },
  );
}
const series = (more: PropertyBag = ring(), bag = daily()): Appointment => ({
  start: '2026-11-02T09:00Z',
  end: '2026-11-02T09:30Z',
  subject: 'Daily',
  more: { ...bag, ...more },
});

describe('GetReminders', () => {
  test('tells of appointments and tasks by the time at which they ring, and of nothing else', async () => {
    await enter(
      { start: '2026-11-04T14:00Z', end: '2026-11-04T15:00Z', subject: 'afternoon', more: ring(60) },
      { start: '2026-11-04T10:00Z', end: '2026-11-04T11:00Z', subject: 'private', isPrivate: true, more: ring(15) },
      { start: '2026-11-04T12:00Z', end: '2026-11-04T13:00Z', subject: 'silent' },
      // What was put off rings when it was put off to.
      {
        start: '2026-11-04T08:00Z',
        end: '2026-11-04T08:30Z',
        subject: 'put off',
        more: ring(15, { [named.reminderSignalTime]: Date.UTC(2026, 10, 4, 12) }),
      },
    );
    await task(
      '<t:Subject>task</t:Subject><t:ReminderDueBy>2026-11-04T11:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet><t:DueDate>2026-11-06T00:00:00Z</t:DueDate>',
    );
    await ask(
      '<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="inbox"/></m:SavedItemFolderId><m:Items><t:Message><t:Subject>mail</t:Subject><t:ReminderDueBy>2026-11-04T11:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet></t:Message></m:Items></m:CreateItem>',
    );
    const body = await get();
    expect(told(body)).toEqual([
      'private 2026-11-04T09:45:00Z 2026-11-04T10:00:00Z',
      'task 2026-11-04T11:00:00Z 0001-01-02T00:00:00Z',
      'put off 2026-11-04T12:00:00Z 2026-11-04T08:00:00Z',
      'afternoon 2026-11-04T13:00:00Z 2026-11-04T14:00:00Z',
    ]);
    expect(texts(body, 'ReminderGroup')).toEqual(['Calendar', 'Task', 'Calendar', 'Calendar']);
    expect(texts(body, 'EndDate')[1]).toBe('2026-11-06T00:00:00Z');
    expect(told(await get('<m:MaxItems>2</m:MaxItems>'))).toEqual(told(body).slice(0, 2));
    expect(told(await get('<m:MaxItems>0</m:MaxItems>'))).toEqual([]);
    expect(code(await get('<m:MaxItems>201</m:MaxItems>'))).toBe('ErrorSchemaValidation');
  });

  test.each([
    ['All', '', ['earlier', 'goes on still', 'old task', 'over', 'goes on', 'task', 'to come']],
    ['All', 'in a window', ['over', 'goes on', 'task']],
    ['Current', 'in a window', ['goes on still', 'old task', 'over', 'goes on', 'task']],
    ['Old', 'in a window', ['over']],
  ])('%s %s', async (type, window, expected) => {
    await enter(
      { start: '2026-11-03T09:00Z', end: '2026-11-03T10:00Z', subject: 'earlier', more: ring(0) },
      { start: '2026-11-03T10:00Z', end: '2026-11-05T10:00Z', subject: 'goes on still', more: ring(0) },
      { start: '2026-11-04T08:00Z', end: '2026-11-04T08:30Z', subject: 'over', more: ring(0) },
      { start: '2026-11-04T08:30Z', end: '2026-11-04T09:30Z', subject: 'goes on', more: ring(0) },
      { start: '2026-11-05T09:00Z', end: '2026-11-05T10:00Z', subject: 'to come', more: ring(0) },
    );
    const due = (subject: string, time: string): Promise<unknown> =>
      task(`<t:Subject>${subject}</t:Subject><t:ReminderDueBy>${time}</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet>`);
    await due('old task', '2026-11-03T12:00:00Z');
    await due('task', '2026-11-04T08:45:00Z');
    const times = '<m:BeginTime>2026-11-04T00:00:00Z</m:BeginTime><m:EndTime>2026-11-04T23:00:00Z</m:EndTime>';
    const body = await get(`${window === '' ? '' : times}<m:ReminderType>${type}</m:ReminderType>`);
    expect(texts(body, 'Subject')).toEqual(expected);
  });

  test('Old needs a window, and a window ends after it begins', async () => {
    expect(code(await get('<m:ReminderType>Old</m:ReminderType>'))).toBe('ErrorInvalidOperation');
    const turned = await get('<m:BeginTime>2026-11-05T00:00:00Z</m:BeginTime><m:EndTime>2026-11-04T00:00:00Z</m:EndTime>');
    expect(texts(turned, 'MessageText')).toEqual(['EndDate is earlier than StartDate']);
  });

  test('what was deleted reminds of nothing', async () => {
    await enter({ start: '2026-11-04T14:00Z', end: '2026-11-04T15:00Z', more: ring() });
    const { id } = firstId(await get());
    const gone = await ask(
      `<m:DeleteItem DeleteType="MoveToDeletedItems" SendMeetingCancellations="SendToNone"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
    );
    expect(code(gone)).toBe('NoError');
    expect(told(await get())).toEqual([]);
  });
});

describe('PerformReminderAction', () => {
  test('a dismissed reminder is over; one that is put off comes again', async () => {
    await enter(
      { start: '2026-11-04T10:00Z', end: '2026-11-04T11:00Z', subject: 'one', more: ring() },
      { start: '2026-11-04T12:00Z', end: '2026-11-04T13:00Z', subject: 'two', more: ring() },
    );
    const [one, two] = ids(await get());
    const body = await perform(dismiss(present(one, 'one')), snooze(present(two, 'two'), '2026-11-04T12:50:00+01:00'));
    expect(ids(body).map(({ id }) => id)).toEqual([one?.id, two?.id]);
    expect(told(await get())).toEqual(['two 2026-11-04T11:50:00Z 2026-11-04T12:00:00Z']);
  });

  test('a series rings for one occurrence after the other, as each takes place', async () => {
    await enter(series());
    const seen: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const body = await get();
      seen.push(...told(body));
      expect(ids(await perform(dismiss(firstId(body))))).toHaveLength(1);
    }
    expect(seen).toEqual([
      'Daily 2026-11-04T08:45:00Z 2026-11-04T09:00:00Z',
      'Later 2026-11-05T09:45:00Z 2026-11-05T10:00:00Z',
      'Daily 2026-11-08T08:45:00Z 2026-11-08T09:00:00Z',
      'Daily 2026-11-09T08:45:00Z 2026-11-09T09:00:00Z',
    ]);
  });

  test('an occurrence is named by an id of its own, and another one is left alone', async () => {
    await enter(series());
    const body = await get();
    const first = firstId(body);
    const [master] = ids(body, 'RecurringMasterItemId');
    expect(master?.id).not.toBe(first.id);
    expect(ids(await perform(dismiss(first))).map(({ id }) => id)).toEqual([first.id]);
    expect(ids(await perform(dismiss(first)))).toEqual([]);
    expect(texts(await get(), 'Subject')).toEqual(['Later']);
    expect(ids(await perform(dismiss(present(master, 'the series')))).map(({ id }) => id)).toEqual([master?.id]);
    expect(told(await get())).toEqual(['Daily 2026-11-08T08:45:00Z 2026-11-08T09:00:00Z']);
  });

  test('a time without a zone is one of the request, and so are those that are told', async () => {
    const header =
      '<t:RequestServerVersion Version="Exchange2013_SP1"/><t:TimeZoneContext><t:TimeZoneDefinition Id="W. Europe Standard Time"/></t:TimeZoneContext>';
    const { id, changeKey } = await task('<t:ReminderDueBy>2026-11-04T11:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet>');
    const actions = `<m:ReminderItemActions>${snooze({ id, changeKey }, '2026-11-04T13:00:00')}</m:ReminderItemActions>`;
    await lab.ews(mary, `<m:PerformReminderAction>${actions}</m:PerformReminderAction>`, { header });
    const { body } = await lab.ews(mary, '<m:GetReminders><m:EndTime>2026-11-04T13:00:00</m:EndTime></m:GetReminders>', { header });
    expect(texts(body, 'ReminderTime')).toContain('2026-11-04T13:00:00+01:00');
    expect(texts(await get(), 'ReminderTime')).toContain('2026-11-04T12:00:00Z');
  });

  test('the last occurrence of a series is the last that rings', async () => {
    await enter(series(ring(), daily({ is: 'after', occurrences: 4 })));
    for (const subject of ['Daily', 'Later']) {
      const body = await get();
      expect(texts(body, 'Subject')).toEqual([subject]);
      await perform(dismiss(firstId(body)));
    }
    expect(told(await get())).toEqual([]);
  });

  test('an occurrence is put off, but not past the reminder of the next one', async () => {
    await enter(series());
    const before = firstId(await get());
    await perform(snooze(before, '2026-11-04T09:05:00Z'));
    expect(told(await get())).toEqual(['Daily 2026-11-04T09:05:00Z 2026-11-04T09:00:00Z']);
    await perform(snooze(before, '2026-11-05T12:00:00Z'));
    expect(told(await get())).toEqual(['Later 2026-11-05T09:45:00Z 2026-11-05T10:00:00Z']);
  });

  test('nothing changes for an earlier time, an item without a reminder and one that is gone', async () => {
    const rings = '<t:ReminderDueBy>2026-11-04T11:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet>';
    const [early, silent, gone] = [await task(rings), await task(''), await task(rings)];
    await ask(
      `<m:DeleteItem DeleteType="HardDelete" AffectedTaskOccurrences="AllOccurrences"><m:ItemIds><t:ItemId Id="${gone.id}"/></m:ItemIds></m:DeleteItem>`,
    );
    const body = await perform(snooze(early, '2026-11-04T11:00:00Z'), dismiss(silent), dismiss(gone));
    expect([code(body), ids(body)]).toEqual(['NoError', []]);
    expect(texts(await get('<m:EndTime>2026-11-04T11:00:00Z</m:EndTime>'), 'ReminderTime')).toContain('2026-11-04T11:00:00Z');
  });

  test('asks for a change key and for a time', async () => {
    const one = await task('<t:ReminderDueBy>2026-11-04T11:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet>');
    expect(code(await perform(dismiss(one).replace(/ ChangeKey="[^"]*"/, '')))).toBe('ErrorChangeKeyRequired');
    expect(code(await perform(dismiss(one), snooze(one, 'soon')))).toBe('ErrorInvalidArgument');
    expect(code(await perform(snooze(one, '').replace('<t:NewReminderTime></t:NewReminderTime>', '')))).toBe('ErrorInvalidArgument');
    expect(texts(await get(), 'ReminderTime')).toContain('2026-11-04T11:00:00Z');
  });
});
