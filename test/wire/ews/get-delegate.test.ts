import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressEntryId, legacyDnOf } from '../../../shared/domain/directory/address-entry-id.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
const shell = (line: string) => runCmdlet<Readonly<Record<'LegacyExchangeDN', string>>>(lab, 'contoso', line);
const ask = async (body: string, user = mary): Promise<string> => (await lab.ews(user, body)).body;
const delegates = (permissions: boolean, user = mary): Promise<string> =>
  ask(
    `<m:GetDelegate IncludePermissions="${permissions}"><m:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></m:Mailbox></m:GetDelegate>`,
    user,
  );

/** Writes who is a delegate as Outlook does: into the delegate information object (MS-OXODLGT 2.2.2.2). */
async function writeObject(entryIds: readonly string[]): Promise<void> {
  const found = await ask(
    '<m:FindFolder Traversal="Shallow"><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="folder:DisplayName"/><t:FieldURIOrConstant><t:Constant Value="Freebusy Data"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="root"/></m:ParentFolderIds></m:FindFolder>',
  );
  const [folder = ''] = attributes(found, 'FolderId', 'Id');
  const values = (list: readonly string[]): string => list.map((one) => `<t:Value>${one}</t:Value>`).join('');
  const property = (tag: string, type: string, value: string): string =>
    `<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="${tag}" PropertyType="${type}"/>${value}</t:ExtendedProperty>`;
  const properties = [
    property('0x6842', 'Boolean', '<t:Value>true</t:Value>'),
    property('0x6845', 'BinaryArray', `<t:Values>${values(entryIds)}</t:Values>`),
    property('0x686B', 'IntegerArray', `<t:Values>${values(entryIds.map((_one, index) => (index === 0 ? '1' : '0')))}</t:Values>`),
  ];
  await ask(
    `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:FolderId Id="${folder}"/></m:SavedItemFolderId><m:Items><t:Message><t:ItemClass>IPM.Microsoft.ScheduleData.FreeBusy</t:ItemClass>${properties.join('')}</t:Message></m:Items></m:CreateItem>`,
  );
}

beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

test('who stands in the directory alone is told of as not configured', async () => {
  await shell('Set-Mailbox mary -GrantSendOnBehalfTo adam');
  const answer = await delegates(false);
  expect(texts(answer, 'ResponseCode')).toEqual(['NoError', 'ErrorDelegateMissingConfiguration']);
});

test('who stands in both is told with his rights in the folders', async () => {
  const [rob] = await shell('Get-Mailbox rob');
  const [adam] = await shell('Get-Mailbox adam');
  await shell('Set-Mailbox mary -GrantSendOnBehalfTo rob,adam');
  await shell('Add-MailboxFolderPermission mary:\\Calendar -User rob -AccessRights Editor');
  await shell('Add-MailboxFolderPermission mary:\\Inbox -User rob -AccessRights Owner');
  await writeObject([rob, adam].map((one) => addressEntryId(one?.LegacyExchangeDN ?? '')));
  const answer = await delegates(true);
  const [first, second] = all(answer, 'DelegateUser').map((one) => ({
    who: texts(one, 'PrimarySmtpAddress')[0],
    calendar: texts(one, 'CalendarFolderPermissionLevel')[0],
    inbox: texts(one, 'InboxFolderPermissionLevel')[0],
    journal: texts(one, 'JournalFolderPermissionLevel')[0],
    sees: texts(one, 'ViewPrivateItems')[0],
  }));
  expect(first).toEqual({ who: 'rob@contoso.test', calendar: 'Editor', inbox: 'Custom', journal: 'None', sees: 'true' });
  expect(second).toEqual({ who: 'adam@contoso.test', calendar: 'None', inbox: 'None', journal: 'None', sees: 'false' });
  expect(texts(answer, 'DeliverMeetingRequests')).toEqual(['DelegatesAndMe']);
  expect(all(await delegates(false), 'DelegatePermissions')).toEqual([]);
});

test('a delegate is asked for by SID or address, which must agree', async () => {
  const named = (user: string): Promise<string> =>
    ask(
      `<m:GetDelegate IncludePermissions="false"><m:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></m:Mailbox><m:UserIds><t:UserId>${user}</t:UserId></m:UserIds></m:GetDelegate>`,
    );
  const answer = await named('<t:PrimarySmtpAddress>rob@contoso.test</t:PrimarySmtpAddress>');
  const [sid = ''] = texts(answer, 'SID');
  expect(texts(await named(`<t:SID>${sid}</t:SID>`), 'DisplayName')).toEqual(texts(answer, 'DisplayName'));
  const both = await named(`<t:SID>${sid}</t:SID><t:PrimarySmtpAddress>adam@contoso.test</t:PrimarySmtpAddress>`);
  expect(texts(both, 'ResponseCode')).toContain('ErrorInvalidDelegateUserId');
});

test("the delegates are the owner's to see", async () => {
  expect(texts(await delegates(true, 'rob@contoso.test'), 'ResponseCode')).toEqual(['ErrorAccessDenied']);
});

test('other entry ids name nobody', () => {
  expect(legacyDnOf(addressEntryId('/o=Contoso/cn=mary'))).toBe('/o=Contoso/cn=mary');
  expect(legacyDnOf('')).toBeUndefined();
  expect(legacyDnOf(Buffer.alloc(40).toString('base64'))).toBeUndefined();
});
