import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ids, texts } from './answers.ts';
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

/** What joe's own copy of a meeting shows in Deleted Items: his response, and whether it was called off. */
async function letGo(subject: string): Promise<readonly (string | undefined)[]> {
  const equal = (uri: string, value: string): string =>
    `<t:IsEqualTo><t:FieldURI FieldURI="${uri}"/><t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:IsEqualTo>`;
  const shape = ['calendar:MyResponseType', 'calendar:IsCancelled'].map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
  const { body } = await lab.ews(
    joe,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${shape}</t:AdditionalProperties></m:ItemShape><m:Restriction><t:And>${equal('item:ItemClass', 'IPM.Appointment')}${equal('item:Subject', subject)}</t:And></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="deleteditems"/></m:ParentFolderIds></m:FindItem>`,
  );
  return one(body, 'MyResponseType', 'IsCancelled');
}

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
  expect(await letGo('Meanwhile')).toEqual(['Decline', 'false']);
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

test('what lies in the period is declined, or called off, all of it or what is named', async () => {
  const declining = '-DeclineEventsForScheduledOOF $true -DeclineMeetingMessage "Away <b>then</b>"';
  await invited(zoe, { subject: 'Asked', required: [joe] });
  await invited(joe, { subject: 'His own', required: [zoe] });
  await invited(zoe, { subject: 'Stays', required: [joe] });
  const held = idOf(await found(joe, 'calendar', 'Asked'));
  await set(`joe ${period} -CreateOOFEvent $false ${declining} -EventsToDeleteIDs ${held}`);
  await lab.clock.advance(1);
  expect(await newest(joe, 'calendar', 'Asked')).toBeUndefined();
  expect(await letGo('Asked')).toEqual(['Decline', 'false']);
  const told = await found(zoe, 'inbox', 'Declined: Asked');
  expect([one(told, 'ResponseType'), texts(told, 'Body').at(-1)]).toEqual([['Decline'], expect.stringContaining('Away <b>then</b>')]);
  expect(texts(await found(zoe, 'calendar', 'Asked'), 'ResponseType')).toEqual(['Decline']);
  expect([await newest(joe, 'calendar', 'Stays'), await newest(joe, 'calendar', 'His own')]).toEqual([
    expect.anything(),
    expect.anything(),
  ]);
  await set(`joe ${period} ${declining} -DeclineAllEventsForScheduledOOF $true`);
  await lab.clock.advance(1);
  expect(await newest(joe, 'calendar', 'Stays')).toBeUndefined();
  expect(await newest(joe, 'calendar', 'His own')).toBeUndefined();
  expect(await newest(joe, 'calendar', 'In the Alps')).toBeDefined();
  expect(await letGo('Canceled: His own')).toEqual(['Organizer', 'true']);
  expect(await newest(zoe, 'inbox', 'Canceled: His own')).toBeDefined();
  expect(await newest(zoe, 'inbox', 'Declined: Stays')).toBeDefined();
  expect(await newest(joe, 'sentitems', 'Declined: Stays')).toBeDefined();
  const [shown] = await runCmdlet<Record<string, unknown>>(lab, 'contoso-cloud', 'Get-MailboxAutoReplyConfiguration joe');
  expect(shown).toMatchObject({ DeclineEventsForScheduledOOF: true, DeclineAllEventsForScheduledOOF: true });
});

describe('what lies in the period', () => {
  const view = async (): Promise<string> =>
    (
      await lab.ews(
        joe,
        '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:CalendarView StartDate="2026-11-21T00:00:00Z" EndDate="2026-11-28T00:00:00Z"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>',
      )
    ).body;
  const clear = async (which: string): Promise<void> => {
    await set(`joe ${period} -CreateOOFEvent $false -DeclineEventsForScheduledOOF $true ${which}`);
    await lab.clock.advance(1);
  };

  test('one occurrence of a series, by its id: the others are held', async () => {
    const daily =
      '<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence><t:StartDate>2026-11-23</t:StartDate><t:NumberOfOccurrences>4</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';
    await invited(zoe, { subject: 'Daily', required: [joe], start: '2026-11-23T10:00:00Z', end: '2026-11-23T11:00:00Z', more: daily });
    const before = await view();
    const days = texts(before, 'Start');
    expect(texts(before, 'Subject').filter((subject) => subject === 'Daily')).toHaveLength(4);
    const third = days.findIndex((day) => day.startsWith('2026-11-25T10'));
    await clear(`-EventsToDeleteIDs ${ids(before)[third]?.id}`);
    expect(texts(await view(), 'Start')).toEqual(days.filter((_, at) => at !== third));
    expect(texts(await found(zoe, 'inbox', 'Declined: Daily'), 'Start')).toEqual(['2026-11-25T10:00:00Z']);
  });

  test('more than is shown at once', { timeout: 60_000 }, async () => {
    const minute = (at: number): string => new Date(Date.parse('2026-11-22T00:00Z') + at * 60_000).toISOString();
    const many = Array.from({ length: 1_010 }, (_, at) => ({ start: minute(at), end: minute(at + 1), subject: `Minute ${at}` }));
    await enterAppointments(lab, 'contoso-cloud', joe, many);
    await clear('-DeclineAllEventsForScheduledOOF $true');
    expect(texts(await view(), 'Subject')).toEqual([]);
  });
});

describe('by SetUserOofSettings', () => {
  const settings = (more: string, state = 'Scheduled') =>
    `<m:SetUserOofSettingsRequest><t:Mailbox><t:Address>${joe}</t:Address></t:Mailbox><t:UserOofSettings><t:OofState>${state}</t:OofState>` +
    '<t:ExternalAudience>All</t:ExternalAudience><t:Duration><t:StartTime>2026-11-21T00:00:00Z</t:StartTime><t:EndTime>2026-11-28T00:00:00Z</t:EndTime></t:Duration>' +
    `${more}</t:UserOofSettings></m:SetUserOofSettingsRequest>`;
  const ask = async (more: string, state?: string) => (await lab.ews(joe, settings(more, state))).body;
  const declines = '<t:DeclineEventsForScheduledOOF>true</t:DeclineEventsForScheduledOOF>';
  const named = (id: string) => `<t:EventsToDeleteIDs><t:EventToDeleteID>${id}</t:EventToDeleteID></t:EventsToDeleteIDs>`;

  test('an event is declined by its id, and the settings are told', async () => {
    await set('joe -AutoDeclineFutureRequestsWhenOOF $false -DeclineEventsForScheduledOOF $false');
    await invited(zoe, { subject: 'By id', required: [joe] });
    const id = idOf(await found(joe, 'calendar', 'By id'));
    const reply = '<t:DeclineMeetingReply><t:Message>On leave</t:Message></t:DeclineMeetingReply>';
    expect(texts(await ask(`${reply}${declines}${named(id)}`), 'ResponseCode')).toEqual(['NoError']);
    await lab.clock.advance(1);
    expect(await newest(joe, 'calendar', 'By id')).toBeUndefined();
    expect(texts(await found(zoe, 'inbox', 'Declined: By id'), 'Body').at(-1)).toContain('On leave');
    const asked = `<m:GetUserOofSettingsRequest><t:Mailbox><t:Address>${joe}</t:Address></t:Mailbox></m:GetUserOofSettingsRequest>`;
    const { body } = await lab.ews(joe, asked);
    const told = ['DeclineEventsForScheduledOOF', 'DeclineAllEventsForScheduledOOF', 'AutoDeclineFutureRequestsWhenOOF'];
    expect(told.flatMap((name) => texts(body, name))).toEqual(['true', 'false', 'false']);
  });

  test.each([
    [
      'all without leave',
      '<t:DeclineEventsForScheduledOOF>false</t:DeclineEventsForScheduledOOF><t:DeclineAllEventsForScheduledOOF>true</t:DeclineAllEventsForScheduledOOF>',
      'Scheduled',
      'ErrorInvalidOofParameter',
    ],
    ['without a period', declines, 'Enabled', 'ErrorInvalidOofParameter'],
    ['what is no id', `${declines}${named('AAMk')}`, 'Scheduled', 'ErrorInvalidIdMalformed'],
    ['the id of the appointment', '<t:OOFEventID>AAMk</t:OOFEventID>', 'Scheduled', 'ErrorInvalidOperation'],
  ])('%s is refused', async (_, more, state, code) => {
    expect(texts(await ask(more, state), 'ResponseCode')).toEqual([code]);
  });
});

test.each([
  ['contoso', 'mary -CreateOOFEvent $true', 'functional only in the cloud-based service'],
  ['contoso-cloud', 'zoe -AutoReplyState Enabled -AutoDeclineFutureRequestsWhenOOF $true', 'needs the AutoReplyState Scheduled'],
  [
    'contoso-cloud',
    'zoe -AutoReplyState Enabled -DeclineEventsForScheduledOOF $true',
    'DeclineEventsForScheduledOOF needs the AutoReplyState Scheduled',
  ],
  ['contoso-cloud', 'zoe -DeclineAllEventsForScheduledOOF $true', 'needs DeclineEventsForScheduledOOF'],
  ['contoso-cloud', 'zoe -EventsToDeleteIDs AAMk', 'takes ids of EWS'],
  ['contoso', 'mary -DeclineEventsForScheduledOOF $true', 'functional only in the cloud-based service'],
])('in %s: %s is refused', async (organization, line, text) => {
  await expect(set(line, organization)).rejects.toThrow(text);
  expect(codes(await createMeeting(mary, { subject: 'Still', required: [] }))).toEqual(['NoError']);
});
