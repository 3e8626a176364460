import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { attributes, ids, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
const dayMs = 86_400_000;
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
beforeEach(() => lab.reset());
afterAll(() => lab.close());

type Shown = Readonly<Record<string, unknown>>;
const run = (line: string, organization = 'contoso') => runCmdlet<Shown>(lab, organization, line);
const mayRecover = (organization = 'contoso') =>
  run('New-ManagementRoleAssignment -Role "Mailbox Import Export" -SecurityGroup "Organization Management"', organization);
const role = (id: string, owner?: string): string =>
  owner === undefined
    ? `<t:DistinguishedFolderId Id="${id}"/>`
    : `<t:DistinguishedFolderId Id="${id}"><t:Mailbox><t:EmailAddress>${owner}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;

async function save(subject: string, folder = role('inbox'), as = mary): Promise<string> {
  const item = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body></t:Message>`;
  const { body } = await lab.ews(
    as,
    `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${folder}</m:SavedItemFolderId><m:Items>${item}</m:Items></m:CreateItem>`,
  );
  return present(ids(body)[0], body).id;
}
const codes = async (body: string, as = mary): Promise<readonly string[]> =>
  responses((await lab.ews(as, body)).body).map(({ code }) => code);
const remove = (id: string, how: string, as = mary) =>
  codes(`<m:DeleteItem DeleteType="${how}"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`, as);

/** Items of a folder by subject. */
async function found(
  folder: string,
  as = mary,
): Promise<readonly { readonly subject: string; readonly id: string; readonly changeKey: string }[]> {
  const { body } = await lab.ews(
    as,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape><m:ParentFolderIds>${role(folder)}</m:ParentFolderIds></m:FindItem>`,
  );
  expect(responses(body)).toMatchObject([{ code: 'NoError' }]);
  const subjects = texts(body, 'Subject');
  return ids(body).map((one, index) => ({ ...one, subject: subjects[index] ?? '' }));
}
const subjects = async (folder: string, as = mary) => (await found(folder, as)).map(({ subject }) => subject);
const made = async (name: string): Promise<string> =>
  present(
    ids(
      (
        await lab.ews(
          mary,
          `<m:CreateFolder><m:ParentFolderId>${role('inbox')}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>${name}</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
        )
      ).body,
      'FolderId',
    )[0],
    'a folder',
  ).id;
const discard = (folder: string, how: string) =>
  codes(`<m:DeleteFolder DeleteType="${how}"><m:FolderIds><t:FolderId Id="${folder}"/></m:FolderIds></m:DeleteFolder>`);

describe('deleting', () => {
  test('HardDelete is for good, but under litigation hold it goes to Purges and stays there', async () => {
    expect(await remove(await save('gone'), 'HardDelete')).toEqual(['NoError']);
    await run('Set-Mailbox mary -LitigationHoldEnabled $true -LitigationHoldDuration 365');
    expect(await run('Get-Mailbox mary')).toMatchObject([
      {
        LitigationHoldEnabled: true,
        LitigationHoldDuration: '365.00:00:00',
        SingleItemRecoveryEnabled: false,
        RetainDeletedItemsFor: '14.00:00:00',
      },
    ]);
    expect(await remove(await save('held'), 'HardDelete')).toEqual(['NoError']);
    const [held] = await found('recoverableitemspurges');
    expect(held).toMatchObject({ subject: 'held' });
    expect(await remove(held?.id ?? '', 'HardDelete')).toEqual(['ErrorCannotDeleteObject']);
    expect(
      await codes(
        `<m:EmptyFolder DeleteType="HardDelete" DeleteSubFolders="false"><m:FolderIds>${role('recoverableitemspurges')}</m:FolderIds></m:EmptyFolder>`,
      ),
    ).toEqual(['ErrorCannotDeleteObject']);
    expect(await subjects('recoverableitemspurges')).toEqual(['held']);
  });

  test('emptying and deleting folders keep what is held', async () => {
    await run('Set-Mailbox mary -LitigationHoldEnabled $true');
    const folder = await made('f');
    await save('in a folder', `<t:FolderId Id="${folder}"/>`);
    expect(await discard(folder, 'HardDelete')).toEqual(['NoError']);
    await save('emptied', role('drafts'));
    expect(
      await codes(
        `<m:EmptyFolder DeleteType="HardDelete" DeleteSubFolders="true"><m:FolderIds>${role('drafts')}</m:FolderIds></m:EmptyFolder>`,
      ),
    ).toEqual(['NoError']);
    expect((await subjects('recoverableitemspurges')).toSorted()).toEqual(expect.arrayContaining(['emptied', 'in a folder']));
  });

  test('time takes away what was deleted, a lifted hold what it kept', async () => {
    await remove(await save('soft'), 'SoftDelete');
    await run('Set-Mailbox rob -LitigationHoldEnabled $true');
    await remove(await save('kept', role('inbox'), rob), 'SoftDelete', rob);
    const { fired } = await lab.clock.advance(14 * dayMs);
    expect(new Set(fired.map(({ kind }) => kind))).toEqual(new Set(['recoverable-items']));
    expect([await subjects('recoverableitemsdeletions'), await subjects('recoverableitemspurges', rob)]).toEqual([[], ['kept']]);
    await run('Set-Mailbox rob -LitigationHoldEnabled $false');
    await lab.clock.advance(0);
    expect(await subjects('recoverableitemspurges', rob)).toEqual([]);
  });

  test('Exchange Online recovers single items unless it is told not to; its deleted items stay 30 days at most', async () => {
    const [user] = lab.endpoints.users.filter(({ organization, mail }) => organization === 'contoso-cloud' && !mail.startsWith('admin'));
    const joe = present(user, 'a user').mail;
    expect(await run(`Get-Mailbox ${joe}`, 'contoso-cloud')).toMatchObject([
      { SingleItemRecoveryEnabled: true, LitigationHoldEnabled: false },
    ]);
    await remove(await save('single', role('inbox'), joe), 'HardDelete', joe);
    expect(await subjects('recoverableitemspurges', joe)).toContain('single');
    await expect(run(`Set-Mailbox ${joe} -RetainDeletedItemsFor 31`, 'contoso-cloud')).rejects.toThrow('at most 30 days');
    await run(`Set-Mailbox ${joe} -RetainDeletedItemsFor 30 -SingleItemRecoveryEnabled $false`, 'contoso-cloud');
    await remove(await save('gone', role('inbox'), joe), 'HardDelete', joe);
    expect(await subjects('recoverableitemspurges', joe)).not.toContain('gone');
  });

  test('under hold a changed subject leaves the version before', async () => {
    await run('Set-Mailbox mary -LitigationHoldEnabled $true');
    const id = await save('before');
    const set = '<t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:Message><t:Subject>after</t:Subject></t:Message></t:SetItemField>';
    expect(
      await codes(
        `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${set}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      ),
    ).toEqual(['NoError']);
    expect(await subjects('recoverableitemsversions')).toEqual(['before']);
  });

  test('what goes to the archive is no deletion, what goes to another mailbox is one', async () => {
    await run('Set-Mailbox mary -LitigationHoldEnabled $true');
    await run('Enable-Mailbox mary -Archive');
    await run('Add-MailboxPermission rob -User mary -AccessRights FullAccess');
    const move = (id: string, to: string) =>
      codes(`<m:MoveItem><m:ToFolderId>${to}</m:ToFolderId><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:MoveItem>`);
    expect(await move(await save('archived'), role('archivedeleteditems'))).toEqual(['NoError']);
    expect(await move(await save('given away'), role('inbox', rob))).toEqual(['NoError']);
    expect(await subjects('recoverableitemspurges')).toEqual(['given away']);
  });

  test('a hold of a search, set by request, keeps what fits it until it is removed', async () => {
    await run('New-ManagementRoleAssignment -Role "Legal Hold" -User mary');
    const hold = (action: string, query: string) =>
      codes(
        `<m:SetHoldOnMailboxes><m:ActionType>${action}</m:ActionType><m:HoldId>case</m:HoldId><m:Query>${query}</m:Query><m:Mailboxes><t:String>${mary}</t:String></m:Mailboxes></m:SetHoldOnMailboxes>`,
      );
    expect(await hold('Create', 'secret')).toContain('NoError');
    expect(await run('Get-Mailbox mary')).toMatchObject([{ InPlaceHolds: ['case'] }]);
    for (const subject of ['secret', 'lunch']) expect(await remove(await save(subject), 'HardDelete')).toEqual(['NoError']);
    await lab.clock.advance(60 * dayMs);
    expect(await subjects('recoverableitemsdiscoveryholds')).toEqual(['secret']);
    expect(await hold('Remove', '')).toContain('NoError');
    await lab.clock.advance(0);
    expect(await subjects('recoverableitemsdiscoveryholds')).toEqual([]);
  });

  test('nobody but the owner and who has full access reaches the recoverable items', async () => {
    const find = `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>${role('recoverableitemsdeletions', mary)}</m:ParentFolderIds></m:FindItem>`;
    expect(await codes(find, rob)).toEqual(['ErrorAccessDenied']);
    await run('Add-MailboxPermission mary -User rob -AccessRights FullAccess');
    expect(await codes(find, rob)).toEqual(['NoError']);
  });
});

describe('recovering', () => {
  test('only who has the role Mailbox Import Export, which nobody has at first', async () => {
    await expect(run('Get-RecoverableItems mary')).rejects.toThrow('not recognized');
    await mayRecover();
    expect(await run('Get-RecoverableItems mary -SubjectContains "no such thing"')).toEqual([]);
  });

  test('items go back to the folder that they were in, else to that of their type', async () => {
    await mayRecover();
    const [kept, lost] = [await made('kept'), await made('lost')];
    await remove(await save('plan one', `<t:FolderId Id="${kept}"/>`), 'SoftDelete');
    await remove(await save('plan two', `<t:FolderId Id="${lost}"/>`), 'MoveToDeletedItems');
    expect(await discard(lost, 'MoveToDeletedItems')).toEqual(['NoError']);
    const shown = await run('Get-RecoverableItems mary -SubjectContains PLAN');
    expect(shown).toMatchObject([
      { Subject: 'plan two', SourceFolder: 'Deleted Items', LastParentPath: '', OriginalFolderExists: false },
      { Subject: 'plan one', SourceFolder: 'Recoverable Items\\Deletions', LastParentPath: 'Inbox\\kept', OriginalFolderExists: true },
    ]);
    const [two, one] = shown;
    expect(String(one?.['LastParentFolderID'])).toMatch(/^[0-9A-F]{44}$/);
    expect(await run(`Get-RecoverableItems mary -LastParentFolderID ${String(one?.['LastParentFolderID'])}`)).toEqual([one]);
    expect(await run(`Get-RecoverableItems mary -EntryID ${String(two?.['EntryID'])}`)).toEqual([two]);
    expect(await run('Get-RecoverableItems mary -SourceFolder PurgedItems')).toEqual([]);
    expect(await run('Get-RecoverableItems mary -SubjectContains plan | Restore-RecoverableItems')).toMatchObject([
      { Subject: 'plan two', RestoredToFolderPath: 'Inbox', WasRestoredSuccessfully: true },
      { Subject: 'plan one', RestoredToFolderPath: 'Inbox\\kept', WasRestoredSuccessfully: true },
    ]);
    expect(await run('Get-RecoverableItems mary -SubjectContains plan')).toEqual([]);
    expect(await subjects('inbox')).toContain('plan two');
  });

  test('the stamp is the GUID and the counter of the folder, as clients put them together from its entry id', async () => {
    const folder = await made('stamped');
    await remove(await save('stamped', `<t:FolderId Id="${folder}"/>`), 'SoftDelete');
    const { body } = await lab.ews(
      mary,
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:ExtendedFieldURI PropertyTag="0x348A" PropertyType="Binary"/></t:AdditionalProperties></m:ItemShape><m:ParentFolderIds>${role('recoverableitemsdeletions')}</m:ParentFolderIds></m:FindItem>`,
    );
    const converted = await lab.ews(
      mary,
      `<m:ConvertId DestinationFormat="HexEntryId"><m:SourceIds><t:AlternateId Format="EwsId" Id="${folder}" Mailbox="${mary}"/></m:SourceIds></m:ConvertId>`,
    );
    const entryId = attributes(converted.body, 'AlternateId', 'Id')[0] ?? converted.body;
    expect(texts(body, 'Value').map((value) => Buffer.from(value, 'base64').toString('hex').toUpperCase())).toEqual([
      entryId.toUpperCase().slice(44, 88),
    ]);
  });

  test('a draft that is sent is no deletion; one that is sent without a copy is kept', async () => {
    await run('Set-Mailbox mary -LitigationHoldEnabled $true');
    const send = async (subject: string, copy: boolean) => {
      const to = '<t:ToRecipients><t:Mailbox><t:EmailAddress>rob@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients>';
      const made = await lab.ews(
        mary,
        `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject>${to}</t:Message></m:Items></m:CreateItem>`,
      );
      const { id, changeKey } = present(ids(made.body)[0], made.body);
      const item = `<m:ItemIds><t:ItemId Id="${id}" ChangeKey="${changeKey}"/></m:ItemIds>`;
      expect(await codes(`<m:SendItem SaveItemToFolder="${copy}">${item}</m:SendItem>`)).toEqual(['NoError']);
    };
    await send('with a copy', true);
    await send('without', false);
    expect(await subjects('recoverableitemspurges')).toEqual(['without']);
  });

  test('by class, time and number; of what a tenant has alone nothing on-premises', async () => {
    await mayRecover();
    for (const subject of ['x1', 'x2', 'x3']) await remove(await save(subject), 'SoftDelete');
    const get = async (more: string) => (await run(`Get-RecoverableItems mary -SourceFolder RecoverableItems ${more}`)).length;
    expect([await get('-ResultSize 2'), await get('-FilterItemType IPM.Note'), await get('-FilterItemType IPM.Not')]).toEqual([2, 3, 0]);
    expect([await get('-FilterEndTime 2026-11-03'), await get('-FilterStartTime 2026-11-04T09:00:00Z -FilterEndTime 2026-11-05')]).toEqual([
      0, 3,
    ]);
    await expect(get('-MaxParallelSize 2')).rejects.toThrow('MaxParallelSize');
    await expect(run('Restore-RecoverableItems mary -NoOutput')).rejects.toThrow('NoOutput');
    await expect(run('Get-RecoverableItems mary -EntryID 00')).rejects.toThrow('entry id');
  });

  test('Exchange Online restores to a folder that is named, and says nothing where nothing is wanted', async () => {
    await mayRecover('contoso-cloud');
    const [user] = lab.endpoints.users.filter(({ organization, mail }) => organization === 'contoso-cloud' && !mail.startsWith('admin'));
    const joe = present(user, 'a user').mail;
    await remove(await save('back one', role('inbox'), joe), 'HardDelete', joe);
    expect(
      await run(`Restore-RecoverableItems ${joe} -SubjectContains "back one" -RestoreTargetFolder /Saved/2026`, 'contoso-cloud'),
    ).toMatchObject([{ RestoredToFolderPath: 'Saved\\2026', WasRestoredSuccessfully: true, SourceFolder: 'Recoverable Items\\Purges' }]);
    await remove(await save('back two', role('inbox'), joe), 'SoftDelete', joe);
    expect(await run(`Restore-RecoverableItems ${joe} -SubjectContains "back two" -NoOutput`, 'contoso-cloud')).toEqual([]);
    expect(await subjects('inbox', joe)).toContain('back two');
  });

  test('MoveItem goes where it is told, whatever the stamp says', async () => {
    await remove(await save('moved'), 'SoftDelete');
    const [item] = await found('recoverableitemsdeletions');
    expect(
      await codes(
        `<m:MoveItem><m:ToFolderId>${role('drafts')}</m:ToFolderId><m:ItemIds><t:ItemId Id="${item?.id}"/></m:ItemIds></m:MoveItem>`,
      ),
    ).toEqual(['NoError']);
    expect(await subjects('drafts')).toContain('moved');
  });
});
