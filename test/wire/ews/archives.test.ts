import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeId } from '../../../shared/protocols/ews/item-id.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { poxRequest } from '../autodiscover/requests.ts';
import { all, ids, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', line);
const named = (id: string, owner: string): string =>
  `<t:DistinguishedFolderId Id="${id}"><t:Mailbox><t:EmailAddress>${owner}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
const getFolder = async (user: string, id: string, owner = user): Promise<string> =>
  (
    await lab.ews(
      user,
      `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="folder:DistinguishedFolderId"/></t:AdditionalProperties></m:FolderShape><m:FolderIds>${named(id, owner)}</m:FolderIds></m:GetFolder>`,
    )
  ).body;

async function alternatives(): Promise<readonly string[]> {
  const headers = { 'content-type': 'text/xml; charset=utf-8', authorization: basic(mary, lab.password) };
  const url = 'https://autodiscover.contoso.test/autodiscover/autodiscover.xml';
  const { body } = await lab.https(url, { method: 'POST', headers, body: poxRequest(mary) });
  return all(body, 'AlternativeMailbox').flatMap((one) => texts(one, 'Server'));
}

test('without an archive its folders are refused, and Autodiscover knows of none', async () => {
  expect(responses(await getFolder(mary, 'archivemsgfolderroot'))).toEqual([
    { class: 'Error', code: 'ErrorInvalidOperation', text: 'Archive mailbox is not enabled for this user.' },
  ]);
  // A folder of that name is in every mailbox.
  expect(responses(await getFolder(mary, 'archive'))).toMatchObject([{ code: 'NoError' }]);
  expect(responses(await getFolder(rob, 'archiveroot', mary))).toMatchObject([{ code: 'ErrorAccessDenied' }]);
  expect(await run('Get-Mailbox mary')).toMatchObject([{ ArchiveStatus: 'None', ArchiveName: [] }]);
});

test('an archive is a mailbox of its own, for its owner and those with full access', async () => {
  const [shown] = await run('Enable-Mailbox mary -Archive');
  expect(shown).toMatchObject({ ArchiveStatus: 'Active', ArchiveGuid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  const guid = String(shown?.['ArchiveGuid']);
  const body = await getFolder(mary, 'archivemsgfolderroot');
  expect(responses(body)).toMatchObject([{ code: 'NoError' }]);
  expect([texts(body, 'DisplayName'), texts(body, 'DistinguishedFolderId')]).toEqual([
    ['Top of Information Store'],
    ['archivemsgfolderroot'],
  ]);
  const decoded = decodeId(ids(body, 'FolderId')[0]?.id ?? '');
  expect(decoded?.key.mailbox).toBe(guid);
  expect(await alternatives()).toEqual([`${guid}@contoso.test`]);
  for (const id of ['archiveroot', 'archivedeleteditems', 'archiverecoverableitemsroot', 'archiverecoverableitemsdeletions'])
    expect(responses(await getFolder(mary, id))).toMatchObject([{ code: 'NoError' }]);
  expect(responses(await getFolder(mary, 'archiveinbox'))).toMatchObject([{ code: 'ErrorFolderNotFound' }]);

  expect(responses(await getFolder(rob, 'archivemsgfolderroot', mary))).toMatchObject([{ code: 'ErrorAccessDenied' }]);
  await run('Add-MailboxPermission mary -User rob -AccessRights FullAccess');
  expect(responses(await getFolder(rob, 'archivemsgfolderroot', mary))).toMatchObject([{ code: 'NoError' }]);
  await run('Remove-MailboxPermission mary -User rob -AccessRights FullAccess -Confirm:$false');
  await expect(run('Enable-Mailbox mary -Archive')).rejects.toThrow(/has an archive already/);
});

test('mail is archived, and an archive that was disabled is no longer to be had by its ids', async () => {
  const message = '<t:Message><t:Subject>Old</t:Subject></t:Message>';
  const saved = await lab.ews(
    mary,
    `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${named('archivemsgfolderroot', mary)}</m:SavedItemFolderId><m:Items>${message}</m:Items></m:CreateItem>`,
  );
  const [item] = ids(saved.body);
  const getItem = `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${item?.id ?? ''}"/></m:ItemIds></m:GetItem>`;
  expect(texts((await lab.ews(mary, getItem)).body, 'Subject')).toEqual(['Old']);
  expect(responses((await lab.ews(rob, getItem)).body)).toMatchObject([{ code: 'ErrorAccessDenied' }]);
  await run('Disable-Mailbox mary -Archive');
  expect(responses((await lab.ews(mary, getItem)).body)).toMatchObject([{ code: 'ErrorNonExistentMailbox' }]);
  expect(await alternatives()).toEqual([]);
  await run('Enable-Mailbox mary -Archive -ArchiveName "Old papers"');
  expect(await run('Get-Mailbox mary')).toMatchObject([{ ArchiveName: ['Old papers'] }]);
  expect(responses((await lab.ews(mary, getItem)).body)).toMatchObject([{ code: 'ErrorNonExistentMailbox' }]);
});

test('whoever has full access opens a shared mailbox', async () => {
  await run('New-Mailbox Team -Shared -PrimarySmtpAddress team@contoso.test');
  const inbox = () => getFolder(rob, 'inbox', 'team@contoso.test');
  expect(responses(await inbox())).toMatchObject([{ code: 'ErrorAccessDenied' }]);
  await run('Add-MailboxPermission team -User rob -AccessRights FullAccess');
  expect(responses(await inbox())).toMatchObject([{ code: 'NoError' }]);
});
