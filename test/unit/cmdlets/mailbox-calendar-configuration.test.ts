import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const usual = { WorkDays: 'Weekdays', WorkingHoursStartTime: '08:00:00', WorkingHoursEndTime: '17:00:00', WorkingHoursTimeZone: 'UTC' };
const shown = async () => (await lab.run('Get-MailboxCalendarConfiguration svc'))[0];

test('the usual hours, until others are set', async () => {
  expect(await shown()).toEqual({ ...usual, MailboxOwnerId: expect.any(String), Identity: 'svc@contoso.test' });
  const set = 'Set-MailboxCalendarConfiguration -Identity svc@contoso.test';
  expect(
    await lab.run(`${set} -WorkDays Tuesday,Weekdays,Saturday -WorkingHoursStartTime 07:30 -WorkingHoursTimeZone "Tokyo Standard Time"`),
  ).toEqual([]);
  expect(await shown()).toMatchObject({
    WorkDays: 'Monday, Tuesday, Wednesday, Thursday, Friday, Saturday',
    WorkingHoursStartTime: '07:30:00',
    WorkingHoursEndTime: '17:00:00',
    WorkingHoursTimeZone: 'Tokyo Standard Time',
  });
  await lab.run(`${set} -WorkDays None -WorkingHoursEndTime 07:30:00`);
  expect(await shown()).toMatchObject({ WorkDays: 'None', WorkingHoursStartTime: '07:30:00', WorkingHoursEndTime: '07:30:00' });
  await lab.run('Get-MailboxCalendarConfiguration svc | Set-MailboxCalendarConfiguration -WorkDays WeekEndDays');
  expect(await shown()).toMatchObject({ WorkDays: 'WeekEndDays', WorkingHoursTimeZone: 'Tokyo Standard Time' });
});

test.each([
  ['-WorkingHoursStartTime 18:00:00', 'Work hours start time must be less than or equal to end time.'],
  ['-WorkingHoursEndTime 07:59:00', 'Work hours start time must be less than or equal to end time.'],
  ['-WorkingHoursStartTime 1.00:00:00', /whole minutes/],
  ['-WorkingHoursStartTime 08:00:30', /whole minutes/],
  ['-WorkingHoursStartTime dawn', /whole minutes/],
  ['-WorkingHoursTimeZone Mars', /zone of Windows, not "Mars"/],
  ['-WorkDays Someday', /WeekEndDays, Sunday.* not "Someday"/],
  ['-WeekStartDay Monday', /cannot be found that matches parameter name 'WeekStartDay'/],
])('%s is refused', async (rest, text) => {
  const detail: unknown = typeof text === 'string' ? text : expect.stringMatching(text);
  await expect(lab.run(`Set-MailboxCalendarConfiguration svc ${rest}`)).rejects.toMatchObject({ code: 'bad-parameter', detail });
  expect(await shown()).toMatchObject(usual);
});

test('nobody, and somebody whose mailbox lies elsewhere', async () => {
  for (const name of ['nobody', 'joe@contoso.test'])
    await expect(lab.run(`Get-MailboxCalendarConfiguration ${name}`)).rejects.toMatchObject({ code: 'object-not-found' });
});
