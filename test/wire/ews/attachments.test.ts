import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const ask = async (body: string, user = mary): Promise<string> => (await lab.ews(user, body)).body;
const create = (item: string): string => `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${item}</m:Items></m:CreateItem>`;
const attach = (id: string, attachments: string): string =>
  `<m:CreateAttachment><m:ParentItemId Id="${id}"/><m:Attachments>${attachments}</m:Attachments></m:CreateAttachment>`;
const get = (of: readonly string[], shape = ''): string =>
  `<m:GetAttachment>${shape}<m:AttachmentIds>${of.map((id) => `<t:AttachmentId Id="${id}"/>`).join('')}</m:AttachmentIds></m:GetAttachment>`;
const remove = (of: readonly string[]): string =>
  `<m:DeleteAttachment><m:AttachmentIds>${of.map((id) => `<t:AttachmentId Id="${id}"/>`).join('')}</m:AttachmentIds></m:DeleteAttachment>`;
const item = (id: string, uris: readonly string[]): string =>
  `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('')}</t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const file = (name: string, content: string, more = ''): string =>
  `<t:FileAttachment><t:Name>${name}</t:Name>${more}<t:Content>${base64(content)}</t:Content></t:FileAttachment>`;
const attached = (name: string, inner: string): string => `<t:ItemAttachment><t:Name>${name}</t:Name>${inner}</t:ItemAttachment>`;
const codes = (body: string): readonly string[] => responses(body).map(({ code }) => code);
const attachmentIds = (body: string): readonly string[] => attributes(body, 'AttachmentId', 'Id').map((id) => present(id, body));

async function saved(inner: string, element = 'Message'): Promise<{ id: string; changeKey: string; attachments: readonly string[] }> {
  const body = await ask(create(`<t:${element}>${inner}</t:${element}>`));
  expect(codes(body)).toEqual(['NoError']);
  return { ...present(ids(body)[0], body), attachments: attachmentIds(body) };
}

describe('files', () => {
  test('attached, listed, read and taken away; the answers name the item and its new change key', async () => {
    const { id, changeKey } = await saved('<t:Subject>files</t:Subject>');
    const made = await ask(attach(id, file('a.txt', 'one', '<t:ContentType>text/plain</t:ContentType>') + file('b.bin', 'two')));
    expect(codes(made)).toEqual(['NoError', 'NoError']);
    expect(attributes(made, 'AttachmentId', 'RootItemId')).toEqual([id, id]);
    const [key, again] = attributes(made, 'AttachmentId', 'RootItemChangeKey');
    expect([key === changeKey, key]).toEqual([false, again]);
    const listed = await ask(item(id, ['item:Attachments', 'item:HasAttachments']));
    expect(ids(listed)[0]?.changeKey).toBe(key);
    expect([attachmentIds(listed), texts(listed, 'HasAttachments')]).toEqual([attachmentIds(made), ['true']]);
    const [first = '', second = ''] = attachmentIds(made);
    const read = await ask(get([second, first]));
    expect([codes(read), texts(read, 'Name'), texts(read, 'Content')]).toEqual([
      ['NoError', 'NoError'],
      ['b.bin', 'a.txt'],
      [base64('two'), base64('one')],
    ]);
    const gone = await ask(remove([first, first]));
    expect(codes(gone)).toEqual(['NoError', 'ErrorInvalidAttachmentId']);
    expect(attributes(gone, 'RootItemId', 'RootItemId')).toEqual([id]);
    expect(codes(await ask(get([first, second])))).toEqual(['ErrorInvalidAttachmentId', 'NoError']);
    const left = await ask(item(id, ['item:Attachments']));
    expect([texts(left, 'Name'), ids(left)[0]?.changeKey]).toEqual([['b.bin'], attributes(gone, 'RootItemId', 'RootItemChangeKey')[0]]);
  });

  test('inline, with its content id, and unseen by HasAttachments', async () => {
    const { id } = await saved('<t:Subject>inline</t:Subject>');
    const inline = '<t:ContentId>pic@1</t:ContentId><t:ContentLocation>pic.png</t:ContentLocation><t:IsInline>true</t:IsInline>';
    await ask(attach(id, file('pic.png', 'png', inline)));
    const body = await ask(item(id, ['item:Attachments', 'item:HasAttachments']));
    expect(['ContentId', 'ContentLocation', 'IsInline', 'HasAttachments'].map((name) => texts(body, name)[0])).toEqual([
      'pic@1',
      'pic.png',
      'true',
      'false',
    ]);
  });

  test("a contact's picture: HasPicture comes and goes with it", async () => {
    const contact = await saved('<t:GivenName>Ann</t:GivenName>', 'Contact');
    const made = await ask(
      attach(
        contact.id,
        file('ContactPicture.jpg', 'jpeg', '').replace('<t:Content>', '<t:IsContactPhoto>true</t:IsContactPhoto><t:Content>'),
      ),
    );
    expect(texts(await ask(item(contact.id, ['contacts:HasPicture'])), 'HasPicture')).toEqual(['true']);
    expect(texts(await ask(get(attachmentIds(made))), 'IsContactPhoto')).toEqual(['true']);
    await ask(remove(attachmentIds(made)));
    expect(texts(await ask(item(contact.id, ['contacts:HasPicture'])), 'HasPicture')).toEqual(['false']);
  });

  test('they are in the MIME of the item from then on, and no more when they are gone', async () => {
    const mime = base64('From: a@b.test\r\nSubject: raw\r\n\r\ntext\r\n');
    const { id } = await saved(`<t:MimeContent>${mime}</t:MimeContent>`);
    const made = await ask(attach(id, file('note.txt', 'A note.')));
    const shown = async (): Promise<string> =>
      Buffer.from(texts(await ask(item(id, ['item:MimeContent'])), 'MimeContent')[0] ?? '', 'base64').toString();
    expect(await shown()).toContain('note.txt');
    await ask(remove(attachmentIds(made)));
    expect(await shown()).not.toContain('note.txt');
  });

  test('a reference keeps what is known of it and is no part of the MIME', async () => {
    const { id } = await saved('<t:Subject>elsewhere</t:Subject>');
    const reference =
      '<t:ReferenceAttachment><t:Name>plan.docx</t:Name><t:AttachLongPathName>https://files.contoso.test/plan.docx</t:AttachLongPathName>' +
      '<t:ProviderType>OneDrivePro</t:ProviderType><t:PermissionType>1</t:PermissionType><t:AttachmentIsFolder>false</t:AttachmentIsFolder></t:ReferenceAttachment>';
    const made = await ask(attach(id, reference));
    const body = await ask(get(attachmentIds(made)));
    expect(['AttachLongPathName', 'ProviderType', 'PermissionType', 'AttachmentIsFolder'].map((name) => texts(body, name)[0])).toEqual([
      'https://files.contoso.test/plan.docx',
      'OneDrivePro',
      '1',
      'false',
    ]);
    const mime = texts(await ask(item(id, ['item:MimeContent'])), 'MimeContent')[0] ?? '';
    expect(Buffer.from(mime, 'base64').toString()).not.toContain('plan.docx');
  });
});

describe('items', () => {
  test.each([
    ['Message', '<t:Subject>inner</t:Subject><t:Body BodyType="Text">words</t:Body>', ['Subject', 'inner']],
    ['Contact', '<t:GivenName>Ann</t:GivenName>', ['GivenName', 'Ann']],
    ['Task', '<t:Subject>do it</t:Subject><t:PercentComplete>50</t:PercentComplete>', ['PercentComplete', '50']],
    ['PostItem', '<t:Subject>posted</t:Subject>', ['ItemClass', 'IPM.Post']],
    ['Item', '<t:ItemClass>IPM.Foo</t:ItemClass><t:Subject>odd</t:Subject>', ['ItemClass', 'IPM.Foo']],
    ['CalendarItem', '<t:Subject>meet</t:Subject><t:Start>2026-11-23T09:00:00Z</t:Start>', ['Start', '2026-11-23T09:00:00Z']],
  ] as const)('a %s, with all its properties', async (element, inner, [name, value]) => {
    const { id } = await saved('<t:Subject>outer</t:Subject>');
    const made = await ask(attach(id, attached('inside', `<t:${element}>${inner}</t:${element}>`)));
    expect(codes(made)).toEqual(['NoError']);
    const body = await ask(get(attachmentIds(made)));
    const [shown] = all(body, element);
    expect([texts(present(shown, body), name), texts(body, 'ParentFolderId')]).toEqual([[value], []]);
    expect(attributes(present(shown, body), 'ItemId', 'Id')).toEqual(attachmentIds(made));
  });

  test('the shape: body type, additional and extended properties, MIME', async () => {
    const colour = '<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="Colour" PropertyType="String"/>';
    const inner = `<t:Message><t:Subject>inner</t:Subject><t:Body BodyType="HTML">&lt;p&gt;words&lt;/p&gt;</t:Body><t:ExtendedProperty>${colour}<t:Value>red</t:Value></t:ExtendedProperty></t:Message>`;
    const { attachments } = await saved(`<t:Subject>outer</t:Subject><t:Attachments>${attached('in', inner)}</t:Attachments>`);
    const shape = `<m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent><t:BodyType>Text</t:BodyType><t:AdditionalProperties>${colour}</t:AdditionalProperties></m:AttachmentShape>`;
    const body = await ask(get(attachments, shape));
    expect([texts(present(all(body, 'Message')[0], body), 'Body'), texts(body, 'Value')]).toEqual([['words\r\n'], ['red']]);
    expect(Buffer.from(texts(body, 'MimeContent')[0] ?? '', 'base64').toString()).toContain('Subject: inner');
  });

  test('attachments of attachments: by id, added and taken away inside', async () => {
    const inner = `<t:Message><t:Subject>middle</t:Subject><t:Attachments>${file('deep.txt', 'deep')}${attached('core', '<t:Message><t:Subject>core</t:Subject></t:Message>')}</t:Attachments></t:Message>`;
    const { id, attachments } = await saved(`<t:Subject>outer</t:Subject><t:Attachments>${attached('middle', inner)}</t:Attachments>`);
    const [middle = ''] = attachments;
    const inside = async (): Promise<readonly string[]> => attachmentIds(await ask(get([middle]))).slice(1);
    const [deep = '', core = ''] = await inside();
    expect(texts(await ask(get([deep])), 'Content')).toEqual([base64('deep')]);
    expect(texts(await ask(get([core])), 'Subject')).toEqual(['core']);
    const made = await ask(attach(core, file('new.txt', 'new')));
    expect([codes(made), attributes(made, 'AttachmentId', 'RootItemId')]).toEqual([['NoError'], [id]]);
    expect(texts(await ask(get(attachmentIds(made))), 'Content')).toEqual([base64('new')]);
    expect(codes(await ask(remove([deep])))).toEqual(['NoError']);
    // What stays keeps its id.
    expect(await inside()).toEqual([core]);
    expect(codes(await ask(get([deep, ...attachmentIds(made)])))).toEqual(['ErrorInvalidAttachmentId', 'NoError']);
  });

  test('from MIME inside MIME', async () => {
    const inner =
      'From: a@b.test\r\nSubject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\ntext\r\n--i\r\nContent-Type: application/x-odd; name=odd.bin\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nb2RkCg==\r\n--i--\r\n';
    const outer = `From: a@b.test\r\nSubject: outer\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--o--\r\n`;
    const { id } = await saved(`<t:MimeContent>${base64(outer)}</t:MimeContent>`);
    const [first = ''] = attachmentIds(await ask(item(id, ['item:Attachments'])));
    const body = await ask(get([first], '<m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape>'));
    expect(
      Buffer.from(texts(body, 'MimeContent')[0] ?? '', 'base64')
        .toString()
        .trim(),
    ).toBe(inner.trim());
    expect(texts(await ask(get(attachmentIds(body).slice(1))), 'Content')).toEqual(['b2RkCg==']);
  });

  test('nesting has an end', async () => {
    const nested = (depth: number): string =>
      depth === 0
        ? '<t:Subject>core</t:Subject>'
        : `<t:Attachments>${attached('in', `<t:Message>${nested(depth - 1)}</t:Message>`)}</t:Attachments>`;
    expect(codes(await ask(create(`<t:Message>${nested(10)}</t:Message>`)))).toEqual(['NoError']);
    expect(codes(await ask(create(`<t:Message>${nested(11)}</t:Message>`)))).toEqual(['ErrorAttachmentNestLevelLimitExceeded']);
    const { attachments } = await saved(nested(9));
    let [id = ''] = attachments;
    for (let depth = 1; depth < 9; depth += 1) id = attachmentIds(await ask(get([id])))[1] ?? '';
    const inner = await ask(attach(id, attached('ten', '<t:Message/>')));
    expect(codes(inner)).toEqual(['NoError']);
    expect(codes(await ask(attach(attachmentIds(inner)[0] ?? '', attached('eleven', '<t:Message/>'))))).toEqual([
      'ErrorAttachmentNestLevelLimitExceeded',
    ]);
  });
});

describe('refusals', () => {
  test('ids of something else, of nothing, and no ids', async () => {
    const { id, attachments } = await saved(`<t:Attachments>${file('a', 'a')}</t:Attachments>`);
    const [attachment = ''] = attachments;
    expect(codes(await ask(get([id, 'AAMkAD==', attachment])))).toEqual([
      'ErrorInvalidIdNotAnItemAttachmentId',
      'ErrorInvalidIdMalformed',
      'NoError',
    ]);
    // Nothing can be attached to a file.
    expect(codes(await ask(attach(attachment, file('b', 'b'))))).toEqual(['ErrorInvalidAttachmentId']);
    expect(codes(await ask(`<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`))).toEqual([
      'NoError',
    ]);
    expect(codes(await ask(get([attachment])))).toEqual(['ErrorItemNotFound']);
    expect(codes(await ask(remove([attachment])))).toEqual(['ErrorItemNotFound']);
    expect(codes(await ask(attach(id, file('b', 'b'))))).toEqual(['ErrorItemNotFound']);
  });

  test('one bad attachment does not keep the others out', async () => {
    const { id } = await saved('<t:Subject>some</t:Subject>');
    const made = await ask(attach(id, attached('nothing', '') + file('good', 'good')));
    expect(codes(made)).toEqual(['ErrorMissingItemForCreateItemAttachment', 'NoError']);
    expect(texts(await ask(item(id, ['item:Attachments'])), 'Name')).toEqual(['good']);
  });

  test('whoever may not read the mailbox, neither reads nor changes its attachments', async () => {
    const { id, attachments } = await saved(`<t:Attachments>${file('a', 'a')}</t:Attachments>`);
    for (const body of [get(attachments), remove(attachments), attach(id, file('b', 'b'))])
      expect(codes(await ask(body, rob))).toEqual(['ErrorAccessDenied']);
  });

  test('an item has 64 MiB of attachments at most, a request 35 MiB', async () => {
    const { id } = await saved('<t:Subject>large</t:Subject>');
    const large = file('large', 'x'.repeat(22 * 1024 * 1024));
    expect(codes(await ask(attach(id, large)))).toEqual(['NoError']);
    expect(codes(await ask(attach(id, large)))).toEqual(['NoError']);
    expect(codes(await ask(attach(id, large)))).toEqual(['ErrorMessageSizeExceeded']);
    expect(attachmentIds(await ask(item(id, ['item:Attachments'])))).toHaveLength(2);
  }, 60_000);

  test('ten thousand ids are answered', async () => {
    const { attachments } = await saved(`<t:Attachments>${file('a', 'a')}</t:Attachments>`);
    const [id = ''] = attachments;
    expect(new Set(codes(await ask(get(Array.from({ length: 10_000 }, () => id)))))).toEqual(new Set(['NoError']));
    const gone = codes(await ask(remove(Array.from({ length: 10_000 }, () => id))));
    expect([gone.length, gone.filter((code) => code === 'NoError')]).toEqual([10_000, ['NoError']]);
  }, 60_000);
});
