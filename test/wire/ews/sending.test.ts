import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
const others = ['rob@contoso.test', 'adam@contoso.test', 'administrator@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const mailbox = (mail: string): string => `<t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox>`;
const list = (element: string, ...mails: readonly string[]): string =>
  mails.length === 0 ? '' : `<t:${element}>${mails.map(mailbox).join('')}</t:${element}>`;

async function send(
  subject: string,
  recipients: string,
  { user = mary, disposition = 'SendAndSaveCopy', more = '' } = {},
): Promise<string> {
  const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body>${recipients}${more}</t:Message>`;
  return (await lab.ews(user, `<m:CreateItem MessageDisposition="${disposition}"><m:Items>${message}</m:Items></m:CreateItem>`)).body;
}

async function found(user: string, folder: string, subject: string): Promise<readonly { readonly id: string }[]> {
  const { body } = await lab.ews(
    user,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>' +
      `<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>` +
      `<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
  );
  return ids(body);
}

async function read(user: string, id: string): Promise<string> {
  const shape = '<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>';
  return (await lab.ews(user, `<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`)).body;
}

const mimeOf = (answer: string): string => Buffer.from(texts(answer, 'MimeContent')[0] ?? '', 'base64').toString();

test('SendAndSaveCopy keeps a copy, SendOnly keeps none; neither names an item', async () => {
  for (const [subject, disposition, copies] of [
    ['with a copy', 'SendAndSaveCopy', 1],
    ['without a copy', 'SendOnly', 0],
  ] as const) {
    const answer = await send(subject, list('ToRecipients', 'rob@contoso.test'), { disposition });
    expect([responses(answer)[0]?.code, ids(answer)]).toEqual(['NoError', []]);
    expect(await found(mary, 'sentitems', subject)).toHaveLength(copies);
    expect(await found(mary, 'drafts', subject)).toHaveLength(0);
    expect(await found('rob@contoso.test', 'inbox', subject)).toHaveLength(1);
  }
});

test('blind copies are in the copy of the sender only', async () => {
  await send(
    'hidden from most',
    list('ToRecipients', 'rob@contoso.test') +
      list('CcRecipients', 'administrator@contoso.test') +
      list('BccRecipients', 'adam@contoso.test'),
  );
  const copy = await read(mary, (await found(mary, 'sentitems', 'hidden from most'))[0]?.id ?? '');
  expect(texts(all(copy, 'BccRecipients')[0] ?? copy, 'EmailAddress')).toEqual(['adam@contoso.test']);
  for (const user of others) {
    const received = await read(user, (await found(user, 'inbox', 'hidden from most'))[0]?.id ?? '');
    expect(responses(received)).toMatchObject([{ code: 'NoError' }]);
    expect(all(received, 'BccRecipients')).toEqual([]);
    expect(texts(all(received, 'ToRecipients')[0] ?? received, 'EmailAddress')).toEqual(['rob@contoso.test']);
    expect(mimeOf(received)).toMatch(/^To: .*rob@contoso\.test/m);
    // Whose mailbox this is may be told; that adam was told blindly may not.
    const told = texts(received, 'DisplayTo').concat(
      texts(received, 'DisplayCc'),
      texts(received, 'InternetMessageHeader'),
      mimeOf(received),
    );
    expect(told.join('\n').toLowerCase()).not.toContain('adam@contoso.test');
    expect(mimeOf(received)).not.toMatch(/^bcc:/im);
  }
});

test('one who stands there several times gets it once', async () => {
  await send('once', list('ToRecipients', 'rob@contoso.test', 'ROB@contoso.test') + list('CcRecipients', 'rob@contoso.test'));
  expect(await found('rob@contoso.test', 'inbox', 'once')).toHaveLength(1);
});

test('what goes elsewhere waits for its next hop, and those who are here have it at once', async () => {
  const answer = await send('to the world', list('ToRecipients', 'rob@contoso.test', 'all-staff@contoso.test', 'pat@fabrikam.test'));
  expect(responses(answer)).toMatchObject([{ class: 'Success' }]);
  for (const [user, folder] of [
    ['rob@contoso.test', 'inbox'],
    [mary, 'sentitems'],
    ['adam@contoso.test', 'inbox'],
  ] as const)
    expect(await found(user, folder, 'to the world')).toHaveLength(1);
});

test('whom it does not reach a report says, with the code', async () => {
  const answer = await send('nobody is there', list('ToRecipients', 'rob@contoso.test', 'nobody@contoso.test'));
  expect(responses(answer)).toMatchObject([{ class: 'Success' }]);
  expect(await found('rob@contoso.test', 'inbox', 'nobody is there')).toHaveLength(1);
  expect(await found(mary, 'inbox', 'Undeliverable: nobody is there')).toHaveLength(1);
});

test.each([
  ['nobody at all', '', '', 'ErrorMissingRecipients'],
  ['somebody without an address', '<t:ToRecipients><t:Mailbox/></t:ToRecipients>', '', 'ErrorInvalidRecipients'],
  [
    "in somebody else's name",
    list('ToRecipients', 'adam@contoso.test'),
    `<t:From>${mailbox('rob@contoso.test')}</t:From>`,
    'ErrorSendAsDenied',
  ],
  [
    "in a stranger's name",
    list('ToRecipients', 'adam@contoso.test'),
    `<t:From>${mailbox('ceo@fabrikam.test')}</t:From>`,
    'ErrorSendAsDenied',
  ],
])('to %s is refused', async (what, recipients, more, code) => {
  expect(responses(await send(what, recipients, { more }))).toMatchObject([{ class: 'Error', code }]);
  expect(await found(mary, 'sentitems', what)).toEqual([]);
});

test('in the name of a shared mailbox, for those who may', async () => {
  const from = `<t:From>${mailbox('info@contoso.test')}</t:From>`;
  const asInfo = async () => responses(await send('from info', list('ToRecipients', 'adam@contoso.test'), { more: from }));
  // Full access opens a mailbox, and sends nothing from it.
  expect(await asInfo()).toMatchObject([{ class: 'Error', code: 'ErrorSendAsDenied' }]);
  await runCmdlet(lab, 'contoso', 'Add-ADPermission info -User mary -ExtendedRights "Send As"');
  expect(await asInfo()).toMatchObject([{ code: 'NoError' }]);
  const received = await read('adam@contoso.test', (await found('adam@contoso.test', 'inbox', 'from info'))[0]?.id ?? '');
  expect(texts(all(received, 'From')[0] ?? received, 'EmailAddress')).toEqual(['info@contoso.test']);
  expect(texts(all(received, 'Sender')[0] ?? received, 'EmailAddress')).toEqual([mary]);
  const denied = await send('from info', list('ToRecipients', 'rob@contoso.test'), { user: 'adam@contoso.test', more: from });
  expect(responses(denied)).toMatchObject([{ class: 'Error', code: 'ErrorSendAsDenied' }]);
});

function fromMime(lines: readonly string[]): string {
  const content = Buffer.from(`${lines.join('\r\n')}\r\n`).toString('base64');
  const message = `<t:Message><t:MimeContent CharacterSet="UTF-8">${content}</t:MimeContent></t:Message>`;
  return `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items>${message}</m:Items></m:CreateItem>`;
}

const head = [
  'From: Mary <mary@contoso.test>',
  'To: Rob <rob@contoso.test>',
  'Date: Mon, 02 Nov 2026 10:00:00 +0100',
  'Message-ID: <signed-1@contoso.test>',
];
const signedBody = [
  'MIME-Version: 1.0',
  'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'Signed words.',
  '--b',
  'Content-Type: application/pgp-signature; name="signature.asc"',
  '',
  'not really a signature',
  '--b--',
];

test('a message that comes whole as MIME reaches its recipient octet for octet', async () => {
  const lines = [...head, 'Subject: signed and sent', ...signedBody];
  const { body } = await lab.ews(mary, fromMime(lines));
  expect(responses(body)[0]?.code).toBe('NoError');
  for (const [user, folder] of [
    ['rob@contoso.test', 'inbox'],
    [mary, 'sentitems'],
  ] as const) {
    const [item] = await found(user, folder, 'signed and sent');
    expect(mimeOf(await read(user, item?.id ?? ''))).toBe(`${lines.join('\r\n')}\r\n`);
  }
});

test('a message with two authors is refused: one of them was not judged', async () => {
  const { body } = await lab.ews(mary, fromMime([...head, 'From: Adam <adam@contoso.test>', 'Subject: two authors', '', 'words']));
  expect(responses(body)[0]?.code).toBe('ErrorMimeContentInvalid');
  expect(await found('rob@contoso.test', 'inbox', 'two authors')).toHaveLength(0);
});

test.each([
  ['as', 'Add-ADPermission rob -User mary -ExtendedRights "Send As"', 'MessageCopyForSentAsEnabled'],
  ['on behalf of', 'Set-Mailbox rob -GrantSendOnBehalfTo mary', 'MessageCopyForSendOnBehalfEnabled'],
])('what somebody sends %s another is in the Sent Items of both where that one wants it', async (how, grant, setting) => {
  await runCmdlet(lab, 'contoso', grant);
  const rob = 'rob@contoso.test';
  const sent = async (subject: string) => {
    const answer = await send(subject, list('ToRecipients', 'adam@contoso.test'), { more: `<t:From>${mailbox(rob)}</t:From>` });
    expect(responses(answer)[0]?.code).toBe('NoError');
    return Promise.all([mary, rob].map(async (user) => (await found(user, 'sentitems', subject)).length));
  };
  expect(await sent(`${how} rob, no copy`)).toEqual([1, 0]);
  await runCmdlet(lab, 'contoso', `Set-Mailbox rob -${setting} $true`);
  expect(await sent(`${how} rob, a copy`)).toEqual([1, 1]);
  await runCmdlet(lab, 'contoso', `Set-Mailbox rob -${setting} $false`);
  await runCmdlet(
    lab,
    'contoso',
    how === 'as' ? 'Remove-ADPermission rob -User mary -ExtendedRights "Send As"' : 'Set-Mailbox rob -GrantSendOnBehalfTo $null',
  );
});
