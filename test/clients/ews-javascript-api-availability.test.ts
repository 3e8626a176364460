import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Series } from '../../shared/domain/calendar/recurrence/series.ts';
import { seriesProperties } from '../../shared/domain/calendar/recurrence/series-properties.ts';
import { enterAppointments } from '../support/appointments.ts';
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const { AttendeeInfo, AvailabilityData, AvailabilityOptions, ConflictType, DateTime, FreeBusyViewType } = ews;
const { LegacyFreeBusyStatus, ServiceError, ServiceResult, SuggestionQuality, TimeWindow } = ews;

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

const serviceOf = (name: string) => javascriptService(lab, name);

async function ask(mails: readonly string[], requestedView = FreeBusyViewType.DetailedMerged) {
  const service = serviceOf('mary');
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

test('suggestions, as the client reads them', async () => {
  const service = serviceOf('mary');
  const options = new AvailabilityOptions();
  options.MaximumSuggestionsPerDay = 3;
  options.MinimumSuggestionQuality = SuggestionQuality.Good;
  options.GoodSuggestionThreshold = 25;
  const window = new TimeWindow(DateTime.Parse('2026-11-23T00:00:00Z'), DateTime.Parse('2026-11-24T00:00:00Z'));
  const attendees = ['mary@contoso.test', 'rob@contoso.test', 'nobody@contoso.test'].map((mail) => new AttendeeInfo(mail));
  const { Suggestions } = await service.GetUserAvailability(attendees, window, AvailabilityData.Suggestions, options);
  expect(Suggestions.map(({ Date: date, Quality }) => [date.ToISOString(), Quality])).toEqual([
    ['2026-11-23T00:00:00.000Z', SuggestionQuality.Excellent],
  ]);
  const times = Suggestions[0]?.TimeSuggestions ?? [];
  expect(times.map(({ MeetingTime, IsWorkTime, Quality }) => [MeetingTime.ToISOString().slice(11, 16), IsWorkTime, Quality])).toEqual([
    ['08:00', true, SuggestionQuality.Excellent],
    ['10:00', true, SuggestionQuality.Excellent],
    ['10:30', true, SuggestionQuality.Excellent],
  ]);
  // The library keeps an element without content as null, and does not list it.
  expect(times[0]?.Conflicts.map(({ ConflictType: type, FreeBusyStatus }) => [type, FreeBusyStatus])).toEqual(
    [0, 1].map(() => [ConflictType.IndividualAttendeeConflict, LegacyFreeBusyStatus.Free]),
  );
});

test('a weekly series over the end of daylight time, with one occurrence moved', async () => {
  const day = (date: string): number => Date.parse(`${date}T00:00Z`) / 86_400_000;
  const series: Series = {
    pattern: { rule: { is: 'weekly', weeks: 1, on: [1] }, start: day('2020-06-01'), end: { is: 'never' }, firstDayOfWeek: 1 },
    startMinutes: 9 * 60,
    endMinutes: 10 * 60,
    deleted: [],
    exceptions: [
      {
        original: Date.parse('2026-11-02T09:00Z'),
        start: Date.parse('2026-11-03T14:00Z'),
        end: Date.parse('2026-11-03T15:00Z'),
        subject: 'Moved',
      },
    ],
  };
  const change = { timeMs: 3 * 3_600_000, order: 5, month: 10, dayOfWeek: 0, bias: 0 };
  const rule = { bias: -60, standard: change, daylight: { ...change, timeMs: 2 * 3_600_000, month: 3, bias: -60 } };
  const more = seriesProperties(series, { name: 'W. Europe Standard Time', rule });
  const start = '2020-06-01T07:00Z';
  await enterAppointments(lab, 'contoso', 'mary@contoso.test', [{ start, end: '2020-06-01T08:00Z', subject: 'Weekly', more }]);
  const options = new AvailabilityOptions();
  options.RequestedFreeBusyView = FreeBusyViewType.Detailed;
  const window = new TimeWindow(DateTime.Parse('2026-10-18T00:00:00Z'), DateTime.Parse('2026-11-10T00:00:00Z'));
  const attendees = [new AttendeeInfo('mary@contoso.test')];
  const found = await serviceOf('mary').GetUserAvailability(attendees, window, AvailabilityData.FreeBusy, options);
  const events = found.AttendeesAvailability.__thisIndexer(0).CalendarEvents;
  expect(
    events.map(({ StartTime, Details: { Subject, IsRecurring, IsException } }) => [
      StartTime.ToISOString(),
      Subject,
      IsRecurring,
      IsException,
    ]),
  ).toEqual([
    ['2026-10-19T07:00:00.000Z', 'Weekly', true, false],
    ['2026-10-26T08:00:00.000Z', 'Weekly', true, false],
    ['2026-11-03T13:00:00.000Z', 'Moved', true, true],
    ['2026-11-09T08:00:00.000Z', 'Weekly', true, false],
  ]);
});
