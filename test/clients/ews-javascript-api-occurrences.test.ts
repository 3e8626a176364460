import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { asAppointment, calendarOf, five } from '../wire/ews/calendar-requests.ts';

const {
  Appointment,
  AppointmentSchema,
  AppointmentType,
  BasePropertySet,
  CalendarView,
  ConflictResolutionMode,
  DateTime,
  DeleteMode,
  PropertySet,
  SendCancellationsMode,
  SendInvitationsOrCancellationsMode,
  WellKnownFolderName,
} = ews;

let lab: TestLab;
let mary: ReturnType<typeof javascriptService>;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  mary = javascriptService(lab, 'mary');
  await calendarOf(() => lab).enter(asAppointment(five));
});
afterAll(() => lab.close());

const at = (text: string): ews.DateTime => DateTime.Parse(text);
const told = (date: ews.DateTime): string => new Date(date.TotalMilliSeconds).toISOString();
const seen = async (): Promise<ews.Appointment[]> => {
  const view = new CalendarView(at('2026-10-23T00:00:00Z'), at('2026-11-30T00:00:00Z'), 100);
  return (await mary.FindAppointments(WellKnownFolderName.Calendar, view)).Items;
};
const whole = new PropertySet(BasePropertySet.FirstClassProperties);

test('a series is seen as its occurrences, and each of them leads to the others', async () => {
  const found = await seen();
  expect(found.map(({ Start }) => told(Start))).toEqual([
    '2026-10-23T08:00:00.000Z',
    '2026-10-24T08:00:00.000Z',
    '2026-10-25T09:00:00.000Z',
    '2026-10-26T09:00:00.000Z',
    '2026-10-27T09:00:00.000Z',
  ]);
  const third = present(found[2], 'the third');
  expect([third.AppointmentType, third.IsRecurring]).toEqual([AppointmentType.Occurrence, true]);
  const master = await Appointment.BindToRecurringMaster(mary, third.Id, whole);
  expect(master.AppointmentType).toBe(AppointmentType.RecurringMaster);
  expect(master.FirstOccurrence.ItemId.UniqueId).toBe(found[0]?.Id.UniqueId);
  expect(told(master.LastOccurrence.Start)).toBe('2026-10-27T09:00:00.000Z');
  const same = await Appointment.BindToOccurrence(mary, master.Id, 3, whole);
  expect([same.Id.UniqueId, same.Subject]).toEqual([third.Id.UniqueId, 'Stand-up']);
});

test('one is changed and another one deleted; the series tells of both', async () => {
  const before = await seen();
  const fourth = await Appointment.Bind(mary, present(before[3], 'the fourth').Id, whole);
  fourth.Subject = 'Moved';
  fourth.Start = at('2026-10-26T15:00:00Z');
  fourth.End = at('2026-10-26T16:00:00Z');
  await fourth.Update(ConflictResolutionMode.AutoResolve, SendInvitationsOrCancellationsMode.SendToNone);
  const second = await Appointment.Bind(mary, present(before[1], 'the second').Id, whole);
  await second.Delete(DeleteMode.MoveToDeletedItems, SendCancellationsMode.SendToNone);
  const after = await seen();
  expect(after.map(({ Subject }) => Subject)).toEqual(['Stand-up', 'Stand-up', 'Moved', 'Stand-up']);
  expect(after[2]?.AppointmentType).toBe(AppointmentType.Exception);
  const shape = new PropertySet(BasePropertySet.IdOnly, [AppointmentSchema.ModifiedOccurrences, AppointmentSchema.DeletedOccurrences]);
  const master = await Appointment.BindToRecurringMaster(mary, fourth.Id, shape);
  const modified = master.ModifiedOccurrences.GetEnumerator().map(({ Start, OriginalStart }) => [told(Start), told(OriginalStart)]);
  expect(modified).toEqual([['2026-10-26T15:00:00.000Z', '2026-10-26T09:00:00.000Z']]);
  expect(master.DeletedOccurrences.GetEnumerator().map(({ OriginalStart }) => told(OriginalStart))).toEqual(['2026-10-24T08:00:00.000Z']);
});
