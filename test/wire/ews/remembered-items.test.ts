import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ids, responses, texts } from './answers.ts';

const adam = 'adam@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const uris = ['item:Subject', 'message:IsRead', 'item:HasAttachments'];
const asked = uris.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
const findDrafts =
  `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${asked}</t:AdditionalProperties></m:ItemShape>` +
  '<m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>';

interface Drafts {
  readonly ids: readonly { readonly id: string; readonly changeKey: string }[];
  readonly subjects: readonly string[];
  readonly read: readonly string[];
}

/** Asked twice: the second answer is made from what is remembered, and says the same. */
async function drafts(): Promise<Drafts> {
  const [first, second] = [(await lab.ews(adam, findDrafts)).body, (await lab.ews(adam, findDrafts)).body];
  expect(second).toBe(first);
  return { ids: ids(first), subjects: texts(first, 'Subject'), read: texts(first, 'IsRead') };
}

async function succeed(body: string): Promise<string> {
  const answer = (await lab.ews(adam, body)).body;
  expect(responses(answer)).toMatchObject([{ code: 'NoError' }]);
  return answer;
}

async function save(subject: string): Promise<string> {
  const items = `<t:Message><t:Subject>${subject}</t:Subject></t:Message>`;
  const [saved] = ids(await succeed(`<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${items}</m:Items></m:CreateItem>`));
  return saved?.id ?? '';
}

async function update(id: string, field: string, content: string): Promise<void> {
  const set = `<t:SetItemField><t:FieldURI FieldURI="${field}"/><t:Message>${content}</t:Message></t:SetItemField>`;
  await succeed(
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/>` +
      `<t:Updates>${set}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
}

describe('a page that is asked for again', () => {
  test('shows what has changed since', async () => {
    const one = await save('one');
    const two = await save('two');
    const before = await drafts();
    expect(new Set(before.subjects)).toEqual(new Set(['one', 'two']));
    await update(one, 'item:Subject', '<t:Subject>other</t:Subject>');
    const after = await drafts();
    expect(new Set(after.subjects)).toEqual(new Set(['other', 'two']));
    expect(new Set(after.ids.map(({ changeKey }) => changeKey))).not.toEqual(new Set(before.ids.map(({ changeKey }) => changeKey)));
    const [read] = before.read;
    const other = read === 'true' ? 'false' : 'true';
    await update(two, 'message:IsRead', `<t:IsRead>${other}</t:IsRead>`);
    expect(new Set((await drafts()).read)).toEqual(new Set([read, other]));
    await save('three');
    expect(new Set((await drafts()).subjects)).toEqual(new Set(['other', 'two', 'three']));
    await succeed(`<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${one}"/></m:ItemIds></m:DeleteItem>`);
    expect(new Set((await drafts()).subjects)).toEqual(new Set(['two', 'three']));
  });

  test('shows nothing of the world before a reset, in which the same numbers come again', async () => {
    await lab.reset();
    await save('before');
    const before = await drafts();
    expect(before.subjects).toEqual(['before']);
    await lab.reset();
    await save('after');
    const after = await drafts();
    expect(after.subjects).toEqual(['after']);
    expect(after.ids).toEqual(before.ids);
  });
});
