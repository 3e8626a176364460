import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, texts } from './answers.ts';
import { asAppointment, byId, byIndex, byOccurrence, calendarOf, codes, daily, dayOf, five, set, shapeOf } from './calendar-requests.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const { ask, enter, get, masterId, view } = calendarOf(() => lab);

describe('a view of a calendar', () => {
  beforeEach(() =>
    enter(
      asAppointment(five),
      { start: '2026-10-25T08:00Z', end: '2026-10-25T09:00Z', subject: 'Early' },
      { start: '2026-10-25T23:00Z', end: '2026-10-26T00:00Z', subject: 'Late' },
    ),
  );

  test('shows appointments and occurrences by their start, on the clocks of the series', async () => {
    const body = await view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z');
    expect(texts(body, 'Subject').map((subject, index) => `${texts(body, 'Start')[index]} ${subject}`)).toEqual([
      '2026-10-23T08:00:00Z Stand-up',
      '2026-10-24T08:00:00Z Stand-up',
      '2026-10-25T08:00:00Z Early',
      '2026-10-25T09:00:00Z Stand-up',
      '2026-10-25T23:00:00Z Late',
      '2026-10-26T09:00:00Z Stand-up',
      '2026-10-27T09:00:00Z Stand-up',
    ]);
    expect(texts(body, 'CalendarItemType')).toEqual([
      'Occurrence',
      'Occurrence',
      'Single',
      'Occurrence',
      'Single',
      'Occurrence',
      'Occurrence',
    ]);
    expect(attributes(body, 'RootFolder', 'TotalItemsInView')).toEqual(['7']);
    expect(attributes(body, 'RootFolder', 'IncludesLastItemInRange')).toEqual(['true']);
    expect(new Set(ids(body).map(({ id }) => id)).size).toBe(7);
  });

  test('has what ends as it starts, and not what starts as it ends', async () => {
    expect(texts(await view('2026-10-26T00:00:00Z', '2026-10-26T09:00:00Z'), 'Subject')).toEqual(['Late']);
    expect(texts(await view('2026-10-26T00:00:01Z', '2026-10-26T09:00:00Z'), 'Subject')).toEqual([]);
    expect(texts(await view('2026-10-25T08:30:00Z', '2026-10-25T08:30:00Z'), 'Subject')).toEqual(['Early']);
  });

  test('ends where the request says, and tells how much there is', async () => {
    const body = await view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z', 'MaxEntriesReturned="3"');
    expect(texts(body, 'Subject')).toEqual(['Stand-up', 'Stand-up', 'Early']);
    expect(attributes(body, 'RootFolder', 'TotalItemsInView')).toEqual(['7']);
    expect(attributes(body, 'RootFolder', 'IncludesLastItemInRange')).toEqual(['false']);
  });

  test('shows what lasts for long, however long ago it began', async () => {
    const long = { start: '2022-11-01T00:00Z', end: '2026-12-01T00:00Z', subject: 'Sabbatical' };
    expect(texts(await view('2026-11-15T00:00:00Z', '2026-11-16T00:00:00Z'), 'Subject')).toEqual([]);
    await enter(long, { start: '2026-10-15T00:00Z', end: '2026-11-15T00:00Z', subject: 'A month' });
    expect(texts(await view('2026-11-15T00:00:00Z', '2026-11-16T00:00:00Z'), 'Subject')).toEqual(['Sabbatical', 'A month']);
  });

  test.each([
    ['a beginning at the end of time', '0001-01-01T00:00:00Z', '0001-01-02T00:00:00Z', 'ErrorValueOutOfRange'],
    ['an end at the end of time', '9999-12-30T00:00:00Z', '9999-12-31T23:59:59Z', 'ErrorValueOutOfRange'],
    ['more than two years', '2026-01-01T00:00:00Z', '2028-01-05T00:00:00Z', 'ErrorCalendarViewRangeTooBig'],
    ['an end before the beginning', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', 'ErrorCalendarEndDateIsEarlierThanStartDate'],
  ])('refuses %s', async (_, from, to, code) => {
    expect(codes(await view(from, to))).toEqual([code]);
  });

  test('is answered where nothing can be', async () => {
    expect(texts(await view('1600-01-01T00:00:00Z', '1601-01-02T00:00:00Z'), 'Subject')).toEqual([]);
    expect(texts(await view('4600-01-01T00:00:00Z', '4601-01-02T00:00:00Z'), 'Subject')).toEqual([]);
  });

  test.each(['item:Subject'])('stands beside no sort order', async (uri) => {
    const body = await ask(
      `<m:FindItem Traversal="Shallow">${shapeOf('IdOnly', [])}<m:CalendarView StartDate="2026-10-25T00:00:00Z" EndDate="2026-10-26T00:00:00Z"/><m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="${uri}"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`,
    );
    expect(texts(body, 'ResponseCode')).toEqual(['ErrorInvalidOperation']);
  });
});

describe('an occurrence', () => {
  beforeEach(() => enter(asAppointment(five)));

  test('has an id of its own, which stays, and the change key of its series', async () => {
    const body = await view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z');
    const third = present(ids(body)[2], body);
    const master = await masterId();
    const answers = await get(byId(third.id) + byIndex(master, 3) + byOccurrence(third.id));
    expect(codes(answers)).toEqual(['NoError', 'NoError', 'NoError']);
    const [one, same, series] = all(answers, 'CalendarItem');
    expect(texts(present(one, answers), 'CalendarItemType')).toEqual(['Occurrence']);
    expect(texts(present(one, answers), 'Start')).toEqual(['2026-10-25T09:00:00Z']);
    expect(texts(present(one, answers), 'OriginalStart')).toEqual(['2026-10-25T09:00:00Z']);
    expect(texts(present(one, answers), 'IsRecurring')).toEqual(['true']);
    expect(texts(present(one, answers), 'Duration')).toEqual(['PT30M']);
    expect(attributes(present(same, answers), 'ItemId', 'Id')).toEqual([third.id]);
    expect(texts(present(series, answers), 'CalendarItemType')).toEqual(['RecurringMaster']);
    expect(attributes(present(series, answers), 'ItemId', 'Id')[0]).toBe(master);
    expect(attributes(answers, 'ItemId', 'ChangeKey').filter((key) => key === third.changeKey).length).toBeGreaterThan(2);
  });

  test('is told of by its series', async () => {
    await enter(
      asAppointment({
        ...five,
        deleted: [dayOf('2026-10-24')],
        exceptions: [
          { original: Date.parse('2026-10-25T10:00Z'), start: Date.parse('2026-10-25T12:00Z'), end: Date.parse('2026-10-25T13:00Z') },
        ],
      }),
    );
    const body = await get(byId(await masterId()));
    const part = (name: string, inner: string): readonly string[] => all(body, name).flatMap((one) => texts(one, inner));
    expect(part('FirstOccurrence', 'Start')).toEqual(['2026-10-23T08:00:00Z']);
    expect(part('LastOccurrence', 'End')).toEqual(['2026-10-27T09:30:00Z']);
    expect(part('Occurrence', 'OriginalStart')).toEqual(['2026-10-25T09:00:00Z']);
    expect(part('Occurrence', 'Start')).toEqual(['2026-10-25T11:00:00Z']);
    expect(part('DeletedOccurrence', 'Start')).toEqual(['2026-10-24T08:00:00Z']);
    const id = present(all(body, 'Occurrence').flatMap((one) => attributes(one, 'ItemId', 'Id'))[0], body);
    const exception = await get(byId(id));
    expect(texts(exception, 'CalendarItemType')).toEqual(['Exception']);
    expect([...texts(exception, 'Start'), ...texts(exception, 'OriginalStart')]).toEqual(['2026-10-25T11:00:00Z', '2026-10-25T09:00:00Z']);
  });

  test.each([
    [0, 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange'],
    [-1, 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange'],
    [6, 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange'],
    [2_147_483_647, 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange'],
    [5, 'NoError'],
    [2, 'ErrorCalendarOccurrenceIsDeletedFromRecurrence'],
  ])('number %s is answered with %s', async (index, code) => {
    await enter(asAppointment({ ...five, deleted: [dayOf('2026-10-24')] }));
    expect(codes(await get(byIndex(await masterId(), index)))).toEqual([code]);
  });

  test('of a series that cannot be read is refused; a view shows the first one', async () => {
    await enter(asAppointment(five, { more: { [named.appointmentRecur]: 'AAAA' } }));
    expect(codes(await get(byIndex(await masterId(), 1)))).toEqual(['ErrorCalendarInvalidPropertyState']);
    const body = await view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z');
    expect([texts(body, 'Start'), texts(body, 'CalendarItemType')]).toEqual([['2026-10-23T08:00:00Z'], ['RecurringMaster']]);
  });

  test('of what is no series is refused, and so is the id of no occurrence', async () => {
    await enter({ start: '2026-10-25T08:00Z', end: '2026-10-25T09:00Z' });
    const single = await masterId();
    expect(codes(await get(byIndex(single, 1) + byOccurrence(single)))).toEqual([
      'ErrorCalendarCannotUseIdForRecurringMasterId',
      'ErrorCalendarCannotUseIdForOccurrenceId',
    ]);
  });
});

describe('SendItem and MarkAsJunk', () => {
  const send = async (target: string) =>
    codes(await ask(`<m:SendItem SaveItemToFolder="false"><m:ItemIds>${target}</m:ItemIds></m:SendItem>`));
  const junk = async (target: string, moves: boolean) =>
    codes(await ask(`<m:MarkAsJunk IsJunk="true" MoveItem="${moves}"><m:ItemIds>${target}</m:ItemIds></m:MarkAsJunk>`));
  const keyed = (target: string, key: string): string => target.replace('/>', ` ChangeKey="${key}"/>`);

  test('an occurrence is no message, nor is its series; what is no occurrence is refused as elsewhere', async () => {
    await enter(asAppointment(five));
    const [{ id, changeKey } = { id: '', changeKey: '' }] = ids(await view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z'));
    const master = await masterId();
    const noMessage = ['ErrorInvalidItemForOperationSendItem'];
    expect(await send(keyed(byIndex(master, 3), changeKey))).toEqual(noMessage);
    expect(await send(keyed(byId(id), changeKey))).toEqual(noMessage);
    expect(await send(keyed(byOccurrence(id), changeKey))).toEqual(noMessage);
    expect(await send(byIndex(master, 3))).toEqual(['ErrorChangeKeyRequired']);
    expect(await send(keyed(byIndex(master, 6), changeKey))).toEqual(['ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange']);
    expect(await send(keyed(byOccurrence(master), changeKey))).toEqual(['ErrorCalendarCannotUseIdForOccurrenceId']);
  });

  test('an occurrence cannot be moved to Junk Email, but its organizer is blocked; the series goes there', async () => {
    await enter(asAppointment(five));
    const master = await masterId();
    for (const target of [
      byIndex(master, 1),
      byId(present(ids(await view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z'))[0], 'one').id),
    ]) {
      expect(await junk(target, true)).toEqual(['ErrorCalendarCannotMoveOrCopyOccurrence']);
      expect(await junk(target, false)).toEqual(['NoError']);
    }
    expect(await junk(byIndex(master, 6), false)).toEqual(['ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange']);
    const [first] = ids(await view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z'));
    expect(await junk(byOccurrence(present(first, 'the first').id), true)).toEqual(['NoError']);
    expect(ids(await view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z'))).toEqual([]);
  });
});

describe('RecurringMasterItemIdRanges', () => {
  const ranges = (master: string, inner: string): string =>
    `<t:RecurringMasterItemIdRanges Id="${master}">${inner}</t:RecurringMasterItemIdRanges>`;
  const range = (...parts: readonly string[]): string => `<t:Ranges>${parts.map((part) => `<t:Range ${part}/>`).join('')}</t:Ranges>`;
  const moved = { original: Date.parse('2026-10-25T10:00Z'), start: Date.parse('2026-10-26T06:00Z'), end: Date.parse('2026-10-26T07:00Z') };
  beforeEach(() => enter(asAppointment({ ...five, exceptions: [moved] })));

  test.each<[string, readonly string[], readonly string[]]>([
    ['a beginning and a count', ['Start="2026-10-24T00:00:00Z" Count="2"'], ['2026-10-24T08:00:00Z', '2026-10-26T05:00:00Z']],
    [
      'two that overlap',
      ['Count="2"', 'Start="2026-10-24T00:00:00Z" End="2026-10-25T00:00:00Z"'],
      ['2026-10-23T08:00:00Z', '2026-10-24T08:00:00Z'],
    ],
    ['where it was moved to', ['Start="2026-10-25T00:00:00Z" End="2026-10-25T23:00:00Z"'], []],
    [
      'where it would have been',
      ['Start="2026-10-25T00:00:00Z" End="2026-10-25T23:00:00Z" CompareOriginalStartTime="true"'],
      ['2026-10-26T05:00:00Z'],
    ],
  ])('names occurrences by %s', async (_, parts, starts) => {
    expect(texts(await get(ranges(await masterId(), range(...parts))), 'Start')).toEqual(starts);
  });

  test('without ranges names the series; of what is none, or backwards, it is refused', async () => {
    const master = await masterId();
    expect(texts(await get(ranges(master, '')), 'CalendarItemType')).toEqual(['RecurringMaster']);
    const backwards = 'Start="2026-10-25T00:00:00Z" End="2026-10-24T00:00:00Z"';
    expect(codes(await get(ranges(master, range(backwards))))).toEqual(['ErrorCalendarEndDateIsEarlierThanStartDate']);
    await enter({ start: '2026-10-25T08:00Z', end: '2026-10-25T09:00Z' });
    expect(codes(await get(ranges(await masterId(), range('Count="1"'))))).toEqual(['ErrorCalendarCannotUseIdForRecurringMasterId']);
  });
});

describe("rob in mary's calendar", () => {
  const robs = calendarOf(() => lab, 'rob@contoso.test');
  const look = (): Promise<string> => robs.view('2026-10-23T00:00:00Z', '2026-11-30T00:00:00Z');
  beforeAll(() => runCmdlet(lab, 'contoso', 'Add-MailboxFolderPermission mary:\\Calendar -User rob -AccessRights Reviewer'));

  test('sees no occurrence of a private series, and changes none unless he may', async () => {
    await enter(asAppointment(five), asAppointment(five, { subject: 'Doctor', isPrivate: true }));
    const body = await look();
    expect([texts(body, 'Subject').length, new Set(texts(body, 'Subject'))]).toEqual([5, new Set(['Stand-up'])]);
    expect(attributes(body, 'RootFolder', 'TotalItemsInView')).toEqual(['5']);
    const [id = ''] = ids(body).map((one) => one.id);
    const subject = set('item:Subject', 'Subject', 'By rob');
    expect(codes(await robs.update(byId(id), subject))).toEqual(['ErrorAccessDenied']);
    expect(codes(await robs.remove(byId(id)))).toEqual(['ErrorAccessDenied']);
    await runCmdlet(lab, 'contoso', 'Set-MailboxFolderPermission mary:\\Calendar -User rob -AccessRights Editor');
    expect(codes(await robs.update(byId(id), subject))).toEqual(['NoError']);
    expect(texts(await look(), 'Subject')[0]).toBe('By rob');
  });
});

describe('a series of no measure', () => {
  test('with ten thousand exceptions is read', async () => {
    const long = daily('2026-10-23', { is: 'never' });
    const exceptions = Array.from({ length: 10_000 }, (_, index) => {
      const original = (long.pattern.start + index) * 86_400_000 + 36_000_000;
      return { original, start: original + 3_600_000, end: original + 7_200_000 };
    });
    await enter(asAppointment({ ...long, exceptions }));
    expect(texts(await view('2026-10-23T00:00:00Z', '2026-10-26T00:00:00Z'), 'CalendarItemType')).toEqual([
      'Exception',
      'Exception',
      'Exception',
    ]);
    const series = await get(byId(await masterId()));
    expect(all(present(all(series, 'ModifiedOccurrences')[0], series), 'Occurrence').length).toBe(10_000);
  });

  test('a thousand years of days are counted to their end', async () => {
    await enter(asAppointment(daily('2026-10-23', { is: 'until', day: dayOf('3026-10-23') })));
    const master = await masterId();
    expect(texts(await get(byIndex(master, 365_243)), 'Start')).toEqual(['3026-10-23T08:00:00Z']);
    expect(codes(await get(byIndex(master, 365_244)))).toEqual(['ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange']);
    const body = await view('3026-10-20T00:00:00Z', '3028-10-20T00:00:00Z', 'MaxEntriesReturned="1"');
    expect([attributes(body, 'RootFolder', 'TotalItemsInView'), texts(body, 'Start')]).toEqual([['4'], ['3026-10-20T08:00:00Z']]);
  });
});
