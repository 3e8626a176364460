import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());
beforeEach(() => lab.reset());

async function ask(body: string) {
  const answer = await lab.ews(mary, body);
  return { ...answer, ...present(responses(answer.body)[0], answer.body) };
}
const role = (name: string): string => `<t:DistinguishedFolderId Id="${name}"/>`;
const byId = (id: string, key?: string): string => `<t:FolderId Id="${id}"${key === undefined ? '' : ` ChangeKey="${key}"`}/>`;
const folder = (name: string): string => `<t:Folder><t:DisplayName>${name}</t:DisplayName></t:Folder>`;

async function made(parent: string, name: string) {
  const { body } = await ask(
    `<m:CreateFolder><m:ParentFolderId>${parent}</m:ParentFolderId><m:Folders>${folder(name)}</m:Folders></m:CreateFolder>`,
  );
  return present(ids(body, 'FolderId')[0], body);
}
async function filled(id: string, subjects: readonly string[]): Promise<void> {
  const items = subjects.map((subject) => `<t:Message><t:Subject>${subject}</t:Subject><t:IsRead>false</t:IsRead></t:Message>`).join('');
  await ask(
    `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${byId(id)}</m:SavedItemFolderId><m:Items>${items}</m:Items></m:CreateItem>`,
  );
}
const shape = (kind: 'Folder' | 'Item', base = 'Default'): string => `<m:${kind}Shape><t:BaseShape>${base}</t:BaseShape></m:${kind}Shape>`;
const namesIn = async (parent: string): Promise<readonly string[]> =>
  texts(
    (await ask(`<m:FindFolder Traversal="Shallow">${shape('Folder')}<m:ParentFolderIds>${parent}</m:ParentFolderIds></m:FindFolder>`)).body,
    'DisplayName',
  );
const itemsIn = async (parent: string, traversal = 'Shallow') =>
  (await ask(`<m:FindItem Traversal="${traversal}">${shape('Item')}<m:ParentFolderIds>${parent}</m:ParentFolderIds></m:FindItem>`)).body;
const remove = (id: string, how: string) =>
  ask(`<m:DeleteFolder DeleteType="${how}"><m:FolderIds>${byId(id)}</m:FolderIds></m:DeleteFolder>`);
const update = async (id: string, updates: string, key?: string) =>
  ask(
    `<m:UpdateFolder><m:FolderChanges><t:FolderChange>${byId(id, key)}<t:Updates>${updates}</t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`,
  );
const rename = (name: string): string => `<t:SetFolderField><t:FieldURI FieldURI="folder:DisplayName"/>${folder(name)}</t:SetFolderField>`;

describe('a folder that is deleted', () => {
  test('moves to Deleted Items, by another name where its own is taken, and from there it goes for good', async () => {
    for (const _ of [1, 2, 3]) {
      const { id } = await made(role('inbox'), 'Plans');
      await filled(id, ['draft']);
      expect((await remove(id, 'MoveToDeletedItems')).code).toBe('NoError');
    }
    expect(await namesIn(role('deleteditems'))).toEqual(['Plans', 'Plans1', 'Plans2']);
    const { body } = await ask(
      `<m:FindFolder Traversal="Shallow">${shape('Folder', 'IdOnly')}<m:ParentFolderIds>${role('deleteditems')}</m:ParentFolderIds></m:FindFolder>`,
    );
    const [first, second] = ids(body, 'FolderId');
    await remove(present(first, body).id, 'MoveToDeletedItems');
    await remove(present(second, body).id, 'HardDelete');
    expect(await namesIn(role('deleteditems'))).toEqual(['Plans2']);
    expect(texts(await itemsIn(role('recoverableitemsdeletions')), 'Subject')).toEqual(['draft']);
  });
});

describe('a change of a folder', () => {
  test('is refused where the change key is stale or none; without one the last writer wins', async () => {
    const { id, changeKey } = await made(role('inbox'), 'Plans');
    expect((await update(id, rename('Later'), changeKey)).code).toBe('NoError');
    expect((await update(id, rename('Never'), changeKey)).code).toBe('ErrorIrresolvableConflict');
    expect((await update(id, rename('Never'), 'AAAA')).code).toBe('ErrorInvalidChangeKey');
    expect((await update(id, rename('Now'))).code).toBe('NoError');
    expect(await namesIn(role('inbox'))).toContain('Now');
  });

  test('is made in the order of the request, all of it or nothing', async () => {
    const { id } = await made(role('inbox'), 'Plans');
    const path = '<t:ExtendedFieldURI PropertyTag="0x3004" PropertyType="String"/>';
    const set = (value: string): string =>
      `<t:SetFolderField>${path}<t:Folder><t:ExtendedProperty>${path}<t:Value>${value}</t:Value></t:ExtendedProperty></t:Folder></t:SetFolderField>`;
    const drop = `<t:DeleteFolderField>${path}</t:DeleteFolderField>`;
    const comment = async (): Promise<readonly string[]> =>
      texts(
        (
          await ask(
            `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${path}</t:AdditionalProperties></m:FolderShape><m:FolderIds>${byId(id)}</m:FolderIds></m:GetFolder>`,
          )
        ).body,
        'Value',
      );
    await update(id, drop + set('one'));
    expect(await comment()).toEqual(['one']);
    await update(id, set('two') + drop);
    expect(await comment()).toEqual([]);
    await update(id, set('three'));
    expect((await update(id, set('four') + rename(''))).code).toBe('ErrorFolderSavePropertyError');
    expect((await update(id, set('x'.repeat(70_000)))).code).toBe('ErrorDataSizeLimitExceeded');
    const count = '<t:ExtendedFieldURI PropertyTag="0x3602" PropertyType="Integer"/>';
    expect((await update(id, `<t:DeleteFolderField>${count}</t:DeleteFolderField>`)).code).toBe('ErrorInvalidPropertyDelete');
    expect(await comment()).toEqual(['three']);
  });
});

test('a path goes on from the folders that are there', async () => {
  const path = (...names: readonly string[]) =>
    ask(
      `<m:CreateFolderPath><m:ParentFolderId>${role('inbox')}</m:ParentFolderId><m:RelativeFolderPath>${names.map(folder).join('')}</m:RelativeFolderPath></m:CreateFolderPath>`,
    );
  const first = ids((await path('a', 'b')).body, 'FolderId').map(({ id }) => id);
  const second = ids((await path('A', 'b', 'c')).body, 'FolderId').map(({ id }) => id);
  expect([second.length, second.slice(0, 2)]).toEqual([3, first]);
  expect(await namesIn(byId(present(first[1], 'b')))).toEqual(['c']);
});

test('all that is marked as read is told to synchronising clients as a change of the flag', async () => {
  const { id } = await made(role('inbox'), 'Plans');
  await filled(id, ['one', 'two']);
  const sync = (state: string) =>
    ask(
      `<m:SyncFolderItems>${shape('Item', 'IdOnly')}<m:SyncFolderId>${byId(id)}</m:SyncFolderId>${state}<m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>`,
    );
  const state = texts((await sync('')).body, 'SyncState')[0] ?? '';
  const mark = (flag: boolean) =>
    ask(
      `<m:MarkAllItemsAsRead><m:ReadFlag>${flag}</m:ReadFlag><m:SuppressReadReceipts>true</m:SuppressReadReceipts><m:FolderIds>${byId(id)}</m:FolderIds></m:MarkAllItemsAsRead>`,
    );
  const unread = async (): Promise<readonly string[]> =>
    texts((await ask(`<m:GetFolder>${shape('Folder')}<m:FolderIds>${byId(id)}</m:FolderIds></m:GetFolder>`)).body, 'UnreadCount');
  await mark(true);
  const { body } = await sync(`<m:SyncState>${state}</m:SyncState>`);
  expect([texts(body, 'IsRead'), all(body, 'Update').length, await unread()]).toEqual([['true', 'true'], 0, ['0']]);
  await mark(false);
  expect(await unread()).toEqual(['2']);
});

describe('a user configuration', () => {
  const name = '<t:UserConfigurationName Name="Palette"><t:DistinguishedFolderId Id="drafts"/></t:UserConfigurationName>';
  const create = (content: string) =>
    ask(`<m:CreateUserConfiguration><m:UserConfiguration>${name}${content}</m:UserConfiguration></m:CreateUserConfiguration>`);
  const entry = (type: string, ...values: readonly string[]): string =>
    `<t:DictionaryEntry><t:DictionaryKey><t:Type>String</t:Type><t:Value>k</t:Value></t:DictionaryKey><t:DictionaryValue><t:Type>${type}</t:Type>${values.map((value) => `<t:Value>${value}</t:Value>`).join('')}</t:DictionaryValue></t:DictionaryEntry>`;

  test('is folder associated information, which views and synchronisation show on demand', async () => {
    await create('<t:XmlData>PGEvPg==</t:XmlData>');
    expect(texts(await itemsIn(role('drafts'), 'Associated'), 'Subject')).toEqual([]);
    expect(ids(await itemsIn(role('drafts'), 'Associated'))).toHaveLength(1);
    const stream = '<t:ExtendedFieldURI PropertyTag="0x7c08" PropertyType="Binary"/>';
    const { body } = await ask(
      `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:ItemClass"/>${stream}</t:AdditionalProperties></m:ItemShape><m:SyncFolderId>${role('drafts')}</m:SyncFolderId><m:MaxChangesReturned>100</m:MaxChangesReturned><m:SyncScope>NormalAndAssociatedItems</m:SyncScope></m:SyncFolderItems>`,
    );
    expect(texts(body, 'ItemClass')).toContain('IPM.Configuration.Palette');
    expect(texts(body, 'Value')).toEqual(['PGEvPg==']);
  });

  test.each([
    ['of another type than it says', 'ErrorInvalidArgument', `<t:Dictionary>${entry('Byte', '300')}</t:Dictionary>`],
    ['with several values for one', 'ErrorInvalidArgument', `<t:Dictionary>${entry('String', 'a', 'b')}</t:Dictionary>`],
    ['with a key twice', 'ErrorInvalidArgument', `<t:Dictionary>${entry('String', 'a')}${entry('String', 'b')}</t:Dictionary>`],
    ['of more than a mebibyte', 'ErrorDataSizeLimitExceeded', `<t:BinaryData>${'AAAA'.repeat(400_000)}</t:BinaryData>`],
  ])('%s is refused with %s, and is not there', async (_, code, content) => {
    expect((await create(content)).code).toBe(code);
    expect(ids(await itemsIn(role('drafts'), 'Associated'))).toEqual([]);
  });
});
