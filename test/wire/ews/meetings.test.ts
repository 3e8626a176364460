import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ids, responses, texts } from './answers.ts';

const [mary, rob, adam] = ['mary@contoso.test', 'rob@contoso.test', 'adam@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (who: string, body: string): Promise<string> => (await lab.ews(who, body)).body;
const codes = (body: string): readonly string[] => responses(body).map(({ code }) => code);
const people = (list: string, ...mails: readonly string[]): string =>
  `<t:${list}>${mails.map((mail) => `<t:Attendee><t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox></t:Attendee>`).join('')}</t:${list}>`;

interface Meeting {
  readonly subject: string;
  readonly start?: string;
  readonly end?: string;
  readonly required?: readonly string[];
  readonly more?: string;
  readonly send?: string;
  readonly sensitivity?: string;
}

const createMeeting = (who: string, meeting: Meeting): Promise<string> => {
  const {
    subject,
    start = '2026-11-24T10:00:00Z',
    end = '2026-11-24T11:00:00Z',
    required = [rob],
    more = '',
    send = 'SendToAllAndSaveCopy',
    sensitivity = 'Normal',
  } = meeting;
  const attendees = required.length === 0 ? '' : people('RequiredAttendees', ...required);
  return ask(
    who,
    `<m:CreateItem SendMeetingInvitations="${send}"><m:Items><t:CalendarItem><t:Subject>${subject}</t:Subject><t:Sensitivity>${sensitivity}</t:Sensitivity>` +
      `<t:Body BodyType="Text">Bring ideas.</t:Body><t:Start>${start}</t:Start><t:End>${end}</t:End><t:Location>Room 1</t:Location>` +
      `${attendees}${more}</t:CalendarItem></m:Items></m:CreateItem>`,
  );
};
async function invited(who: string, meeting: Meeting): Promise<string> {
  const answer = await createMeeting(who, meeting);
  expect(codes(answer)).toEqual(['NoError']);
  return present(ids(answer)[0]?.id, answer);
}
/** Everything of the newest item of a folder with that subject; undefined where there is none. */
async function newest(who: string, folder: string, subject: string): Promise<string | undefined> {
  const found = await ask(
    who,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:DateTimeCreated"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
  );
  const id = ids(found)[0]?.id;
  return id === undefined ? undefined : get(who, id);
}
const get = (who: string, id: string): Promise<string> =>
  ask(
    who,
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="calendar:IsOrganizer"/></t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
const found = async (who: string, folder: string, subject: string): Promise<string> =>
  present(await newest(who, folder, subject), `${subject} in ${folder} of ${who}`);
const idOf = (item: string): string => present(ids(item)[0]?.id, item);
const one = (item: string, ...names: readonly string[]): readonly (string | undefined)[] => names.map((name) => texts(item, name)[0]);
const respond = (who: string, element: string, id: string, inner = '', disposition = 'SendAndSaveCopy'): Promise<string> =>
  ask(
    who,
    `<m:CreateItem MessageDisposition="${disposition}"><m:Items><t:${element}>${inner.startsWith('<t:Body') ? inner : ''}<t:ReferenceItemId Id="${id}"/>${inner.startsWith('<t:Body') ? '' : inner}</t:${element}></m:Items></m:CreateItem>`,
  );

describe('an invitation', () => {
  test('is in the Inbox and, tentatively, in the calendar of whoever is asked, and his answer is in the organizer’s', async () => {
    const id = await invited(mary, { subject: 'Plans', required: [rob, adam] });
    const own = await get(mary, id);
    expect(one(own, 'IsMeeting', 'MeetingRequestWasSent', 'MyResponseType', 'IsOrganizer', 'IsCancelled')).toEqual([
      'true',
      'true',
      'Organizer',
      'true',
      'false',
    ]);
    expect(texts(own, 'ResponseType')).toEqual(['Unknown', 'Unknown']);
    const request = await found(rob, 'inbox', 'Plans');
    expect(request).toContain('<t:MeetingRequest>');
    expect(
      one(request, 'MeetingRequestType', 'IntendedFreeBusyStatus', 'HasBeenProcessed', 'IsOutOfDate', 'IsDelegated', 'IsRead'),
    ).toEqual(['NewMeetingRequest', 'Busy', 'true', 'false', 'false', 'false']);
    const appointment = await found(rob, 'calendar', 'Plans');
    expect(one(appointment, 'LegacyFreeBusyStatus', 'MyResponseType', 'IsMeeting', 'IsOrganizer', 'Location', 'Start')).toEqual([
      'Tentative',
      'NoResponseReceived',
      'true',
      'false',
      'Room 1',
      '2026-11-24T10:00:00Z',
    ]);
    expect(request).toContain(`<t:AssociatedCalendarItemId Id="${idOf(appointment)}"`);
    expect(await newest(mary, 'sentitems', 'Plans')).toContain('<t:MeetingRequest>');

    const answer = await respond(rob, 'AcceptItem', idOf(request), '<t:Body BodyType="Text">Gladly.</t:Body>');
    expect(codes(answer)).toEqual(['NoError']);
    expect(answer).toMatch(/<m:Items><t:CalendarItem>.*<\/t:CalendarItem><t:MeetingRequest>.*<\/t:MeetingRequest><\/m:Items>/);
    expect(idOf(answer)).toBe(idOf(appointment));
    expect(await newest(rob, 'inbox', 'Plans')).toBeUndefined();
    expect(await newest(rob, 'deleteditems', 'Plans')).toContain('<t:MeetingRequest>');
    expect(one(await get(rob, idOf(answer)), 'LegacyFreeBusyStatus', 'MyResponseType', 'AppointmentReplyTime')).toEqual([
      'Busy',
      'Accept',
      '2026-11-21T09:00:00Z',
    ]);
    const response = await found(mary, 'inbox', 'Accepted: Plans');
    expect(one(response, 'ResponseType', 'HasBeenProcessed')).toEqual(['Accept', 'true']);
    expect(response).toContain('Gladly.');
    expect(response).toContain(`<t:AssociatedCalendarItemId Id="${id}"`);
    const tracked = await get(mary, id);
    expect([texts(tracked, 'ResponseType'), texts(tracked, 'LastResponseTime')]).toEqual([['Accept', 'Unknown'], ['2026-11-21T09:00:00Z']]);
    expect(await newest(rob, 'sentitems', 'Accepted: Plans')).toContain('<t:MeetingResponse>');

    const declined = await respond(adam, 'DeclineItem', idOf(await found(adam, 'inbox', 'Plans')));
    expect(codes(declined)).toEqual(['NoError']);
    expect(await newest(adam, 'calendar', 'Plans')).toBeUndefined();
    expect(texts(await get(mary, id), 'ResponseType')).toEqual(['Accept', 'Decline']);
  });
});

const update = (who: string, id: string, send: string, ...fields: readonly (readonly [uri: string, xml: string])[]): Promise<string> =>
  ask(
    who,
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="${send}"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${fields
      .map(([uri, xml]) => `<t:SetItemField><t:FieldURI FieldURI="${uri}"/><t:CalendarItem>${xml}</t:CalendarItem></t:SetItemField>`)
      .join('')}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
const erase = (who: string, id: string, send: string): Promise<string> =>
  ask(
    who,
    `<m:DeleteItem DeleteType="MoveToDeletedItems" SendMeetingCancellations="${send}"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
  );
const start = (time: string): readonly [string, string] => ['calendar:Start', `<t:Start>${time}</t:Start>`];
const end = (time: string): readonly [string, string] => ['calendar:End', `<t:End>${time}</t:End>`];
const location = (where: string): readonly [string, string] => ['calendar:Location', `<t:Location>${where}</t:Location>`];

describe('a meeting that changes', () => {
  test('at another time asks anew, elsewhere it only says so, and the first request is out of date', async () => {
    const id = await invited(mary, { subject: 'Moving' });
    const first = idOf(await found(rob, 'inbox', 'Moving'));
    expect(codes(await respond(rob, 'AcceptItem', idOf(await found(rob, 'calendar', 'Moving'))))).toEqual(['NoError']);
    expect(codes(await update(mary, id, 'SendToAllAndSaveCopy', location('Room 2')))).toEqual(['NoError']);
    const elsewhere = await found(rob, 'inbox', 'Moving');
    expect(one(elsewhere, 'MeetingRequestType', 'HasLocationChanged', 'HasStartTimeChanged')).toEqual([
      'InformationalUpdate',
      'true',
      'false',
    ]);
    expect(one(await found(rob, 'calendar', 'Moving'), 'Location', 'MyResponseType', 'LegacyFreeBusyStatus')).toEqual([
      'Room 2',
      'Accept',
      'Busy',
    ]);
    expect(texts(await get(mary, id), 'ResponseType')).toEqual(['Accept']);

    expect(codes(await update(mary, id, 'SendOnlyToAll', start('2026-11-25T10:00:00Z'), end('2026-11-25T11:00:00Z')))).toEqual(['NoError']);
    const later = await found(rob, 'inbox', 'Moving');
    expect(one(later, 'MeetingRequestType', 'HasStartTimeChanged', 'AppointmentSequenceNumber')).toEqual(['FullUpdate', 'true', '1']);
    // What it is now, and what it was.
    expect(texts(later, 'Start')).toEqual(['2026-11-25T10:00:00Z', '2026-11-24T10:00:00Z']);
    expect(one(await found(rob, 'calendar', 'Moving'), 'Start', 'MyResponseType', 'LegacyFreeBusyStatus')).toEqual([
      '2026-11-25T10:00:00Z',
      'NoResponseReceived',
      'Tentative',
    ]);
    expect(texts(await get(mary, id), 'ResponseType')).toEqual(['Unknown']);
    expect(one(await get(rob, first), 'IsOutOfDate')).toEqual(['true']);
    expect(one(later, 'IsOutOfDate')).toEqual(['false']);
    expect(codes(await respond(rob, 'AcceptItem', first))).toEqual(['ErrorCalendarMeetingRequestIsOutOfDate']);
  });

  test('asks whoever comes and tells whoever is asked no more', async () => {
    const id = await invited(mary, { subject: 'Swap' });
    const attendees: readonly [string, string] = ['calendar:RequiredAttendees', people('RequiredAttendees', adam)];
    expect(codes(await update(mary, id, 'SendOnlyToChanged', attendees))).toEqual(['NoError']);
    expect(one(await found(adam, 'calendar', 'Swap'), 'MyResponseType')).toEqual(['NoResponseReceived']);
    const off = await found(rob, 'inbox', 'Canceled: Swap');
    expect(off).toContain('<t:MeetingCancellation>');
    const marked = await found(rob, 'calendar', 'Canceled: Swap');
    expect(one(marked, 'IsCancelled', 'LegacyFreeBusyStatus')).toEqual(['true', 'Free']);
    expect(codes(await respond(rob, 'AcceptItem', idOf(marked)))).toEqual(['ErrorCalendarIsCancelledForAccept']);
    expect(codes(await respond(rob, 'TentativelyAcceptItem', idOf(marked)))).toEqual(['ErrorCalendarIsCancelledForTentative']);
    expect(codes(await respond(rob, 'DeclineItem', idOf(marked)))).toEqual(['ErrorCalendarIsCancelledForDecline']);
    expect(codes(await respond(rob, 'RemoveItem', idOf(marked)))).toEqual(['ErrorCalendarIsCancelledForRemove']);
    const removed = await respond(rob, 'RemoveItem', idOf(off));
    expect(codes(removed)).toEqual(['NoError']);
    expect(await newest(rob, 'calendar', 'Canceled: Swap')).toBeUndefined();
    expect(await newest(rob, 'inbox', 'Canceled: Swap')).toBeUndefined();
    expect(removed).toMatch(/<m:Items><t:CalendarItem>.*<t:MeetingCancellation>/);
  });

  test('is called off by its organizer alone', async () => {
    const id = await invited(mary, { subject: 'Off' });
    const his = idOf(await found(rob, 'calendar', 'Off'));
    expect(codes(await respond(rob, 'CancelCalendarItem', his))).toEqual(['ErrorCalendarIsNotOrganizer']);
    expect(codes(await respond(rob, 'CancelCalendarItem', idOf(await found(rob, 'inbox', 'Off'))))).toEqual([
      'ErrorInvalidItemForOperationCancelItem',
    ]);
    const answer = await respond(mary, 'CancelCalendarItem', id, '<t:NewBodyContent BodyType="HTML">Hailstorms.</t:NewBodyContent>');
    expect(codes(answer)).toEqual(['NoError']);
    expect(one(await get(mary, idOf(answer)), 'Subject', 'IsCancelled')).toEqual(['Canceled: Off', 'true']);
    expect(await found(rob, 'inbox', 'Canceled: Off')).toContain('Hailstorms.');
    expect(one(await get(rob, his), 'IsCancelled')).toEqual(['true']);
    expect(codes(await respond(mary, 'CancelCalendarItem', id))).toEqual(['ErrorItemNotFound']);
  });

  test('is called off when it is deleted', async () => {
    const id = await invited(mary, { subject: 'Gone' });
    expect(codes(await erase(mary, id, 'SendToAllAndSaveCopy'))).toEqual(['NoError']);
    expect(one(await found(rob, 'calendar', 'Canceled: Gone'), 'IsCancelled')).toEqual(['true']);
    expect(await newest(mary, 'sentitems', 'Canceled: Gone')).toContain('<t:MeetingCancellation>');
    expect(one(await found(mary, 'deleteditems', 'Gone'), 'IsCancelled')).toEqual(['false']);
    expect(codes(await erase(mary, await invited(mary, { subject: 'Silent' }), 'SendToNone'))).toEqual(['NoError']);
    expect(await newest(rob, 'inbox', 'Canceled: Silent')).toBeUndefined();
  });

  test('its organizer does not answer it, and the request is not changed', async () => {
    const id = await invited(mary, { subject: 'Own' });
    expect(codes(await respond(mary, 'AcceptItem', id))).toEqual(['ErrorCalendarIsOrganizerForAccept']);
    expect(codes(await respond(mary, 'TentativelyAcceptItem', id))).toEqual(['ErrorCalendarIsOrganizerForTentative']);
    expect(codes(await respond(mary, 'DeclineItem', id))).toEqual(['ErrorCalendarIsOrganizerForDecline']);
    expect(codes(await respond(mary, 'RemoveItem', id))).toEqual(['ErrorCalendarIsOrganizerForRemove']);
    const sent = idOf(await found(mary, 'sentitems', 'Own'));
    const change = `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${sent}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="calendar:Location"/><t:MeetingRequest><t:Location>Elsewhere</t:Location></t:MeetingRequest></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
    expect(codes(await ask(mary, change))).toEqual(['ErrorSentMeetingRequestUpdate']);
  });

  test('for somebody else is not answered by whoever looks after his calendar', async () => {
    await invited(mary, { subject: 'Theirs' });
    const request = idOf(await found(rob, 'inbox', 'Theirs'));
    const mark = `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${request}"/><t:Updates><t:SetItemField><t:ExtendedFieldURI PropertyTag="0x5D08" PropertyType="String"/><t:MeetingRequest><t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x5D08" PropertyType="String"/><t:Value>${adam}</t:Value></t:ExtendedProperty></t:MeetingRequest></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
    expect(codes(await ask(rob, mark))).toEqual(['NoError']);
    expect(one(await get(rob, request), 'IsDelegated')).toEqual(['true']);
    expect(codes(await respond(rob, 'AcceptItem', request))).toEqual(['ErrorCalendarIsDelegatedForAccept']);
    expect(codes(await respond(rob, 'TentativelyAcceptItem', request))).toEqual(['ErrorCalendarIsDelegatedForTentative']);
    expect(codes(await respond(rob, 'DeclineItem', request))).toEqual(['ErrorCalendarIsDelegatedForDecline']);
    expect(codes(await respond(rob, 'RemoveItem', request))).toEqual(['ErrorCalendarIsDelegatedForRemove']);
  });

  test('lies in a calendar', async () => {
    const into = '<m:SavedItemFolderId><t:DistinguishedFolderId Id="inbox"/></m:SavedItemFolderId>';
    const item = '<t:CalendarItem><t:Subject>Lost</t:Subject></t:CalendarItem>';
    const lost = await ask(mary, `<m:CreateItem SendMeetingInvitations="SendToNone">${into}<m:Items>${item}</m:Items></m:CreateItem>`);
    expect(codes(lost)).toEqual(['ErrorCannotCreateCalendarItemInNonCalendarFolder']);
  });

  test('what is no meeting is not answered', async () => {
    const note = await ask(
      rob,
      '<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>Note</t:Subject></t:Message></m:Items></m:CreateItem>',
    );
    const id = idOf(note);
    expect(codes(await respond(rob, 'AcceptItem', id))).toEqual(['ErrorInvalidItemForOperationAcceptItem']);
    expect(codes(await respond(rob, 'TentativelyAcceptItem', id))).toEqual(['ErrorInvalidItemForOperationTentative']);
    expect(codes(await respond(rob, 'DeclineItem', id))).toEqual(['ErrorInvalidItemForOperationDeclineItem']);
    expect(codes(await respond(rob, 'RemoveItem', id))).toEqual(['ErrorInvalidItemForOperationRemoveItem']);
    const unnamed = '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:AcceptItem/></m:Items></m:CreateItem>';
    expect(codes(await ask(rob, unnamed))).toEqual(['ErrorMissingInformationReferenceItemId']);
  });
});

describe('answers', () => {
  test('propose another time, which the organizer sees', async () => {
    const id = await invited(mary, { subject: 'Propose' });
    const request = await found(rob, 'inbox', 'Propose');
    expect(request).toContain('<t:ProposeNewTime/>');
    const times = '<t:ProposedStart>2026-11-28T04:00:00Z</t:ProposedStart><t:ProposedEnd>2026-11-28T04:30:00Z</t:ProposedEnd>';
    expect(codes(await respond(rob, 'TentativelyAcceptItem', idOf(request), times))).toEqual(['NoError']);
    const response = await found(mary, 'inbox', 'New Time Proposed: Propose');
    expect(one(response, 'ResponseType', 'ProposedStart', 'ProposedEnd')).toEqual([
      'Tentative',
      '2026-11-28T04:00:00Z',
      '2026-11-28T04:30:00Z',
    ]);
    expect(one(await get(mary, id), 'ResponseType', 'ProposedStart', 'ProposedEnd')).toEqual([
      'Tentative',
      '2026-11-28T04:00:00Z',
      '2026-11-28T04:30:00Z',
    ]);
    const again = await respond(rob, 'DeclineItem', idOf(await found(rob, 'calendar', 'Propose')));
    expect(codes(again)).toEqual(['NoError']);
    expect(one(await get(mary, id), 'ResponseType', 'ProposedStart')).toEqual(['Decline', undefined]);
    const not = await invited(mary, { subject: 'Fixed', more: '<t:AllowNewTimeProposal>false</t:AllowNewTimeProposal>' });
    expect(one(await get(mary, not), 'AllowNewTimeProposal')).toEqual(['false']);
    const fixed = await found(rob, 'inbox', 'Fixed');
    expect(fixed).not.toContain('<t:ProposeNewTime/>');
    expect(codes(await respond(rob, 'AcceptItem', idOf(fixed), times))).toEqual(['ErrorInvalidArgument']);
  });

  test('reach further people, and the organizer hears of it', async () => {
    const id = await invited(mary, { subject: 'Wider' });
    const his = await found(rob, 'calendar', 'Wider');
    expect(his).toContain('<t:ForwardItem/>');
    const to = `<t:ToRecipients><t:Mailbox><t:EmailAddress>${adam}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;
    const forward = (who: string, of: string, disposition = 'SendAndSaveCopy'): Promise<string> =>
      ask(
        who,
        `<m:CreateItem MessageDisposition="${disposition}"><m:Items><t:ForwardItem>${to}<t:ReferenceItemId Id="${of}"/><t:NewBodyContent BodyType="Text">You too?</t:NewBodyContent></t:ForwardItem></m:Items></m:CreateItem>`,
      );
    expect(codes(await forward(rob, idOf(his)))).toEqual(['NoError']);
    const request = await found(adam, 'inbox', 'FW: Wider');
    expect(request).toContain('You too?');
    expect(texts(request, 'EmailAddress').slice(0, 4)).toContain(mary);
    expect(one(await found(adam, 'calendar', 'FW: Wider'), 'MyResponseType')).toEqual(['NoResponseReceived']);
    const told = await found(mary, 'inbox', 'Meeting Forward Notification: Wider');
    expect(one(told, 'ItemClass')).toEqual(['IPM.Schedule.Meeting.Notification.Forward']);
    expect(told).toContain(adam);
    expect(codes(await respond(adam, 'AcceptItem', idOf(request)))).toEqual(['NoError']);
    const tracked = await get(mary, id);
    expect(texts(tracked, 'ResponseType')).toEqual(['Unknown', 'Accept']);
    expect(tracked).toMatch(/<t:OptionalAttendees>.*adam@contoso\.test/);
    expect(codes(await forward(mary, id))).toEqual(['NoError']);
    expect(codes(await forward(rob, idOf(his), 'SaveOnly'))).toEqual(['ErrorInvalidOperation']);
    const reply = await respond(rob, 'ReplyToItem', idOf(his), '<t:NewBodyContent BodyType="Text">Where?</t:NewBodyContent>');
    expect(codes(reply)).toEqual(['NoError']);
    expect(await found(mary, 'inbox', 'RE: Wider')).toContain('Where?');
  });

  test('are kept without being sent', async () => {
    const id = await invited(mary, { subject: 'Quiet' });
    const answer = await respond(rob, 'AcceptItem', idOf(await found(rob, 'inbox', 'Quiet')), '', 'SaveOnly');
    expect(codes(answer)).toEqual(['NoError']);
    expect(answer).toMatch(/<t:CalendarItem>.*<t:MeetingRequest>.*<t:MeetingResponse>/);
    expect(one(await found(rob, 'calendar', 'Quiet'), 'MyResponseType')).toEqual(['Accept']);
    expect(texts(await get(mary, id), 'ResponseType')).toEqual(['Unknown']);
    expect(await newest(rob, 'drafts', 'Accepted: Quiet')).toBeDefined();
  });
});

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
    expect(answers.toSorted()).toEqual(['Accept', 'Decline']);
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
    await expect(runCmdlet(lab, 'contoso', 'Set-CalendarProcessing boardroom -ResourceDelegates mary')).rejects.toThrow(/cannot be found/);
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
