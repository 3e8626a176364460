import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { decodeItemId } from '../../../shared/protocols/ews/item-id.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, texts } from './answers.ts';
import {
  asAppointment,
  bodyOf,
  byId,
  byIndex,
  byOccurrence,
  calendarOf,
  clear,
  codes,
  daily,
  five,
  mary,
  set,
  shapeOf,
  times,
} from './calendar-requests.ts';

const item = (id: string): number => present(decodeItemId(id), id).item;
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const { ask, enter, get, masterId, remove, update, whole } = calendarOf(() => lab);

describe('an occurrence that is changed', () => {
  beforeEach(() => enter(asAppointment(five)));

  test('becomes an exception, with the same id; all others stay as they are', async () => {
    const before = await whole();
    const second = present(ids(before)[1], before);
    const answer = await update(
      byId(second.id),
      times('2026-10-24T12:00:00Z', '2026-10-24T13:00:00Z') +
        set('item:Subject', 'Subject', 'Elsewhere') +
        set('calendar:Location', 'Location', 'Room 2') +
        bodyOf('Bring cake') +
        set('item:Categories', 'Categories', '<t:String>Food</t:String>'),
    );
    expect(codes(answer)).toEqual(['NoError']);
    expect(ids(answer).map(({ id }) => id)).toEqual([second.id]);
    expect(ids(answer)[0]?.changeKey).not.toBe(second.changeKey);
    const after = await whole();
    expect(ids(after).map(({ id }) => id)).toEqual(ids(before).map(({ id }) => id));
    expect(texts(after, 'Subject')).toEqual(['Stand-up', 'Elsewhere', 'Stand-up', 'Stand-up', 'Stand-up']);
    expect(texts(after, 'CalendarItemType')).toEqual(['Occurrence', 'Exception', 'Occurrence', 'Occurrence', 'Occurrence']);
    expect(texts(after, 'Start')[1]).toBe('2026-10-24T12:00:00Z');
    const exception = await get(byId(second.id));
    expect([...texts(exception, 'Body').slice(1), ...texts(exception, 'Location'), ...texts(exception, 'String')]).toEqual([
      'Bring cake',
      'Room 2',
      'Food',
    ]);
    expect(texts(exception, 'OriginalStart')).toEqual(['2026-10-24T08:00:00Z']);
    expect(all(exception, 'Attachments')).toEqual([]);
    const series = await get(byId(await masterId()));
    expect(texts(series, 'HasAttachments')).toEqual(['false']);
    expect(all(series, 'Attachments')).toEqual([]);
    expect(all(series, 'Occurrence').flatMap((one) => attributes(one, 'ItemId', 'Id'))).toEqual([second.id]);
  });

  test('keeps what was changed before when it is changed again, and can lose what its series has', async () => {
    const target = byIndex(await masterId(), 4);
    await update(target, set('item:Subject', 'Subject', 'One') + set('calendar:LegacyFreeBusyStatus', 'LegacyFreeBusyStatus', 'OOF'));
    expect(codes(await update(target, clear('calendar:Location') + clear('item:Categories')))).toEqual(['NoError']);
    const exception = await get(target);
    expect(texts(exception, 'Subject')).toEqual(['One']);
    expect(texts(exception, 'LegacyFreeBusyStatus')).toEqual(['OOF']);
    expect(texts(exception, 'Location')).toEqual(['']);
    expect(texts(await get(byIndex(await masterId(), 3)), 'Location')).toEqual(['Boardroom']);
  });

  test.each([
    ['the day of the one before', '2026-10-24T20:00:00Z', '2026-10-24T20:30:00Z', 'ErrorOccurrenceCrossingBoundary'],
    ['behind the next one', '2026-10-26T09:10:00Z', '2026-10-26T10:30:00Z', 'ErrorOccurrenceCrossingBoundary'],
    ['into the next one', '2026-10-25T09:00:00Z', '2026-10-26T09:10:00Z', 'ErrorOccurrenceTimeSpanTooBig'],
    ['to an end before its start', '2026-10-25T09:00:00Z', '2026-10-25T08:00:00Z', 'ErrorCalendarEndDateIsEarlierThanStartDate'],
    ['for six years', '2026-10-25T09:00:00Z', '2032-10-25T08:00:00Z', 'ErrorCalendarDurationIsTooLong'],
    ['until the next one', '2026-10-25T20:00:00Z', '2026-10-26T09:00:00Z', 'NoError'],
  ])('moved to %s', async (_, start, end, code) => {
    expect(codes(await update(byIndex(await masterId(), 3), times(start, end)))).toEqual([code]);
  });

  test('without a word about invitations is refused', async () => {
    const body = `<t:ItemChange>${byIndex(await masterId(), 1)}<t:Updates>${clear('calendar:Location')}</t:Updates></t:ItemChange>`;
    const answer = await ask(`<m:UpdateItem ConflictResolution="AutoResolve"><m:ItemChanges>${body}</m:ItemChanges></m:UpdateItem>`);
    expect(codes(answer)).toEqual(['ErrorSendMeetingInvitationsOrCancellationsRequired']);
  });

  test('has no recurrence and no UID of its own', async () => {
    const master = await masterId();
    expect(codes(await update(byIndex(master, 1), clear('calendar:Recurrence')))).toEqual(['ErrorInvalidPropertySet']);
    expect(codes(await update(byIndex(master, 1), set('calendar:UID', 'UID', 'x')))).toEqual(['ErrorInvalidPropertySet']);
    expect(codes(await update(byIndex(master, 1), clear('calendar:Start')))).toEqual(['ErrorInvalidPropertyDelete']);
  });

  test('with a key that is stale is refused where nothing may be overwritten', async () => {
    const before = await whole();
    const [first, second] = ids(before);
    await update(byId(present(first, before).id), set('item:Subject', 'Subject', 'One'));
    const stale = `<t:ItemId Id="${second?.id}" ChangeKey="${second?.changeKey}"/>`;
    const change = set('item:Subject', 'Subject', 'Two');
    expect(codes(await update(stale, change, 'ConflictResolution="NeverOverwrite"'))).toEqual(['ErrorIrresolvableConflict']);
    expect(codes(await update(stale, change, 'ConflictResolution="AutoResolve"'))).toEqual(['NoError']);
  });

  test('shows in free/busy and in what is synchronised', async () => {
    const sync = (state: string): Promise<string> =>
      ask(
        `<m:SyncFolderItems>${shapeOf('IdOnly', [])}<m:SyncFolderId><t:DistinguishedFolderId Id="calendar"/></m:SyncFolderId>${state}<m:MaxChangesReturned>100</m:MaxChangesReturned></m:SyncFolderItems>`,
      );
    const state = present(texts(await sync(''), 'SyncState')[0], 'a state');
    const master = await masterId();
    await update(
      byIndex(master, 3),
      times('2026-10-25T15:00:00Z', '2026-10-25T16:00:00Z') + set('calendar:Location', 'Location', 'Garden'),
    );
    const changes = await sync(`<m:SyncState>${state}</m:SyncState>`);
    expect(all(changes, 'Update').flatMap((one) => attributes(one, 'ItemId', 'Id'))).toEqual([master]);
    const answer = await ask(
      '<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias><t:StandardTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime><t:DaylightTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone>' +
        `<m:MailboxDataArray><t:MailboxData><t:Email><t:Address>${mary}</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData></m:MailboxDataArray>` +
        '<t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>2026-10-25T00:00:00</t:StartTime><t:EndTime>2026-10-26T00:00:00</t:EndTime></t:TimeWindow><t:RequestedView>Detailed</t:RequestedView></t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>',
    );
    expect([...texts(answer, 'StartTime'), ...texts(answer, 'Location')]).toEqual(['2026-10-25T15:00:00', 'Garden']);
  });

  test('is not moved, copied or sent', async () => {
    const { id, changeKey: key } = present(ids(await whole())[0], 'an id');
    for (const how of ['MoveItem', 'CopyItem'])
      expect(
        codes(
          await ask(
            `<m:${how}><m:ToFolderId><t:DistinguishedFolderId Id="inbox"/></m:ToFolderId><m:ItemIds>${byId(id)}</m:ItemIds></m:${how}>`,
          ),
        ),
      ).toEqual(['ErrorCalendarCannotMoveOrCopyOccurrence']);
    expect(
      codes(
        await ask(`<m:SendItem SaveItemToFolder="false"><m:ItemIds><t:ItemId Id="${id}" ChangeKey="${key}"/></m:ItemIds></m:SendItem>`),
      ),
    ).toEqual(['ErrorInvalidItemForOperationSendItem']);
  });

  test('is no item to be moved, but leads to its series, which is', async () => {
    const id = present(ids(await whole())[0]?.id, 'an id');
    const answer = await ask(
      `<m:CopyItem><m:ToFolderId><t:DistinguishedFolderId Id="drafts"/></m:ToFolderId><m:ItemIds>${byOccurrence(id)}</m:ItemIds></m:CopyItem>`,
    );
    expect(codes(answer)).toEqual(['NoError']);
    expect(texts(await get(byId(present(ids(answer)[0]?.id, answer))), 'CalendarItemType')).toEqual(['RecurringMaster']);
  });

  test('is as the others again when its series takes place at another time, and forgets what was changed', async () => {
    const master = await masterId();
    await update(byIndex(master, 2), bodyOf('Bring cake') + set('item:Subject', 'Subject', 'Elsewhere'));
    expect(codes(await update(byId(master), times('2026-10-23T09:00:00Z', '2026-10-23T09:30:00Z')))).toEqual(['NoError']);
    expect(texts(await whole(), 'CalendarItemType')).toEqual(Array.from({ length: 5 }, () => 'Occurrence'));
    expect(codes(await update(byIndex(master, 2), set('calendar:Location', 'Location', 'Garden')))).toEqual(['NoError']);
    const exception = await get(byIndex(master, 2));
    expect([...texts(exception, 'Body').slice(1), ...texts(exception, 'Subject'), ...texts(exception, 'Location')]).toEqual([
      '',
      'Stand-up',
      'Garden',
    ]);
    const messages = await lab.store.read
      .selectFrom('attachment')
      .select('number')
      .where('kind', '=', 'exception')
      .where('item', '=', item(master))
      .execute();
    expect(messages.length).toBe(1);
  });

  test('of a meeting that was kept quiet so far is told of to those who are asked to it', async () => {
    const attendee = '<t:Attendee><t:Mailbox><t:EmailAddress>rob@contoso.test</t:EmailAddress></t:Mailbox></t:Attendee>';
    const created = await ask(
      '<m:CreateItem SendMeetingInvitations="SendToNone"><m:Items><t:CalendarItem><t:Subject>Jour fixe</t:Subject><t:Start>2026-12-01T10:00:00Z</t:Start><t:End>2026-12-01T11:00:00Z</t:End>' +
        `<t:RequiredAttendees>${attendee}</t:RequiredAttendees><t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence><t:StartDate>2026-12-01</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence></t:CalendarItem></m:Items></m:CreateItem>`,
    );
    const second = byIndex(present(ids(created)[0]?.id, created), 2);
    const change = `<t:ItemChange>${second}<t:Updates>${set('item:Subject', 'Subject', 'x')}</t:Updates></t:ItemChange>`;
    const updated = await ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToAllAndSaveCopy"><m:ItemChanges>${change}</m:ItemChanges></m:UpdateItem>`,
    );
    const removed = await ask(
      `<m:DeleteItem DeleteType="HardDelete" SendMeetingCancellations="SendToAllAndSaveCopy"><m:ItemIds>${second}</m:ItemIds></m:DeleteItem>`,
    );
    expect([codes(updated), codes(removed)]).toEqual([['NoError'], ['NoError']]);
    const rest = await lab.ews(
      'rob@contoso.test',
      `<m:FindItem Traversal="Shallow">${shapeOf('IdOnly', ['item:Subject'])}<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
    );
    expect(
      texts(rest.body, 'Subject')
        .filter((subject) => /Jour fixe|\bx$/.test(subject))
        .toSorted(),
    ).toEqual(['Canceled: x', 'x']);
  });

  test('goes where its series is copied and exported to', async () => {
    const master = await masterId();
    await update(byIndex(master, 2), bodyOf('Bring cake'));
    const copied = await ask(
      `<m:CopyItem><m:ToFolderId><t:DistinguishedFolderId Id="drafts"/></m:ToFolderId><m:ItemIds>${byId(master)}</m:ItemIds></m:CopyItem>`,
    );
    const exported = await ask(`<m:ExportItems><m:ItemIds>${byId(master)}</m:ItemIds></m:ExportItems>`);
    const folder = await ask(
      `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="drafts"/></m:FolderIds></m:GetFolder>`,
    );
    const uploaded = await ask(
      `<m:UploadItems><m:Items><t:Item CreateAction="CreateNew"><t:ParentFolderId Id="${attributes(folder, 'FolderId', 'Id')[0]}"/><t:Data>${texts(exported, 'Data')[0]}</t:Data></t:Item></m:Items></m:UploadItems>`,
    );
    for (const answer of [copied, uploaded]) {
      const id = present(ids(answer)[0]?.id, answer);
      const exception = await get(byIndex(id, 2));
      expect(texts(exception, 'Body').slice(1)).toEqual(['Bring cake']);
      expect(texts(await get(byId(id)), 'HasAttachments')).toEqual(['false']);
    }
  });

  test('of a series with a thousand exceptions is one too many', async () => {
    const long = daily('2020-01-01', { is: 'never' });
    const exceptions = Array.from({ length: 1_000 }, (_, index) => {
      const original = (long.pattern.start + index) * 86_400_000 + 36_000_000;
      return { original, start: original + 3_600_000, end: original + 7_200_000 };
    });
    await enter(asAppointment({ ...long, exceptions }));
    const master = await masterId();
    expect(codes(await update(byIndex(master, 1_001), set('item:Subject', 'Subject', 'x')))).toEqual(['ErrorMessageSizeExceeded']);
    expect(codes(await update(byIndex(master, 1_000), set('item:Subject', 'Subject', 'x')))).toEqual(['NoError']);
  });
});

describe('an occurrence that is deleted', () => {
  beforeEach(() => enter(asAppointment(five)));

  test('is gone, also when it was changed before, and its series tells of it', async () => {
    const before = await whole();
    const [first, second, ...rest] = ids(before).map(({ id }) => id);
    await update(byId(first ?? ''), set('item:Subject', 'Subject', 'Elsewhere'));
    expect(codes(await remove(byId(first ?? '') + byId(second ?? ''), 'MoveToDeletedItems'))).toEqual(['NoError', 'NoError']);
    expect(ids(await whole()).map(({ id }) => id)).toEqual(rest);
    const series = await get(byId(await masterId()));
    expect(all(series, 'DeletedOccurrence').flatMap((one) => texts(one, 'Start'))).toEqual([
      '2026-10-23T08:00:00Z',
      '2026-10-24T08:00:00Z',
    ]);
    expect(all(series, 'FirstOccurrence').flatMap((one) => texts(one, 'Start'))).toEqual(['2026-10-25T09:00:00Z']);
    expect(all(series, 'ModifiedOccurrences')).toEqual([]);
    expect(codes(await remove(byId(first ?? '')))).toEqual(['ErrorItemNotFound']);
    expect(codes(await remove(byIndex(await masterId(), 2)))).toEqual(['ErrorCalendarOccurrenceIsDeletedFromRecurrence']);
  });

  test('as the last one takes the series along', async () => {
    const all = ids(await whole()).map(({ id }) => byId(id));
    expect(new Set(codes(await remove(all.join(''))))).toEqual(new Set(['NoError']));
    expect(codes(await get(all[0] ?? ''))).toEqual(['ErrorItemNotFound']);
    expect(texts(await whole(), 'Subject')).toEqual([]);
  });

  test('by its series takes all along', async () => {
    const [first] = ids(await whole());
    expect(codes(await remove(byOccurrence(first?.id ?? '')))).toEqual(['NoError']);
    expect(codes(await remove(byId(first?.id ?? '')))).toEqual(['ErrorItemNotFound']);
  });
});
