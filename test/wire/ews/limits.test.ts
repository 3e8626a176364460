import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(async () => {
  await lab.close();
});

const mary = 'mary@contoso.test';
const times = (count: number, text: string): string => text.repeat(count);

async function create(disposition: string, fields: string): Promise<string> {
  const items = `<m:Items><t:Message>${fields}</t:Message></m:Items>`;
  return (await lab.ews(mary, `<m:CreateItem MessageDisposition="${disposition}">${items}</m:CreateItem>`)).body;
}

const address = '<t:Mailbox><t:EmailAddress>mary@contoso.test</t:EmailAddress></t:Mailbox>';
const toMary = `<t:ToRecipients>${address}</t:ToRecipients>`;

test('a message takes 500 recipients, one mailbox among them as often as it stands there, and no more', async () => {
  const sent = await create('SendOnly', `<t:Subject>many</t:Subject><t:ToRecipients>${times(500, address)}</t:ToRecipients>`);
  expect(responses(sent)).toMatchObject([{ code: 'NoError' }]);
  const refused = await create('SendOnly', `<t:Subject>too many</t:Subject><t:ToRecipients>${times(20_000, address)}</t:ToRecipients>`);
  expect(responses(refused)).toMatchObject([{ class: 'Error', code: 'ErrorInvalidRecipients' }]);
});

test.each([
  ['a header of three million characters', `<t:Subject>x</t:Subject>${toMary}<t:References>${times(3_000_000, 'x')}</t:References>`],
  [
    'three thousand attachments',
    `<t:Subject>x</t:Subject><t:Attachments>${times(3_000, '<t:FileAttachment><t:Name>n</t:Name><t:Content>YQ==</t:Content></t:FileAttachment>')}</t:Attachments>${toMary}`,
  ],
])('a message that mail flow does not take is refused, not a defect: %s', async (_name, fields) => {
  expect(responses(await create('SendOnly', fields))).toMatchObject([{ class: 'Error', code: 'ErrorMessageSizeExceeded' }]);
});

test.each([
  [
    'FindItem',
    'inbox',
    (parents: string) =>
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>${parents}</m:FindItem>`,
  ],
  [
    'FindFolder',
    'msgfolderroot',
    (parents: string) =>
      `<m:FindFolder Traversal="Deep"><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>${parents}</m:FindFolder>`,
  ],
])('%s answers 10,000 entries at most, however many folders are named', async (_name, folder, request) => {
  const find = async (count: number): Promise<string> => {
    const parents = times(count, `<t:DistinguishedFolderId Id="${folder}"/>`);
    return (await lab.ews(mary, request(`<m:ParentFolderIds>${parents}</m:ParentFolderIds>`))).body;
  };
  const total = Number(attributes(await find(1), 'RootFolder', 'TotalItemsInView')[0]);
  expect(total).toBeGreaterThan(0);
  const whole = Math.floor(10_000 / total);
  const codes = texts(await find(whole + 2), 'ResponseCode');
  expect(codes.slice(0, whole).every((code) => code === 'NoError')).toBe(true);
  expect(codes.slice(whole)).toEqual(['ErrorExceededFindCountLimit', 'ErrorExceededFindCountLimit']);
});

test('GetItem stops when the answer is full of one big item again and again', async () => {
  const [big] = ids(await create('SaveOnly', `<t:Subject>big</t:Subject><t:Body BodyType="Text">${times(30_000_000, 'x')}</t:Body>`));
  const named = times(5, `<t:ItemId Id="${big?.id}"/>`);
  const shape = '<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Body"/></t:AdditionalProperties>';
  const { body } = await lab.ews(mary, `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds>${named}</m:ItemIds></m:GetItem>`);
  expect([...body.matchAll(/<m:ResponseCode>(\w+)</g)].map(([, code]) => code)).toEqual([
    'NoError',
    'NoError',
    'NoError',
    'NoError',
    'ErrorDataSizeLimitExceeded',
  ]);
});

test('an extended property that is asked for again and again is answered once', async () => {
  const uri = '<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="big" PropertyType="String"/>';
  const value = `<t:ExtendedProperty>${uri}<t:Value>${times(5_000_000, 'x')}</t:Value></t:ExtendedProperty>`;
  const [big] = ids(await create('SaveOnly', `<t:Subject>big</t:Subject>${value}`));
  const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${times(200, uri)}</t:AdditionalProperties>`;
  const asked = `<m:ItemShape>${shape}</m:ItemShape><m:ItemIds><t:ItemId Id="${big?.id}"/></m:ItemIds>`;
  const { status, body } = await lab.ews(mary, `<m:GetItem>${asked}</m:GetItem>`);
  expect(status).toBe(200);
  expect(body.match(/<t:ExtendedProperty>/g)).toHaveLength(1);
});

test('an item of another class becomes an ordinary message when it is told to', async () => {
  const [made] = ids(await create('SaveOnly', '<t:ItemClass>IPM.Note.Special</t:ItemClass><t:Subject>x</t:Subject>'));
  const field = '<t:FieldURI FieldURI="item:ItemClass"/>';
  const set = `<t:SetItemField>${field}<t:Message><t:ItemClass>IPM.Note</t:ItemClass></t:Message></t:SetItemField>`;
  const change = `<t:ItemChange><t:ItemId Id="${made?.id}" ChangeKey="${made?.changeKey}"/><t:Updates>${set}</t:Updates></t:ItemChange>`;
  const updated = await lab.ews(
    mary,
    `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="NeverOverwrite"><m:ItemChanges>${change}</m:ItemChanges></m:UpdateItem>`,
  );
  expect(responses(updated.body)).toMatchObject([{ code: 'NoError' }]);
  const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${field}</t:AdditionalProperties>`;
  const got = await lab.ews(
    mary,
    `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds><t:ItemId Id="${made?.id}"/></m:ItemIds></m:GetItem>`,
  );
  expect(texts(all(got.body, 'Message')[0] ?? got.body, 'ItemClass')).toEqual(['IPM.Note']);
});
