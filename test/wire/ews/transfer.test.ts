import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draftFromStream } from '../../../shared/bridges/message/transfer.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const ask = async (body: string, user = mary): Promise<string> => (await lab.ews(user, body)).body;
const codes = (body: string): readonly string[] => responses(body).map(({ code }) => code);
const exported = (of: readonly string[]): string =>
  `<m:ExportItems><m:ItemIds>${of.map((id) => `<t:ItemId Id="${id}"/>`).join('')}</m:ItemIds></m:ExportItems>`;
const upload = (folder: string, data: string, action = 'CreateNew', id = '', more = ''): string =>
  `<m:UploadItems><m:Items><t:Item CreateAction="${action}"${more}><t:ParentFolderId Id="${folder}"/>${id === '' ? '' : `<t:ItemId Id="${id}"/>`}<t:Data>${data}</t:Data></t:Item></m:Items></m:UploadItems>`;
const folderOf = async (role: string, user = mary): Promise<string> =>
  attributes(
    await ask(
      `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="${role}"/></m:FolderIds></m:GetFolder>`,
      user,
    ),
    'FolderId',
    'Id',
  )[0] ?? '';
const colour = '<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="Colour" PropertyType="StringArray"/>';
async function show(id: string, user = mary): Promise<string> {
  const shape = `<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent><t:AdditionalProperties>${colour}</t:AdditionalProperties></m:ItemShape>`;
  const body = await ask(`<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`, user);
  const given = attributes(body, 'AttachmentId', 'Id').map((one) => `<t:AttachmentId Id="${one}"/>`);
  const attachments =
    given.length === 0 ? '' : await ask(`<m:GetAttachment><m:AttachmentIds>${given.join('')}</m:AttachmentIds></m:GetAttachment>`, user);
  // Without what belongs to the place: ids, keys, and the times at which attachments were filed.
  return (body + attachments.replace(/<t:DateTimeCreated>[^<]*<\/t:DateTimeCreated>/g, ''))
    .replace(/ (?:Id|ChangeKey)="[^"]*"/g, '')
    .replace(/<t:(InstanceKey|LastModifiedTime|WebClientReadFormQueryString)>[^<]*<\/t:\1>/g, '');
}
async function save(inner: string, element = 'Message'): Promise<string> {
  const body = await ask(
    `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:${element}>${inner}</t:${element}></m:Items></m:CreateItem>`,
  );
  expect(codes(body)).toEqual(['NoError']);
  return present(ids(body)[0]?.id, body);
}
async function dataOf(id: string): Promise<string> {
  const body = await ask(exported([id]));
  expect([codes(body), attributes(body, 'ItemId', 'Id')]).toEqual([['NoError'], [id]]);
  return present(texts(body, 'Data')[0], body);
}

const mime = Buffer.from(
  'From: Rob <rob@contoso.test>\r\nTo: mary@contoso.test\r\nSubject: raw\r\nX-Odd: kept\r\nDate: Wed, 4 Nov 2026 09:00:00 +0000\r\n\r\ntext\r\n',
).toString('base64');
const rich = [
  '<t:Subject>rich</t:Subject><t:Body BodyType="HTML">&lt;p&gt;Hällo&lt;/p&gt;</t:Body>',
  '<t:Attachments><t:ItemAttachment><t:Name>in</t:Name><t:Message><t:Subject>inner</t:Subject><t:Attachments><t:FileAttachment><t:Name>deep</t:Name><t:Content>ZGVlcA==</t:Content></t:FileAttachment></t:Attachments></t:Message></t:ItemAttachment>',
  '<t:FileAttachment><t:Name>pic</t:Name><t:ContentId>c1</t:ContentId><t:IsInline>true</t:IsInline><t:Content>AAEC</t:Content></t:FileAttachment>',
  '<t:ReferenceAttachment><t:Name>ref</t:Name><t:AttachLongPathName>https://files.contoso.test/r</t:AttachLongPathName></t:ReferenceAttachment></t:Attachments>',
  `<t:Categories><t:String>Red</t:String></t:Categories><t:ExtendedProperty>${colour}<t:Values><t:Value>a</t:Value><t:Value>b</t:Value></t:Values></t:ExtendedProperty>`,
  '<t:ToRecipients><t:Mailbox><t:EmailAddress>rob@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients>',
  '<t:BccRecipients><t:Mailbox><t:EmailAddress>adam@contoso.test</t:EmailAddress></t:Mailbox></t:BccRecipients>',
  '<t:ReplyTo><t:Mailbox><t:EmailAddress>list@contoso.test</t:EmailAddress></t:Mailbox></t:ReplyTo>',
].join('');

describe('an item that is exported and uploaded', () => {
  test.each([
    ['a message from MIME', `<t:MimeContent>${mime}</t:MimeContent>`, 'Message'],
    ['a message from fields, with attachments in attachments', rich, 'Message'],
    ['a contact', '<t:GivenName>Ann</t:GivenName><t:PhoneNumbers><t:Entry Key="Pager">1</t:Entry></t:PhoneNumbers>', 'Contact'],
    ['a task', '<t:Subject>do</t:Subject><t:PercentComplete>30</t:PercentComplete>', 'Task'],
  ])('is the same: %s', async (_, inner, element) => {
    const id = await save(inner, element);
    const data = await dataOf(id);
    const made = await ask(upload(await folderOf('inbox'), data));
    expect(codes(made)).toEqual(['NoError']);
    const copy = present(ids(made)[0]?.id, made);
    const [first, second] = [await show(id), await show(copy)];
    // A message that has no octets of its own is written with boundaries made of its id.
    const comparable = (body: string): string =>
      element === 'Message' && inner !== rich ? body : body.replace(/<t:MimeContent[^>]*>[^<]*/g, '');
    expect(comparable(second)).toBe(comparable(first));
    expect(await dataOf(copy)).toBe(data);
  });

  test('goes to another mailbox', async () => {
    const data = await dataOf(await save(rich));
    const made = await ask(upload(await folderOf('inbox', rob), data), rob);
    expect(await show(present(ids(made)[0]?.id, made), rob)).toContain('<t:Subject>rich</t:Subject>');
  });

  test('takes the place of another one, and leaves nothing of it', async () => {
    const data = await dataOf(await save(`<t:MimeContent>${mime}</t:MimeContent>`));
    const old = await save(rich);
    const drafts = await folderOf('drafts');
    const made = await ask(upload(drafts, data, 'Update', old));
    expect([codes(made), ids(made)[0]?.id]).toEqual([['NoError'], old]);
    const shown = await show(old);
    expect([
      texts(shown.slice(0, shown.indexOf('</s:Envelope>') + 13), 'Subject'),
      all(shown, 'Attachments'),
      all(shown, 'ExtendedProperty'),
    ]).toEqual([['raw'], [], []]);
    expect(texts(shown, 'MimeContent')).toEqual([mime]);
    const [after, wanted] = [draftFromStream(Buffer.from(await dataOf(old), 'base64')), draftFromStream(Buffer.from(data, 'base64'))];
    expect({ ...after, properties: { ...after.properties, [tags.lastModificationTime]: 0 } }).toEqual({
      ...wanted,
      properties: { ...wanted.properties, [tags.lastModificationTime]: 0 },
    });
  });

  test('is hidden where IsAssociated says so', async () => {
    const inbox = await folderOf('inbox');
    const made = await ask(
      upload(inbox, await dataOf(await save('<t:Subject>hidden</t:Subject>')), 'CreateNew', '', ' IsAssociated="true"'),
    );
    const find = (traversal: string): string =>
      `<m:FindItem Traversal="${traversal}"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:FolderId Id="${inbox}"/></m:ParentFolderIds></m:FindItem>`;
    const id = present(ids(made)[0]?.id, made);
    expect(attributes(await ask(find('Associated')), 'ItemId', 'Id')).toContain(id);
    expect(attributes(await ask(find('Shallow')), 'ItemId', 'Id')).not.toContain(id);
  });
});

describe('what is refused', () => {
  test('actions and ids that do not fit', async () => {
    const id = await save('<t:Subject>one</t:Subject>');
    const data = await dataOf(id);
    const [inbox, drafts] = [await folderOf('inbox'), await folderOf('drafts')];
    expect(codes(await ask(upload(drafts, data, 'CreateNew', id)))).toEqual(['ErrorInvalidOperation']);
    expect(codes(await ask(upload(drafts, data, 'Update')))).toEqual(['ErrorInvalidIdEmpty']);
    expect(codes(await ask(upload(inbox, data, 'Update', id)))).toEqual(['ErrorItemNotFound']);
    const made = await ask(upload(inbox, data, 'UpdateOrCreate', id));
    expect([codes(made), ids(made)[0]?.id === id]).toEqual([['NoError'], false]);
    const again = await ask(upload(drafts, data, 'UpdateOrCreate', id));
    expect(ids(again)[0]?.id).toBe(id);
  });

  test.each([
    ['nothing', ''],
    ['zeros', 'AAAAAAAAAAA='],
    ['a text', Buffer.from('not a stream at all').toString('base64')],
  ])('data that is no item: %s', async (_, data) => {
    expect(codes(await ask(upload(await folderOf('inbox'), data)))).toEqual(['ErrorCorruptData']);
  });

  test("somebody else's mailbox, both ways", async () => {
    const id = await save('<t:Subject>mine</t:Subject>');
    const data = await dataOf(id);
    expect(codes(await ask(exported([id]), rob))).toEqual(['ErrorAccessDenied']);
    expect(codes(await ask(upload(await folderOf('inbox'), data), rob))).toEqual(['ErrorAccessDenied']);
  });

  test('one missing item does not keep the others back', async () => {
    const id = await save('<t:Subject>there</t:Subject>');
    const gone = await save('<t:Subject>gone</t:Subject>');
    await ask(`<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${gone}"/></m:ItemIds></m:DeleteItem>`);
    expect(codes(await ask(exported([gone, id])))).toEqual(['ErrorItemNotFound', 'NoError']);
  });
});
