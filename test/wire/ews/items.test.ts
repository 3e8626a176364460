import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const create = (items: string, attribute = 'SaveOnly', folder = ''): string =>
  `<m:CreateItem MessageDisposition="${attribute}">${folder}<m:Items>${items}</m:Items></m:CreateItem>`;
const get = (id: string, shape = ''): string =>
  `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${shape}</m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`;
const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;
const asked = (...paths: readonly string[]): string => `<t:AdditionalProperties>${paths.join('')}</t:AdditionalProperties>`;

interface Saved {
  readonly id: string;
  readonly changeKey: string;
}

async function save(content: string, user = mary): Promise<Saved> {
  const { body } = await lab.ews(user, create(`<t:Message>${content}</t:Message>`));
  expect(responses(body)).toMatchObject([{ code: 'NoError' }]);
  const [saved] = ids(body);
  if (saved === undefined) throw new Error('nothing was saved');
  return saved;
}

/** One set of updates; `changeKey` null leaves it out. */
async function update(
  id: string,
  changeKey: string | null,
  updates: string,
  resolution = 'AutoResolve',
): Promise<{ code: string | undefined; changeKey: string | undefined }> {
  const key = changeKey === null ? '' : ` ChangeKey="${changeKey}"`;
  const { body } = await lab.ews(
    mary,
    `<m:UpdateItem ConflictResolution="${resolution}" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"${key}/><t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
  return { code: responses(body)[0]?.code, changeKey: ids(body)[0]?.changeKey };
}

const set = (uri: string, content: string): string => `<t:SetItemField>${field(uri)}<t:Message>${content}</t:Message></t:SetItemField>`;
const setSubject = (text: string): string => set('item:Subject', `<t:Subject>${text}</t:Subject>`);
const setRead = (isRead: boolean): string => set('message:IsRead', `<t:IsRead>${isRead}</t:IsRead>`);

describe('extended properties', () => {
  test.each([
    ['hexadecimal, padded and in capitals', 'PropertyTag="0x0037" PropertyType="String"', 'PropertyTag="0x37" PropertyType="String"'],
    ['decimal', 'PropertyTag="55" PropertyType="String"', 'PropertyTag="0x37" PropertyType="String"'],
    ['hexadecimal with letters', 'PropertyTag="0X0E1D" PropertyType="String"', 'PropertyTag="0xe1d" PropertyType="String"'],
  ])('by tag, %s: echoed with 0x, in small letters, without padding', async (_, path, echo) => {
    const { id } = await save('<t:Subject>Tagged</t:Subject>');
    const { body } = await lab.ews(mary, get(id, asked(`<t:ExtendedFieldURI ${path}/>`)));
    expect(texts(body, 'Value')).toEqual(['Tagged']);
    expect(body).toContain(`<t:ExtendedFieldURI ${echo}/>`);
  });

  test.each([
    [
      'a name in a distinguished set',
      'DistinguishedPropertySetId="PublicStrings" PropertyName="Colour" PropertyType="String"',
      ['red &amp; blue'],
    ],
    [
      'a name in a set of its own',
      'PropertySetId="c11ff724-aa03-4555-9952-8fa248a11c3e" PropertyName="Müller" PropertyType="Integer"',
      ['-7'],
    ],
    [
      'a number in a distinguished set',
      'DistinguishedPropertySetId="Common" PropertyId="34144" PropertyType="SystemTime"',
      ['2026-11-04T08:15:00Z'],
    ],
    ['several values', 'DistinguishedPropertySetId="PublicStrings" PropertyName="Tags" PropertyType="StringArray"', ['one', 'two', 'one']],
    [
      'octets',
      'DistinguishedPropertySetId="PublicStrings" PropertyName="Blob" PropertyType="Binary"',
      [Buffer.from([0, 255, 10]).toString('base64')],
    ],
    ['a truth', 'DistinguishedPropertySetId="PublicStrings" PropertyName="Flag" PropertyType="Boolean"', ['false']],
    ['a number of 64 bits', 'DistinguishedPropertySetId="PublicStrings" PropertyName="Long" PropertyType="Long"', ['9007199254740993']],
  ])('by %s: written, read back in the asked form, found by it, taken away', async (_, path, values) => {
    const isArray = path.includes('Array"');
    const content = values.map((value) => `<t:Value>${value}</t:Value>`).join('');
    const uri = `<t:ExtendedFieldURI ${path}/>`;
    const { id, changeKey } = await save(
      `<t:ExtendedProperty>${uri}${isArray ? `<t:Values>${content}</t:Values>` : content}</t:ExtendedProperty>`,
    );
    const { body } = await lab.ews(mary, get(id, asked(uri)));
    expect(body).toContain(`<t:ExtendedProperty>${uri}${isArray ? `<t:Values>${content}</t:Values>` : content}</t:ExtendedProperty>`);
    const search =
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>' +
      `<m:Restriction><t:IsEqualTo>${uri}<t:FieldURIOrConstant><t:Constant Value="${values[0]}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>` +
      '<m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>';
    expect(ids((await lab.ews(mary, search)).body).map((one) => one.id)).toEqual([id]);
    expect((await update(id, changeKey, `<t:DeleteItemField>${uri}</t:DeleteItemField>`)).code).toBe('NoError');
    expect(all((await lab.ews(mary, get(id, asked(uri)))).body, 'ExtendedProperty')).toEqual([]);
  });

  test.each([
    ['a tag in the range of names', 'PropertyTag="0x8001" PropertyType="String"', 'ErrorNoPropertyTagForCustomProperties'],
    ['a tag and a name', 'PropertyTag="0x37" PropertyName="x" PropertyType="String"', 'ErrorInvalidExtendedProperty'],
    ['a name without a set', 'PropertyName="x" PropertyType="String"', 'ErrorInvalidExtendedProperty'],
    ['a type without values', 'PropertyTag="0x37" PropertyType="Object"', 'ErrorUnsupportedMapiPropertyType'],
  ])('refuses %s', async (_, path, code) => {
    const { id } = await save('<t:Subject>x</t:Subject>');
    const answer = await lab.ews(mary, get(id, asked(`<t:ExtendedFieldURI ${path}/>`)));
    expect(texts(answer.body, 'ResponseCode')).toEqual([code]);
  });

  test('refuses a value of another type', async () => {
    const uri = '<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="Count" PropertyType="Integer"/>';
    const { body } = await lab.ews(
      mary,
      create(`<t:Message><t:ExtendedProperty>${uri}<t:Value>many</t:Value></t:ExtendedProperty></t:Message>`),
    );
    expect(responses(body)).toMatchObject([{ class: 'Error', code: 'ErrorInvalidExtendedPropertyValue' }]);
  });
});

describe('UpdateItem', () => {
  test('AlwaysOverwrite needs no change key, the others do', async () => {
    const { id } = await save('<t:Subject>first</t:Subject>');
    expect((await update(id, null, setSubject('second'), 'AlwaysOverwrite')).code).toBe('NoError');
    for (const resolution of ['AutoResolve', 'NeverOverwrite'])
      expect((await update(id, null, setSubject('third'), resolution)).code).toBe('ErrorChangeKeyRequiredForWriteOperations');
    expect(texts((await lab.ews(mary, get(id, asked(field('item:Subject'))))).body, 'Subject')).toEqual(['second']);
  });

  test('a stale change key is a conflict, and AlwaysOverwrite wins over it', async () => {
    const { id, changeKey } = await save('<t:Subject>first</t:Subject>');
    expect((await update(id, changeKey, setSubject('second'))).changeKey).not.toBe(changeKey);
    for (const resolution of ['AutoResolve', 'NeverOverwrite'])
      expect((await update(id, changeKey, setSubject('third'), resolution)).code).toBe('ErrorIrresolvableConflict');
    expect((await update(id, changeKey, setSubject('third'), 'AlwaysOverwrite')).code).toBe('NoError');
  });

  test('AutoResolve lets a key pass that only the read flag has outdated', async () => {
    const { id, changeKey } = await save('<t:Subject>first</t:Subject>');
    expect((await update(id, changeKey, setRead(false))).code).toBe('NoError');
    expect((await update(id, changeKey, setSubject('never'), 'NeverOverwrite')).code).toBe('ErrorIrresolvableConflict');
    expect((await update(id, changeKey, setRead(true))).code).toBe('ErrorIrresolvableConflict');
    expect((await update(id, changeKey, setSubject('second'))).code).toBe('NoError');
    expect((await update(id, changeKey, setSubject('third'))).code).toBe('ErrorIrresolvableConflict');
    const { body } = await lab.ews(mary, get(id, asked(field('item:Subject'), field('message:IsRead'))));
    expect([texts(body, 'Subject'), texts(body, 'IsRead')]).toEqual([['second'], ['false']]);
  });

  test('of two writers with one key, one wins', async () => {
    const { id, changeKey } = await save('<t:Subject>first</t:Subject>');
    const codes = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => (await update(id, changeKey, setSubject(`by ${index}`))).code),
    );
    expect(codes.filter((code) => code === 'NoError')).toHaveLength(1);
    expect(codes.filter((code) => code === 'ErrorIrresolvableConflict')).toHaveLength(7);
  });

  test('to take away what is not there is no error', async () => {
    const { id, changeKey } = await save('<t:Subject>first</t:Subject>');
    const absent = '<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="Absent" PropertyType="String"/>';
    const first = await update(id, changeKey, `<t:DeleteItemField>${absent}</t:DeleteItemField>`);
    expect(first.code).toBe('NoError');
    expect((await update(id, first.changeKey ?? '', `<t:DeleteItemField>${field('item:Categories')}</t:DeleteItemField>`)).code).toBe(
      'NoError',
    );
  });

  test.each([
    ['a field that cannot be written', set('item:Size', '<t:Size>1</t:Size>'), 'ErrorInvalidPropertySet'],
    ['another field than is named', set('item:Subject', '<t:IsRead>true</t:IsRead>'), 'ErrorUpdatePropertyMismatch'],
    ['two fields at once', set('item:Subject', '<t:Subject>x</t:Subject><t:IsRead>true</t:IsRead>'), 'ErrorIncorrectUpdatePropertyCount'],
    ['taking away what must be there', `<t:DeleteItemField>${field('item:Size')}</t:DeleteItemField>`, 'ErrorInvalidPropertyDelete'],
    [
      'adding to a subject',
      `<t:AppendToItemField>${field('item:Subject')}<t:Message><t:Subject>x</t:Subject></t:Message></t:AppendToItemField>`,
      'ErrorInvalidPropertyAppend',
    ],
    ['a field of another class', `<t:DeleteItemField>${field('calendar:Start')}</t:DeleteItemField>`, 'ErrorInvalidPropertyRequest'],
  ])('refuses %s, and nothing of the change is done', async (_, bad, code) => {
    const { id, changeKey } = await save('<t:Subject>first</t:Subject>');
    expect((await update(id, changeKey, setSubject('second') + bad)).code).toBe(code);
    const { body } = await lab.ews(mary, get(id, asked(field('item:Subject'))));
    expect([texts(body, 'Subject'), ids(body)[0]?.changeKey]).toEqual([['first'], changeKey]);
  });
});

describe('MIME', () => {
  const message = [
    'Received: from a.example by b.example; Wed, 4 Nov 2026 08:00:00 +0000',
    'X-Odd-Header:   kept   as it is',
    'From: =?utf-8?Q?J=C3=BCrgen?= <rob@contoso.test>',
    'To: Mary <mary@contoso.test>,',
    '\tadam@contoso.test',
    'Subject: =?iso-8859-1?Q?Gr=FC=DFe?=',
    'Date: Wed, 4 Nov 2026 09:00:00 +0100',
    'Message-ID: <one@contoso.test>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="=_x"',
    '',
    'A preamble.',
    '--=_x',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Gr=FC=DFe   ',
    '--=_x',
    'Content-Type: application/octet-stream; name="a b.bin"',
    'Content-Disposition: attachment; filename="a b.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from([0, 1, 2, 255]).toString('base64'),
    '--=_x--',
    '',
  ].join('\r\n');
  const mime = (text: string): string =>
    `<t:MimeContent CharacterSet="UTF-8">${Buffer.from(text, 'latin1').toString('base64')}</t:MimeContent>`;

  test('is read back octet for octet, and its fields are seen', async () => {
    const { id } = await save(mime(message));
    const shape = `<t:IncludeMimeContent>true</t:IncludeMimeContent>${asked(field('item:Subject'), field('item:Attachments'), field('message:From'), field('item:Body'))}`;
    const { body } = await lab.ews(mary, get(id, shape));
    expect(Buffer.from(texts(body, 'MimeContent')[0] ?? '', 'base64').toString('latin1')).toBe(message);
    expect(texts(body, 'Subject')).toEqual(['Grüße']);
    expect(texts(all(body, 'FileAttachment')[0] ?? body, 'Name')).toEqual(['a b.bin']);
    expect(texts(all(body, 'From')[0] ?? body, 'Name')).toEqual(['Jürgen']);
    expect(texts(all(body, 'Message')[0] ?? '', 'Body')[0]).toContain('Grüße');
  });

  test('beside a field that overrides it tells that field', async () => {
    const { id } = await save(`${mime(message)}<t:Subject>Changed</t:Subject>`);
    const { body } = await lab.ews(mary, get(id, `<t:IncludeMimeContent>true</t:IncludeMimeContent>${asked(field('item:Subject'))}`));
    expect(texts(body, 'Subject')).toEqual(['Changed']);
    expect(Buffer.from(texts(body, 'MimeContent')[0] ?? '', 'base64').toString()).toMatch(/^Subject: Changed\r$/m);
  });

  test('that is no base64 is refused', async () => {
    const { body } = await lab.ews(mary, create('<t:Message><t:MimeContent>####</t:MimeContent></t:Message>'));
    expect(texts(body, 'ResponseCode')).toEqual([expect.stringMatching(/^Error(MimeContentInvalidBase64String|SchemaValidation)$/)]);
    expect(attributes(body, 'ItemId', 'Id')).toEqual([]);
  });
});
