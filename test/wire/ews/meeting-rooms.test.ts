import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { texts } from './answers.ts';
import {
  adam,
  ask,
  askOf,
  codes,
  createMeeting,
  erase,
  found,
  get,
  idOf,
  invited,
  type Meeting,
  mary,
  newest,
  one,
  people,
  respond,
  rob,
} from './meeting-requests.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
  askOf(lab);
});
afterAll(() => lab.close());

const room = 'boardroom@contoso.test';
const asked = (subject: string, times: Partial<Meeting> = {}): Meeting => ({
  subject,
  required: [],
  more: people('Resources', room),
  ...times,
});

describe('a room', () => {
  test('takes the first who asks, says no to the second, and shows it', async () => {
    const times = { start: '2026-12-01T10:00:00Z', end: '2026-12-01T11:00:00Z' };
    const [first, second] = await Promise.all([createMeeting(mary, asked('One', times)), createMeeting(rob, asked('Two', times))]);
    expect([...codes(first), ...codes(second)]).toEqual(['NoError', 'NoError']);
    const answers = [texts(await get(mary, idOf(first)), 'ResponseType')[0], texts(await get(rob, idOf(second)), 'ResponseType')[0]];
    expect(new Set(answers)).toEqual(new Set(['Accept', 'Decline']));
    const [winner, loser] =
      answers[0] === 'Accept'
        ? ([
            ['One', mary],
            ['Two', rob],
          ] as const)
        : ([
            ['Two', rob],
            ['One', mary],
          ] as const);
    expect(await found(winner[1], 'inbox', `Accepted: ${winner[0]}`)).toContain('Your request was accepted.');
    const no = await found(loser[1], 'inbox', `Declined: ${loser[0]}`);
    expect(no).toContain('It conflicts with what this resource is booked for:');
    expect(no).toContain('2026-12-01 10:00 - 2026-12-01 11:00 (UTC)');
    const view = await ask(
      mary,
      `<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias><t:StandardTime><t:Bias>0</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>1</t:DayOrder><t:Month>1</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime><t:DaylightTime><t:Bias>0</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>1</t:DayOrder><t:Month>7</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone><m:MailboxDataArray><t:MailboxData><t:Email><t:Address>${room}</t:Address></t:Email><t:AttendeeType>Room</t:AttendeeType></t:MailboxData></m:MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>2026-12-01T00:00:00</t:StartTime><t:EndTime>2026-12-02T00:00:00</t:EndTime></t:TimeWindow><t:MergedFreeBusyIntervalInMinutes>60</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>MergedOnly</t:RequestedView></t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>`,
    );
    expect(texts(view, 'MergedFreeBusy')).toEqual(['000000000020000000000000']);
  });

  test('says why it says no, and forgets what is called off', async () => {
    const asks = async (subject: string, times: Partial<Meeting>): Promise<string> => {
      await invited(mary, asked(subject, times));
      return found(mary, 'inbox', `Declined: ${subject}`);
    };
    expect(await asks('Far', { start: '2027-12-01T10:00:00Z', end: '2027-12-01T11:00:00Z' })).toContain('180 days ahead');
    expect(await asks('Long', { start: '2026-12-02T10:00:00Z', end: '2026-12-04T10:00:00Z' })).toContain('1440 minutes at most');
    await runCmdlet(
      lab,
      'contoso',
      'Set-CalendarProcessing boardroom -AllBookInPolicy $false -BookInPolicy rob -AddAdditionalResponse $true -AdditionalResponse "Ask Rob."',
    );
    const refused = await asks('Mine', { start: '2026-12-05T10:00:00Z', end: '2026-12-05T11:00:00Z' });
    expect(refused).toContain('You do not have permission to book this resource.');
    expect(refused).toContain('Ask Rob.');
    const id = await invited(rob, asked('His', { start: '2026-12-05T10:00:00Z', end: '2026-12-05T11:00:00Z' }));
    expect(texts(await get(rob, id), 'ResponseType')).toEqual(['Accept']);
    await runCmdlet(lab, 'contoso', 'Set-CalendarProcessing boardroom -AllBookInPolicy $true');
    expect(await asks('Taken', { start: '2026-12-05T10:30:00Z', end: '2026-12-05T11:30:00Z' })).toContain(
      '2026-12-05 10:00 - 2026-12-05 11:00 (UTC), Rob',
    );
    expect(codes(await erase(rob, id, 'SendOnlyToAll'))).toEqual(['NoError']);
    const free = await invited(mary, asked('Free now', { start: '2026-12-05T10:30:00Z', end: '2026-12-05T11:30:00Z' }));
    expect(texts(await get(mary, free), 'ResponseType')).toEqual(['Accept']);
  });

  test('does as it is told', async () => {
    await runCmdlet(lab, 'contoso', 'Set-CalendarProcessing boardroom -AutomateProcessing None');
    const id = await invited(mary, asked('Unheard', { start: '2026-12-08T10:00:00Z', end: '2026-12-08T11:00:00Z' }));
    expect(texts(await get(mary, id), 'ResponseType')).toEqual(['Unknown']);
    await runCmdlet(lab, 'contoso', 'Set-CalendarProcessing boardroom -AutomateProcessing AutoAccept');
    const [shown] = await runCmdlet(lab, 'contoso', 'Get-CalendarProcessing boardroom');
    expect(shown).toMatchObject({ AutomateProcessing: 'AutoAccept', BookingWindowInDays: 180, BookInPolicy: [rob], AllBookInPolicy: true });
    await expect(runCmdlet(lab, 'contoso', 'Set-CalendarProcessing mary -AutomateProcessing None')).rejects.toThrow(/mailboxes of people/);
    await expect(runCmdlet(lab, 'contoso', 'Set-CalendarProcessing boardroom -BookingWindowInDays 1081')).rejects.toThrow(/0 through 1080/);
  });
});

describe('a delegate', () => {
  const delegate = (deliver: string): Promise<string> =>
    ask(
      rob,
      `<m:UpdateDelegate><m:Mailbox><t:EmailAddress>${rob}</t:EmailAddress></m:Mailbox><m:DeliverMeetingRequests>${deliver}</m:DeliverMeetingRequests></m:UpdateDelegate>`,
    );

  test('gets what is sent to his principal about meetings, as it is said who shall', async () => {
    const added = await ask(
      rob,
      `<m:AddDelegate><m:Mailbox><t:EmailAddress>${rob}</t:EmailAddress></m:Mailbox><m:DelegateUsers><t:DelegateUser><t:UserId><t:PrimarySmtpAddress>${adam}</t:PrimarySmtpAddress></t:UserId><t:DelegatePermissions><t:CalendarFolderPermissionLevel>Editor</t:CalendarFolderPermissionLevel></t:DelegatePermissions><t:ReceiveCopiesOfMeetingMessages>true</t:ReceiveCopiesOfMeetingMessages><t:ViewPrivateItems>false</t:ViewPrivateItems></t:DelegateUser></m:DelegateUsers><m:DeliverMeetingRequests>DelegatesAndMe</m:DeliverMeetingRequests></m:AddDelegate>`,
    );
    expect(codes(added)).toEqual(['NoError']);
    const id = await invited(mary, { subject: 'Both' });
    const copy = await found(adam, 'inbox', 'Both');
    expect(one(copy, 'IsDelegated', 'HasBeenProcessed')).toEqual(['true', 'false']);
    expect(await newest(adam, 'calendar', 'Both')).toBeUndefined();
    expect(codes(await respond(adam, 'AcceptItem', idOf(copy)))).toEqual(['ErrorCalendarIsDelegatedForAccept']);
    expect(one(await found(rob, 'inbox', 'Both'), 'IsDelegated', 'MeetingRequestType')).toEqual(['false', 'NewMeetingRequest']);

    // He answers in the calendar that is meant, in its owner's name.
    const his = idOf(await found(rob, 'calendar', 'Both'));
    await runCmdlet(lab, 'contoso', 'Set-Mailbox rob -GrantSendOnBehalfTo adam');
    expect(codes(await respond(adam, 'AcceptItem', his))).toEqual(['NoError']);
    const response = await found(mary, 'inbox', 'Accepted: Both');
    expect(texts(response, 'EmailAddress').toSorted()).toEqual(expect.arrayContaining([adam, mary, rob]));
    expect(texts(await get(mary, id), 'ResponseType')).toEqual(['Accept']);

    expect(codes(await delegate('DelegatesAndSendInformationToMe'))).toContain('NoError');
    await invited(mary, { subject: 'Informed' });
    expect(one(await found(rob, 'inbox', 'Informed'), 'MeetingRequestType')).toEqual(['PrincipalWantsCopy']);
    expect(codes(await delegate('DelegatesOnly'))).toContain('NoError');
    await invited(mary, { subject: 'Theirs alone' });
    expect(await newest(rob, 'inbox', 'Theirs alone')).toBeUndefined();
    expect(one(await found(rob, 'calendar', 'Theirs alone'), 'MyResponseType')).toEqual(['NoResponseReceived']);
    expect(await newest(adam, 'inbox', 'Theirs alone')).toBeDefined();
    await invited(mary, { subject: 'Secret', more: '', send: 'SendOnlyToAll', sensitivity: 'Private' });
    expect(await newest(adam, 'inbox', 'Secret')).toBeUndefined();
    expect(await newest(rob, 'inbox', 'Secret')).toBeDefined();
    expect(codes(await delegate('NoForward'))).toContain('NoError');
    await invited(mary, { subject: 'Mine again' });
    expect(await newest(adam, 'inbox', 'Mine again')).toBeUndefined();
    expect(await newest(rob, 'inbox', 'Mine again')).toBeDefined();
  });
});
