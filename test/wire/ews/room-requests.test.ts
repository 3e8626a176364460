import { afterAll, beforeEach, expect, test } from 'vitest';
import { setTransit } from '../../../shared/domain/mailbox/transit.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { texts } from './answers.ts';
import {
  adam,
  ask,
  askOf,
  codes,
  end,
  erase,
  found,
  get,
  idOf,
  invited,
  location,
  type Meeting,
  mary,
  newest,
  one,
  people,
  respond,
  rob,
  start,
  update,
} from './meeting-requests.ts';

let lab: TestLab;
beforeEach(async () => {
  await lab?.close();
  lab = await openTestLab({ clock: `frozen@${new Date(now).toISOString()}` });
  askOf(lab);
});
afterAll(() => lab.close());

const room = 'boardroom@contoso.test';
const now = Date.parse('2026-11-21T09:00Z');
const set = (words: string): Promise<unknown> => runCmdlet(lab, 'contoso', `Set-CalendarProcessing boardroom ${words}`);
const times = { start: '2026-12-01T10:00:00Z', end: '2026-12-01T11:00:00Z' };
const asked = (subject: string, more: Partial<Meeting> = {}): Meeting => ({
  subject,
  required: [],
  more: people('Resources', room),
  ...times,
  ...more,
});
const answerTo = async (who: string, id: string): Promise<readonly string[]> => texts(await get(who, id), 'ResponseType');
/** What there is in the room's calendar, newest first, as somebody finds it who may look. */
async function booked(who: string): Promise<readonly { id: string; shown: string }[]> {
  const answer = await ask(
    who,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:DateTimeCreated"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>${room}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:ParentFolderIds></m:FindItem>`,
  );
  const all: { id: string; shown: string }[] = [];
  for (const [, id = ''] of answer.matchAll(/<t:ItemId Id="([^"]+)"/g)) {
    const item = await get(who, id);
    all.push({ id, shown: one(item, 'Subject', 'LegacyFreeBusyStatus', 'MyResponseType').join(' ') });
  }
  return all;
}

test('what may only be asked for waits until a delegate has accepted it', async () => {
  await set(
    `-AllBookInPolicy $false -AllRequestInPolicy $true -ResourceDelegates adam -AddOrganizerToSubject $false -DeleteSubject $false`,
  );
  const id = await invited(mary, asked('Board'));
  expect(await answerTo(mary, id)).toEqual(['Tentative']);
  expect(await found(mary, 'inbox', 'Tentative: Board')).toContain('Your request was received and is pending approval.');

  const copy = await found(adam, 'inbox', 'Board');
  expect(one(copy, 'IsDelegated', 'IsRead')).toEqual(['true', 'false']);
  expect(copy).toContain('This in-policy resource request was forwarded to you for your approval.');
  expect(copy).toContain('because the organizer doesn');
  expect(copy).toContain('Bring ideas.');
  expect(await newest(adam, 'calendar', 'Board')).toBeUndefined();
  expect(codes(await respond(adam, 'AcceptItem', idOf(copy)))).toEqual(['ErrorCalendarIsDelegatedForAccept']);

  const [waiting] = await booked(adam);
  expect(waiting?.shown).toBe('Board Tentative Tentative');
  expect(codes(await respond(adam, 'AcceptItem', String(waiting?.id)))).toEqual(['NoError']);
  expect((await booked(adam)).map(({ shown }) => shown)).toEqual(['Board Busy Accept']);
  expect(await answerTo(mary, id)).toEqual(['Accept']);
  expect(texts(await found(mary, 'inbox', 'Accepted: Board'), 'EmailAddress')).toEqual(expect.arrayContaining([room, adam]));
});

test('what a delegate has accepted stays so until it is to be at another time', async () => {
  await set('-AllBookInPolicy $false -RequestInPolicy mary -ResourceDelegates adam -AddOrganizerToSubject $false -DeleteSubject $false');
  const id = await invited(mary, asked('Moved'));
  await respond(adam, 'AcceptItem', String((await booked(adam))[0]?.id));
  expect(codes(await update(mary, id, 'SendToAllAndSaveCopy', location('Upstairs')))).toEqual(['NoError']);
  expect((await booked(adam)).map(({ shown }) => shown)).toEqual(['Moved Busy Accept']);
  expect(await answerTo(mary, id)).toEqual(['Accept']);
  const later = [start('2026-12-01T12:00:00Z'), end('2026-12-01T13:00:00Z')];
  expect(codes(await update(mary, id, 'SendToAllAndSaveCopy', ...later))).toEqual(['NoError']);
  expect((await booked(adam)).map(({ shown }) => shown)).toEqual(['Moved Tentative Tentative']);
  expect(await answerTo(mary, id)).toEqual(['Tentative']);
  expect(codes(await erase(mary, id, 'SendOnlyToAll'))).toEqual(['NoError']);
  expect(await booked(adam)).toEqual([]);
});

test('a delegate declines, and the room is free again', async () => {
  await set('-AllBookInPolicy $false -AllRequestInPolicy $true -ResourceDelegates adam -TentativePendingApproval $false');
  const id = await invited(mary, asked('Not here'));
  const [waiting] = await booked(adam);
  expect(waiting?.shown).toBe('Mary Free Tentative');
  expect(codes(await respond(adam, 'DeclineItem', String(waiting?.id)))).toEqual(['NoError']);
  expect(await booked(adam)).toEqual([]);
  expect(await answerTo(mary, id)).toEqual(['Decline']);
});

test('out of policy is asked for by those who may', async () => {
  await set('-RequestOutOfPolicy rob -ResourceDelegates adam');
  const first = await invited(mary, asked('First'));
  expect(await answerTo(mary, first)).toEqual(['Accept']);
  const second = await invited(rob, asked('Second'));
  expect(await answerTo(rob, second)).toEqual(['Tentative']);
  const copy = await found(adam, 'inbox', 'Second');
  expect(copy).toContain('This out-of-policy resource request was forwarded to you for your approval.');
  expect(copy).toContain('2026-12-01 10:00 - 2026-12-01 11:00 (UTC), Mary');
  const third = await invited(mary, asked('Third', { required: [] }));
  expect(await answerTo(mary, third)).toEqual(['Decline']);
  expect(await newest(adam, 'inbox', 'Third')).toBeUndefined();
  const [waiting] = await booked(adam);
  expect(codes(await respond(adam, 'AcceptItem', String(waiting?.id)))).toEqual(['NoError']);
  expect(await answerTo(rob, second)).toEqual(['Accept']);
});

test('whoever is in no list is refused, and nobody is told where nothing is forwarded', async () => {
  await set('-AllBookInPolicy $false -RequestInPolicy rob -ResourceDelegates adam -ForwardRequestsToDelegates $false');
  expect(await answerTo(mary, await invited(mary, asked('Hers')))).toEqual(['Decline']);
  expect(await answerTo(rob, await invited(rob, asked('His')))).toEqual(['Tentative']);
  expect(await newest(adam, 'inbox', 'His')).toBeUndefined();
  expect((await booked(adam)).map(({ shown }) => shown)).toEqual(['Rob Tentative Tentative']);
});

test('of several delegates those are asked whose mailboxes are not locked by a move', async () => {
  await set('-AllBookInPolicy $false -AllRequestInPolicy $true -ResourceDelegates adam,rob');
  const [{ ExchangeGuid }] = (await runCmdlet(lab, 'contoso', 'Get-Mailbox adam')) as readonly [{ ExchangeGuid: Guid }];
  await lab.store.transaction((tx) => setTransit(tx, ExchangeGuid, 'Locked', 'a move', now));
  expect(await answerTo(mary, await invited(mary, asked('Moving')))).toEqual(['Tentative']);
  expect(await newest(rob, 'inbox', 'Moving')).toBeDefined();
  await lab.store.transaction((tx) => setTransit(tx, ExchangeGuid, 'None', 'a move', now));
  expect(await newest(adam, 'inbox', 'Moving')).toBeUndefined();
});

test('delegates are those who may send on behalf of the room, and they edit its calendar', async () => {
  const rights = async (who: string): Promise<unknown> => {
    const rows = await runCmdlet(lab, 'contoso', 'Get-MailboxFolderPermission boardroom:\\Calendar');
    return (rows as readonly { User: string; AccessRights: unknown }[]).find(({ User }) => User.startsWith(who))?.AccessRights;
  };
  await set('-ResourceDelegates adam,rob');
  const [shown] = await runCmdlet(lab, 'contoso', 'Get-CalendarProcessing boardroom');
  expect(shown).toMatchObject({
    ResourceDelegates: [adam, rob],
    ForwardRequestsToDelegates: true,
    TentativePendingApproval: true,
    AllRequestInPolicy: false,
    AllRequestOutOfPolicy: false,
    RequestInPolicy: [],
    RequestOutOfPolicy: [],
  });
  expect((await runCmdlet(lab, 'contoso', 'Get-Mailbox boardroom'))[0]).toMatchObject({ GrantSendOnBehalfTo: ['adam', 'rob'] });
  expect([await rights('Adam'), await rights('Rob')]).toEqual([['Editor'], ['Editor']]);
  await runCmdlet(lab, 'contoso', 'Set-MailboxFolderPermission boardroom:\\Calendar -User rob -AccessRights Owner');
  await set('-ResourceDelegates $null');
  expect((await runCmdlet(lab, 'contoso', 'Get-CalendarProcessing boardroom'))[0]).toMatchObject({ ResourceDelegates: [] });
  expect([await rights('Adam'), await rights('Rob')]).toEqual([undefined, ['Owner']]);
});

test('delegates that could not be any are refused', async () => {
  await expect(set('-ResourceDelegates joe')).rejects.toThrow(/whose mailboxes are here, and joe is not/);
  await expect(set('-ResourceDelegates boardroom')).rejects.toThrow(/boardroom is not one of them/);
  await expect(set("-ResourceDelegates @{Add='adam'}")).rejects.toThrow(/takes a whole list/);
  await expect(set("-BookInPolicy @{Add='adam'}")).rejects.toThrow(/takes a whole list/);
  await expect(runCmdlet(lab, 'contoso', 'Set-CalendarProcessing mary -ResourceDelegates adam')).rejects.toThrow(/rooms and equipment/);
  await expect(runCmdlet(lab, 'contoso', 'Set-CalendarProcessing boardroom -RequestInPolicy nobody')).rejects.toThrow(/nobody/);
});

/** A series of five days from the first of December on. */
const daily = (subject: string): Meeting =>
  asked(subject, {
    more: `${people('Resources', room)}<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence><t:StartDate>2026-12-01</t:StartDate><t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>`,
  });
/** What the room's calendar shows of these days. */
async function shownIn(): Promise<readonly string[]> {
  const view = await ask(
    adam,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:CalendarView StartDate="2026-12-01T00:00:00Z" EndDate="2026-12-07T00:00:00Z"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>${room}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:ParentFolderIds></m:FindItem>`,
  );
  return texts(view, 'Subject');
}
const third = { start: '2026-12-03T10:30:00Z', end: '2026-12-03T11:30:00Z' };

test('of a series that a room takes the occurrences that meet with something are declined, each in a message', async () => {
  await set('-MaximumConflictInstances 1 -ResourceDelegates adam');
  await invited(rob, asked('Once', third));
  const id = await invited(mary, daily('Daily'));
  expect(await answerTo(mary, id)).toEqual(['Accept']);
  expect(await found(mary, 'inbox', 'Accepted: Daily')).toContain('Your request was accepted.');
  const no = await found(mary, 'inbox', 'Declined: Daily');
  expect(no).toContain('2026-12-03 10:30 - 2026-12-03 11:30 (UTC), Rob');
  expect(one(no, 'Start', 'End')).toEqual(['2026-12-03T10:00:00Z', '2026-12-03T11:00:00Z']);
  const occurrence = async (index: number): Promise<string> =>
    ask(
      mary,
      `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds><t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="${index}"/></m:ItemIds></m:GetItem>`,
    );
  expect(texts(await occurrence(3), 'ResponseType')).toEqual(['Decline']);
  expect(texts(await occurrence(4), 'ResponseType')).toEqual(['Accept']);
  expect(await shownIn()).toEqual(['Mary', 'Mary', 'Rob', 'Mary', 'Mary']);
});

test('without details nobody is told of them, and more than are allowed are not taken', async () => {
  await set('-MaximumConflictInstances 1 -EnableResponseDetails $false');
  await invited(rob, asked('Once', third));
  const id = await invited(mary, daily('Quiet'));
  expect(await answerTo(mary, id)).toEqual(['Accept']);
  expect(await newest(mary, 'inbox', 'Declined: Quiet')).toBeUndefined();
  await set('-MaximumConflictInstances 0');
  expect(await answerTo(mary, await invited(mary, daily('None')))).toEqual(['Decline']);
});

test('a series that goes on behind the booking window ends with it where that is allowed', async () => {
  await set('-BookingWindowInDays 12 -ResourceDelegates adam');
  expect(await answerTo(mary, await invited(mary, daily('Long')))).toEqual(['Decline']);
  await set('-EnforceSchedulingHorizon $false');
  expect(await answerTo(mary, await invited(mary, daily('Shorter')))).toEqual(['Accept']);
  expect(await found(mary, 'inbox', 'Accepted: Shorter')).toContain(
    'The series ends here on 2026-12-03: this resource can be booked 12 days ahead',
  );
  expect(await shownIn()).toEqual(['Mary', 'Mary', 'Mary']);
  expect(await answerTo(rob, await invited(rob, asked('Beyond', { start: '2026-12-04T10:00:00Z', end: '2026-12-04T11:00:00Z' })))).toEqual([
    'Decline',
  ]);
});
