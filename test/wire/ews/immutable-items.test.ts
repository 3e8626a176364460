import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
beforeEach(() => lab.reset());
afterAll(() => lab.close());

const ask = async (body: string) => (await lab.ews(mary, body)).body;
const codes = async (body: string) => responses(await ask(body)).map(({ code }) => code);
const subject = (text: string): string =>
  `<t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:Message><t:Subject>${text}</t:Subject></t:Message></t:SetItemField>`;
const inRecoverable = (id: string, updates: string, immutable?: boolean): string =>
  `<m:UpdateItemInRecoverableItems><m:ItemId Id="${id}"/>${updates === '' ? '' : `<m:Updates>${updates}</m:Updates>`}${immutable === undefined ? '' : `<m:MakeItemImmutable>${immutable}</m:MakeItemImmutable>`}</m:UpdateItemInRecoverableItems>`;
const shown = async (id: string) =>
  texts(
    await ask(
      `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
    ),
    'Subject',
  );

async function deleted(): Promise<string> {
  const where = '<m:SavedItemFolderId><t:DistinguishedFolderId Id="recoverableitemsdeletions"/></m:SavedItemFolderId>';
  const body = await ask(
    `<m:CreateItem MessageDisposition="SaveOnly">${where}<m:Items><t:Message><t:Subject>first</t:Subject></t:Message></m:Items></m:CreateItem>`,
  );
  return present(ids(body)[0], body).id;
}

test('what was made immutable is changed no more until it is made mutable again', async () => {
  const id = await deleted();
  expect(await codes(inRecoverable(id, subject('second'), true))).toEqual(['NoError']);
  expect(await shown(id)).toEqual(['second']);
  expect(await codes(inRecoverable(id, subject('third')))).toEqual(['ErrorAccessDenied']);
  expect(await codes(inRecoverable(id, subject('third'), true))).toEqual(['ErrorAccessDenied']);
  const attachment = '<t:FileAttachment><t:Name>a</t:Name><t:Content>QQ==</t:Content></t:FileAttachment>';
  expect(
    await codes(`<m:CreateAttachment><m:ParentItemId Id="${id}"/><m:Attachments>${attachment}</m:Attachments></m:CreateAttachment>`),
  ).toEqual(['ErrorAccessDenied']);
  expect(await shown(id)).toEqual(['second']);
  expect(await codes(inRecoverable(id, subject('third'), false))).toEqual(['NoError']);
  expect(await codes(inRecoverable(id, subject('fourth')))).toEqual(['NoError']);
  expect(await shown(id)).toEqual(['fourth']);
});

test('one that is moved back to its folder stays as it was made', async () => {
  const id = await deleted();
  expect(await codes(inRecoverable(id, '', true))).toEqual(['NoError']);
  const moved = await ask(
    `<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id="inbox"/></m:ToFolderId><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:MoveItem>`,
  );
  const { id: back } = present(ids(moved)[0], moved);
  const update = `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${back}"/><t:Updates>${subject('other')}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
  expect(await codes(update)).toEqual(['ErrorAccessDenied']);
});
