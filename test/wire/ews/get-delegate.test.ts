import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** The folder for what is published of somebody's calendar, and for the delegate information object. */
async function freeBusyData(owner: string): Promise<string> {
  const found = await ask(
    '<m:FindFolder Traversal="Shallow"><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="folder:DisplayName"/><t:FieldURIOrConstant><t:Constant Value="Freebusy Data"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="root"/></m:ParentFolderIds></m:FindFolder>',
    owner,
  );
  return attributes(found, 'FolderId', 'Id')[0] ?? '';
}

/** Writes who is a delegate as Outlook does: into the delegate information object (MS-OXODLGT 2.2.2.2). */
async function writeObject(entryIds: readonly string[]): Promise<void> {
  const folder = await freeBusyData(mary);
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

const [rob, adam, zoe] = ['rob@contoso.test', 'adam@contoso.test', 'zoe@contoso.test'];
const address = (mail: string): string => `<m:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></m:Mailbox>`;
const user = (mail: string, rest = ''): string =>
  `<t:DelegateUser><t:UserId><t:PrimarySmtpAddress>${mail}</t:PrimarySmtpAddress></t:UserId>${rest}</t:DelegateUser>`;
const levels = (levels: Readonly<Record<string, string>>): string =>
  `<t:DelegatePermissions>${Object.entries(levels)
    .map(([folder, level]) => `<t:${folder}FolderPermissionLevel>${level}</t:${folder}FolderPermissionLevel>`)
    .join('')}</t:DelegatePermissions>`;
const write = async (how: 'Add' | 'Update', users: string, as = rob, rest = ''): Promise<string> =>
  ask(
    `<m:${how}Delegate>${address(rob)}${users === '' ? '' : `<m:DelegateUsers>${users}</m:DelegateUsers>`}${rest}</m:${how}Delegate>`,
    as,
  );
const remove = async (id: string): Promise<string> =>
  ask(`<m:RemoveDelegate>${address(rob)}<m:UserIds><t:UserId>${id}</t:UserId></m:UserIds></m:RemoveDelegate>`, rob);
const told = (): Promise<string> => ask(`<m:GetDelegate IncludePermissions="true">${address(rob)}</m:GetDelegate>`, rob);
const codes = (answer: string): readonly string[] => texts(answer, 'ResponseCode').slice(1);
const rights = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const rows = await runCmdlet<Readonly<Record<'User' | 'AccessRights', string>>>(
    lab,
    'contoso',
    `Get-MailboxFolderPermission "rob:\\${folder}"`,
  );
  return Object.fromEntries(rows.map(({ User, AccessRights }) => [User, String(AccessRights)]));
};
/** Who has which role in rob's Freebusy Data. */
const published = async (): Promise<Readonly<Record<string, string | undefined>>> => {
  const answer = await ask(
    `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="folder:PermissionSet"/></t:AdditionalProperties></m:FolderShape><m:FolderIds><t:FolderId Id="${await freeBusyData(rob)}"/></m:FolderIds></m:GetFolder>`,
    rob,
  );
  return Object.fromEntries(
    all(answer, 'Permission').map((one) => [texts(one, 'PrimarySmtpAddress')[0] ?? 'everybody', texts(one, 'PermissionLevel')[0]]),
  );
};
const senders = async (): Promise<unknown> =>
  (await runCmdlet<Readonly<Record<'GrantSendOnBehalfTo', unknown>>>(lab, 'contoso', 'Get-Mailbox rob'))[0]?.GrantSendOnBehalfTo;

describe("rob's delegates", () => {
  test('are added with rights in his folders and may send on his behalf', async () => {
    const wanted = levels({ Calendar: 'Editor', Tasks: 'Author', Inbox: 'Reviewer' });
    expect(codes(await write('Add', user(adam, `${wanted}<t:ViewPrivateItems>true</t:ViewPrivateItems>`)))).toEqual(['NoError']);
    const answer = await told();
    expect([
      texts(answer, 'CalendarFolderPermissionLevel'),
      texts(answer, 'TasksFolderPermissionLevel'),
      texts(answer, 'InboxFolderPermissionLevel'),
      texts(answer, 'JournalFolderPermissionLevel'),
      texts(answer, 'ViewPrivateItems'),
    ]).toEqual([['Editor'], ['Author'], ['Reviewer'], ['None'], ['true']]);
    expect(await rights('Calendar')).toMatchObject({ Adam: 'Editor', Default: 'AvailabilityOnly' });
    expect(await senders()).toEqual(['adam']);
    // Whoever keeps the calendar keeps what is published of it.
    expect((await published())[adam]).toBe('Editor');
  });

  test('are not added twice, nor who is nobody, no person or the owner', async () => {
    await shell('New-MailContact Press -ExternalEmailAddress press@elsewhere.test');
    const wanted = [adam, rob, 'nobody@contoso.test', 'press@elsewhere.test'].map((mail) => user(mail)).join('');
    expect(codes(await write('Add', wanted + user(zoe, levels({ Notes: 'Custom' }))))).toEqual([
      'ErrorDelegateAlreadyExists',
      'ErrorDelegateCannotAddOwner',
      'ErrorDelegateNoUser',
      'ErrorDelegateValidationFailed',
      'ErrorInvalidDelegatePermission',
    ]);
    expect(texts(await told(), 'PrimarySmtpAddress')).toEqual([adam]);
    expect(await senders()).toEqual(['adam']);
  });

  test('are changed in what is said and stay as they are in all else', async () => {
    const rest = '<t:ReceiveCopiesOfMeetingMessages>true</t:ReceiveCopiesOfMeetingMessages>';
    expect(codes(await write('Update', user(adam, `${levels({ Calendar: 'None' })}${rest}`) + user(zoe)))).toEqual([
      'NoError',
      'ErrorNotDelegate',
    ]);
    const answer = await told();
    expect([
      texts(answer, 'CalendarFolderPermissionLevel'),
      texts(answer, 'TasksFolderPermissionLevel'),
      texts(answer, 'ReceiveCopiesOfMeetingMessages'),
      texts(answer, 'ViewPrivateItems'),
    ]).toEqual([['None'], ['Author'], ['true'], ['true']]);
    expect(Object.keys(await rights('Calendar'))).not.toContain('Adam');
    expect(Object.keys(await published())).not.toContain(adam);
  });

  test.each(['DelegatesOnly', 'DelegatesAndMe', 'DelegatesAndSendInformationToMe', 'NoForward'])('requests go to %s', async (to) => {
    await write('Update', '', rob, `<m:DeliverMeetingRequests>${to}</m:DeliverMeetingRequests>`);
    expect(texts(await told(), 'DeliverMeetingRequests')).toEqual([to]);
  });

  test("are nobody else's to write", async () => {
    expect(texts(await write('Add', user(zoe), adam), 'ResponseCode')).toEqual(['ErrorAccessDenied']);
  });

  test('lose their rights with the role, also who has left the organisation', async () => {
    await write('Add', user(zoe, levels({ Calendar: 'Reviewer', Contacts: 'Editor' })));
    await write('Update', user(adam, levels({ Calendar: 'Editor' })));
    expect(await published()).toMatchObject({ [adam]: 'Editor' });
    expect(Object.keys(await published())).not.toContain(zoe);
    expect(codes(await remove(`<t:PrimarySmtpAddress>${adam}</t:PrimarySmtpAddress>`))).toEqual(['NoError']);
    expect(codes(await remove(`<t:PrimarySmtpAddress>${adam}</t:PrimarySmtpAddress>`))).toEqual(['ErrorNotDelegate']);
    expect(Object.keys(await published())).not.toContain(adam);
    expect([await rights('Tasks'), await rights('Inbox'), await senders()].map((one) => JSON.stringify(one)).join()).not.toMatch(/adam/i);
    await shell('Remove-RemoteMailbox zoe -Confirm:$false');
    expect(texts(await told(), 'PrimarySmtpAddress')).toEqual([]);
    expect(codes(await remove(`<t:PrimarySmtpAddress>${zoe}</t:PrimarySmtpAddress>`))).toEqual(['NoError']);
    expect(codes(await remove(`<t:PrimarySmtpAddress>${zoe}</t:PrimarySmtpAddress>`))).toEqual(['ErrorDelegateNoUser']);
  });
});

test('a list that is full takes nobody more', async () => {
  await writeObject(Array.from({ length: 500 }, (_, index) => addressEntryId(`/o=Contoso/cn=${index}`)));
  const answer = await ask(`<m:AddDelegate>${address(mary)}<m:DelegateUsers>${user(adam)}</m:DelegateUsers></m:AddDelegate>`);
  expect(codes(answer)).toEqual(['ErrorAddDelegatesFailed']);
});

test('other entry ids name nobody', () => {
  expect(legacyDnOf(addressEntryId('/o=Contoso/cn=mary'))).toBe('/o=Contoso/cn=mary');
  expect(legacyDnOf('')).toBeUndefined();
  expect(legacyDnOf(Buffer.alloc(40).toString('base64'))).toBeUndefined();
});
