import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, faultOf, texts } from './answers.ts';
import { appointmentRequests, code, context, facts, field, modern, set, times } from './appointment-requests.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:10Z' });
});
afterAll(() => lab.close());

const { ask, create, saved, get, update, updated } = appointmentRequests(() => lab, mary);

describe('a new appointment', () => {
  test('has what Exchange gives one that says nothing but when', async () => {
    const id = await saved(`<t:Subject>Lunch</t:Subject>${times('2026-12-01T11:00:00Z', '2026-12-01T12:00:00Z')}`);
    const body = await get(id, modern, ['calendar:IsOrganizer', 'calendar:StartWallClock', 'calendar:StartTimeZoneId']);
    expect(facts(body, 'Start', 'End', 'Duration', 'IsAllDayEvent', 'LegacyFreeBusyStatus', 'CalendarItemType', 'IsRecurring')).toEqual([
      '2026-12-01T11:00:00Z',
      '2026-12-01T12:00:00Z',
      'PT1H',
      'false',
      'Busy',
      'Single',
      'false',
    ]);
    expect(facts(body, 'ReminderIsSet', 'ReminderMinutesBeforeStart', 'ReminderDueBy', 'MyResponseType', 'IsOrganizer')).toEqual([
      'true',
      '15',
      '2026-12-01T11:00:00Z',
      'Organizer',
      'true',
    ]);
    expect(facts(body, 'IsMeeting', 'IsCancelled', 'AppointmentState', 'AppointmentSequenceNumber', 'IsResponseRequested')).toEqual([
      'false',
      'false',
      '0',
      '0',
      'true',
    ]);
    expect(texts(present(all(body, 'Organizer')[0], body), 'EmailAddress')).toEqual([mary]);
    expect(facts(body, 'UID')[0]).toMatch(/^040000008200E00074C5B7101A82E00800000000[0-9A-F]{16}0{16}10000000[0-9A-F]{32}$/);
    expect([facts(body, 'DateTimeStamp', 'StartTimeZoneId', 'StartWallClock'), attributes(body, 'StartTimeZone', 'Id')]).toEqual([
      ['2026-11-04T09:10:00Z', 'UTC', '2026-12-01T11:00:00+00:00'],
      ['UTC'],
    ]);
  });

  test('begins on the next half hour and lasts for one where it says nothing', async () => {
    expect(facts(await get(await saved('<t:Subject>Soon</t:Subject>')), 'Start', 'End')).toEqual([
      '2026-11-04T09:30:00Z',
      '2026-11-04T10:00:00Z',
    ]);
  });

  test.each(['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere', 'NoData'])('keeps the status %s', async (status) => {
    const when = times('2026-12-04T11:00:00Z', '2026-12-04T12:00:00Z');
    expect(
      facts(await get(await saved(`${when}<t:LegacyFreeBusyStatus>${status}</t:LegacyFreeBusyStatus>`)), 'LegacyFreeBusyStatus'),
    ).toEqual([status]);
  });

  test('keeps the UID that it was given, of Exchange or of others', async () => {
    const foreign = 'a1b2-c3@example.test';
    const one = await get(await saved(`<t:UID>${foreign}</t:UID>${times('2026-12-02T11:00:00Z', '2026-12-02T12:00:00Z')}`));
    const own = facts(await get(await saved(times('2026-12-02T13:00:00Z', '2026-12-02T14:00:00Z'))), 'UID')[0] ?? '';
    const two = await get(await saved(`<t:UID>${own}</t:UID>${times('2026-12-02T15:00:00Z', '2026-12-02T16:00:00Z')}`));
    expect([facts(one, 'UID'), facts(two, 'UID')]).toEqual([[foreign], [own]]);
  });

  test('of whole days is rounded on the clocks of its zone', async () => {
    const id = await saved(
      `${times('2026-06-06T11:00:00Z', '2026-06-06T13:00:00Z')}<t:IsAllDayEvent>true</t:IsAllDayEvent><t:StartTimeZone Id="W. Europe Standard Time"/><t:EndTimeZone Id="W. Europe Standard Time"/>`,
    );
    expect(facts(await get(id), 'Start', 'End', 'Duration')).toEqual(['2026-06-05T22:00:00Z', '2026-06-06T22:00:00Z', 'P1D']);
    // The last midnight is one already.
    const two = await saved(
      `${times('2026-06-09T04:00:00Z', '2026-06-10T04:00:00Z')}<t:IsAllDayEvent>true</t:IsAllDayEvent>`,
      context('Eastern Standard Time'),
    );
    expect(facts(await get(two), 'Start', 'End')).toEqual(['2026-06-09T04:00:00Z', '2026-06-10T04:00:00Z']);
  });

  test.each([
    ['an end before the start', times('2026-12-01T11:00:00Z', '2026-12-01T10:00:00Z'), 'ErrorCalendarEndDateIsEarlierThanStartDate'],
    ['six years', times('2026-12-01T11:00:00Z', '2032-12-01T10:00:00Z'), 'ErrorCalendarDurationIsTooLong'],
    ['a zone that is none', '<t:StartTimeZone Id="Atlantis Standard Time"/>', 'ErrorCalendarInvalidTimeZone'],
    ['a zone of 2007 that is none', '<t:MeetingTimeZone TimeZoneName="Atlantis Standard Time"/>', 'ErrorCalendarInvalidTimeZone'],
    [
      'clocks that are changed on workdays',
      '<t:MeetingTimeZone><t:BaseOffset>PT8H</t:BaseOffset><t:Standard><t:Offset>PT0S</t:Offset><t:RelativeYearlyRecurrence><t:DaysOfWeek>Weekday</t:DaysOfWeek><t:DayOfWeekIndex>First</t:DayOfWeekIndex><t:Month>November</t:Month></t:RelativeYearlyRecurrence><t:Time>02:00:00</t:Time></t:Standard><t:Daylight><t:Offset>-PT1H</t:Offset><t:Time>02:00:00</t:Time></t:Daylight></t:MeetingTimeZone>',
      'ErrorCalendarInvalidDayForTimeChangePattern',
    ],
  ])('is refused with %s', async (_what, inner, expected) => {
    expect(code(await create(inner))).toBe(expected);
  });

  test('is refused in a folder of another kind, and where nothing is said of invitations', async () => {
    const items = '<m:Items><t:CalendarItem><t:Subject>x</t:Subject></t:CalendarItem></m:Items>';
    const inbox = '<m:SavedItemFolderId><t:DistinguishedFolderId Id="inbox"/></m:SavedItemFolderId>';
    expect(code(await ask(`<m:CreateItem SendMeetingInvitations="SendToNone">${inbox}${items}</m:CreateItem>`))).toBe(
      'ErrorCannotCreateCalendarItemInNonCalendarFolder',
    );
    expect(faultOf(await ask(`<m:CreateItem>${items}</m:CreateItem>`)).code).toBe('ErrorSendMeetingInvitationsRequired');
    const id = await saved('<t:Subject>y</t:Subject>');
    expect(code(await update(id, set('item:Subject', '<t:Subject>z</t:Subject>'), modern, ''))).toBe(
      'ErrorSendMeetingInvitationsOrCancellationsRequired',
    );
  });
});

describe('time zones', () => {
  const wall = times('2026-07-01T10:00:00', '2026-07-01T11:00:00');
  const berlin = 'W. Europe Standard Time';

  test.each([
    ['nothing says which zone', wall, modern, '10:00:00Z'],
    ['the header does', wall, context(berlin), '08:00:00Z'],
    ['the item does', `${wall}<t:StartTimeZone Id="${berlin}"/><t:EndTimeZone Id="${berlin}"/>`, modern, '08:00:00Z'],
    ['both do', `${wall}<t:StartTimeZone Id="${berlin}"/><t:EndTimeZone Id="${berlin}"/>`, context('Tokyo Standard Time'), '08:00:00Z'],
    ['the schema is that of 2007', wall, context(berlin, 'Exchange2007_SP1'), '10:00:00Z'],
    ['MeetingTimeZone does', `${wall}<t:MeetingTimeZone TimeZoneName="${berlin}"/>`, context('UTC', 'Exchange2007_SP1'), '08:00:00Z'],
    ['the date itself does', times('2026-07-01T10:00:00+05:30', '2026-07-01T11:00:00+05:30'), context(berlin), '04:30:00Z'],
  ])('a date without one, where %s', async (_where, inner, header, expected) => {
    expect(facts(await get(await saved(inner, header)), 'Start')).toEqual([`2026-07-01T${expected}`]);
  });

  test('answers come on the clocks of the header, all their dates', async () => {
    const id = await saved(times('2026-07-01T08:00:00Z', '2026-12-01T08:00:00Z'));
    const body = await get(id, context(berlin));
    expect(facts(body, 'Start', 'End', 'ReminderDueBy', 'DateTimeCreated')).toEqual([
      '2026-07-01T10:00:00+02:00',
      '2026-12-01T09:00:00+01:00',
      '2026-07-01T10:00:00+02:00',
      '2026-11-04T10:10:00+01:00',
    ]);
    expect(facts(await get(id, context('UTC')), 'Start')).toEqual(['2026-07-01T08:00:00Z']);
  });

  test('a page that is remembered is written on the clocks of whoever asks', async () => {
    const find =
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="calendar:Start"/></t:AdditionalProperties></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned="5" Offset="0" BasePoint="Beginning"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>';
    const [plain, zoned, again] = [await ask(find), await ask(find, context('Tokyo Standard Time')), await ask(find)];
    expect(texts(plain, 'Start').length).toBe(5);
    expect(texts(again, 'Start')).toEqual(texts(plain, 'Start'));
    expect(texts(zoned, 'Start').every((one) => one.endsWith('+09:00'))).toBe(true);
    expect(texts(zoned, 'Start').map((one) => Date.parse(one))).toEqual(texts(plain, 'Start').map((one) => Date.parse(one)));
  });

  test('restrictions are about them, too', async () => {
    await saved(`<t:Subject>early</t:Subject>${times('2030-05-01T22:30:00Z', '2030-05-01T23:00:00Z')}`);
    const after = (wall: string): string =>
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${field('item:Subject')}</t:AdditionalProperties></m:ItemShape><m:Restriction><t:And><t:IsGreaterThanOrEqualTo>${field('calendar:Start')}<t:FieldURIOrConstant><t:Constant Value="${wall}"/></t:FieldURIOrConstant></t:IsGreaterThanOrEqualTo><t:IsEqualTo>${field('item:Subject')}<t:FieldURIOrConstant><t:Constant Value="early"/></t:FieldURIOrConstant></t:IsEqualTo></t:And></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`;
    const found = async (wall: string, header: string): Promise<number> => texts(await ask(after(wall), header), 'Subject').length;
    expect(await found('2030-05-02T00:30:00', context(berlin))).toBe(1);
    expect(await found('2030-05-02T00:30:01', context(berlin))).toBe(0);
    expect(await found('2030-05-02T00:30:00', modern)).toBe(0);
  });

  test('a definition in the header counts, whatever its name', async () => {
    const recurring = (to: string, month: number): string =>
      `<t:RecurringDayTransition><t:To Kind="Period">${to}</t:To><t:TimeOffset>P0DT2H0M0.0S</t:TimeOffset><t:Month>${month}</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition>`;
    const definition = `<t:TimeZoneDefinition Name="Elsewhere" Id="Elsewhere"><t:Periods><t:Period Bias="P0DT8H0M0.0S" Name="Standard" Id="Std"/><t:Period Bias="PT7H" Name="Daylight" Id="Dlt"/></t:Periods><t:TransitionsGroups><t:TransitionsGroup Id="0">${recurring('Dlt', 4)}${recurring('Std', 10)}</t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition></t:Transitions></t:TimeZoneDefinition>`;
    const header = `${modern}<t:TimeZoneContext>${definition}</t:TimeZoneContext>`;
    const id = await saved(wall, header);
    const body = await get(id);
    expect([facts(body, 'Start', 'TimeZone'), attributes(body, 'StartTimeZone', 'Id')]).toEqual([
      ['2026-07-01T17:00:00Z', 'Elsewhere'],
      ['Elsewhere'],
    ]);
    expect(facts(await get(id, header), 'Start', 'DateTimeCreated')).toEqual(['2026-07-01T10:00:00-07:00', '2026-11-04T01:10:00-08:00']);
    expect(
      facts(await get(await saved(`${wall}${all(body, 'StartTimeZone').length === 1 ? '<t:StartTimeZone Id="UTC"/>' : ''}`)), 'Start'),
    ).toEqual(['2026-07-01T10:00:00Z']);
  });

  test('an unknown one in the header is a fault', async () => {
    expect(faultOf(await ask('<m:GetFolder/>', context('Atlantis Standard Time'))).code).toBe('ErrorTimeZone');
  });

  test('an appointment whose zone is changed goes on to show the same time, unless the time is said, too', async () => {
    const zones = (id: string): string =>
      set('calendar:StartTimeZone', `<t:StartTimeZone Id="${id}"/>`) + set('calendar:EndTimeZone', `<t:EndTimeZone Id="${id}"/>`);
    const inner = `${times('2014-06-20T17:00:00Z', '2014-06-20T18:00:00Z')}<t:StartTimeZone Id="Eastern Standard Time"/><t:EndTimeZone Id="Eastern Standard Time"/>`;
    const id = await saved(inner);
    const moved = await updated(id, zones('Central Standard Time'));
    expect(facts(moved, 'Start', 'End', 'ReminderDueBy')).toEqual(['2014-06-20T18:00:00Z', '2014-06-20T19:00:00Z', '2014-06-20T18:00:00Z']);
    const said =
      set('calendar:Start', '<t:Start>2014-06-20T17:00:00Z</t:Start>') + set('calendar:End', '<t:End>2014-06-20T18:00:00Z</t:End>');
    const stays = await updated(await saved(inner), said + zones('Central Standard Time'));
    expect(facts(stays, 'Start', 'End')).toEqual(['2014-06-20T17:00:00Z', '2014-06-20T18:00:00Z']);
    expect(attributes(stays, 'StartTimeZone', 'Id')).toEqual(['Central Standard Time']);
  });
});

describe('a series', () => {
  const daily = '<t:DailyRecurrence><t:Interval>2</t:Interval></t:DailyRecurrence>';
  const numbered = (count: number | string, start = '2026-12-01'): string =>
    `<t:NumberedRecurrence><t:StartDate>${start}</t:StartDate><t:NumberOfOccurrences>${count}</t:NumberOfOccurrences></t:NumberedRecurrence>`;
  const series = (pattern: string, range = numbered(4)): string => `<t:Recurrence>${pattern}${range}</t:Recurrence>`;
  const hour = times('2026-12-01T11:00:00Z', '2026-12-01T12:00:00Z');
  const berlin = '<t:StartTimeZone Id="W. Europe Standard Time"/><t:EndTimeZone Id="W. Europe Standard Time"/>';

  test('comes back as it was made', async () => {
    const weekly =
      '<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Tuesday Thursday</t:DaysOfWeek><t:FirstDayOfWeek>Monday</t:FirstDayOfWeek></t:WeeklyRecurrence>';
    const body = await get(await saved(`${hour}${series(weekly)}${berlin}`));
    expect(facts(body, 'CalendarItemType', 'Start', 'End', 'DaysOfWeek', 'FirstDayOfWeek', 'StartDate', 'NumberOfOccurrences')).toEqual([
      'RecurringMaster',
      '2026-12-01T11:00:00Z',
      '2026-12-01T12:00:00Z',
      'Tuesday Thursday',
      'Monday',
      '2026-12-01+01:00',
      '4',
    ]);
    expect(facts(body, 'ReminderDueBy')).toEqual(['2026-12-01T11:00:00Z']);
  });

  test('has its times on the first day that fits', async () => {
    const yearly = '<t:AbsoluteYearlyRecurrence><t:DayOfMonth>13</t:DayOfMonth><t:Month>July</t:Month></t:AbsoluteYearlyRecurrence>';
    const body = await get(await saved(`${hour}${series(yearly)}${berlin}`));
    // It is noon in Berlin, in summer as well.
    expect(facts(body, 'Start', 'End', 'StartDate')).toEqual(['2027-07-13T10:00:00Z', '2027-07-13T11:00:00Z', '2027-07-13+02:00']);
  });

  test('shows in free/busy as often as it takes place', async () => {
    await saved(
      `<t:Subject>thrice</t:Subject>${times('2028-01-03T07:00:00Z', '2028-01-03T07:30:00Z')}${series(daily, numbered(3, '2028-01-03'))}`,
    );
    const zone =
      '<t:StandardTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime>';
    const body = await ask(
      `<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias>${zone}${zone.replaceAll('StandardTime', 'DaylightTime')}</t:TimeZone><m:MailboxDataArray><t:MailboxData><t:Email><t:Address>${mary}</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData></m:MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>2028-01-01T00:00:00</t:StartTime><t:EndTime>2028-01-20T00:00:00</t:EndTime></t:TimeWindow><t:RequestedView>Detailed</t:RequestedView></t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>`,
    );
    const mine = all(body, 'CalendarEvent').filter((event) => texts(event, 'Subject')[0] === 'thrice');
    expect(mine.map((event) => texts(event, 'StartTime')[0])).toEqual(['03', '05', '07'].map((day) => `2028-01-${day}T07:00:00`));
  });

  test('is moved, put on other clocks, made anew and ended', async () => {
    const id = await saved(`${hour}${series(daily)}${berlin}`);
    const later =
      set('calendar:Start', '<t:Start>2026-12-02T15:00:00Z</t:Start>') + set('calendar:End', '<t:End>2026-12-02T15:30:00Z</t:End>');
    expect(facts(await updated(id, later), 'Start', 'End', 'StartDate', 'CalendarItemType')).toEqual([
      '2026-12-02T15:00:00Z',
      '2026-12-02T15:30:00Z',
      '2026-12-02+01:00',
      'RecurringMaster',
    ]);
    expect(facts(await updated(id, set('calendar:StartTimeZone', '<t:StartTimeZone Id="Tokyo Standard Time"/>')), 'Start')).toEqual([
      '2026-12-02T07:00:00Z',
    ]);
    const monthly = '<t:AbsoluteMonthlyRecurrence><t:Interval>1</t:Interval><t:DayOfMonth>31</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>';
    expect(facts(await updated(id, set('calendar:Recurrence', series(monthly))), 'Start', 'DayOfMonth')).toEqual([
      '2026-12-31T07:00:00Z',
      '31',
    ]);
    const single = await updated(id, `<t:DeleteItemField>${field('calendar:Recurrence')}</t:DeleteItemField>`);
    expect([facts(single, 'Start', 'CalendarItemType'), all(single, 'Recurrence')]).toEqual([['2026-12-31T07:00:00Z', 'Single'], []]);
  });

  const range = (end: string): string =>
    `<t:EndDateRecurrence><t:StartDate>2026-12-01</t:StartDate><t:EndDate>${end}</t:EndDate></t:EndDateRecurrence>`;
  test.each([
    ['no day between', series(daily.replace('>2<', '>0<')), 'ErrorCalendarOutOfRange'],
    ['more often than Exchange counts', series(daily, numbered(1000)), 'ErrorCalendarOutOfRange'],
    ['an end before its beginning', series(daily, range('2026-11-30')), 'ErrorRecurrenceHasNoOccurrence'],
    ['an end in another age', series(daily, range('4500-09-02')), 'ErrorRecurrenceEndDateTooBig'],
    [
      'workdays of a week',
      series('<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Weekday</t:DaysOfWeek></t:WeeklyRecurrence>'),
      'ErrorCalendarInvalidDayForWeeklyRecurrence',
    ],
  ])('is refused with %s', async (_what, recurrence, expected) => {
    expect(code(await create(`${hour}${recurrence}`))).toBe(expected);
  });

  test('is refused where one occurrence lasts until the next begins', async () => {
    const long = times('2026-12-01T11:00:00Z', '2026-12-03T11:30:00Z');
    expect(code(await create(`${long}${series(daily)}`))).toBe('ErrorOccurrenceTimeSpanTooBig');
  });

  test('no occurrence in its range is told with the range', async () => {
    const body = await create(`${hour}${series(daily, range('2026-11-30'))}`);
    expect(attributes(body, 'Value', 'Name')).toEqual(['EffectiveStartDate', 'EffectiveEndDate']);
    expect(texts(body, 'Value')).toEqual(['2026-12-01', '2026-11-30']);
  });
});

test('what lies beside an appointment is counted and told', async () => {
  const at = (from: string, to: string): string => times(`2029-03-01T${from}:00Z`, `2029-03-01T${to}:00Z`);
  await saved(`<t:Subject>before</t:Subject>${at('08:00', '09:00')}`);
  await saved(`<t:Subject>during</t:Subject>${at('09:30', '12:00')}<t:Location>here</t:Location>`);
  await saved(`<t:Subject>later</t:Subject>${at('12:00', '13:00')}`);
  const body = await get(await saved(`<t:Subject>mine</t:Subject>${at('09:00', '10:00')}`));
  expect(facts(body, 'ConflictingMeetingCount', 'AdjacentMeetingCount')).toEqual(['1', '1']);
  expect(texts(present(all(body, 'ConflictingMeetings')[0], body), 'Subject')).toEqual(['during']);
  expect(texts(present(all(body, 'AdjacentMeetings')[0], body), 'Subject')).toEqual(['before']);
});

test('an attachment may be a series', async () => {
  const inner = `<t:Subject>each day</t:Subject>${times('2026-12-01T11:00:00Z', '2026-12-01T12:00:00Z')}<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NoEndRecurrence><t:StartDate>2026-12-01</t:StartDate></t:NoEndRecurrence></t:Recurrence>`;
  const id = await saved(
    `<t:Attachments><t:ItemAttachment><t:Name>a</t:Name><t:CalendarItem>${inner}</t:CalendarItem></t:ItemAttachment></t:Attachments>`,
  );
  const attachment = attributes(await get(id), 'AttachmentId', 'Id')[0] ?? '';
  const body = await ask(
    `<m:GetAttachment><m:AttachmentShape/><m:AttachmentIds><t:AttachmentId Id="${attachment}"/></m:AttachmentIds></m:GetAttachment>`,
  );
  expect(facts(body, 'Subject', 'Start', 'CalendarItemType')).toEqual(['each day', '2026-12-01T11:00:00Z', 'RecurringMaster']);
});
