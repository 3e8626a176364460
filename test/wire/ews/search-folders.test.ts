import { assert, asyncProperty, constantFrom, letrec, type MaybeWeightedArbitrary, oneof, record, subarray, tuple } from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { writeXml } from '../../../shared/xml/write.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string, as = mary): Promise<string> => (await lab.ews(as, body)).body;
const known = (id: string): string => `<t:DistinguishedFolderId Id="${id}"/>`;
const folderId = (id: string): string => `<t:FolderId Id="${id}"/>`;
const code = (body: string): string => responses(body)[0]?.code ?? body;
const equal = (uri: string, value: string): string =>
  `<t:IsEqualTo><t:FieldURI FieldURI="${uri}"/><t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:IsEqualTo>`;
const contains = (value: string, how = 'ContainmentMode="Substring" ContainmentComparison="IgnoreCase"'): string =>
  `<t:Contains ${how}><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="${value}"/></t:Contains>`;
const unread = equal('message:IsRead', 'false');

const parameters = (restriction: string, folders: readonly string[], traversal: string): string =>
  `<t:SearchParameters Traversal="${traversal}"><t:Restriction>${restriction}</t:Restriction><t:BaseFolderIds>${folders.join('')}</t:BaseFolderIds></t:SearchParameters>`;
const create = (name: string, parent: string, search: string, as = mary) =>
  ask(
    `<m:CreateFolder><m:ParentFolderId>${parent}</m:ParentFolderId><m:Folders><t:SearchFolder><t:DisplayName>${name}</t:DisplayName>${search}</t:SearchFolder></m:Folders></m:CreateFolder>`,
    as,
  );
const idOf = (body: string): string => {
  expect(code(body)).toBe('NoError');
  return ids(body, 'FolderId')[0]?.id ?? '';
};
const getFolder = (id: string, shape = 'AllProperties') =>
  ask(`<m:GetFolder><m:FolderShape><t:BaseShape>${shape}</t:BaseShape></m:FolderShape><m:FolderIds>${id}</m:FolderIds></m:GetFolder>`);
const update = (id: string, search: string) =>
  ask(
    `<m:UpdateFolder><m:FolderChanges><t:FolderChange>${id}<t:Updates><t:SetFolderField><t:FieldURI FieldURI="folder:SearchParameters"/><t:SearchFolder>${search}</t:SearchFolder></t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`,
  );
const find = (folders: readonly string[], extra = '', as = mary) =>
  ask(
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/><t:FieldURI FieldURI="item:ParentFolderId"/></t:AdditionalProperties></m:ItemShape>${extra}<m:ParentFolderIds>${folders.join('')}</m:ParentFolderIds></m:FindItem>`,
    as,
  );
const found = (body: string): readonly string[] => ids(body).map(({ id }) => id);
const save = (folder: string, subject: string, kind = 'Message') =>
  ask(
    `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${folder}</m:SavedItemFolderId><m:Items><t:${kind}><t:Subject>${subject}</t:Subject></t:${kind}></m:Items></m:CreateItem>`,
  );

describe('a search folder', () => {
  test('shows what fits, wherever it lies, and counts it when asked', async () => {
    const folder = folderId(idOf(await create('Unread', known('searchfolders'), parameters(unread, [known('inbox')], 'Deep'))));
    const inInbox = found(await find([known('inbox')], `<m:Restriction>${unread}</m:Restriction>`));
    const answer = await find([folder]);
    expect(inInbox.length).toBeGreaterThan(3);
    expect(found(answer)).toEqual(inInbox);
    const [inbox] = ids(await getFolder(known('inbox')), 'FolderId');
    expect(new Set(attributes(answer, 'ParentFolderId', 'Id'))).toEqual(new Set([inbox?.id]));
    const shown = await getFolder(folder);
    expect([texts(shown, 'TotalCount'), texts(shown, 'UnreadCount')]).toEqual([[String(inInbox.length)], [String(inInbox.length)]]);
    expect(texts(shown, 'FolderClass')).toEqual(['IPF.Note']);
    const listed = await ask(
      `<m:FindFolder Traversal="Shallow"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:ParentFolderIds>${known('searchfolders')}</m:ParentFolderIds></m:FindFolder>`,
    );
    const [entry] = all(listed, 'SearchFolder');
    expect(entry && [texts(entry, 'DisplayName'), texts(entry, 'TotalCount')]).toEqual([['Unread'], [String(inInbox.length)]]);
    expect(texts(listed, 'SearchParameters')).toEqual([]);
    const [first = ''] = inInbox;
    await ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${first}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="message:IsRead"/><t:Message><t:IsRead>true</t:IsRead></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    expect(found(await find([folder]))).toEqual(inInbox.slice(1));
  });

  test('looks below its folders where it is deep, and passes over those that are gone', async () => {
    const make = (name: string, parent: string) =>
      ask(
        `<m:CreateFolder><m:ParentFolderId>${parent}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>${name}</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
      );
    const top = folderId(idOf(await make('Orchard', known('msgfolderroot'))));
    const below = folderId(idOf(await make('Pears', top)));
    for (const place of [top, below]) await save(place, 'quince');
    const search = (traversal: string, folders = [top]) => parameters(contains('QUINCE'), folders, traversal);
    const deep = folderId(idOf(await create('Deep', top, search('Deep'))));
    const shallow = folderId(idOf(await create('Shallow', known('inbox'), search('Shallow'))));
    const both = folderId(idOf(await create('Both', known('inbox'), search('Shallow', [top, below, top]))));
    const sizes = async () => Promise.all([deep, shallow, both].map(async (one) => found(await find([one])).length));
    expect(await sizes()).toEqual([2, 1, 2]);
    await ask(`<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>${below}</m:FolderIds></m:DeleteFolder>`);
    expect(await sizes()).toEqual([1, 1, 1]);
    expect(code(await getFolder(both))).toBe('NoError');
    // A copy looks for the same; what is moved does, too.
    const copy = await ask(
      `<m:CopyFolder><m:ToFolderId>${known('drafts')}</m:ToFolderId><m:FolderIds>${shallow}</m:FolderIds></m:CopyFolder>`,
    );
    expect(found(await find([folderId(idOf(copy))]))).toHaveLength(1);
    const gone = await ask(`<m:DeleteFolder DeleteType="MoveToDeletedItems"><m:FolderIds>${shallow}</m:FolderIds></m:DeleteFolder>`);
    expect(code(gone)).toBe('NoError');
    expect(found(await find([shallow]))).toHaveLength(1);
    expect(code(await ask(`<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>${shallow}</m:FolderIds></m:DeleteFolder>`))).toBe(
      'NoError',
    );
    expect(found(await find([top]))).toHaveLength(1);
  });

  test('views, groups and a seek are those of any folder', async () => {
    const search = parameters(contains('e'), [known('inbox'), known('sentitems')], 'Shallow');
    const folder = folderId(idOf(await create('Views', known('searchfolders'), search)));
    const order = '<m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="item:Subject"/></t:FieldOrder></m:SortOrder>';
    const page = (offset: number) => `<m:IndexedPageItemView MaxEntriesReturned="7" Offset="${offset}" BasePoint="Beginning"/>`;
    const whole = found(await find([folder], order));
    expect(whole.length).toBeGreaterThan(14);
    expect(found(await find([folder], `${page(7)}${order}`))).toEqual(whole.slice(7, 14));
    const half = `<m:FractionalPageItemView MaxEntriesReturned="3" Numerator="1" Denominator="2"/>${order}`;
    expect(found(await find([folder], half))).toEqual(whole.slice(Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 3));
    const seek = `<m:SeekToConditionPageItemView BasePoint="Beginning"><t:Condition>${unread}</t:Condition></m:SeekToConditionPageItemView>${order}`;
    const [first] = found(await find([folder], `<m:Restriction>${unread}</m:Restriction>${order}`));
    expect(found(await find([folder], seek))[0]).toBe(first);
    const groups =
      '<m:GroupBy Order="Ascending"><t:FieldURI FieldURI="item:Subject"/><t:AggregateOn Aggregate="Minimum"><t:FieldURI FieldURI="item:Subject"/></t:AggregateOn></m:GroupBy>';
    const grouped = await find([folder], groups);
    expect(texts(grouped, 'GroupIndex').length).toBeGreaterThan(3);
    expect(new Set(found(grouped))).toEqual(new Set(whole));
    const associated = await ask(
      `<m:FindItem Traversal="Associated"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>${folder}</m:ParentFolderIds></m:FindItem>`,
    );
    expect([code(associated), found(associated)]).toEqual(['NoError', []]);
  });
});

/** Restrictions as XML, over what the seeded mail has. */
const restrictions = letrec<{ any: string; leaf: string }>((tie) => ({
  any: oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf') as MaybeWeightedArbitrary<string>,
    tie('any').map((inner) => `<t:Not>${inner}</t:Not>`),
    tuple(constantFrom('And', 'Or'), tie('any'), tie('any')).map(([name, one, other]) => `<t:${name}>${one}${other}</t:${name}>`),
  ),
  leaf: constantFrom(
    unread,
    equal('item:Importance', 'High'),
    equal('item:ItemClass', 'IPM.Note'),
    equal('item:HasAttachments', 'true'),
    equal('item:IsDraft', 'false'),
    equal('item:Categories', 'Orchard'),
    equal('calendar:Organizer', 'Rob Young'),
    contains('birch'),
    contains('Re', 'ContainmentMode="Prefixed" ContainmentComparison="Exact"'),
    contains('pl', 'ContainmentMode="PrefixOnWords" ContainmentComparison="Loose"'),
    '<t:Exists><t:FieldURI FieldURI="item:InReplyTo"/></t:Exists>',
    '<t:Exists><t:IndexedFieldURI FieldURI="contacts:EmailAddress" FieldIndex="EmailAddress1"/></t:Exists>',
    '<t:Excludes><t:ExtendedFieldURI PropertyTag="0x0E07" PropertyType="Integer"/><t:Bitmask Value="0x31"/></t:Excludes>',
    '<t:IsGreaterThan><t:FieldURI FieldURI="item:DateTimeReceived"/><t:FieldURIOrConstant><t:Constant Value="2026-10-25T00:00:00Z"/></t:FieldURIOrConstant></t:IsGreaterThan>',
    '<t:IsLessThan><t:FieldURI FieldURI="item:DateTimeSent"/><t:FieldURIOrConstant><t:FieldURI FieldURI="item:DateTimeReceived"/></t:FieldURIOrConstant></t:IsLessThan>',
    '<t:IsLessThanOrEqualTo><t:FieldURI FieldURI="item:Size"/><t:FieldURIOrConstant><t:Constant Value="3000"/></t:FieldURIOrConstant></t:IsLessThanOrEqualTo>',
    '<t:IsNotEqualTo><t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="Keywords" PropertyType="StringArray"/><t:FieldURIOrConstant><t:Constant Value="x"/></t:FieldURIOrConstant></t:IsNotEqualTo>',
    '<t:IsEqualTo><t:ExtendedFieldURI PropertySetId="f5ad6b4f-0000-4000-8000-000000000001" PropertyId="7" PropertyType="Boolean"/><t:FieldURIOrConstant><t:Constant Value="true"/></t:FieldURIOrConstant></t:IsEqualTo>',
  ),
}));

test('whatever the restriction, a search folder finds what FindItem finds, and what GetFolder tells of it means the same', async () => {
  const folder = folderId(idOf(await create('Any', known('searchfolders'), parameters(unread, [known('inbox')], 'Shallow'))));
  const places = ['inbox', 'sentitems', 'drafts'].map(known);
  const searches = record({ restriction: restrictions.any, base: subarray(places, { minLength: 1 }) });
  await assert(
    asyncProperty(searches, async ({ restriction, base }) => {
      expect(code(await update(folder, parameters(restriction, base, 'Shallow')))).toBe('NoError');
      const one = found(await find([folder]));
      const apart = found(await find(base, `<m:Restriction>${restriction}</m:Restriction>`));
      expect(new Set(one)).toEqual(new Set(apart));
      expect(one).toHaveLength(apart.length);
      const told = await getFolder(folder);
      expect(texts(told, 'TotalCount')).toEqual([String(one.length)]);
      const [again] = all(told, 'SearchParameters');
      if (again === undefined) throw new Error(told);
      expect(code(await update(folder, writeXml(again)))).toBe('NoError');
      expect(found(await find([folder]))).toEqual(one);
      expect(all(await getFolder(folder), 'SearchParameters')).toEqual([again]);
    }),
    { seed: inject('seed'), numRuns: 25 },
  );
});

describe('refused', () => {
  const search = parameters(unread, [known('inbox')], 'Shallow');

  test('criteria that a search folder cannot have', async () => {
    const one = folderId(idOf(await create('One', known('searchfolders'), search)));
    const put = async (parent: string, criteria: string) => code(await create('Another', parent, criteria));
    expect(await put(known('searchfolders'), '')).toBe('ErrorRequiredPropertyMissing');
    expect(await put(one, search)).toBe('ErrorInvalidParentFolder');
    expect(await put(known('searchfolders'), parameters(unread, [one], 'Deep'))).toBe('ErrorInvalidFolderTypeForOperation');
    expect(await put(known('searchfolders'), parameters(contains('x'.repeat(1_001)), [known('inbox')], 'Deep'))).toBe(
      'ErrorExceededFindCountLimit',
    );
    await runCmdlet(lab, 'contoso', 'Enable-Mailbox mary -Archive');
    const archive = parameters(unread, [known('archivemsgfolderroot')], 'Deep');
    expect(await put(known('searchfolders'), archive)).toBe('ErrorEmailAddressMismatch');
    await runCmdlet(lab, 'contoso', 'New-Mailbox PublicFolders -PublicFolder');
    await runCmdlet(lab, 'contoso', 'Add-PublicFolderClientPermission \\ -User mary -AccessRights Owner');
    expect(await put(known('publicfoldersroot'), search)).toBe('ErrorInvalidFolderTypeForOperation');
    expect(code(await update(known('inbox'), search))).toBe('ErrorInvalidPropertySet');
    expect(
      code(await update(one, parameters('<t:Exists><t:FieldURI FieldURI="item:Culture"/></t:Exists>', [known('inbox')], 'Deep'))),
    ).toBe('ErrorUnsupportedPathForQuery');
  });

  test('what would put something into it, or take what is in it for its own', async () => {
    const folder = folderId(idOf(await create('Two', known('searchfolders'), search)));
    const [item = ''] = found(await find([folder]));
    const to = (operation: string) =>
      ask(`<m:${operation}><m:ToFolderId>${folder}</m:ToFolderId><m:ItemIds><t:ItemId Id="${item}"/></m:ItemIds></m:${operation}>`);
    const folders = `<m:FolderIds>${folder}</m:FolderIds>`;
    const shape = (name: string) => `<m:${name}><t:BaseShape>IdOnly</t:BaseShape></m:${name}>`;
    expect(code(await save(folder, 'pear'))).toBe('ErrorInvalidFolderTypeForOperation');
    // Microsoft's page "CreateItem operation (contact)".
    expect(code(await save(folder, 'pear', 'Contact'))).toBe('ErrorCannotCreateContactInNonContactFolder');
    expect([code(await to('MoveItem')), code(await to('CopyItem'))]).toEqual(Array(2).fill('ErrorInvalidFolderTypeForOperation'));
    expect(
      code(
        await ask(
          `<m:SyncFolderItems>${shape('ItemShape')}<m:SyncFolderId>${folder}</m:SyncFolderId><m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>`,
        ),
      ),
    ).toBe('ErrorInvalidFolderTypeForOperation');
    const mark = `<m:MarkAllItemsAsRead><m:ReadFlag>true</m:ReadFlag><m:SuppressReadReceipts>true</m:SuppressReadReceipts>${folders}</m:MarkAllItemsAsRead>`;
    expect(code(await ask(mark))).toBe('ErrorInvalidFolderTypeForOperation');
    expect(code(await ask(`<m:EmptyFolder DeleteType="HardDelete" DeleteSubFolders="false">${folders}</m:EmptyFolder>`))).toBe(
      'ErrorCannotEmptyFolder',
    );
    const conversations = `<m:FindConversation><m:ParentFolderId>${folder}</m:ParentFolderId></m:FindConversation>`;
    expect(texts(await ask(conversations), 'ResponseCode')).toEqual(['ErrorInvalidFolderTypeForOperation']);
    const archive = `<m:ArchiveItem><m:ArchiveSourceFolderId>${folder}</m:ArchiveSourceFolderId><m:ItemIds><t:ItemId Id="${item}"/></m:ItemIds></m:ArchiveItem>`;
    expect(code(await ask(archive))).toBe('ErrorCannotSpecifySearchFolderAsSourceFolder');
    const subscribe = `<m:Subscribe><m:PullSubscriptionRequest><t:FolderIds>${folder}</t:FolderIds><t:EventTypes><t:EventType>NewMailEvent</t:EventType></t:EventTypes><t:Timeout>10</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>`;
    expect(responses(await ask(subscribe))).toMatchObject([{ code: 'ErrorInvalidOperation', text: /search folder/ }]);
    const plans = await ask(
      `<m:CreateFolder><m:ParentFolderId>${folder}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>Plans</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
    );
    expect(responses(plans)).toMatchObject([
      { code: 'ErrorInvalidParentFolder', text: 'Cannot create a subfolder within a SearchFolder.' },
    ]);
    expect(found(await find([folder]))).toContain(item);
  });

  test('whoever has permissions on it, and none where its items lie', async () => {
    const folder = folderId(idOf(await create('Three', known('inbox'), search)));
    await runCmdlet(lab, 'contoso', 'Add-MailboxFolderPermission mary:\\Inbox\\Three -User rob -AccessRights Reviewer');
    expect(code(await find([folder], '', rob))).toBe('ErrorAccessDenied');
    const seen = await ask(
      `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>${folder}</m:FolderIds></m:GetFolder>`,
      rob,
    );
    expect([code(seen), texts(seen, 'TotalCount')]).toEqual(['NoError', ['0']]);
  });

  test('more than a mailbox has', async () => {
    const one = `<t:SearchFolder><t:DisplayName>N</t:DisplayName>${search}</t:SearchFolder>`;
    const many = Array.from({ length: 101 }, (_, index) => one.replace('>N<', `>Number ${index}<`)).join('');
    const answer = await ask(
      `<m:CreateFolder><m:ParentFolderId>${known('searchfolders')}</m:ParentFolderId><m:Folders>${many}</m:Folders></m:CreateFolder>`,
      rob,
    );
    expect(responses(answer).map((one) => one.code)).toEqual([...Array(100).fill('NoError'), 'ErrorInvalidOperation']);
  });
});

describe('the To-Do Search', () => {
  test('is there for whoever asks for it: tasks and what is flagged, but not in Deleted Items', async () => {
    await save(known('tasks'), 'Mow the lawn', 'Task');
    await save(known('deleteditems'), 'Gone', 'Task');
    const flag = (subject: string, status: string, folder: string) =>
      ask(
        `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${known(folder)}</m:SavedItemFolderId><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:Flag><t:FlagStatus>${status}</t:FlagStatus></t:Flag></t:Message></m:Items></m:CreateItem>`,
      );
    await flag('Flagged', 'Flagged', 'inbox');
    await flag('Plain', 'NotFlagged', 'inbox');
    await flag('In the bin', 'Flagged', 'junkemail');
    const first = await getFolder(known('todosearch'));
    expect([code(first), texts(first, 'DisplayName'), texts(first, 'FolderClass'), texts(first, 'DistinguishedFolderId')]).toEqual([
      'NoError',
      ['To-Do Search'],
      ['IPF.Task'],
      ['todosearch'],
    ]);
    expect(attributes(await getFolder(known('todosearch')), 'FolderId', 'Id')).toEqual(attributes(first, 'FolderId', 'Id'));
    const subjects = texts(await find([known('todosearch')]), 'Subject');
    expect(subjects).toEqual(expect.arrayContaining(['Mow the lawn', 'Flagged']));
    for (const absent of ['Gone', 'Plain', 'In the bin']) expect(subjects).not.toContain(absent);
    expect(texts(first, 'TotalCount')).toEqual([String(subjects.length)]);
    const taken = await ask(`<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>${known('todosearch')}</m:FolderIds></m:DeleteFolder>`);
    expect(code(taken)).toBe('ErrorDeleteDistinguishedFolder');
  });

  test('is made for nobody who may not open the mailbox', async () => {
    const marys =
      '<t:DistinguishedFolderId Id="todosearch"><t:Mailbox><t:EmailAddress>mary@contoso.test</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>';
    const body = await ask(
      `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${marys}</m:FolderIds></m:GetFolder>`,
      rob,
    );
    expect(code(body)).toBe('ErrorAccessDenied');
  });
});
