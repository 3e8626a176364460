import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterAppointments } from '../support/appointments.ts';
import { mappedAgents } from '../support/mapped-agents.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const { AttendeeInfo, AvailabilityData, AvailabilityOptions, DateTime, ExchangeService, ExchangeVersion, FreeBusyViewType } = ews;
const { LegacyFreeBusyStatus, ServiceError, ServiceResult, TimeWindow, TimeZoneInfo, Uri, WebCredentials } = ews;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  for (const mail of ['mary@contoso.test', 'rob@contoso.test']) {
    await enterAppointments(lab, 'contoso', mail, [
      { start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review', location: 'Boardroom' },
      { start: '2026-11-23T12:00Z', end: '2026-11-23T13:00Z', subject: 'Away', busy: 3 },
    ]);
  }
});
afterAll(() => lab.close());

async function ask(mails: readonly string[], requestedView = FreeBusyViewType.DetailedMerged) {
  const service = new ExchangeService(ExchangeVersion.Exchange2013_SP1, TimeZoneInfo.Utc);
  service.XHRApi = new XhrApi({ ...mappedAgents(lab.names) } as object);
  service.Credentials = new WebCredentials('CONTOSO\\mary', lab.password);
  service.Url = new Uri('https://mail.contoso.test/EWS/Exchange.asmx');
  const options = new AvailabilityOptions();
  options.MergedFreeBusyInterval = 60;
  options.RequestedFreeBusyView = requestedView;
  const window = new TimeWindow(DateTime.Parse('2026-11-23T00:00:00Z'), DateTime.Parse('2026-11-24T00:00:00Z'));
  const attendees = mails.map((mail) => new AttendeeInfo(mail));
  return (await service.GetUserAvailability(attendees, window, AvailabilityData.FreeBusy, options)).AttendeesAvailability;
}

test('free/busy of oneself and a colleague, and of nobody', async () => {
  const found = await ask(['mary@contoso.test', 'rob@contoso.test', 'nobody@contoso.test']);
  const [mine, robs, nobodys] = [0, 1, 2].map((index) => found.__thisIndexer(index));
  expect(mine?.ViewType).toBe(FreeBusyViewType.DetailedMerged);
  expect(mine?.CalendarEvents.map(({ Details }) => [Details.Subject, Details.Location, Details.IsPrivate])).toEqual([
    ['Review', 'Boardroom', false],
    ['Away', 'Boardroom', false],
  ]);
  expect(mine?.CalendarEvents[0]?.StartTime.ToISOString()).toBe('2026-11-23T09:00:00.000Z');
  expect(mine?.WorkingHours.DaysOfTheWeek).toHaveLength(5);
  expect(robs?.ViewType).toBe(FreeBusyViewType.FreeBusyMerged);
  expect(robs?.CalendarEvents.map(({ FreeBusyStatus, Details }) => [FreeBusyStatus, Details])).toEqual([
    [LegacyFreeBusyStatus.Busy, null],
    [LegacyFreeBusyStatus.OOF, null],
  ]);
  expect(robs?.MergedFreeBusyStatus).toHaveLength(24);
  expect(robs?.MergedFreeBusyStatus[9]).toBe(LegacyFreeBusyStatus.Busy);
  expect(nobodys?.Result).toBe(ServiceResult.Error);
  expect(ServiceError[nobodys?.ErrorCode ?? 0]).toBe('ErrorMailRecipientNotFound');
});

test('digits alone', async () => {
  const found = (await ask(['rob@contoso.test'], FreeBusyViewType.MergedOnly)).__thisIndexer(0);
  expect([found.ViewType, found.CalendarEvents, found.MergedFreeBusyStatus.length]).toEqual([FreeBusyViewType.MergedOnly, [], 24]);
});
