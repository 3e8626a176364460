import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { texts } from './answers.ts';
import { askOf, codes, createMeeting, erase, found, idOf, invited, mary, newest, one, respond } from './meeting-requests.ts';

const [joe, zoe] = ['joe@contoso.test', 'zoe@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:20Z' });
  askOf(lab);
});
afterAll(() => lab.close());

const set = (line: string, organization = 'contoso-cloud') =>
  runCmdlet<Record<string, unknown>>(lab, organization, `Set-MailboxAutoReplyConfiguration ${line}`);
const period = '-AutoReplyState Scheduled -StartTime 2026-11-21T00:00Z -EndTime 2026-11-28T00:00Z -InternalMessage Away';

test('whoever is away declines what he is asked to meanwhile, and keeps what he had', async () => {
  await invited(zoe, { subject: 'Before', required: [joe] });
  await set(`joe ${period} -AutoDeclineFutureRequestsWhenOOF $true -DeclineMeetingMessage "Back in <b>December</b>"`);
  const id = await invited(zoe, { subject: 'Meanwhile', required: [joe] });
  const told = await found(zoe, 'inbox', 'Declined: Meanwhile');
  expect([one(told, 'ResponseType', 'HasBeenProcessed'), texts(told, 'Body').at(-1)]).toEqual([
    ['Decline', 'true'],
    expect.stringContaining('Back in <b>December</b>'),
  ]);
  expect(texts(await found(zoe, 'calendar', 'Meanwhile'), 'ResponseType')).toEqual(['Decline']);
  expect(await newest(joe, 'calendar', 'Meanwhile')).toBeUndefined();
  expect(await newest(joe, 'inbox', 'Meanwhile')).toBeUndefined();
  expect(await newest(joe, 'deleteditems', 'Meanwhile')).toBeDefined();
  expect(await newest(joe, 'sentitems', 'Declined: Meanwhile')).toBeDefined();
  // What is called off, or was there before, goes the usual way.
  expect(codes(await erase(zoe, id, 'SendOnlyToAll'))).toEqual(['NoError']);
  expect(await newest(joe, 'inbox', 'Canceled: Meanwhile')).toBeDefined();
  expect(codes(await respond(joe, 'AcceptItem', idOf(await found(joe, 'calendar', 'Before'))))).toEqual(['NoError']);
  await set('joe -AutoDeclineFutureRequestsWhenOOF $false');
  await invited(zoe, { subject: 'Afterwards', required: [joe] });
  expect(await newest(joe, 'calendar', 'Afterwards')).toBeDefined();
});

test('the time is over when it is over', async () => {
  await set(
    'zoe -AutoReplyState Scheduled -StartTime 2026-11-22T00:00Z -EndTime 2026-11-28T00:00Z -AutoDeclineFutureRequestsWhenOOF $true',
  );
  await invited(joe, { subject: 'Not yet', required: [zoe] });
  expect(await newest(zoe, 'calendar', 'Not yet')).toBeDefined();
});

test('an absence shows in the calendar, once, where that is wanted', async () => {
  await set(`joe ${period} -CreateOOFEvent $true -OOFEventSubject "In the Alps"`);
  const shown = await found(joe, 'calendar', 'In the Alps');
  expect(one(shown, 'Start', 'End', 'LegacyFreeBusyStatus', 'IsMeeting', 'ReminderIsSet')).toEqual([
    '2026-11-21T00:00:00Z',
    '2026-11-28T00:00:00Z',
    'OOF',
    'false',
    'false',
  ]);
  await set('joe -EndTime 2026-11-30T00:00Z');
  const later = await found(joe, 'calendar', 'In the Alps');
  expect([idOf(later), ...one(later, 'End')]).toEqual([idOf(shown), '2026-11-30T00:00:00Z']);
  const [told] = await runCmdlet<Record<string, unknown>>(lab, 'contoso-cloud', 'Get-MailboxAutoReplyConfiguration joe');
  expect(told).toMatchObject({ CreateOOFEvent: true, OOFEventSubject: 'In the Alps', AutoDeclineFutureRequestsWhenOOF: false });
});

test.each([
  ['contoso', 'mary -CreateOOFEvent $true', 'functional only in the cloud-based service'],
  ['contoso-cloud', 'zoe -AutoReplyState Enabled -AutoDeclineFutureRequestsWhenOOF $true', 'needs the AutoReplyState Scheduled'],
  ['contoso-cloud', 'zoe -DeclineEventsForScheduledOOF $true', 'cannot be found'],
])('in %s: %s is refused', async (organization, line, text) => {
  await expect(set(line, organization)).rejects.toThrow(text);
  expect(codes(await createMeeting(mary, { subject: 'Still', required: [] }))).toEqual(['NoError']);
});
