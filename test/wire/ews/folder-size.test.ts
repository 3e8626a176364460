import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, texts } from './answers.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string): Promise<string> => (await lab.ews('mary@contoso.test', body)).body;
const shape = (type: string): string =>
  `<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:ExtendedFieldURI PropertyTag="0x0E08" PropertyType="${type}"/></t:AdditionalProperties></m:FolderShape>`;
const size = async (id: string, type = 'Integer'): Promise<number> =>
  Number(
    texts(
      await ask(`<m:GetFolder>${shape(type)}<m:FolderIds><t:DistinguishedFolderId Id="${id}"/></m:FolderIds></m:GetFolder>`),
      'Value',
    )[0],
  );

test('a folder is as large as its items', async () => {
  expect(await size('drafts')).toBe(0);
  const body = 'x'.repeat(1_000);
  const made = `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${`<t:Message><t:Subject>One</t:Subject><t:Body BodyType="Text">${body}</t:Body></t:Message>`.repeat(3)}</m:Items></m:CreateItem>`;
  await ask(made);
  const found = await ask(
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Size"/></t:AdditionalProperties></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>',
  );
  const items = texts(found, 'Size').map(Number);
  expect(items).toHaveLength(3);
  const whole = items.reduce((sum, one) => sum + one, 0);
  expect(whole).toBeGreaterThan(3_000);
  expect(await size('drafts')).toBe(whole);
  expect(await size('drafts', 'Long')).toBe(whole);
});

test('FindFolder and SyncFolderHierarchy tell it too', async () => {
  const top = '<t:DistinguishedFolderId Id="msgfolderroot"/>';
  for (const answer of [
    await ask(`<m:FindFolder Traversal="Shallow">${shape('Long')}<m:ParentFolderIds>${top}</m:ParentFolderIds></m:FindFolder>`),
    await ask(`<m:SyncFolderHierarchy>${shape('Long')}</m:SyncFolderHierarchy>`),
  ]) {
    const sizes = all(answer, 'ExtendedProperty').map((one) => Number(texts(one, 'Value')[0]));
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeGreaterThan(3_000);
  }
});
