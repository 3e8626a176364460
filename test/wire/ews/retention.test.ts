import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, ids, responses, texts } from './answers.ts';

const [mary, rob, joe] = ['mary@contoso.test', 'rob@contoso.test', 'joe@contoso.test'];
let lab: TestLab;
const shell = <T>(line: string, organization = 'contoso') => runCmdlet<Readonly<Record<string, T>>>(lab, organization, line);
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  await shell(
    'New-RetentionPolicyTag "Two weeks" -Type Personal -AgeLimitForRetention 14 -RetentionAction PermanentlyDelete -Comment "For drafts"',
  );
  await shell('New-RetentionPolicyTag Inbox -Type Inbox -AgeLimitForRetention 90.00:00:00 -RetentionAction MoveToDeletedItems');
  await shell('New-RetentionPolicy Sales -RetentionPolicyTagLinks "Two weeks",Inbox,"Never Delete","Personal 1 year move to archive"');
  await shell('Set-Mailbox mary -RetentionPolicy Sales');
});
afterAll(() => lab.close());

const ask = async (user: string, body: string): Promise<string> => (await lab.ews(user, body)).body;
const code = (body: string): string | undefined => responses(body)[0]?.code;
const tagsOf = async (user: string): Promise<readonly (readonly (string | undefined)[])[]> =>
  all(await ask(user, '<m:GetUserRetentionPolicyTags/>'), 'RetentionPolicyTag').map((tag) =>
    ['DisplayName', 'RetentionPeriod', 'Type', 'RetentionAction', 'Description', 'IsVisible', 'IsArchive'].map(
      (name) => texts(tag, name)[0],
    ),
  );
const idOf = async (name: string): Promise<string> => String((await shell<string>(`Get-RetentionPolicyTag "${name}"`))[0]?.['RetentionId']);
const tagged = (element: string, id: string, explicit = true): string => `<t:${element} IsExplicit="${explicit}">${id}</t:${element}>`;
const create = (user: string, fields: string): Promise<string> =>
  ask(
    user,
    `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>kept</t:Subject>${fields}</t:Message></m:Items></m:CreateItem>`,
  );
const shown = async (id: string, what = 'Item'): Promise<string> => {
  const space = what.toLowerCase();
  const uris = ['PolicyTag', 'ArchiveTag', ...(what === 'Item' ? ['RetentionDate'] : [])].map(
    (name) => `<t:FieldURI FieldURI="${space}:${name}"/>`,
  );
  const shape = `<m:${what}Shape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris.join('')}</t:AdditionalProperties></m:${what}Shape>`;
  return ask(mary, `<m:Get${what}>${shape}<m:${what}Ids><t:${what}Id Id="${id}"/></m:${what}Ids></m:Get${what}>`);
};

describe('a mailbox has the tags of its policy', () => {
  test('of the one it was given', async () => {
    expect(await tagsOf(mary)).toEqual([
      ['Inbox', '90', 'Inbox', 'MoveToDeletedItems', '', 'false', 'false'],
      ['Never Delete', '0', 'Personal', 'DeleteAndAllowRecovery', '', 'true', 'false'],
      ['Personal 1 year move to archive', '365', 'Personal', 'MoveToArchive', '', 'true', 'true'],
      ['Two weeks', '14', 'Personal', 'PermanentlyDelete', 'For drafts', 'true', 'false'],
    ]);
    expect((await shell('Get-Mailbox mary'))[0]?.['RetentionPolicy']).toBe('Sales');
  });

  test('else of the default one: in the cloud, and where there is an archive', async () => {
    expect(await tagsOf(rob)).toEqual([]);
    await shell('Enable-Mailbox rob -Archive');
    expect((await tagsOf(rob)).length).toBe(11);
    const { body } = await lab.ews(joe, '<m:GetUserRetentionPolicyTags/>', { organization: 'contoso-cloud' });
    expect(texts(body, 'DisplayName')).toContain('Default 2 years move to archive');
    await shell('Set-Mailbox rob -RetentionPolicy $null');
    expect(await tagsOf(rob)).toEqual([]);
  });
});

describe('a personal tag', () => {
  test('is given to an item, whose days count from its delivery or creation', async () => {
    const two = await idOf('Two weeks');
    const made = await create(mary, tagged('PolicyTag', two));
    expect(code(made)).toBe('NoError');
    const id = String(ids(made)[0]?.id);
    const first = await shown(id);
    expect([texts(first, 'PolicyTag'), texts(first, 'RetentionDate')]).toEqual([[two], ['2026-11-18T09:00:00Z']]);
    const delivery =
      '<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x0E06" PropertyType="SystemTime"/><t:Value>2026-10-30T09:00:00Z</t:Value></t:ExtendedProperty>';
    const delivered = await create(mary, `${delivery}${tagged('PolicyTag', two)}`);
    expect(texts(await shown(String(ids(delivered)[0]?.id)), 'RetentionDate')).toEqual(['2026-11-13T09:00:00Z']);
    const update = (updates: string): Promise<string> =>
      ask(
        mary,
        `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      );
    const set = (tag: string): string =>
      `<t:SetItemField><t:FieldURI FieldURI="item:PolicyTag"/><t:Message>${tag}</t:Message></t:SetItemField>`;
    const never = await idOf('Never Delete');
    expect(code(await update(set(tagged('PolicyTag', never))))).toBe('NoError');
    const second = await shown(id);
    expect([texts(second, 'PolicyTag'), texts(second, 'RetentionDate')]).toEqual([[never], []]);
    await update(set(tagged('PolicyTag', two)));
    await update('<t:DeleteItemField><t:FieldURI FieldURI="item:PolicyTag"/></t:DeleteItemField>');
    const last = await shown(id);
    expect([texts(last, 'PolicyTag'), texts(last, 'RetentionDate')]).toEqual([[], []]);
  });

  test('is given to a folder, new or not, and taken from it', async () => {
    const [two, archive] = [await idOf('Two weeks'), await idOf('Personal 1 year move to archive')];
    const made = await ask(
      mary,
      `<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>Old</t:DisplayName>${tagged('PolicyTag', two)}</t:Folder></m:Folders></m:CreateFolder>`,
    );
    const id = String(/<t:FolderId Id="([^"]+)"/.exec(made)?.[1]);
    expect(texts(await shown(id, 'Folder'), 'PolicyTag')).toEqual([two]);
    const update = (updates: string): Promise<string> =>
      ask(
        mary,
        `<m:UpdateFolder><m:FolderChanges><t:FolderChange><t:FolderId Id="${id}"/><t:Updates>${updates}</t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`,
      );
    const archived = `<t:SetFolderField><t:FieldURI FieldURI="folder:ArchiveTag"/><t:Folder>${tagged('ArchiveTag', archive)}</t:Folder></t:SetFolderField>`;
    expect(code(await update(archived))).toBe('NoError');
    expect(code(await update('<t:DeleteFolderField><t:FieldURI FieldURI="folder:PolicyTag"/></t:DeleteFolderField>'))).toBe('NoError');
    const after = await shown(id, 'Folder');
    expect([texts(after, 'PolicyTag'), texts(after, 'ArchiveTag')]).toEqual([[], [archive]]);
    expect(after).toContain('IsExplicit="true"');
  });

  test.each([
    ['not given by the user', 'PolicyTag', 'Two weeks', false, 'ErrorInvalidRetentionTagInheritance'],
    ['of zeros', 'PolicyTag', '00000000-0000-0000-0000-000000000000', true, 'ErrorInvalidRetentionTagIdGuid'],
    ['of another policy', 'PolicyTag', '1 Week Delete', true, 'ErrorInvalidRetentionTagInvisible'],
    ['of a default folder', 'PolicyTag', 'Inbox', true, 'ErrorInvalidRetentionTagInvisible'],
    ['unknown', 'PolicyTag', '8f4f6c0a-1111-4222-8333-0123456789ab', true, 'ErrorInvalidRetentionTagInvisible'],
    ['that archives, to delete', 'PolicyTag', 'Personal 1 year move to archive', true, 'ErrorInvalidRetentionTagTypeMismatch'],
    ['that deletes, to archive', 'ArchiveTag', 'Two weeks', true, 'ErrorInvalidRetentionTagTypeMismatch'],
  ])('%s is refused', async (_what, element, name, explicit, refusal) => {
    const id = name.length === 36 ? name : await idOf(name);
    expect(code(await create(mary, tagged(element, id, explicit)))).toBe(refusal);
  });

  test('is refused where the mailbox has no policy', async () => {
    expect(code(await create('adam@contoso.test', tagged('PolicyTag', await idOf('Two weeks'))))).toBe('ErrorInvalidRetentionTagNone');
  });
});

describe('the shell', () => {
  test.each([
    ['New-RetentionPolicyTag Bare -Type Personal', /needs -AgeLimitForRetention/],
    [
      'New-RetentionPolicyTag Junk -Type JunkEmail -AgeLimitForRetention 30 -RetentionAction MoveToArchive',
      /cannot have the action MoveToArchive/,
    ],
    ['New-RetentionPolicyTag Dumpster -Type RecoverableItems -AgeLimitForRetention 30', /has the action MoveToArchive/],
    ['New-RetentionPolicyTag Old -AgeLimitForRetention 0', /1 to 24855 days/],
    ['New-RetentionPolicy Empty -RetentionPolicyTagLinks Nothing', /couldn't be found/],
    ['Set-Mailbox mary -RetentionPolicy Nothing', /couldn't be found/],
  ])('refuses %s', async (line, text) => {
    await expect(shell(line)).rejects.toThrow(text);
  });

  test('a policy has one tag for a default folder; a tag that is renamed or removed is so in its policies', async () => {
    await shell('New-RetentionPolicyTag Inbox2 -Type Inbox -AgeLimitForRetention 30');
    await expect(shell("Set-RetentionPolicy Sales -RetentionPolicyTagLinks @{Add='Inbox2'}")).rejects.toThrow(/both for Inbox/);
    await shell('Set-RetentionPolicyTag Inbox -Name "Inbox 90"');
    await shell('Remove-RetentionPolicyTag "Never Delete"');
    const [sales] = await shell<readonly string[]>('Get-RetentionPolicy Sales');
    expect(sales?.['RetentionPolicyTagLinks']).toEqual(['Two weeks', 'Inbox 90', 'Personal 1 year move to archive']);
    await shell('New-RetentionPolicy House -RetentionPolicyTagLinks "1 Month Delete" -IsDefault');
    const defaults = (await shell('Get-RetentionPolicy')).filter(({ IsDefault }) => IsDefault).map(({ Name }) => Name);
    expect(defaults).toEqual(['House']);
    await shell('Remove-RetentionPolicy Sales');
    expect(await tagsOf(mary)).toEqual([]);
  });
});
