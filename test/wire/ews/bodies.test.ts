import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setupTags } from '../../../shared/domain/organization/retention.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const ask = async (body: string): Promise<string> => (await lab.ews(mary, body)).body;
const codes = (body: string): readonly string[] => responses(body).map(({ code }) => code);
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
async function save(inner: string): Promise<{ id: string; attachments: readonly (string | undefined)[] }> {
  const body = await ask(`<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message>${inner}</t:Message></m:Items></m:CreateItem>`);
  expect(codes(body)).toEqual(['NoError']);
  return { id: present(ids(body)[0]?.id, body), attachments: attributes(body, 'AttachmentId', 'Id') };
}
const withBody = (html: string, more = ''): ReturnType<typeof save> => save(`<t:Body BodyType="HTML">${escaped(html)}</t:Body>${more}`);
async function show(id: string, uris: readonly string[], shape = ''): Promise<string> {
  const [before, after] = [shape.match(/<t:BodyType>.*?<\/t:BodyType>/)?.[0] ?? '', shape.replace(/<t:BodyType>.*?<\/t:BodyType>/, '')];
  const paths = uris.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
  const body = await ask(
    `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${before}${after}<t:AdditionalProperties>${paths}</t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
  return body.slice(
    body.indexOf('<t:Message>') < 0 ? body.indexOf('<t:Message ') : body.indexOf('<t:Message>'),
    body.indexOf('</m:Items>'),
  );
}
const textIn = (message: string, name: string): string | undefined =>
  new RegExp(`<t:${name}[^>]*>([^]*?)</t:${name}>`)
    .exec(message)?.[1]
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#xD;', '\r')
    .replaceAll('&amp;', '&');
/** A document as the filter leaves it. */
const framed = (body: string, inner: string): string =>
  `<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n${body}\r\n${inner}</body>\r\n</html>\r\n`;
const update = (id: string, updates: string): Promise<string> =>
  ask(
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
const set = (uri: string, inner: string): string =>
  `<t:SetItemField><t:FieldURI FieldURI="${uri}"/><t:Message>${inner}</t:Message></t:SetItemField>`;

describe('bodies', () => {
  test.each([
    ['<p>Mine.</p><div class="gmail_quote">Yours.</div>', 'Mine.'],
    ['<p>Mine.</p><hr><div id="divRplyFwdMsg">From: you</div>', 'Mine.'],
    ['<p>Mine.</p><blockquote>Yours.</blockquote>', 'Mine.'],
    ['<p>All mine.</p>', 'All mine.'],
  ])('UniqueBody of %s', async (html, unique) => {
    const { id } = await withBody(`<html><body>${html}</body></html>`);
    const shown = textIn(await show(id, ['item:UniqueBody']), 'UniqueBody') ?? '';
    expect([shown.includes(unique), shown.includes('ours.'), shown.includes('you')]).toEqual([true, false, false]);
  });

  test.each([
    ['Mine.\r\n\r\n-----Original Message-----\r\nYours.', 'Mine.'],
    ['Mine.\r\n\r\nOn Monday you wrote:\r\n> Yours.', 'Mine.'],
    ['Mine.\r\n\r\nFrom: You\r\nSent: today\r\nYours.', 'Mine.'],
  ])('UniqueBody of the text %s', async (text, unique) => {
    const { id } = await save(`<t:Body BodyType="Text">${escaped(text)}</t:Body>`);
    expect(textIn(await show(id, ['item:UniqueBody']), 'UniqueBody')).toBe(unique);
  });

  test.each([
    ['<t:FilterHtmlContent>true</t:FilterHtmlContent>', '<p>a<script>evil()</script></p>', framed('<body>', '<p>a</p>\r\n')],
    [
      '<t:FilterHtmlContent>true</t:FilterHtmlContent>',
      '<html><body dir="rtl" onload="x()">a</body></html>',
      framed('<body dir="rtl">', 'a \r\n'),
    ],
    ['<t:FilterHtmlContent>true</t:FilterHtmlContent>', '<head><title>t</title></head>a<br>', framed('<body>', 'a<br>\r\n')],
    [
      '<t:BlockExternalImages>true</t:BlockExternalImages>',
      '<p><img src="https://x.test/a.png"><img src="cid:b"></p>',
      '<p><img src="cid:b"></p>',
    ],
    ['<t:AddBlankTargetToLinks>true</t:AddBlankTargetToLinks>', '<a href="/x">y</a>', '<a target="_blank" href="/x">y</a>'],
    ['<t:BodyType>Text</t:BodyType>', '<p>a &amp; b</p>', 'a & b\r\n'],
    ['<t:MaximumBodySize>6</t:MaximumBodySize>', '<p>long</p>', '<p>lon'],
  ])('with %s', async (shape, html, expected) => {
    const { id } = await withBody(html);
    const shown = await show(id, ['item:Body'], shape);
    expect(textIn(shown, 'Body')).toBe(expected);
    expect(shown.includes('IsTruncated="true"')).toBe(shape.includes('MaximumBodySize'));
  });

  test('pictures inside by the template', async () => {
    const picture =
      '<t:Attachments><t:FileAttachment><t:Name>p</t:Name><t:ContentId>pic@1</t:ContentId><t:IsInline>true</t:IsInline><t:Content>AA==</t:Content></t:FileAttachment></t:Attachments>';
    const { id, attachments } = await withBody('<img src="cid:pic@1"><img src="cid:other">', picture);
    const shown = await show(id, ['item:Body'], '<t:InlineImageUrlTemplate>/picture?id={id}</t:InlineImageUrlTemplate>');
    expect(textIn(shown, 'Body')).toBe(`<img src="/picture?id=${encodeURIComponent(attachments[0] ?? '')}"><img src="cid:other">`);
  });

  test.each([
    ['an open sign', '<'.repeat(400_000)],
    ['an element without end', '<script>'.repeat(50_000)],
    ['blanks', `<img src=${' '.repeat(400_000)}`],
  ])(
    'of four hundred thousand times %s are answered at once',
    async (_, html) => {
      const { id } = await withBody(html);
      const shape =
        '<t:BodyType>HTML</t:BodyType><t:FilterHtmlContent>true</t:FilterHtmlContent><t:BlockExternalImages>true</t:BlockExternalImages>';
      expect(await show(id, ['item:Body', 'item:TextBody', 'item:UniqueBody', 'item:Preview'], shape)).toContain('<t:Body ');
    },
    10_000,
  );

  test('are added to', async () => {
    const { id } = await withBody('<html><body><p>one</p></body></html>');
    const more = `<t:AppendToItemField><t:FieldURI FieldURI="item:Body"/><t:Message><t:Body BodyType="HTML">${escaped('<p>two</p>')}</t:Body></t:Message></t:AppendToItemField>`;
    expect(codes(await update(id, more))).toEqual(['NoError']);
    expect(textIn(await show(id, ['item:Body']), 'Body')).toBe('<html><body><p>one</p><p>two</p></body></html>');
  });
});

test('culture, icon, retention tags and the dates of a flag', async () => {
  await runCmdlet(lab, 'contoso', 'Set-Mailbox mary -RetentionPolicy "Default MRM Policy"');
  const [tag, archive] = ['1 Month Delete', 'Personal 1 year move to archive'].map(
    (name) => setupTags.find(({ Name }) => Name === name)?.RetentionId,
  );
  const { id } = await save(
    `<t:Culture>de-DE</t:Culture><t:Flag><t:FlagStatus>Flagged</t:FlagStatus><t:StartDate>2026-11-05T00:00:00Z</t:StartDate><t:DueDate>2026-11-06T00:00:00Z</t:DueDate></t:Flag><t:PolicyTag IsExplicit="true">${tag}</t:PolicyTag><t:ArchiveTag IsExplicit="true">${archive}</t:ArchiveTag>`,
  );
  const uris = ['item:Culture', 'item:Flag', 'item:PolicyTag', 'item:ArchiveTag', 'item:IconIndex'];
  const shown = await show(id, uris);
  expect(shown).toContain(`<t:PolicyTag IsExplicit="true">${tag}</t:PolicyTag>`);
  expect(shown).toContain(`<t:ArchiveTag IsExplicit="true">${archive}</t:ArchiveTag>`);
  expect(['Culture', 'FlagStatus', 'StartDate', 'DueDate', 'IconIndex'].map((name) => textIn(shown, name))).toEqual([
    'de-DE',
    'Flagged',
    '2026-11-05T00:00:00Z',
    '2026-11-06T00:00:00Z',
    'Default',
  ]);
  const done = '<t:Flag><t:FlagStatus>Complete</t:FlagStatus><t:CompleteDate>2026-11-07T00:00:00Z</t:CompleteDate></t:Flag>';
  expect(
    codes(await update(id, `${set('item:Flag', done)}<t:DeleteItemField><t:FieldURI FieldURI="item:PolicyTag"/></t:DeleteItemField>`)),
  ).toEqual(['NoError']);
  const after = await show(id, uris);
  expect([textIn(after, 'CompleteDate'), after.includes('DueDate'), after.includes('PolicyTag')]).toEqual([
    '2026-11-07T00:00:00Z',
    false,
    false,
  ]);
});

describe('UpdateItem of item:MimeContent', () => {
  const mime = (subject: string, body: string): string =>
    Buffer.from(
      `From: Rob <rob@contoso.test>\r\nTo: Ann <ann@x.test>\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${body}\r\n--b\r\nContent-Type: text/csv; name=t.csv\r\nContent-Disposition: attachment\r\n\r\n1,2\r\n--b--\r\n`,
    ).toString('base64');
  const all4 = [
    'item:Subject',
    'item:TextBody',
    'message:ToRecipients',
    'item:Attachments',
    'item:MimeContent',
    'message:CcRecipients',
    'item:Categories',
  ];

  test('replaces the message, its recipients and attachments, and nothing else', async () => {
    const { id } = await save(
      '<t:Subject>old</t:Subject><t:Body BodyType="HTML">old</t:Body><t:Attachments><t:FileAttachment><t:Name>old.bin</t:Name><t:Content>AA==</t:Content></t:FileAttachment></t:Attachments><t:Categories><t:String>Red</t:String></t:Categories><t:CcRecipients><t:Mailbox><t:EmailAddress>old@x.test</t:EmailAddress></t:Mailbox></t:CcRecipients>',
    );
    expect(codes(await update(id, set('item:MimeContent', `<t:MimeContent>${mime('new', 'fresh')}</t:MimeContent>`)))).toEqual(['NoError']);
    const shown = await show(id, all4);
    expect([textIn(shown, 'Subject'), textIn(shown, 'TextBody')?.trim(), textIn(shown, 'MimeContent')]).toEqual([
      'new',
      'fresh',
      mime('new', 'fresh'),
    ]);
    expect([shown.includes('ann@x.test'), shown.includes('old'), shown.includes('t.csv'), shown.includes('Red')]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  test('a field that is set beside it, or later, shows in the MIME', async () => {
    const { id } = await save('<t:Subject>old</t:Subject>');
    const both =
      set('item:Subject', '<t:Subject>said</t:Subject>') +
      set('item:MimeContent', `<t:MimeContent>${mime('new', 'fresh')}</t:MimeContent>`);
    expect(codes(await update(id, both))).toEqual(['NoError']);
    const read = async (): Promise<string> =>
      Buffer.from(textIn(await show(id, ['item:MimeContent']), 'MimeContent') ?? '', 'base64').toString();
    expect([(await read()).includes('Subject: said'), (await read()).includes('fresh')]).toEqual([true, true]);
    await update(id, set('item:Subject', '<t:Subject>later</t:Subject>'));
    expect((await read()).includes('Subject: later')).toBe(true);
  });

  test.each([
    ['no base64', '<t:MimeContent>*</t:MimeContent>', 'ErrorMimeContentInvalidBase64String'],
    [
      'parts in parts without end',
      `<t:MimeContent>${Buffer.from(Array.from({ length: 60 }, (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`).join('')).toString('base64')}</t:MimeContent>`,
      'ErrorMimeContentInvalid',
    ],
    [
      'a header of three million octets',
      `<t:MimeContent>${Buffer.from(`Subject: ${'x'.repeat(3_000_000)}\r\n\r\n`).toString('base64')}</t:MimeContent>`,
      'ErrorMimeContentInvalid',
    ],
    [
      'ten thousand parts',
      `<t:MimeContent>${Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(10_000)}`).toString('base64')}</t:MimeContent>`,
      'ErrorMimeContentInvalid',
    ],
  ])('refuses %s, made or changed', async (_, inner, code) => {
    const { id } = await save('<t:Subject>stays</t:Subject>');
    expect(codes(await update(id, set('item:MimeContent', inner)))).toEqual([code]);
    expect(textIn(await show(id, ['item:Subject']), 'Subject')).toBe('stays');
    const made = await ask(`<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message>${inner}</t:Message></m:Items></m:CreateItem>`);
    expect([codes(made), all(made, 'Fault')]).toEqual([[code], []]);
  });

  test.each([
    ['octets beyond ASCII in the header', 'Subject: \xff\xfe caf\xe9\r\n\r\nx'],
    ['a character set that nobody knows', 'Content-Type: text/plain; charset=x-martian\r\n\r\n\xff\xfe'],
    ['no header', '\r\n\r\nonly text'],
    ['nothing', ''],
    ['a multipart without parts', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n'],
    ['a boundary that is its own prefix', 'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nx\r\n--aa\r\n--a--'],
    ['NULs', 'Subject: a\0b\r\n\r\n\0\0'],
  ])('takes what can be read of %s', async (_, octets) => {
    const inner = `<t:MimeContent>${Buffer.from(octets, 'latin1').toString('base64')}</t:MimeContent>`;
    const { id } = await save(inner);
    // Who wrote it is said where the message does not.
    const shown = textIn(await show(id, ['item:Subject', 'item:Body', 'item:MimeContent']), 'MimeContent') ?? '';
    expect(Buffer.from(shown, 'base64').toString('latin1')).toContain('From: Mary <mary@contoso.test>');
  });
});
