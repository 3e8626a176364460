import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await enterAppointments(lab, 'contoso', mary, [
    { start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review' },
    { start: '2026-11-23T12:00Z', end: '2026-11-23T13:00Z', subject: 'Doctor', isPrivate: true },
  ]);
  await runCmdlet(lab, 'contoso', 'Add-MailboxFolderPermission mary:\\Calendar -User rob -AccessRights None');
});
afterAll(() => lab.close());

const give = (rights: string) => runCmdlet(lab, 'contoso', `Set-MailboxFolderPermission mary:\\Calendar -User rob -AccessRights ${rights}`);
const marys = (role: string): string =>
  `<t:DistinguishedFolderId Id="${role}"><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
const shape = (name: string, uris: readonly string[]): string =>
  `<m:${name}><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('')}</t:AdditionalProperties></m:${name}>`;

async function ask(as: string, body: string) {
  const answer = await lab.ews(as, body);
  return { ...answer, ...present(responses(answer.body)[0], answer.body) };
}
const getFolder = (as: string, role = 'calendar', uris = ['folder:DisplayName', 'folder:EffectiveRights']) =>
  ask(as, `<m:GetFolder>${shape('FolderShape', uris)}<m:FolderIds>${marys(role)}</m:FolderIds></m:GetFolder>`);
const findItem = (as: string, view = '', role = 'calendar', uris = ['item:Subject', 'item:EffectiveRights']) =>
  ask(
    as,
    `<m:FindItem Traversal="Shallow">${shape('ItemShape', uris)}${view}<m:ParentFolderIds>${marys(role)}</m:ParentFolderIds></m:FindItem>`,
  );
const sync = (state = '', role = 'calendar') =>
  ask(
    rob,
    `<m:SyncFolderItems>${shape('ItemShape', ['item:Subject'])}<m:SyncFolderId>${marys(role)}</m:SyncFolderId><m:SyncState>${state}</m:SyncState><m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>`,
  );
const getItem = (as: string, id: string, uris = ['item:Subject']) =>
  ask(as, `<m:GetItem>${shape('ItemShape', uris)}<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`);
const calendarView = '<m:CalendarView StartDate="2026-11-23T00:00:00Z" EndDate="2026-11-24T00:00:00Z"/>';
const idsIn = (body: string): readonly string[] => attributes(body, 'ItemId', 'Id').map((id) => present(id, 'an id'));
/** The rights that are there, by name. */
const rightsIn = (body: string): readonly string[] =>
  ['CreateAssociated', 'CreateContents', 'CreateHierarchy', 'Delete', 'Modify', 'Read', 'ViewPrivateItems'].filter(
    (name) => texts(present(all(body, 'EffectiveRights')[0], body), name)[0] === 'true',
  );

describe("rob, by the permissions of mary's calendar", () => {
  test.each(['None', 'AvailabilityOnly', 'LimitedDetails'])('with %s opens nothing', async (rights) => {
    await give(rights);
    for (const asked of [getFolder(rob), findItem(rob), findItem(rob, calendarView)])
      expect(await asked).toMatchObject({ class: 'Error', code: 'ErrorAccessDenied' });
    const [id = ''] = idsIn((await findItem(mary)).body);
    expect((await getItem(rob, id)).code).toBe('ErrorAccessDenied');
  });

  test('as a Contributor sees the folder and not what is in it', async () => {
    await give('Contributor');
    const folder = await getFolder(rob);
    expect([texts(folder.body, 'DisplayName'), rightsIn(folder.body)]).toEqual([['Calendar'], ['CreateContents']]);
    expect((await findItem(rob)).code).toBe('ErrorAccessDenied');
  });

  test('as a Reviewer reads it, but for what is private', async () => {
    await give('Reviewer');
    const folder = await getFolder(rob);
    expect([folder.code, rightsIn(folder.body)]).toEqual(['NoError', ['Read']]);
    for (const view of ['', calendarView]) {
      const found = await findItem(rob, view);
      expect([found.code, texts(found.body, 'Subject')]).toEqual(['NoError', ['Review']]);
      expect(rightsIn(found.body)).toEqual(['Read']);
    }
    const [review = '', doctor = ''] = idsIn((await findItem(mary, calendarView)).body);
    expect(texts((await getItem(rob, review)).body, 'Subject')).toEqual(['Review']);
    expect((await getItem(rob, doctor)).code).toBe('ErrorItemNotFound');
    expect((await getItem(rob, doctor, ['item:Body', 'item:MimeContent'])).code).toBe('ErrorItemNotFound');
    expect(texts((await getItem(mary, doctor)).body, 'Subject')).toEqual(['Doctor']);
  });

  test('what was remembered of items for one is not shown to the other', async () => {
    await give('Reviewer');
    const uris = ['item:EffectiveRights'];
    const rightsOf = async (as: string) => rightsIn((await findItem(as, '', 'calendar', uris)).body);
    const marysRights = ['Delete', 'Modify', 'Read', 'ViewPrivateItems'];
    expect([await rightsOf(mary), await rightsOf(rob), await rightsOf(mary), await rightsOf(rob)]).toEqual([
      marysRights,
      ['Read'],
      marysRights,
      ['Read'],
    ]);
    await give('Editor');
    expect(await rightsOf(rob)).toEqual(['Delete', 'Modify', 'Read']);
  });

  test('as a delegate that may see it reads what is private, too, until he may not', async () => {
    await give('None');
    const sees = (may: boolean, how = 'Update') =>
      ask(
        mary,
        `<m:${how}Delegate><m:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></m:Mailbox><m:DelegateUsers><t:DelegateUser><t:UserId><t:PrimarySmtpAddress>${rob}</t:PrimarySmtpAddress></t:UserId><t:DelegatePermissions><t:CalendarFolderPermissionLevel>Editor</t:CalendarFolderPermissionLevel></t:DelegatePermissions><t:ViewPrivateItems>${may}</t:ViewPrivateItems></t:DelegateUser></m:DelegateUsers></m:${how}Delegate>`,
      );
    const details = async () =>
      texts(
        (
          await ask(
            rob,
            `<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias><t:StandardTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime><t:DaylightTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone><m:MailboxDataArray><t:MailboxData><t:Email><t:Address>${mary}</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData></m:MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>2026-11-23T00:00:00</t:StartTime><t:EndTime>2026-11-24T00:00:00</t:EndTime></t:TimeWindow><t:RequestedView>Detailed</t:RequestedView></t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>`,
          )
        ).body,
        'Subject',
      );
    expect((await sees(true, 'Add')).code).toBe('NoError');
    const [, doctor = ''] = idsIn((await findItem(mary, calendarView)).body);
    for (const view of ['', calendarView]) {
      const found = await findItem(rob, view);
      expect(texts(found.body, 'Subject').toSorted()).toEqual(['Doctor', 'Review']);
      expect(rightsIn(found.body)).toEqual(['Delete', 'Modify', 'Read', 'ViewPrivateItems']);
    }
    expect(texts((await getItem(rob, doctor)).body, 'Subject')).toEqual(['Doctor']);
    expect(texts((await sync()).body, 'Subject').toSorted()).toEqual(['Doctor', 'Review']);
    expect(rightsIn((await getFolder(rob)).body)).toContain('ViewPrivateItems');
    expect(await details()).toEqual(['Review', 'Doctor']);
    await sees(false);
    expect(texts((await findItem(rob)).body, 'Subject')).toEqual(['Review']);
    expect((await getItem(rob, doctor)).code).toBe('ErrorItemNotFound');
    expect(await details()).toEqual(['Review']);
  });

  test('every single right together is still not the mailbox', async () => {
    await give('Owner,LimitedDetails');
    const found = await findItem(rob);
    expect([texts(found.body, 'Subject'), rightsIn(found.body)]).toEqual([['Review'], ['Delete', 'Modify', 'Read']]);
    expect((await getFolder(rob, 'inbox')).code).toBe('ErrorAccessDenied');
    expect((await findItem(rob, '', 'inbox')).code).toBe('ErrorAccessDenied');
    expect((await sync('', 'inbox')).code).toBe('ErrorAccessDenied');
  });

  test('as a Reviewer synchronises it, but for what is private', async () => {
    await give('Contributor');
    expect((await sync()).code).toBe('ErrorAccessDenied');
    await give('Reviewer');
    const known = await sync();
    expect([known.code, texts(known.body, 'Subject')]).toEqual(['NoError', ['Review']]);
    const [review = '', doctor = ''] = idsIn((await findItem(mary, calendarView)).body);
    const set = (id: string, field: string, element: string): Promise<unknown> =>
      ask(
        mary,
        `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="${field}"/><t:CalendarItem>${element}</t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      );
    await set(doctor, 'item:Subject', '<t:Subject>Dentist</t:Subject>');
    await set(review, 'item:Importance', '<t:Importance>High</t:Importance>');
    const next = await sync(texts(known.body, 'SyncState')[0]);
    expect(texts(next.body, 'Subject')).toEqual(['Review']);
    expect([all(next.body, 'Update').length, all(next.body, 'Create').length]).toEqual([1, 0]);
    await set(review, 'item:Sensitivity', '<t:Sensitivity>Private</t:Sensitivity>');
    const last = await sync(texts(next.body, 'SyncState')[0]);
    expect(all(last.body, 'Delete').flatMap((one) => attributes(one, 'ItemId', 'Id'))).toEqual([review]);
    expect(texts(last.body, 'Subject')).toEqual([]);
    await set(review, 'item:Sensitivity', '<t:Sensitivity>Normal</t:Sensitivity>');
    expect(texts((await sync(texts(last.body, 'SyncState')[0])).body, 'Subject')).toEqual(['Review']);
    await set(doctor, 'item:Subject', '<t:Subject>Doctor</t:Subject>');
  });

  test('as a Reviewer changes nothing', async () => {
    await give('Reviewer');
    const [id = ''] = idsIn((await findItem(rob)).body);
    const remove = `<m:DeleteItem DeleteType="HardDelete" SendMeetingCancellations="SendToNone"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`;
    expect((await ask(rob, remove)).code).toBe('ErrorAccessDenied');
    expect(texts((await findItem(rob)).body, 'Subject')).toEqual(['Review']);
  });
});

describe('the permission set', () => {
  const uris = ['folder:PermissionSet'];
  beforeEach(() => give('Reviewer'));

  test('is shown to the owner, entry by entry', async () => {
    await runCmdlet(lab, 'contoso', 'Set-MailboxFolderPermission mary:\\Calendar -User rob -AccessRights Reviewer,EditOwnedItems');
    await runCmdlet(lab, 'contoso', 'Set-MailboxFolderPermission mary:\\Calendar -User Default -AccessRights LimitedDetails');
    const { body } = await getFolder(mary, 'calendar', uris);
    const entries = all(body, 'CalendarPermission').map((entry) => [
      texts(entry, 'DistinguishedUser')[0] ?? texts(entry, 'PrimarySmtpAddress')[0],
      texts(entry, 'ReadItems')[0],
      texts(entry, 'EditItems')[0],
      texts(entry, 'CalendarPermissionLevel')[0],
    ]);
    expect(entries).toEqual([
      ['Default', 'TimeAndSubjectAndLocation', 'None', 'FreeBusyTimeAndSubjectAndLocation'],
      ['Anonymous', 'None', 'None', 'None'],
      [rob, 'FullDetails', 'Owned', 'Custom'],
    ]);
    expect(texts(present(all(body, 'CalendarPermission')[2], 'an entry'), 'SID')[0]).toMatch(/^S-1-5-21-/);
  });

  test('is shown to whoever owns the folder, and to nobody else', async () => {
    expect((await getFolder(rob, 'calendar', uris)).code).toBe('ErrorAccessDenied');
    await give('Owner');
    expect((await getFolder(rob, 'calendar', uris)).code).toBe('NoError');
  });
});
