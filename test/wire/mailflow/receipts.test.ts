import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses } from '../ews/answers.ts';
import { transportPort } from '../smtp/dialogue.ts';
import { mimeOf } from '../smtp/transport-lab.ts';

const [mary, rob, joe, pat] = ['mary@contoso.test', 'rob@contoso.test', 'joe@contoso.test', 'pat@fabrikam.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

/** By nodemailer, at port 25 of contoso, as a server of fabrikam's would bring it. */
async function bring(to: string, subject: string, dsn: object): Promise<void> {
  const mailer = createTransport({ host: '127.0.0.1', port: transportPort(lab, 'contoso'), ignoreTLS: true });
  await mailer.sendMail({ from: pat, to, subject, text: 'the text', dsn } as never);
  mailer.close();
  await lab.mailSent();
}

async function send(to: string, subject: string): Promise<void> {
  const recipients = `<t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;
  const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body>${recipients}<t:IsDeliveryReceiptRequested>true</t:IsDeliveryReceiptRequested></t:Message>`;
  const { body } = await lab.ews(mary, `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`);
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
}

const atPats = { ews: (mail: string, body: string) => lab.ews(mail, body, { organization: 'fabrikam' }) };
const forPat = (subject: string) => mimeOf(atPats as never, pat, subject);
const forMary = (subject: string) => mimeOf(lab, mary, subject);

test('NOTIFY=SUCCESS, ENVID and ORCPT: a report about the delivery, with the header alone', async () => {
  await bring(rob, 'told', { notify: 'success', return: 'full', id: 'env+1', recipient: 'robert@old.test' });
  const report = await forPat('Delivered: told');
  expect(report).toMatch(/^Original-Envelope-Id: env\+1\r$/m);
  expect(report).toMatch(
    /^Original-Recipient: rfc822;robert@old\.test\r\nFinal-Recipient: rfc822;rob@contoso\.test\r\nAction: delivered\r\nStatus: 2\.0\.0\r$/m,
  );
  expect(report).toContain('Content-Type: text/rfc822-headers');
  expect(report).not.toContain('the text');
});

test('who did not ask for it, or asks for failures alone, hears nothing', async () => {
  await bring(rob, 'untold', { notify: ['failure', 'delay'] });
  expect(await forPat('Delivered: untold')).toBe('');
  await bring('nobody@contoso.test', 'lost', { notify: 'never' });
  expect(await forPat('Undeliverable: lost')).toBe('');
});

test('RET: of what has failed the whole, or the header', async () => {
  for (const [returns, type] of [
    ['full', 'message/rfc822'],
    ['headers', 'text/rfc822-headers'],
  ]) {
    await bring('nobody@contoso.test', `lost ${returns}`, { notify: 'failure', return: returns });
    const report = await forPat(`Undeliverable: lost ${returns}`);
    expect(report).toContain(`Content-Type: ${type}`);
    expect(report.includes('the text')).toBe(returns === 'full');
  }
});

test('of a group its expansion is told, not each of its members', async () => {
  await runCmdlet(lab, 'contoso', 'Set-DistributionGroup all-staff -RequireSenderAuthenticationEnabled $false');
  await bring('all-staff@contoso.test', 'to all', { notify: 'success' });
  expect(await forPat('Expanded: to all')).toMatch(/^Final-Recipient: rfc822;all-staff@contoso\.test\r\nAction: expanded\r$/m);
  expect(await forPat('Delivered: to all')).toBe('');
});

test('remote domains say whether the outside hears of deliveries', async () => {
  await runCmdlet(lab, 'contoso', 'Set-RemoteDomain Default -DeliveryReportEnabled $false');
  await bring(rob, 'secret', { notify: 'success' });
  expect(await forPat('Delivered: secret')).toBe('');
  await runCmdlet(lab, 'contoso', 'Set-RemoteDomain Default -DeliveryReportEnabled $true');
});

test('a delivery receipt, asked for in a mailbox: from here and from the other side', async () => {
  await send(rob, 'at home');
  expect(await forMary('Delivered: at home')).toMatch(/^Action: delivered\r$/m);
  await send(joe, 'in the cloud');
  expect(await forMary('Delivered: in the cloud')).toMatch(/^Reporting-MTA: dns;AM0PR01MB0001\.contoso\.test\r$/m);
});

test('a server that does not report itself: the message was relayed', async () => {
  await runCmdlet(lab, 'fabrikam', 'Get-ReceiveConnector | Set-ReceiveConnector -DeliveryStatusNotificationEnabled $false', pat);
  await send(pat, 'handed on');
  const report = await forMary('Relayed: handed on');
  expect(report).toMatch(/^Action: relayed\r\nStatus: 2\.0\.0\r\nRemote-MTA: dns;.+\r\nDiagnostic-Code: smtp;250 /m);
});

test.each([
  ['somebody outside', 'pat@fabrikam.test', 'fabrikam'],
  ['somebody on the other side', joe, 'contoso-cloud'],
])('%s hears that his message was read, or was not', async (_who, writer, organization) => {
  const ask = async (who: string, home: string, body: string): Promise<string> => (await lab.ews(who, body, { organization: home })).body;
  const write = async (subject: string): Promise<string> => {
    const to = `<t:ToRecipients><t:Mailbox><t:EmailAddress>${rob}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;
    const message = `<t:Message><t:Subject>${subject}</t:Subject>${to}<t:IsReadReceiptRequested>true</t:IsReadReceiptRequested></t:Message>`;
    await ask(writer, organization, `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`);
    await lab.mailSent();
    const found = await ask(
      rob,
      'contoso',
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
    );
    return /<t:ItemId Id="([^"]+)"/.exec(found)?.[1] ?? '';
  };
  const read = async (id: string): Promise<void> => {
    const set =
      '<t:Updates><t:SetItemField><t:FieldURI FieldURI="message:IsRead"/><t:Message><t:IsRead>true</t:IsRead></t:Message></t:SetItemField></t:Updates>';
    const change = `<m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/>${set}</t:ItemChange></m:ItemChanges>`;
    const answer = await ask(
      rob,
      'contoso',
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly">${change}</m:UpdateItem>`,
    );
    expect(responses(answer)).toMatchObject([{ class: 'Success' }]);
    await lab.mailSent();
  };
  const heard = { ews: (mail: string, body: string) => lab.ews(mail, body, { organization }) };
  const receipt = (subject: string) => mimeOf(heard as never, writer, subject);
  const subject = `asked by ${writer}`;
  await read(await write(subject));
  expect(await receipt(`Read: ${subject}`)).toMatch(
    /^Final-Recipient: rfc822;rob@contoso\.test\r\nOriginal-Message-ID: <[^>]+>\r\nDisposition: manual-action\/MDN-sent-automatically; displayed\r$/m,
  );
  const id = await write(`${subject} again`);
  await ask(rob, 'contoso', `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`);
  await lab.mailSent();
  expect(await receipt(`Not read: ${subject} again`)).toMatch(/^Disposition: manual-action\/MDN-sent-automatically; deleted\r$/m);
  if (organization !== 'fabrikam') return;
  await runCmdlet(lab, 'contoso', 'New-RemoteDomain Silent -DomainName fabrikam.test');
  await runCmdlet(lab, 'contoso', 'Set-RemoteDomain Silent -DeliveryReportEnabled $false');
  await read(await write('in silence'));
  expect(await receipt('Read: in silence')).toBe('');
  await runCmdlet(lab, 'contoso', 'Remove-RemoteDomain Silent');
});
