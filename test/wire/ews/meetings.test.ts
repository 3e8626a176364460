import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
  askOf(lab);
});
afterAll(() => lab.close());

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
    expect(codes(await update(mary, id, 'SendOnlyToChanged', location('Room 2')))).toEqual(['NoError']);
    expect(one(await found(rob, 'inbox', 'Swap'), 'MeetingRequestType')).toEqual(['NewMeetingRequest']);
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
    expect(one(await get(mary, idOf(answer)), 'Subject', 'IsCancelled', 'ReminderIsSet')).toEqual(['Canceled: Off', 'true', 'false']);
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
