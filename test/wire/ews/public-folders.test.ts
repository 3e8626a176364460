import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { mimeOf } from '../smtp/transport-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';
import { publicRequestsOf, publicRoot } from './public-requests.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', line);
const { ask, findFolder, findItem, post, idOf } = publicRequestsOf(() => lab);
const folderId = (id: string): string => `<t:FolderId Id="${id}"/>`;
const shape = '<t:BaseShape>Default</t:BaseShape>';
const getRoot = (user: string) =>
  ask(user, `<m:GetFolder><m:FolderShape>${shape}</m:FolderShape><m:FolderIds>${publicRoot}</m:FolderIds></m:GetFolder>`);
const code = (body: string): string => responses(body)[0]?.code ?? '';

test('without a public folder mailbox there are none', async () => {
  expect(code(await getRoot(mary))).toBe('ErrorNoPublicFolderReplicaAvailable');
  await expect(run('New-PublicFolder Orders')).rejects.toThrow(/No active public folder mailboxes/);
});

test('folders are made in the shell, seen by everybody, and shown with their paths', async () => {
  await run('New-Mailbox PublicFolders -PublicFolder');
  await run('New-PublicFolder Sales');
  expect(await run('New-PublicFolder Orders -Path \\Sales')).toMatchObject([
    { Identity: '\\Sales\\Orders', ParentPath: '\\Sales', MailEnabled: false },
  ]);
  await expect(run('New-PublicFolder orders -Path \\Sales')).rejects.toThrow(/exists there already/);
  await run('New-PublicFolder Secret');
  expect((await run('Get-PublicFolder \\ -Recurse')).map(({ Identity }) => Identity)).toEqual(
    ['\\', '\\Sales\\Orders', '\\Sales', '\\Secret'].toSorted(byName),
  );
  expect(texts(await getRoot(mary), 'DisplayName')).toEqual(['IPM_SUBTREE']);
  expect(texts(await findFolder(rob), 'DisplayName').toSorted()).toEqual(['Orders', 'Sales', 'Secret']);
  expect(await run('Get-Mailbox')).not.toContainEqual(expect.objectContaining({ DisplayName: 'PublicFolders' }));
  expect(await run('Get-Mailbox -PublicFolder')).toMatchObject([
    { DisplayName: 'PublicFolders', RecipientTypeDetails: 'PublicFolderMailbox' },
  ]);
});

const byName = (one: string, other: string): number => {
  const last = (path: string): string => path.slice(path.lastIndexOf('\\') + 1).toLowerCase();
  return one === '\\' ? -1 : other === '\\' ? 1 : last(one) < last(other) ? -1 : 1;
};

test('permissions decide who sees, writes and makes folders', async () => {
  const orders = await idOf(mary, 'Orders');
  const posted = await post(rob, orders, 'An order');
  expect(code(posted)).toBe('NoError');
  const found = await findItem(mary, orders);
  expect([code(found), texts(found, 'Subject')]).toEqual(['NoError', ['An order']]);
  const item = await ask(
    mary,
    `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds><t:ItemId Id="${ids(posted)[0]?.id ?? ''}"/></m:ItemIds></m:GetItem>`,
  );
  expect(texts(all(item, 'From')[0] ?? item, 'EmailAddress')).toEqual([rob]);
  const remove = (user: string, way: string) =>
    ask(user, `<m:DeleteItem DeleteType="${way}"><m:ItemIds><t:ItemId Id="${ids(posted)[0]?.id ?? ''}"/></m:ItemIds></m:DeleteItem>`);
  expect(code(await remove(mary, 'SoftDelete'))).toBe('ErrorAccessDenied');
  expect(code(await remove(rob, 'MoveToDeletedItems'))).toBe('NoError');
  expect(texts(await findItem(mary, orders), 'Subject')).toEqual([]);

  await run('Add-PublicFolderClientPermission \\Secret -User mary -AccessRights Owner');
  await run('Remove-PublicFolderClientPermission \\Sales\\Orders -User mary -Confirm:$false').catch(() => undefined);
  expect(await run('Get-PublicFolderClientPermission \\Secret')).toMatchObject([
    { User: 'Default', AccessRights: ['Author'], Identity: '\\Secret' },
    { User: 'Anonymous', AccessRights: ['None'] },
    { AccessRights: ['Owner'] },
  ]);
  const secret = await idOf(mary, 'Secret');
  const create = (user: string, name: string) =>
    ask(
      user,
      `<m:CreateFolder><m:ParentFolderId>${folderId(secret)}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>${name}</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
    );
  expect(code(await create(rob, 'Not his'))).toBe('ErrorCreateSubfolderAccessDenied');
  expect(code(await create(mary, 'Hers'))).toBe('NoError');
  expect((await run('Get-PublicFolder \\Secret -GetChildren')).map(({ Identity }) => Identity)).toEqual(['\\Secret\\Hers']);
});

test('mail to a mail-enabled public folder comes into it', async () => {
  await expect(run('Enable-MailPublicFolder \\Nowhere')).rejects.toThrow(/find public folder/);
  await run('Enable-MailPublicFolder \\Sales\\Orders -PrimarySmtpAddress orders@contoso.test');
  expect(await run('Get-PublicFolder \\Sales\\Orders')).toMatchObject([{ MailEnabled: true }]);
  const message =
    '<t:Message><t:Subject>By mail</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>orders@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message>';
  expect(code(await ask(mary, `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`))).toBe('NoError');
  expect(texts(await findItem(rob, await idOf(rob, 'Orders')), 'Subject')).toEqual(['By mail']);
  await expect(run('Remove-PublicFolder \\Sales -Recurse -Confirm:$false')).rejects.toThrow(/mail-enabled/);
  await expect(run('Enable-MailPublicFolder \\Sales\\Orders')).rejects.toThrow(/mail-enabled already/);
  await run('Set-PublicFolder \\Sales -Name Trade');
  expect(await run('Get-MailPublicFolder')).toMatchObject([{ ParentPath: '\\Trade' }]);
  await run('Set-PublicFolder \\Trade -Name Sales');
  await run('Disable-MailPublicFolder orders');
  await expect(run('Remove-PublicFolder \\Sales -Confirm:$false')).rejects.toThrow(/has subfolders/);
  await run('Set-PublicFolder \\Sales -Name Trade');
  await run('Remove-PublicFolder \\Trade -Recurse -Confirm:$false');
  expect(texts(await findFolder(mary, 'Shallow'), 'DisplayName')).toEqual(['Secret']);
});

test('whoever writes to a public folder that has been deleted is told', async () => {
  await run('New-PublicFolder Gone');
  await run('Enable-MailPublicFolder \\Gone -PrimarySmtpAddress gone@contoso.test');
  const folder = folderId(await idOf(mary, 'Gone'));
  await run('Add-PublicFolderClientPermission \\Gone -User mary -AccessRights Owner');
  const deleted = await ask(mary, `<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>${folder}</m:FolderIds></m:DeleteFolder>`);
  expect(code(deleted)).toBe('NoError');
  const message =
    '<t:Message><t:Subject>Too late</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>gone@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message>';
  expect(code(await ask(mary, `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`))).toBe('NoError');
  expect(await mimeOf(lab, mary, 'Undeliverable: Too late')).toMatch(/^Diagnostic-Code: smtp;554 5\.2\.0 STOREDRV\.Deliver\.Exception:/m);
  await run('Disable-MailPublicFolder gone');
});

test('ConvertId turns their ids into every notation and back', async () => {
  const folder = await idOf(mary, 'Secret');
  const [item] = ids(await post(mary, folder, 'Noted'));
  const convert = (format: string, source: string) =>
    ask(mary, `<m:ConvertId DestinationFormat="${format}"><m:SourceIds>${source}</m:SourceIds></m:ConvertId>`);
  const ofItem = (format: string, FolderId: string, ItemId: string): string =>
    `<t:AlternatePublicFolderItemId Format="${format}" FolderId="${FolderId}" ItemId="${ItemId}"/>`;
  const told = (body: string): readonly string[] =>
    ['FolderId', 'ItemId'].flatMap((name) => attributes(body, 'AlternateId', name)).map((one) => one ?? '');
  const seen = new Set<string>();
  for (const format of ['EwsLegacyId', 'EwsId', 'EntryId', 'HexEntryId', 'StoreId', 'OwaId']) {
    const [folderText = '', itemText = ''] = told(await convert(format, ofItem('EwsId', folder, item?.id ?? '')));
    seen.add(folderText).add(itemText);
    expect(told(await convert('EwsId', ofItem(format, folderText, itemText)))).toEqual([folder, item?.id]);
    const alone = await convert('EwsId', `<t:AlternatePublicFolderId Format="${format}" FolderId="${folderText}"/>`);
    expect(told(alone)[0]).toBe(folder);
  }
  expect(seen.size).toBe(12);
  const inbox = ids(
    await ask(
      mary,
      `<m:GetFolder><m:FolderShape>${shape}</m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>`,
    ),
    'FolderId',
  )[0]?.id;
  const refused = [
    `<t:AlternatePublicFolderId Format="EwsId" FolderId="${inbox}"/>`,
    `<t:AlternatePublicFolderId Format="HexEntryId" FolderId="00"/>`,
    `<t:AlternatePublicFolderId Format="EwsId" FolderId="${item?.id}"/>`,
    ofItem('EwsId', folder, folder),
  ];
  expect(responses(await convert('EwsId', refused.join(''))).map((one) => one.code)).toEqual([
    'ErrorInvalidIdMalformed',
    'ErrorInvalidIdMalformed',
    'ErrorCannotUseItemIdForFolderId',
    'ErrorCannotUseFolderIdForItemId',
  ]);
});
