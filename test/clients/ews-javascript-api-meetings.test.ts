import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const {
  Appointment,
  AppointmentType,
  CalendarView,
  ConflictResolutionMode,
  DateTime,
  DeleteMode,
  FolderId,
  ItemSchema,
  ItemView,
  MeetingRequest,
  MeetingResponseType,
  Recurrence,
  SearchFilter,
  SendCancellationsMode,
  SendInvitationsMode,
  SendInvitationsOrCancellationsMode,
  WellKnownFolderName,
} = ews;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:20Z' });
});
afterAll(() => lab.close());

type Service = ReturnType<typeof javascriptService>;

/** The only item of a folder with that subject. */
async function only(service: Service, folder: ews.WellKnownFolderName, subject: string) {
  const filter = new SearchFilter.IsEqualTo(ItemSchema.Subject, subject);
  const { Items } = await service.FindItems(new FolderId(folder), filter, new ItemView(10));
  expect(Items).toHaveLength(1);
  return present(Items[0], subject);
}

test('two people and a room meet, later than was said, and then do not', async () => {
  const [mary, rob] = [javascriptService(lab, 'mary'), javascriptService(lab, 'rob')];
  const meeting = new Appointment(mary);
  meeting.Subject = 'Workshop';
  meeting.Start = new DateTime('2026-11-24T10:00:00Z');
  meeting.End = new DateTime('2026-11-24T11:00:00Z');
  meeting.RequiredAttendees.Add('rob@contoso.test');
  meeting.Resources.Add('boardroom@contoso.test');
  await meeting.Save(SendInvitationsMode.SendToAllAndSaveCopy);

  const request = await MeetingRequest.Bind(rob, (await only(rob, WellKnownFolderName.Inbox, 'Workshop')).Id);
  expect(request.Organizer.Address).toBe('mary@contoso.test');
  const results = await request.Accept(true);
  expect(results.Appointment.Id.UniqueId).not.toBe('');
  const accepted = await Appointment.Bind(rob, results.Appointment.Id);
  expect(accepted.MyResponseType).toBe(MeetingResponseType.Accept);

  const mine = await Appointment.Bind(mary, meeting.Id);
  const answers = [...mine.RequiredAttendees.GetEnumerator(), ...mine.Resources.GetEnumerator()].map((one) => [
    one.Address,
    one.ResponseType,
  ]);
  expect(answers).toEqual([
    ['rob@contoso.test', MeetingResponseType.Accept],
    ['boardroom@contoso.test', MeetingResponseType.Accept],
  ]);

  mine.Start = new DateTime('2026-11-24T14:00:00Z');
  mine.End = new DateTime('2026-11-24T15:00:00Z');
  await mine.Update(ConflictResolutionMode.AlwaysOverwrite, SendInvitationsOrCancellationsMode.SendToAllAndSaveCopy);
  const moved = await Appointment.Bind(rob, results.Appointment.Id);
  expect([moved.Start.ToISOString(), moved.MyResponseType]).toEqual(['2026-11-24T14:00:00.000Z', MeetingResponseType.NoResponseReceived]);
  await moved.Decline(true);
  const told = await Appointment.Bind(mary, meeting.Id);
  expect(told.RequiredAttendees.GetEnumerator().map(({ ResponseType }) => ResponseType)).toEqual([MeetingResponseType.Decline]);

  await told.Delete(ews.DeleteMode.MoveToDeletedItems, SendCancellationsMode.SendToAllAndSaveCopy);
  await only(mary, WellKnownFolderName.SentItems, 'Canceled: Workshop');
  await only(rob, WellKnownFolderName.Inbox, 'Canceled: Workshop');
});

test('one occurrence is moved, answered and called off', async () => {
  const [mary, rob] = [javascriptService(lab, 'mary'), javascriptService(lab, 'rob')];
  const series = new Appointment(mary);
  series.Subject = 'Weekly';
  series.Start = new DateTime('2027-04-05T10:00:00Z');
  series.End = new DateTime('2027-04-05T11:00:00Z');
  series.Recurrence = Object.assign(new Recurrence.DailyPattern(), { Interval: 1 });
  series.Recurrence.StartDate = series.Start;
  series.Recurrence.NumberOfOccurrences = 4;
  series.RequiredAttendees.Add('rob@contoso.test');
  await series.Save(SendInvitationsMode.SendToAllAndSaveCopy);
  const second = await Appointment.BindToOccurrence(mary, series.Id, 2);
  second.Start = new DateTime('2027-04-06T14:00:00Z');
  second.End = new DateTime('2027-04-06T15:00:00Z');
  await second.Update(ConflictResolutionMode.AutoResolve, SendInvitationsOrCancellationsMode.SendToAllAndSaveCopy);
  const seen = async () => {
    const view = new CalendarView(new DateTime('2027-04-05T00:00:00Z'), new DateTime('2027-04-09T00:00:00Z'), 100);
    return (await rob.FindAppointments(WellKnownFolderName.Calendar, view)).Items.filter(({ Subject }) => Subject.endsWith('Weekly'));
  };
  const moved = present((await seen())[1], 'the second');
  expect([new Date(moved.Start.TotalMilliSeconds).toISOString(), moved.AppointmentType]).toEqual([
    '2027-04-06T14:00:00.000Z',
    AppointmentType.Exception,
  ]);
  await (await Appointment.Bind(rob, moved.Id)).Accept(true);
  const mine = await Appointment.BindToOccurrence(mary, series.Id, 2);
  expect(mine.RequiredAttendees.GetEnumerator().map(({ ResponseType }) => ResponseType)).toEqual([MeetingResponseType.Accept]);
  const third = await Appointment.BindToOccurrence(mary, series.Id, 3);
  await third.Delete(DeleteMode.MoveToDeletedItems, SendCancellationsMode.SendToAllAndSaveCopy);
  expect((await seen()).map(({ Subject }) => Subject)).toEqual(['Weekly', 'Weekly', 'Canceled: Weekly', 'Weekly']);
});
