import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { decodeItemId } from '../../../shared/protocols/ews/item-id.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, ids, texts } from './answers.ts';
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

const daily = (first: string, count: number): string =>
  `<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence><t:StartDate>${first}</t:StartDate><t:NumberOfOccurrences>${count}</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>`;
/** A series at ten o'clock UTC on the days after this one. */
const series = (subject: string, day: string, required: readonly string[] = [rob], attendees = ''): Promise<string> =>
  invited(mary, {
    subject,
    required,
    start: `${day}T10:00:00Z`,
    end: `${day}T11:00:00Z`,
    more: attendees + daily(day, 4),
  });
/** The ids of what somebody's calendar has by that name on a day. */
const on = async (who: string, day: string, subject: string): Promise<readonly string[]> => {
  const view = await ask(
    who,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape><m:CalendarView StartDate="${day}T00:00:00Z" EndDate="${day}T23:59:00Z"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`,
  );
  const subjects = texts(view, 'Subject');
  return ids(view).flatMap(({ id }, index) => (subjects[index]?.endsWith(subject) === true ? [id] : []));
};
const idOn = async (who: string, day: string, subject: string): Promise<string> =>
  present((await on(who, day, subject))[0], `${subject} of ${who} on ${day}`);
const shown = async (who: string, day: string, subject: string): Promise<string> => get(who, await idOn(who, day, subject));

describe('one occurrence of a meeting', () => {
  test('that moves is asked for anew, and is an exception of what the attendee has', async () => {
    await series('Sprint', '2026-12-01');
    await respond(rob, 'AcceptItem', idOf(await found(rob, 'inbox', 'Sprint')));
    const second = await idOn(mary, '2026-12-02', 'Sprint');
    const moved = await update(mary, second, 'SendToAllAndSaveCopy', start('2026-12-02T14:00:00Z'), end('2026-12-02T15:00:00Z'));
    expect(codes(moved)).toEqual(['NoError']);
    const request = await found(rob, 'inbox', 'Sprint');
    expect(
      one(
        request,
        'MeetingRequestType',
        'Start',
        'IsRecurring',
        'CalendarItemType',
        'RecurrenceId',
        'AppointmentSequenceNumber',
        'IsOutOfDate',
      ),
    ).toEqual(['FullUpdate', '2026-12-02T14:00:00Z', 'true', 'Exception', '2026-12-02T10:00:00Z', '1', 'false']);
    expect(all(request, 'Recurrence')).toEqual([]);
    const his = await shown(rob, '2026-12-02', 'Sprint');
    expect(one(his, 'CalendarItemType', 'Start', 'MyResponseType', 'LegacyFreeBusyStatus', 'IsOrganizer')).toEqual([
      'Exception',
      '2026-12-02T14:00:00Z',
      'NoResponseReceived',
      'Tentative',
      'false',
    ]);
    expect(request).toContain(`<t:AssociatedCalendarItemId Id="${idOf(his)}"`);
    expect(one(await shown(rob, '2026-12-03', 'Sprint'), 'CalendarItemType', 'Start', 'MyResponseType')).toEqual([
      'Occurrence',
      '2026-12-03T10:00:00Z',
      'Accept',
    ]);
    const accepted = await respond(rob, 'AcceptItem', idOf(request));
    expect(codes(accepted)).toEqual(['NoError']);
    expect(idOf(accepted)).toBe(idOf(his));
    expect(one(await shown(rob, '2026-12-02', 'Sprint'), 'MyResponseType', 'LegacyFreeBusyStatus')).toEqual(['Accept', 'Busy']);
    const own = await shown(mary, '2026-12-02', 'Sprint');
    expect([texts(own, 'ResponseType'), texts(own, 'Start')[0]]).toEqual([['Accept'], '2026-12-02T14:00:00Z']);
    expect(one(await found(mary, 'inbox', 'Accepted: Sprint'), 'RecurrenceId', 'HasBeenProcessed')).toEqual([
      '2026-12-02T10:00:00Z',
      'true',
    ]);
  });

  test('that is elsewhere only says so, and keeps the answer', async () => {
    await series('Review', '2026-12-07');
    await respond(rob, 'AcceptItem', idOf(await found(rob, 'inbox', 'Review')));
    expect(codes(await update(mary, await idOn(mary, '2026-12-08', 'Review'), 'SendOnlyToAll', location('Garden')))).toEqual(['NoError']);
    const told = await found(rob, 'inbox', 'Review');
    expect(one(told, 'MeetingRequestType', 'HasLocationChanged', 'RecurrenceId')).toEqual([
      'InformationalUpdate',
      'true',
      '2026-12-08T10:00:00Z',
    ]);
    expect(one(await shown(rob, '2026-12-08', 'Review'), 'Location', 'MyResponseType', 'CalendarItemType')).toEqual([
      'Garden',
      'Accept',
      'Exception',
    ]);
    expect(one(await shown(rob, '2026-12-09', 'Review'), 'Location')).toEqual(['Room 1']);
  });

  test('that is deleted is called off, and stands there until it is removed', async () => {
    await series('Retro', '2026-12-14');
    expect(codes(await erase(mary, await idOn(mary, '2026-12-15', 'Retro'), 'SendToAllAndSaveCopy'))).toEqual(['NoError']);
    expect(await on(mary, '2026-12-15', 'Retro')).toEqual([]);
    const told = await found(rob, 'inbox', 'Canceled: Retro');
    expect(told).toContain('<t:MeetingCancellation>');
    expect(one(told, 'RecurrenceId', 'Start', 'CalendarItemType')).toEqual(['2026-12-15T10:00:00Z', '2026-12-15T10:00:00Z', 'Exception']);
    expect(await newest(mary, 'sentitems', 'Canceled: Retro')).toContain('<t:MeetingCancellation>');
    expect(one(await shown(rob, '2026-12-15', 'Retro'), 'Subject', 'IsCancelled', 'LegacyFreeBusyStatus')).toEqual([
      'Canceled: Retro',
      'true',
      'Free',
    ]);
    expect(one(await shown(rob, '2026-12-16', 'Retro'), 'Subject', 'IsCancelled')).toEqual(['Retro', 'false']);
    expect(codes(await respond(rob, 'RemoveItem', idOf(told)))).toEqual(['NoError']);
    expect(await on(rob, '2026-12-15', 'Retro')).toEqual([]);
    expect(await on(rob, '2026-12-16', 'Retro')).toHaveLength(1);
    expect(codes(await respond(mary, 'CancelCalendarItem', await idOn(mary, '2026-12-16', 'Retro')))).toEqual(['NoError']);
    expect(await on(mary, '2026-12-16', 'Retro')).toEqual([]);
    expect(one(await shown(rob, '2026-12-16', 'Retro'), 'IsCancelled')).toEqual(['true']);
  });

  test('is declined or accepted alone, and the organizer notes it there', async () => {
    const id = await series('Lunch', '2026-12-21', [rob, adam]);
    const declined = await respond(rob, 'DeclineItem', await idOn(rob, '2026-12-22', 'Lunch'));
    expect(codes(declined)).toEqual(['NoError']);
    expect(await on(rob, '2026-12-22', 'Lunch')).toEqual([]);
    expect(await on(rob, '2026-12-23', 'Lunch')).toHaveLength(1);
    expect(codes(await respond(adam, 'TentativelyAcceptItem', await idOn(adam, '2026-12-22', 'Lunch')))).toEqual(['NoError']);
    expect(texts(await shown(mary, '2026-12-22', 'Lunch'), 'ResponseType')).toEqual(['Decline', 'Tentative']);
    expect(texts(await shown(mary, '2026-12-23', 'Lunch'), 'ResponseType')).toEqual(['Unknown', 'Unknown']);
    expect(texts(await get(mary, id), 'ResponseType')).toEqual(['Unknown', 'Unknown']);
    // He who said no is asked again when it moves.
    await update(
      mary,
      await idOn(mary, '2026-12-22', 'Lunch'),
      'SendOnlyToAll',
      start('2026-12-22T16:00:00Z'),
      end('2026-12-22T17:00:00Z'),
    );
    expect(texts(await shown(mary, '2026-12-22', 'Lunch'), 'ResponseType')).toEqual(['Unknown', 'Unknown']);
    expect(one(await shown(rob, '2026-12-22', 'Lunch'), 'Start', 'MyResponseType')).toEqual(['2026-12-22T16:00:00Z', 'NoResponseReceived']);
  });

  test('has people of its own, who have nothing of the series', async () => {
    await series('Demo', '2027-01-04');
    const second = await idOn(mary, '2027-01-05', 'Demo');
    const guests = people('RequiredAttendees', rob, adam);
    expect(codes(await update(mary, second, 'SendToChangedAndSaveCopy', ['calendar:RequiredAttendees', guests]))).toEqual(['NoError']);
    expect(await on(adam, '2027-01-04', 'Demo')).toEqual([]);
    const guest = await shown(adam, '2027-01-05', 'Demo');
    expect(one(guest, 'Subject', 'Start', 'CalendarItemType', 'RecurrenceId')).toEqual([
      'Demo',
      '2027-01-05T10:00:00Z',
      'Exception',
      '2027-01-05T10:00:00Z',
    ]);
    expect(codes(await respond(adam, 'AcceptItem', idOf(guest)))).toEqual(['NoError']);
    expect(texts(await shown(mary, '2027-01-05', 'Demo'), 'ResponseType')).toEqual(['Unknown', 'Accept']);
    expect(texts(await shown(mary, '2027-01-06', 'Demo'), 'EmailAddress')).not.toContain(adam);
    // Rob is asked no more to this one.
    const alone = people('RequiredAttendees', adam);
    expect(codes(await update(mary, second, 'SendToAllAndSaveCopy', ['calendar:RequiredAttendees', alone]))).toEqual(['NoError']);
    expect(one(await shown(rob, '2027-01-05', 'Demo'), 'IsCancelled')).toEqual(['true']);
    expect(one(await shown(rob, '2027-01-06', 'Demo'), 'IsCancelled')).toEqual(['false']);
  });

  test('is one of the series again when all are asked to that', async () => {
    const id = await series('Late', '2027-01-11');
    const guests = people('RequiredAttendees', rob, adam);
    await update(mary, await idOn(mary, '2027-01-12', 'Late'), 'SendOnlyToAll', ['calendar:RequiredAttendees', guests]);
    expect(await on(adam, '2027-01-12', 'Late')).toHaveLength(1);
    expect(codes(await update(mary, id, 'SendOnlyToAll', ['calendar:RequiredAttendees', guests]))).toEqual(['NoError']);
    expect(await on(adam, '2027-01-12', 'Late')).toHaveLength(1);
    expect(await on(adam, '2027-01-13', 'Late')).toHaveLength(1);
  });

  test('is not told of where the request says so, or nobody is asked', async () => {
    await series('Quiet', '2027-01-18');
    const before = await newest(rob, 'inbox', 'Quiet');
    expect(codes(await update(mary, await idOn(mary, '2027-01-19', 'Quiet'), 'SendToNone', location('Garden')))).toEqual(['NoError']);
    expect(await newest(rob, 'inbox', 'Quiet')).toBe(before);
    expect(one(await shown(rob, '2027-01-19', 'Quiet'), 'Location')).toEqual(['Room 1']);
    // Of what was changed in silence people hear with the series.
    const id = await found(mary, 'calendar', 'Quiet');
    expect(codes(await update(mary, idOf(id), 'SendOnlyToAll', ['item:Importance', '<t:Importance>High</t:Importance>']))).toEqual([
      'NoError',
    ]);
    expect(one(await shown(rob, '2027-01-19', 'Quiet'), 'Location', 'IsOrganizer', 'Importance')).toEqual(['Garden', 'false', 'High']);
  });

  test('is as the others again for everybody when the series takes place at another time', async () => {
    const id = await series('Shift', '2027-04-05');
    await update(mary, await idOn(mary, '2027-04-06', 'Shift'), 'SendToAllAndSaveCopy', location('Garden'));
    expect(one(await shown(rob, '2027-04-06', 'Shift'), 'Location', 'CalendarItemType')).toEqual(['Garden', 'Exception']);
    expect(codes(await update(mary, id, 'SendToAllAndSaveCopy', start('2027-04-05T12:00:00Z'), end('2027-04-05T13:00:00Z')))).toEqual([
      'NoError',
    ]);
    for (const who of [mary, rob])
      expect(one(await shown(who, '2027-04-06', 'Shift'), 'Location', 'CalendarItemType', 'Start')).toEqual([
        'Room 1',
        'Occurrence',
        '2027-04-06T12:00:00Z',
      ]);
    const left: unknown[] = [];
    for (const master of [id, idOf(await found(rob, 'calendar', 'Shift'))]) {
      const { mailbox, item } = present(decodeItemId(master), master);
      const messages = lab.store.read.selectFrom('attachment').select('number').where('kind', '=', 'exception');
      left.push(...(await messages.where('mailbox', '=', mailbox).where('item', '=', item).execute()));
    }
    expect(left).toEqual([]);
  });

  test('is told to nobody where it cannot be changed', async () => {
    await series('Stuck', '2027-01-25');
    const second = await idOn(mary, '2027-01-26', 'Stuck');
    const first = await newest(rob, 'inbox', 'Stuck');
    const answer = await update(mary, second, 'SendToAllAndSaveCopy', start('2027-01-27T10:00:00Z'), end('2027-01-27T11:00:00Z'));
    expect(codes(answer)).toEqual(['ErrorOccurrenceCrossingBoundary']);
    expect(one(await shown(mary, '2027-01-26', 'Stuck'), 'CalendarItemType')).toEqual(['Occurrence']);
    expect(await newest(rob, 'inbox', 'Stuck')).toBe(first);
  });

  test('goes by forward and reply', async () => {
    await series('Pass', '2027-02-01');
    const his = await idOn(rob, '2027-02-02', 'Pass');
    const to = `<t:ToRecipients><t:Mailbox><t:EmailAddress>${adam}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;
    const forwarded = await ask(
      rob,
      `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:ForwardItem>${to}<t:ReferenceItemId Id="${his}"/></t:ForwardItem></m:Items></m:CreateItem>`,
    );
    expect(codes(forwarded)).toEqual(['NoError']);
    expect(one(await shown(adam, '2027-02-02', 'Pass'), 'Subject', 'RecurrenceId')).toEqual(['FW: Pass', '2027-02-02T10:00:00Z']);
    expect(await on(adam, '2027-02-03', 'Pass')).toEqual([]);
    expect(codes(await respond(rob, 'ReplyToItem', his, '<t:NewBodyContent BodyType="Text">Where?</t:NewBodyContent>'))).toEqual([
      'NoError',
    ]);
    expect(await found(mary, 'inbox', 'RE: Pass')).toContain('Where?');
  });
});

describe('a room', () => {
  const room = 'boardroom@contoso.test';

  test('judges and books one occurrence alone', async () => {
    await series('Board', '2027-03-01', [], people('Resources', room));
    await invited(rob, {
      subject: 'Other',
      start: '2027-03-02T14:00:00Z',
      end: '2027-03-02T15:00:00Z',
      required: [],
      more: people('Resources', room),
    });
    const second = await idOn(mary, '2027-03-02', 'Board');
    await update(mary, second, 'SendOnlyToAll', start('2027-03-02T14:00:00Z'), end('2027-03-02T15:00:00Z'));
    expect(texts(await shown(mary, '2027-03-02', 'Board'), 'ResponseType')).toEqual(['Decline']);
    expect(one(await found(mary, 'inbox', 'Declined: Board'), 'RecurrenceId')).toEqual(['2027-03-02T10:00:00Z']);
    expect(texts(await shown(mary, '2027-03-03', 'Board'), 'ResponseType')).toEqual(['Accept']);
    await update(mary, second, 'SendOnlyToAll', start('2027-03-02T16:00:00Z'), end('2027-03-02T17:00:00Z'));
    expect(texts(await shown(mary, '2027-03-02', 'Board'), 'ResponseType')).toEqual(['Accept']);
    const busy = async (day: string): Promise<readonly string[]> => texts(await availability(day), 'MergedFreeBusy');
    expect(await busy('2027-03-02')).toEqual(['000000000000002020000000']);
    expect(codes(await erase(mary, second, 'SendOnlyToAll'))).toEqual(['NoError']);
    expect(await busy('2027-03-02')).toEqual(['000000000000002000000000']);
    expect(await busy('2027-03-03')).toEqual(['000000000020000000000000']);
  });

  const availability = (day: string): Promise<string> =>
    ask(
      mary,
      `<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias><t:StandardTime><t:Bias>0</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>1</t:DayOrder><t:Month>1</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime><t:DaylightTime><t:Bias>0</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>1</t:DayOrder><t:Month>7</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone><m:MailboxDataArray><t:MailboxData><t:Email><t:Address>${room}</t:Address></t:Email><t:AttendeeType>Room</t:AttendeeType></t:MailboxData></m:MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>${day}T00:00:00</t:StartTime><t:EndTime>${day}T23:59:59</t:EndTime></t:TimeWindow><t:MergedFreeBusyIntervalInMinutes>60</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>MergedOnly</t:RequestedView></t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>`,
    );
});
