import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { attributes, ids, responses, texts } from './answers.ts';
import { asAppointment, byId, byIndex, calendarOf, codes, five, set, times } from './calendar-requests.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const { ask, enter, get, masterId, remove, update, whole } = calendarOf(() => lab);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const file = (name: string, content: string): string =>
  `<t:FileAttachment><t:Name>${name}</t:Name><t:Content>${base64(content)}</t:Content></t:FileAttachment>`;
const message = (name: string, inner: string): string =>
  `<t:ItemAttachment><t:Name>${name}</t:Name><t:Message><t:Subject>${inner}</t:Subject></t:Message></t:ItemAttachment>`;
const attach = (id: string, ...attachments: readonly string[]): Promise<string> =>
  ask(`<m:CreateAttachment><m:ParentItemId Id="${id}"/><m:Attachments>${attachments.join('')}</m:Attachments></m:CreateAttachment>`);
const listed = (of: readonly string[]): string =>
  `<m:AttachmentIds>${of.map((id) => `<t:AttachmentId Id="${id}"/>`).join('')}</m:AttachmentIds>`;
const read = (...of: readonly string[]): Promise<string> => ask(`<m:GetAttachment>${listed(of)}</m:GetAttachment>`);
const detach = (...of: readonly string[]): Promise<string> => ask(`<m:DeleteAttachment>${listed(of)}</m:DeleteAttachment>`);
const attachmentIds = (body: string): readonly string[] => attributes(body, 'AttachmentId', 'Id').map((id) => present(id, body));
const occurrence = async (index: number): Promise<string> => present(ids(await whole())[index]?.id, 'an occurrence');

describe('what is attached to one occurrence', () => {
  beforeEach(() => enter(asAppointment(five)));

  test('makes it an exception, is read and taken away there, and is in no other', async () => {
    const second = await occurrence(1);
    const made = await attach(second, file('plan.txt', 'one'), message('inner', 'Inside'), file('b.txt', 'two'));
    expect(codes(made)).toEqual(['NoError', 'NoError', 'NoError']);
    expect(new Set(attributes(made, 'AttachmentId', 'RootItemId'))).toEqual(new Set([second]));
    const shown = await get(byId(second));
    expect([attachmentIds(shown), texts(shown, 'Name'), texts(shown, 'CalendarItemType'), texts(shown, 'HasAttachments')]).toEqual([
      attachmentIds(made),
      ['plan.txt', 'inner', 'b.txt'],
      ['Exception'],
      ['true'],
    ]);
    expect(ids(shown)[0]?.changeKey).toBe(attributes(made, 'AttachmentId', 'RootItemChangeKey')[0]);
    const [plan = '', inner = '', last = ''] = attachmentIds(made);
    const answers = await read(plan, inner, last);
    expect([codes(answers), texts(answers, 'Content'), texts(answers, 'Subject')]).toEqual([
      ['NoError', 'NoError', 'NoError'],
      [base64('one'), base64('two')],
      ['Inside'],
    ]);
    for (const other of [await occurrence(0), await occurrence(2), await masterId()]) {
      const rest = await get(byId(other));
      expect([texts(rest, 'Name'), texts(rest, 'HasAttachments')]).toEqual([[], ['false']]);
    }
    const gone = await detach(plan, plan);
    expect(codes(gone)).toEqual(['NoError', 'ErrorInvalidAttachmentId']);
    expect(attributes(gone, 'RootItemId', 'RootItemId')).toEqual([second]);
    expect(codes(await read(plan, last))).toEqual(['ErrorInvalidAttachmentId', 'NoError']);
    expect(attachmentIds(await get(byId(second)))).toEqual([inner, last]);
    // The message in it has attachments of its own, by the same way.
    const deep = await attach(inner, file('deep.txt', 'three'));
    expect(texts(await read(...attachmentIds(deep)), 'Content')).toEqual([base64('three')]);
    expect(texts(await read(inner), 'Name')).toEqual(['inner', 'deep.txt']);
    expect(attachmentIds(await read(inner)).at(-1)).toBe(attachmentIds(deep)[0]);
    expect(codes(await detach(...attachmentIds(deep)))).toEqual(['NoError']);
    expect(texts(await read(inner), 'Name')).toEqual(['inner']);
  });

  test('can be attached by an update of it, together with what else changes', async () => {
    const master = await masterId();
    await attach(master, file('all.txt', 'all'));
    const third = await occurrence(2);
    const attachments = (...some: readonly string[]) => set('item:Attachments', 'Attachments', some.join(''));
    expect(codes(await update(byId(third), set('item:Subject', 'Subject', 'Other') + attachments(file('own.txt', 'own'))))).toEqual([
      'NoError',
    ]);
    const shown = await get(byId(third));
    expect([texts(shown, 'Subject'), texts(shown, 'CalendarItemType'), texts(shown, 'HasAttachments')]).toEqual([
      ['Other'],
      ['Exception'],
      ['true'],
    ]);
    expect(texts(shown, 'Name')).toEqual(['all.txt', 'own.txt']);
    expect(texts(await read(...attachmentIds(shown)), 'Content')).toEqual([base64('all'), base64('own')]);
    expect(codes(await update(byIndex(master, 3), attachments(file('more.txt', 'more'))))).toEqual(['NoError']);
    expect(texts(await get(byId(third)), 'Name')).toEqual(['all.txt', 'own.txt', 'more.txt']);
    expect(texts(await get(byId(await occurrence(1))), 'Name')).toEqual(['all.txt']);
    const many = Array.from({ length: 2_000 }, (_, number) => file(`${number}`, ''));
    expect(codes(await update(byId(third), attachments(...many)))).toEqual(['ErrorMessageSizeExceeded']);
    expect(codes(await update(byId(master), attachments(...many)))).toEqual(['ErrorMessageSizeExceeded']);
  });

  test('stands beside what is attached to the series, which can be taken from it alone', async () => {
    const master = await masterId();
    await attach(master, file('all.txt', 'all'));
    const third = await occurrence(2);
    const before = await get(byId(third));
    expect([texts(before, 'Name'), texts(before, 'CalendarItemType')]).toEqual([['all.txt'], ['Occurrence']]);
    expect(texts(await read(...attachmentIds(before)), 'Content')).toEqual([base64('all')]);
    await attach(third, file('own.txt', 'own'));
    const after = await get(byId(third));
    expect(texts(after, 'Name')).toEqual(['all.txt', 'own.txt']);
    expect(attachmentIds(after)[0]).toBe(attachmentIds(before)[0]);
    expect(codes(await detach(...attachmentIds(after)))).toEqual(['NoError', 'NoError']);
    const bare = await get(byId(third));
    expect([texts(bare, 'Name'), texts(bare, 'HasAttachments')]).toEqual([[], ['false']]);
    expect(texts(await get(byId(master)), 'Name')).toEqual(['all.txt']);
    const [first] = attachmentIds(await get(byIndex(master, 1)));
    expect(codes(await detach(present(first, 'the first')))).toEqual(['NoError']);
    expect(texts(await get(byIndex(master, 1)), 'Name')).toEqual([]);
    expect(texts(await get(byIndex(master, 2)), 'Name')).toEqual(['all.txt']);
  });

  test('stays when it is changed and moved, and shows in a view', async () => {
    const second = await occurrence(1);
    await attach(second, file('plan.txt', 'one'));
    await update(byId(second), set('item:Subject', 'Subject', 'Elsewhere') + times('2026-10-24T12:00:00Z', '2026-10-24T13:00:00Z'));
    const shown = await get(byId(second));
    expect([texts(shown, 'Name'), texts(shown, 'Subject')]).toEqual([['plan.txt'], ['Elsewhere']]);
    const view = await ask(
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:HasAttachments"/></t:AdditionalProperties></m:ItemShape><m:CalendarView StartDate="2026-10-23T00:00:00Z" EndDate="2026-11-30T00:00:00Z"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>',
    );
    expect(texts(view, 'HasAttachments')).toEqual(['false', 'true', 'false', 'false', 'false']);
  });

  test('is gone with it, and with an occurrence that is gone nothing is attached', async () => {
    const second = await occurrence(1);
    const made = await attach(second, file('plan.txt', 'one'));
    await remove(byId(second));
    expect(codes(await read(...attachmentIds(made)))).toEqual(['ErrorItemNotFound']);
    expect(codes(await detach(...attachmentIds(made)))).toEqual(['ErrorItemNotFound']);
    expect(responses(await attach(second, file('late.txt', 'x'))).map(({ code }) => code)).toEqual(['ErrorItemNotFound']);
  });

  test('counts among what its series may have', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => file(`${index}.txt`, 'x'));
    expect(new Set(codes(await attach(await occurrence(0), ...many)))).toEqual(new Set(['NoError']));
    expect(new Set(codes(await attach(await occurrence(0), ...many)))).toEqual(new Set(['ErrorMessageSizeExceeded']));
  });

  test('goes to those who are asked to it', async () => {
    const people = '<t:Attendee><t:Mailbox><t:EmailAddress>rob@contoso.test</t:EmailAddress></t:Mailbox></t:Attendee>';
    const created = await ask(
      '<m:CreateItem SendMeetingInvitations="SendToNone"><m:Items><t:CalendarItem><t:Subject>Asked</t:Subject><t:Start>2026-10-23T15:00:00Z</t:Start><t:End>2026-10-23T16:00:00Z</t:End>' +
        '<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence><t:StartDate>2026-10-23</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence></t:CalendarItem></m:Items></m:CreateItem>',
    );
    const second = present(ids(await get(byIndex(present(ids(created)[0]?.id, created), 2)))[0]?.id, created);
    await attach(second, file('plan.txt', 'one'));
    const change = `<t:ItemChange>${byId(second)}<t:Updates>${set('calendar:RequiredAttendees', 'RequiredAttendees', people)}</t:Updates></t:ItemChange>`;
    const answer = await ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToAllAndSaveCopy"><m:ItemChanges>${change}</m:ItemChanges></m:UpdateItem>`,
    );
    expect(codes(answer)).toEqual(['NoError']);
    const his = await lab.ews(
      'rob@contoso.test',
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:CalendarView StartDate="2026-10-24T00:00:00Z" EndDate="2026-10-25T00:00:00Z"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>',
    );
    const shown = await lab.ews(
      'rob@contoso.test',
      `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>${ids(his.body)
        .map(({ id }) => byId(id))
        .join('')}</m:ItemIds></m:GetItem>`,
    );
    expect(texts(shown.body, 'Name')).toContain('plan.txt');
  });
});
