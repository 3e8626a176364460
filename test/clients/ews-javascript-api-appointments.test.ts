import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const {
  Appointment,
  AppointmentSchema,
  AppointmentType,
  BasePropertySet,
  ConflictResolutionMode,
  DateTime,
  DayOfTheWeek,
  DayOfTheWeekIndex,
  DeleteMode,
  LegacyFreeBusyStatus,
  Month,
  PropertySet,
  Recurrence,
  SendCancellationsMode,
  SendInvitationsMode,
  SendInvitationsOrCancellationsMode,
  WellKnownFolderName,
} = ews;

let lab: TestLab;
beforeAll(async () => {
  // Around 2032 no zone changes its rules, which this client sorts wrongly.
  lab = await openTestLab({ clock: 'frozen@2032-01-05T09:00Z' });
});
afterAll(() => lab.close());

const whole = new PropertySet(BasePropertySet.FirstClassProperties, [
  AppointmentSchema.Recurrence,
  AppointmentSchema.StartTimeZone,
  AppointmentSchema.EndTimeZone,
]);
const iso = (date: ews.DateTime): string => new Date(date.TotalMilliSeconds).toISOString();

test('an appointment is created, bound, changed and deleted', async () => {
  const service = javascriptService(lab, 'mary');
  const made = new Appointment(service);
  made.Subject = 'Status';
  made.Location = 'Room 1';
  made.Start = DateTime.Parse('2032-02-03T10:00:00Z');
  made.End = DateTime.Parse('2032-02-03T11:30:00Z');
  made.LegacyFreeBusyStatus = LegacyFreeBusyStatus.OOF;
  made.ReminderMinutesBeforeStart = 30;
  await made.Save(WellKnownFolderName.Calendar, SendInvitationsMode.SendToNone);

  const bound = await Appointment.Bind(service, made.Id, whole);
  expect([bound.Subject, bound.Location, iso(bound.Start), iso(bound.End)]).toEqual([
    'Status',
    'Room 1',
    '2032-02-03T10:00:00.000Z',
    '2032-02-03T11:30:00.000Z',
  ]);
  expect([bound.LegacyFreeBusyStatus, bound.ReminderMinutesBeforeStart, bound.AppointmentType, bound.IsRecurring]).toEqual([
    LegacyFreeBusyStatus.OOF,
    30,
    AppointmentType.Single,
    false,
  ]);
  bound.Location = 'Room 2';
  bound.Start = DateTime.Parse('2032-02-03T10:30:00Z');
  await bound.Update(ConflictResolutionMode.AutoResolve, SendInvitationsOrCancellationsMode.SendToNone);
  const changed = await Appointment.Bind(service, made.Id, whole);
  expect([changed.Location, iso(changed.Start), iso(changed.ReminderDueBy)]).toEqual([
    'Room 2',
    '2032-02-03T10:30:00.000Z',
    '2032-02-03T10:30:00.000Z',
  ]);
  await changed.Delete(DeleteMode.HardDelete, SendCancellationsMode.SendToNone);
  await expect(Appointment.Bind(service, made.Id)).rejects.toMatchObject({ message: 'The specified object was not found in the store.' });
});

test('a series of every pattern comes back, in its zone', async () => {
  const service = javascriptService(lab, 'mary');
  const zones = await service.GetServerTimeZones();
  const berlin = present(
    zones.find(({ Id }) => Id === 'W. Europe Standard Time'),
    'Berlin',
  );
  const start = DateTime.Parse('2032-03-01T09:00:00Z');
  const weekly = new Recurrence.WeeklyPattern();
  weekly.DaysOfTheWeek.Add(DayOfTheWeek.Monday);
  weekly.DaysOfTheWeek.Add(DayOfTheWeek.Friday);
  const patterns: readonly ews.Recurrence[] = [
    Object.assign(new Recurrence.DailyPattern(), { Interval: 3 }),
    Object.assign(weekly, { Interval: 2 }),
    Object.assign(new Recurrence.MonthlyPattern(), { DayOfMonth: 31 }),
    Object.assign(new Recurrence.RelativeMonthlyPattern(), {
      DayOfTheWeek: DayOfTheWeek.Weekday,
      DayOfTheWeekIndex: DayOfTheWeekIndex.Last,
    }),
    Object.assign(new Recurrence.YearlyPattern(), { Month: Month.July, DayOfMonth: 13 }),
    Object.assign(new Recurrence.RelativeYearlyPattern(), {
      Month: Month.August,
      DayOfTheWeek: DayOfTheWeek.Monday,
      DayOfTheWeekIndex: DayOfTheWeekIndex.First,
    }),
  ];
  for (const pattern of patterns) {
    const made = new Appointment(service);
    made.Subject = pattern.constructor.name;
    made.Start = start;
    made.End = DateTime.Parse('2032-03-01T10:00:00Z');
    made.StartTimeZone = berlin;
    made.EndTimeZone = berlin;
    made.Recurrence = pattern;
    made.Recurrence.StartDate = start;
    made.Recurrence.NumberOfOccurrences = 5;
    await made.Save(WellKnownFolderName.Calendar, SendInvitationsMode.SendToNone);
    const bound = await Appointment.Bind(service, made.Id, whole);
    expect(bound.AppointmentType).toBe(AppointmentType.RecurringMaster);
    expect(bound.Recurrence.constructor.name).toBe(pattern.constructor.name);
    expect(bound.Recurrence.NumberOfOccurrences).toBe(5);
    expect([bound.StartTimeZone.Id, bound.EndTimeZone.Id]).toEqual([berlin.Id, berlin.Id]);
    // Ten o'clock in Berlin, in winter as in summer.
    expect(iso(bound.Start).slice(10)).toBe(iso(bound.Start) < '2032-03-28' ? 'T09:00:00.000Z' : 'T08:00:00.000Z');
  }
});

test('whoever reckons in a zone gets its dates in it', async () => {
  const plain = javascriptService(lab, 'mary');
  const zones = await plain.GetServerTimeZones();
  const tokyo = present(
    zones.find(({ Id }) => Id === 'Tokyo Standard Time'),
    'Tokyo',
  );
  const service = javascriptService(lab, 'mary', tokyo);
  const made = new Appointment(service);
  made.Subject = 'Far away';
  made.Start = DateTime.Parse('2032-04-01T00:00:00Z');
  made.End = DateTime.Parse('2032-04-02T00:00:00Z');
  made.IsAllDayEvent = true;
  await made.Save(WellKnownFolderName.Calendar, SendInvitationsMode.SendToNone);
  const bound = await Appointment.Bind(plain, made.Id, whole);
  // Nine o'clock in Tokyo: from the midnight before to the midnight after.
  expect([iso(bound.Start), iso(bound.End), bound.StartTimeZone.Id]).toEqual([
    '2032-03-31T15:00:00.000Z',
    '2032-04-02T15:00:00.000Z',
    'Tokyo Standard Time',
  ]);
});
