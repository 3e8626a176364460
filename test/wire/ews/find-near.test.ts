import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ids, texts } from './answers.ts';

const adam = 'adam@contoso.test';
/** Subjects of drafts in adam's mailbox. */
const subjects = ['Quarterly report', 'quarterly REPORT', 'A quarterly report on cafés', 'Reporting quarters', 'Café'] as const;
const [report, shouted, long, reporting] = subjects;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  const items = subjects.map((subject) => `<t:Message><t:Subject>${subject}</t:Subject></t:Message>`).join('');
  await lab.ews(adam, `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${items}</m:Items></m:CreateItem>`);
});
afterAll(() => lab.close());

const shape = '<t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties>';
/** A search of the drafts: the condition, and what stands behind the folder. */
async function find(restriction: string, query = ''): Promise<string> {
  const { body } = await lab.ews(
    adam,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${shape}</m:ItemShape>${restriction}<m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds>${query}</m:FindItem>`,
  );
  return body;
}

/** Words of subjects, so many words apart. */
function nearby(words: readonly string[], distance = 1, ordered = false, mode = 'PrefixOnWords'): string {
  const contains = words.map(
    (word) =>
      `<t:Contains ContainmentMode="${mode}" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="${word}"/></t:Contains>`,
  );
  return `<t:Near>${contains.join('')}<t:Distance>${distance}</t:Distance><t:Ordered>${ordered}</t:Ordered></t:Near>`;
}

test.each<[restriction: string, found: readonly string[]]>([
  [nearby(['report', 'quarter']), [report, shouted, long, reporting]],
  [nearby(['report', 'quarter'], 1, true), [reporting]],
  [nearby(['report', 'quarterly'], 1, false, 'ExactPhrase'), [report, shouted, long]],
  [nearby(['quarterly', 'cafés'], 2), []],
  [nearby(['quarterly', 'cafés'], 3), [long]],
  [nearby(['a', 'report', 'cafés'], 2), [long]],
  [nearby(['quarterly report', 'cafés'], 2, true, 'ExactPhrase'), [long]],
])('%s', async (restriction, found) => {
  const answer = await find(`<m:Restriction>${restriction}</m:Restriction>`);
  expect(new Set(texts(answer, 'Subject'))).toEqual(new Set(found));
});

test('a search folder tells what it looks for', async () => {
  const restriction = nearby(['report', 'quarterly'], 3, true);
  const { body } = await lab.ews(
    adam,
    `<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="searchfolders"/></m:ParentFolderId><m:Folders><t:SearchFolder><t:DisplayName>Near</t:DisplayName><t:SearchParameters Traversal="Deep"><t:Restriction>${restriction}</t:Restriction><t:BaseFolderIds><t:DistinguishedFolderId Id="msgfolderroot"/></t:BaseFolderIds></t:SearchParameters></t:SearchFolder></m:Folders></m:CreateFolder>`,
  );
  const [id = ''] = ids(body, 'FolderId').map((one) => one.id);
  const shown = await lab.ews(
    adam,
    `<m:GetFolder><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape><m:FolderIds><t:FolderId Id="${id}"/></m:FolderIds></m:GetFolder>`,
  );
  expect(shown.body).toContain(restriction);
});
test.each([
  [
    'something else than words',
    '<t:Near><t:Exists><t:FieldURI FieldURI="item:Subject"/></t:Exists><t:Distance>1</t:Distance><t:Ordered>true</t:Ordered></t:Near>',
  ],
  ['words of two properties', nearby(['report', 'quarterly']).replace('item:Subject', 'item:Body')],
  ['parts of words', nearby(['report', 'q']).replace('PrefixOnWords', 'Substring')],
  ['one word', nearby(['report'])],
])('%s in one neighbourhood are refused', async (_, restriction) => {
  const answer = await find(`<m:Restriction>${restriction}</m:Restriction>`);
  expect(texts(answer, 'ResponseCode')).toEqual(['ErrorUnsupportedQueryFilter']);
});

test('a query string has NEAR and ONEAR', async () => {
  const found = async (query: string) => new Set(texts(await find('', `<m:QueryString>${query}</m:QueryString>`), 'Subject'));
  expect(await found('subject:(report NEAR(1) quarter)')).toEqual(new Set([report, shouted, long, reporting]));
  expect(await found('report ONEAR(1) quarter')).toEqual(new Set([reporting]));
  expect(await found('quarterly ONEAR(2) cafés')).toEqual(new Set());
  expect(await found('quarterly ONEAR cafés')).toEqual(new Set([long]));
});
