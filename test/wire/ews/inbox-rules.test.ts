import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolder, deleteFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { decodeId, encodeFolderId } from '../../../shared/protocols/ews/item-id.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { openDialogue } from '../smtp/dialogue.ts';
import { all, ids, responses, texts } from './answers.ts';

const [mary, rob, adam] = ['mary@contoso.test', 'rob@contoso.test', 'adam@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const address = (mail: string): string => `<t:Address><t:EmailAddress>${mail}</t:EmailAddress></t:Address>`;
const subjectHas = (word: string): string =>
  `<t:Conditions><t:ContainsSubjectStrings><t:String>${word}</t:String></t:ContainsSubjectStrings></t:Conditions>`;

interface Wanted {
  readonly name: string;
  readonly priority?: number;
  readonly when?: string;
  readonly unless?: string;
  readonly does: string;
}

const rule = ({ name, priority = 1, when = subjectHas(name), unless = '', does }: Wanted, id = ''): string =>
  `<t:Rule>${id}<t:DisplayName>${name}</t:DisplayName><t:Priority>${priority}</t:Priority><t:IsEnabled>true</t:IsEnabled>${when}${unless}<t:Actions>${does}</t:Actions></t:Rule>`;

async function update(user: string, operations: string, mailbox = user): Promise<string> {
  const request = `<m:MailboxSmtpAddress>${mailbox}</m:MailboxSmtpAddress><m:RemoveOutlookRuleBlob>true</m:RemoveOutlookRuleBlob>`;
  return (await lab.ews(user, `<m:UpdateInboxRules>${request}<m:Operations>${operations}</m:Operations></m:UpdateInboxRules>`)).body;
}

const getFolder = (id: string): string =>
  `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="${id}"/></m:FolderIds></m:GetFolder>`;

async function create(user: string, ...wanted: readonly Wanted[]): Promise<void> {
  const answer = await update(user, wanted.map((one) => `<t:CreateRuleOperation>${rule(one)}</t:CreateRuleOperation>`).join(''));
  expect(texts(answer, 'ResponseCode')).toEqual(['NoError']);
}

async function rules(user: string): Promise<string> {
  return (await lab.ews(user, `<m:GetInboxRules><m:MailboxSmtpAddress>${user}</m:MailboxSmtpAddress></m:GetInboxRules>`)).body;
}

async function send(from: string, to: string, subject: string, more = '', copies = '') {
  const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">words</t:Body>${more}<t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients>${copies}</t:Message>`;
  const answer = await lab.ews(from, `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`);
  expect(responses(answer.body)).toMatchObject([{ code: 'NoError' }]);
  return answer;
}

async function found(user: string, folder: string, subject: string): Promise<readonly string[]> {
  const { body } = await lab.ews(
    user,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
      `<m:Restriction><t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="${subject}"/></t:Contains></m:Restriction>` +
      `<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
  );
  return ids(body).map(({ id }) => id);
}

async function read(user: string, id: string | undefined): Promise<string> {
  const shape = '<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>';
  return (await lab.ews(user, `<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${id ?? ''}"/></m:ItemIds></m:GetItem>`)).body;
}

test('a rule moves, marks and stops; the journal tells which one it was', async () => {
  await create(
    rob,
    {
      name: 'weekly',
      does: '<t:AssignCategories><t:String>Reports</t:String></t:AssignCategories><t:MarkImportance>High</t:MarkImportance><t:MarkAsRead>true</t:MarkAsRead><t:MoveToFolder><t:DistinguishedFolderId Id="archive"/></t:MoveToFolder><t:StopProcessingRules>true</t:StopProcessingRules>',
    },
    { name: 'everything', priority: 2, when: '', does: '<t:CopyToFolder><t:DistinguishedFolderId Id="notes"/></t:CopyToFolder>' },
  );
  const answer = await send(mary, rob, 'Weekly figures');
  expect(await found(rob, 'inbox', 'Weekly figures')).toEqual([]);
  expect(await found(rob, 'notes', 'Weekly figures')).toEqual([]);
  const [id, ...others] = await found(rob, 'archive', 'Weekly figures');
  expect(others).toEqual([]);
  const item = await read(rob, id);
  expect([texts(item, 'Importance')[0], texts(item, 'IsRead')[0], texts(all(item, 'Categories')[0] ?? '', 'String')]).toEqual([
    'High',
    'true',
    ['Reports'],
  ]);
  const { verdict } = await lab.exchangeOf(answer);
  expect(verdict?.checks.at(-1)).toMatchObject({ check: 'mailflow.inbox-rule', outcome: 'passed', expected: `${rob}: weekly` });

  await send(mary, rob, 'Monthly figures');
  for (const folder of ['inbox', 'notes']) expect(await found(rob, folder, 'Monthly figures')).toHaveLength(1);
});

test('mail that comes by SMTP passes the same rules', async () => {
  const { startTls, plain, say, send: octets, end } = await openDialogue(lab);
  await say('EHLO client.test');
  await startTls('mail.contoso.test');
  await say('EHLO client.test');
  expect(await plain('CONTOSO\\mary', lab.password)).toMatch(/^235/);
  for (const line of [`MAIL FROM:<${mary}>`, `RCPT TO:<${rob}>`, 'DATA']) await say(line);
  expect(await octets('Subject: weekly by SMTP\r\n\r\nwords\r\n.\r\n')).toMatch(/^250/);
  end();
  expect(await found(rob, 'archive', 'weekly by SMTP')).toHaveLength(1);
  expect(await found(rob, 'inbox', 'weekly by SMTP')).toEqual([]);
});

test('delete goes to Deleted Items, delete for good goes nowhere, an exception keeps its rule away', async () => {
  await create(
    adam,
    { name: 'to the bin', does: '<t:Delete>true</t:Delete>', unless: '<t:Exceptions><t:Importance>High</t:Importance></t:Exceptions>' },
    { name: 'away', priority: 2, does: '<t:PermanentDelete>true</t:PermanentDelete>' },
  );
  await send(mary, adam, 'to the bin');
  await send(mary, adam, 'away with it');
  await send(mary, adam, 'not to the bin', '<t:Importance>High</t:Importance>');
  expect(await found(adam, 'deleteditems', 'to the bin')).toHaveLength(1);
  expect(await found(adam, 'inbox', 'not to the bin')).toHaveLength(1);
  for (const folder of ['inbox', 'deleteditems', 'recoverableitemsdeletions']) expect(await found(adam, folder, 'away')).toEqual([]);
});

test('redirected mail is the same mail, forwarded mail is new, and neither goes in circles', async () => {
  await create(
    rob,
    {
      name: 'redirected',
      priority: 10,
      does: `<t:Delete>true</t:Delete><t:RedirectToRecipients>${address(adam)}</t:RedirectToRecipients>`,
    },
    { name: 'forwarded', priority: 11, does: `<t:ForwardToRecipients>${address(adam)}</t:ForwardToRecipients>` },
    { name: 'wrapped', priority: 12, does: `<t:ForwardAsAttachmentToRecipients>${address(adam)}</t:ForwardAsAttachmentToRecipients>` },
  );
  await create(adam, { name: 'back', priority: 10, when: '', does: `<t:RedirectToRecipients>${address(rob)}</t:RedirectToRecipients>` });

  await send(mary, rob, 'redirected figures');
  const redirected = await read(adam, (await found(adam, 'inbox', 'redirected figures'))[0]);
  expect(texts(all(redirected, 'From')[0] ?? '', 'EmailAddress')).toEqual([mary]);
  expect(texts(all(redirected, 'ToRecipients')[0] ?? '', 'EmailAddress')).toEqual([rob]);
  expect(await found(rob, 'inbox', 'redirected figures')).toEqual([]);

  await send(mary, rob, 'forwarded figures');
  const forwarded = await read(adam, (await found(adam, 'inbox', 'forwarded figures'))[0]);
  expect(texts(forwarded, 'Subject')[0]).toBe('FW: forwarded figures');
  expect(texts(all(forwarded, 'From')[0] ?? '', 'EmailAddress')).toEqual([rob]);
  expect(Buffer.from(texts(forwarded, 'MimeContent')[0] ?? '', 'base64').toString()).toMatch(/mary@contoso\.test[\s\S]*words/);
  expect(await found(rob, 'inbox', 'forwarded figures')).toHaveLength(1);

  await send(mary, rob, 'wrapped figures');
  const wrapped = await read(adam, (await found(adam, 'inbox', 'wrapped figures'))[0]);
  expect(texts(all(wrapped, 'ItemAttachment')[0] ?? '', 'Name')).toEqual(['wrapped figures']);
});

test('whoever gets a message directly gets no second one by redirection', async () => {
  await send(
    mary,
    rob,
    'redirected twice',
    '',
    `<t:CcRecipients><t:Mailbox><t:EmailAddress>${adam}</t:EmailAddress></t:Mailbox></t:CcRecipients>`,
  );
  expect(await found(adam, 'inbox', 'redirected twice')).toHaveLength(1);
});

test('a message answers for the mailbox, but not an answer', async () => {
  const template = '<t:Message><t:Subject>I have moved</t:Subject><t:Body BodyType="Text">Write to adam</t:Body></t:Message>';
  const saved = await lab.ews(mary, `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${template}</m:Items></m:CreateItem>`);
  const [id] = ids(saved.body);
  await create(mary, {
    name: 'answer',
    when: '',
    does: `<t:ServerReplyWithMessage Id="${id?.id ?? ''}" ChangeKey="${id?.changeKey ?? ''}"/>`,
  });
  await send(adam, mary, 'where are you');
  const [answer, ...others] = await found(adam, 'inbox', 'I have moved');
  expect(others).toEqual([]);
  expect(texts(await read(adam, answer), 'InternetMessageHeader')).toContain('auto-replied');
});

test('a rule whose folder has gone is in error and acts no more', async () => {
  const user = 'administrator@contoso.test';
  const { store } = lab;
  const instant = Date.UTC(2026, 10, 21);
  const root = await lab.ews(user, getFolder('msgfolderroot'));
  const key = decodeId(ids(root.body, 'FolderId')[0]?.id ?? '');
  if (key?.is !== 'folder') throw new Error('no id of a folder');
  const { mailbox, folder: parent } = key.key;
  const { counter } = await store.transaction((tx) => createFolder(tx, mailbox, { parent, displayName: 'Short-lived' }, instant));
  const folderId = encodeFolderId({ ...key.key, folder: counter });
  await create(user, { name: 'lost', does: `<t:MoveToFolder><t:FolderId Id="${folderId}"/></t:MoveToFolder>` });
  await store.transaction((tx) => deleteFolder(tx, mailbox, counter, instant));
  expect(texts(await rules(user), 'IsInError')).toEqual(['true']);
  const answer = await send(mary, user, 'lost figures');
  expect(await found(user, 'inbox', 'lost figures')).toHaveLength(1);
  const { verdict } = await lab.exchangeOf(answer);
  expect(verdict?.checks.at(-1)).toMatchObject({ check: 'mailflow.inbox-rule', outcome: 'skipped', expected: `${user}: lost` });
  const { body } = await lab.ews(user, getFolder('inbox'));
  expect(responses(body)).toMatchObject([{ code: 'NoError' }]);
  const [id = ''] = texts(await rules(user), 'RuleId');
  await update(user, `<t:DeleteRuleOperation><t:RuleId>${id}</t:RuleId></t:DeleteRuleOperation>`);
});

test('rules keep their order, are changed and removed; whoever may not open the mailbox may not', async () => {
  const zoe = 'administrator@contoso.test';
  await create(zoe, { name: 'one', does: '<t:MarkAsRead>true</t:MarkAsRead>' });
  await create(zoe, { name: 'two', does: '<t:MarkAsRead>true</t:MarkAsRead>' });
  const before = await rules(zoe);
  expect([texts(before, 'DisplayName'), texts(before, 'Priority')]).toEqual([
    ['two', 'one'],
    ['1', '2'],
  ]);
  const [two = '', one = ''] = texts(before, 'RuleId');
  const changed = rule({ name: 'first', does: '<t:Delete>true</t:Delete>' }, `<t:RuleId>${one}</t:RuleId>`);
  const remove = `<t:DeleteRuleOperation><t:RuleId>${two}</t:RuleId></t:DeleteRuleOperation>`;
  expect(texts(await update(zoe, `<t:SetRuleOperation>${changed}</t:SetRuleOperation>${remove}`), 'ResponseCode')).toEqual(['NoError']);
  const after = await rules(zoe);
  expect([texts(after, 'RuleId'), texts(after, 'DisplayName'), texts(after, 'Priority')]).toEqual([[one], ['first'], ['1']]);
  expect(texts(await update(zoe, remove), 'ErrorCode')).toEqual(['RuleNotFound']);
  expect(texts(await update(mary, remove, rob), 'ResponseCode')).toEqual(['ErrorAccessDenied']);
});

test('mail of a blocked sender is junk, whatever the rules say', async () => {
  await runCmdlet(lab, 'contoso', "Set-MailboxJunkEmailConfiguration rob -BlockedSendersAndDomains @{Add='ADAM@contoso.test'}");
  expect(await runCmdlet(lab, 'contoso', 'Get-MailboxJunkEmailConfiguration rob')).toMatchObject([
    { Enabled: true, BlockedSendersAndDomains: [adam], TrustedSendersAndDomains: [] },
  ]);
  const answer = await send(adam, rob, 'weekly junk');
  expect(await found(rob, 'junkemail', 'weekly junk')).toHaveLength(1);
  for (const folder of ['inbox', 'archive']) expect(await found(rob, folder, 'weekly junk')).toEqual([]);
  expect((await lab.exchangeOf(answer)).verdict?.checks.at(-1)).toMatchObject({ check: 'mailflow.junk-email', outcome: 'passed' });
  await runCmdlet(lab, 'contoso', "Set-MailboxJunkEmailConfiguration rob -BlockedSendersAndDomains @{Remove='adam@contoso.test'}");
  await send(adam, rob, 'weekly words');
  expect(await found(rob, 'archive', 'weekly words')).toHaveLength(1);
});
