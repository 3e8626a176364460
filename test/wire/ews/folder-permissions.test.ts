import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());
beforeEach(() => lab.reset());

async function ask(as: string, body: string) {
  const answer = await lab.ews(as, body);
  return { ...answer, ...present(responses(answer.body)[0], answer.body) };
}
const marys = (role: string): string =>
  `<t:DistinguishedFolderId Id="${role}"><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
const byId = (id: string): string => `<t:FolderId Id="${id}"/>`;
const give = (path: string, rights: string) =>
  runCmdlet(lab, 'contoso', `Add-MailboxFolderPermission mary:\\${path} -User rob -AccessRights ${rights}`);
const take = (path: string) => runCmdlet(lab, 'contoso', `Remove-MailboxFolderPermission mary:\\${path} -User rob -Confirm:$false`);

const create = (as: string, parent: string, name: string, rest = '', element = 'Folder') =>
  ask(
    as,
    `<m:CreateFolder><m:ParentFolderId>${parent}</m:ParentFolderId><m:Folders><t:${element}><t:DisplayName>${name}</t:DisplayName>${rest}</t:${element}></m:Folders></m:CreateFolder>`,
  );
async function made(as: string, parent: string, name: string, rest = '', element = 'Folder'): Promise<string> {
  const answer = await create(as, parent, name, rest, element);
  return present(ids(answer.body, 'FolderId')[0], answer.body).id;
}
const permission = (user: string, level: string, rights = ''): string =>
  `<t:Permission><t:UserId>${user}</t:UserId>${rights}<t:PermissionLevel>${level}</t:PermissionLevel></t:Permission>`;
const permissionSet = (...entries: readonly string[]): string =>
  `<t:PermissionSet><t:Permissions>${entries.join('')}</t:Permissions></t:PermissionSet>`;
const calendarSet = (user: string, level: string, rights = ''): string =>
  `<t:PermissionSet><t:CalendarPermissions><t:CalendarPermission><t:UserId>${user}</t:UserId>${rights}<t:CalendarPermissionLevel>${level}</t:CalendarPermissionLevel></t:CalendarPermission></t:CalendarPermissions></t:PermissionSet>`;
const write = (folder: string, set: string, element = 'Folder', as = mary) =>
  ask(
    as,
    `<m:UpdateFolder><m:FolderChanges><t:FolderChange>${folder}<t:Updates><t:SetFolderField><t:FieldURI FieldURI="folder:PermissionSet"/><t:${element}>${set}</t:${element}></t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`,
  );
const address = (mail: string): string => `<t:PrimarySmtpAddress>${mail}</t:PrimarySmtpAddress>`;
const special = (name: string): string => `<t:DistinguishedUser>${name}</t:DistinguishedUser>`;

/** Whom the cmdlet tells of, and with which rights. */
async function entries(path: string): Promise<Readonly<Record<string, string>>> {
  const rows = await runCmdlet<{ User: string; AccessRights: readonly string[] }>(
    lab,
    'contoso',
    `Get-MailboxFolderPermission mary:\\${path}`,
  );
  return Object.fromEntries(rows.map(({ User, AccessRights }) => [User, [AccessRights].flat().join(',')]));
}

describe('a permission set that is written', () => {
  test.each([
    ['None', 'None'],
    ['Owner', 'Owner'],
    ['PublishingEditor', 'PublishingEditor'],
    ['Editor', 'Editor'],
    ['PublishingAuthor', 'PublishingAuthor'],
    ['Author', 'Author'],
    ['NoneditingAuthor', 'NonEditingAuthor'],
    ['Reviewer', 'Reviewer'],
    ['Contributor', 'Contributor'],
  ])('the level %s is the role %s of the cmdlets', async (level, role) => {
    const id = await made(mary, marys('inbox'), 'Plans');
    expect((await write(byId(id), permissionSet(permission(address(rob), level)))).code).toBe('NoError');
    expect(Object.values(await entries('Inbox\\Plans'))).toEqual(['None', 'None', role]);
  });

  test.each([
    ['FreeBusyTimeOnly', 'AvailabilityOnly'],
    ['FreeBusyTimeAndSubjectAndLocation', 'LimitedDetails'],
    ['Editor', 'Editor'],
  ])('of a calendar the level %s is the role %s', async (level, role) => {
    expect((await write(marys('calendar'), calendarSet(address(rob), level), 'CalendarFolder')).code).toBe('NoError');
    expect(Object.values(await entries('Calendar'))).toEqual(['AvailabilityOnly', 'None', role]);
  });

  test('single rights, for people by address, SID and name; who is left out loses his entry', async () => {
    const id = await made(mary, marys('inbox'), 'Plans');
    const rights =
      '<t:CanCreateItems>true</t:CanCreateItems><t:IsFolderVisible>true</t:IsFolderVisible><t:EditItems>Owned</t:EditItems><t:ReadItems>FullDetails</t:ReadItems>';
    const set = (user: string) =>
      write(byId(id), permissionSet(permission(special('Default'), 'Reviewer'), permission(user, 'Custom', rights)));
    await set(address(rob));
    const asked = `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="folder:PermissionSet"/></t:AdditionalProperties></m:FolderShape><m:FolderIds>${byId(id)}</m:FolderIds></m:GetFolder>`;
    const { body } = await ask(mary, asked);
    const [sid = ''] = texts(body, 'SID');
    const shown = present(all(body, 'Permission')[2], body);
    expect(
      ['CanCreateItems', 'CanCreateSubFolders', 'IsFolderVisible', 'EditItems', 'DeleteItems', 'ReadItems'].map(
        (name) => texts(shown, name)[0],
      ),
    ).toEqual(['true', 'false', 'true', 'Owned', 'None', 'FullDetails']);
    const [name = ''] = texts(shown, 'DisplayName');
    for (const user of [
      `<t:SID>${sid}</t:SID>`,
      `<t:DisplayName>${name}</t:DisplayName>`,
      `<t:SID>${sid}</t:SID>${address(rob)}<t:DisplayName>${name}</t:DisplayName>`,
    ]) {
      await write(byId(id), permissionSet());
      expect(Object.keys(await entries('Inbox\\Plans'))).toEqual(['Default', 'Anonymous']);
      expect((await set(user)).code).toBe('NoError');
      expect(await entries('Inbox\\Plans')).toMatchObject({
        Default: 'Reviewer',
        [name]: expect.stringContaining('CreateItems') as string,
      });
    }
  });

  test.each([
    ['the same person twice', 'ErrorDuplicateUserIdsSpecified', [permission(address(rob), 'Reviewer'), permission(address(rob), 'Editor')]],
    ['Default twice', 'ErrorDuplicateUserIdsSpecified', [permission(special('Default'), 'None'), permission(special('Default'), 'Editor')]],
    ['nobody', 'ErrorInvalidUserInfo', [permission('', 'Reviewer')]],
    ['somebody who is unknown', 'ErrorInvalidUserInfo', [permission(address('nobody@contoso.test'), 'Reviewer')]],
    ['a name that is unknown', 'ErrorInvalidUserInfo', [permission('<t:DisplayName>Nobody</t:DisplayName>', 'Reviewer')]],
    ['Default and an address', 'ErrorInvalidUserInfo', [permission(address(rob) + special('Default'), 'Reviewer')]],
    ['a SID of somebody else', 'ErrorInvalidUserInfo', [permission(`<t:SID>S-1-5-21-1-2-3-4</t:SID>${address(rob)}`, 'Reviewer')]],
    [
      'an identity elsewhere',
      'ErrorNotAllowedExternalSharingByPolicy',
      [permission('<t:ExternalUserIdentity>x</t:ExternalUserIdentity>', 'Reviewer')],
    ],
  ])('%s: %s', async (_, code, set) => {
    const id = await made(mary, marys('inbox'), 'Plans');
    expect((await write(byId(id), permissionSet(...set))).code).toBe(code);
    expect(Object.keys(await entries('Inbox\\Plans'))).toEqual(['Default', 'Anonymous']);
  });

  test('of the wrong kind, and for people outside', async () => {
    const id = await made(mary, marys('inbox'), 'Plans');
    const reviewer = permissionSet(permission(address(rob), 'Reviewer'));
    const codes = [
      await write(byId(id), calendarSet(address(rob), 'Reviewer'), 'CalendarFolder'),
      await write(marys('calendar'), reviewer),
      await write(marys('calendar'), calendarSet(address('pat@elsewhere.test'), 'Reviewer'), 'CalendarFolder'),
      await write(
        byId(id),
        reviewer.replace('</t:Permissions>', '</t:Permissions><t:UnknownEntries><t:UnknownEntry>S-1-1</t:UnknownEntry></t:UnknownEntries>'),
      ),
      await write(byId(id), reviewer, 'Folder', rob),
    ].map(({ code }) => code);
    expect(codes).toEqual([
      'ErrorCannotSetCalendarPermissionOnNonCalendarFolder',
      'ErrorCannotSetNonCalendarPermissionOnCalendarFolder',
      'ErrorUserNotAllowedByPolicy',
      'ErrorCannotSetPermissionUnknownEntries',
      'ErrorAccessDenied',
    ]);
  });

  test("with a new folder; without one it has its parent's", async () => {
    const id = await made(mary, marys('inbox'), 'Plans', permissionSet(permission(address(rob), 'Editor')));
    await made(mary, byId(id), 'Drafts');
    expect(Object.values(await entries('Inbox\\Plans'))).toEqual(['None', 'None', 'Editor']);
    expect(await entries('Inbox\\Plans\\Drafts')).toEqual(await entries('Inbox\\Plans'));
  });
});

const findFolders = async (as: string, parent: string, traversal = 'Shallow'): Promise<readonly string[]> => {
  const answer = await ask(
    as,
    `<m:FindFolder Traversal="${traversal}"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:ParentFolderIds>${parent}</m:ParentFolderIds></m:FindFolder>`,
  );
  return answer.code === 'NoError' ? texts(answer.body, 'DisplayName') : [answer.code];
};

describe("rob in mary's folders", () => {
  test('finds those that he sees, however deep, and nothing without a way in', async () => {
    const plans = await made(mary, marys('inbox'), 'Plans');
    await made(mary, byId(plans), 'Open');
    await made(mary, byId(plans), 'Shut');
    expect(await findFolders(rob, marys('inbox'))).toEqual(['ErrorAccessDenied']);
    await give('Inbox', 'FolderVisible');
    expect(await findFolders(rob, marys('inbox'), 'Deep')).toEqual([]);
    await give('Inbox\\Plans\\Open', 'Reviewer');
    expect([await findFolders(rob, marys('inbox')), await findFolders(rob, marys('inbox'), 'Deep')]).toEqual([[], ['Open']]);
    expect(await findFolders(mary, marys('inbox'), 'SoftDeleted')).toEqual([]);
  });

  test('is told of them by synchronisation, and when they are shut', async () => {
    const plans = await made(mary, marys('inbox'), 'Plans');
    await made(mary, byId(plans), 'Shut');
    await give('Inbox', 'FolderVisible');
    await give('Inbox\\Plans', 'Reviewer');
    let state = '';
    const sync = async (): Promise<readonly unknown[]> => {
      const { body } = await ask(
        rob,
        `<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:SyncFolderId>${marys('inbox')}</m:SyncFolderId>${state}</m:SyncFolderHierarchy>`,
      );
      state = `<m:SyncState>${texts(body, 'SyncState')[0] ?? ''}</m:SyncState>`;
      return [
        ...all(body, 'Create').flatMap((one) => texts(one, 'DisplayName')),
        ...all(body, 'Delete').flatMap((one) => attributes(one, 'FolderId', 'Id')),
      ];
    };
    expect([await sync(), await sync()]).toEqual([['Plans'], []]);
    await take('Inbox\\Plans');
    expect(await sync()).toEqual([plans]);
  });

  test('makes folders where he may, and owns them', async () => {
    expect((await create(rob, marys('inbox'), 'Mine')).code).toBe('ErrorAccessDenied');
    await give('Inbox', 'Reviewer');
    expect((await create(rob, marys('inbox'), 'Mine')).code).toBe('ErrorCreateSubfolderAccessDenied');
    await take('Inbox');
    await give('Inbox', 'PublishingAuthor');
    const id = await made(rob, marys('inbox'), 'Mine');
    expect(Object.values(await entries('Inbox\\Mine'))).toEqual(['None', 'None', 'Owner']);
    const remove = (folder: string) =>
      ask(rob, `<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>${folder}</m:FolderIds></m:DeleteFolder>`);
    const below = await made(mary, byId(id), 'Hers', permissionSet());
    expect((await remove(byId(id))).code).toBe('ErrorAccessDenied');
    await ask(mary, `<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>${byId(below)}</m:FolderIds></m:DeleteFolder>`);
    expect((await remove(byId(id))).code).toBe('NoError');
    expect((await remove(marys('inbox'))).code).toBe('ErrorAccessDenied');
  });

  test.each([
    ['Reviewer', 'ErrorAccessDenied', 'ErrorAccessDenied', 'NoError'],
    ['Editor', 'NoError', 'NoError', 'NoError'],
    ['Contributor', 'ErrorAccessDenied', 'ErrorAccessDenied', 'ErrorAccessDenied'],
  ])('as %s: empties %s, marks %s, copies %s', async (rights, empties, marks, copies) => {
    const plans = await made(mary, marys('inbox'), 'Plans');
    await made(mary, marys('inbox'), 'Place');
    await give('Inbox\\Plans', rights);
    await give('Inbox\\Place', 'Owner');
    await give('Inbox', 'FolderVisible');
    const place = await ask(
      mary,
      `<m:FindFolder Traversal="Shallow"><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="folder:DisplayName"/><t:FieldURIOrConstant><t:Constant Value="Place"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds>${marys('inbox')}</m:ParentFolderIds></m:FindFolder>`,
    );
    const to = byId(present(ids(place.body, 'FolderId')[0], place.body).id);
    const of = `<m:FolderIds>${byId(plans)}</m:FolderIds>`;
    const codes = [
      await ask(rob, `<m:EmptyFolder DeleteType="HardDelete" DeleteSubFolders="false">${of}</m:EmptyFolder>`),
      await ask(
        rob,
        `<m:MarkAllItemsAsRead><m:ReadFlag>true</m:ReadFlag><m:SuppressReadReceipts>true</m:SuppressReadReceipts>${of}</m:MarkAllItemsAsRead>`,
      ),
      await ask(rob, `<m:CopyFolder><m:ToFolderId>${to}</m:ToFolderId>${of}</m:CopyFolder>`),
      await ask(rob, `<m:MoveFolder><m:ToFolderId>${to}</m:ToFolderId>${of}</m:MoveFolder>`),
    ].map(({ code }) => code);
    expect(codes).toEqual([empties, marks, copies, 'ErrorAccessDenied']);
  });
});
