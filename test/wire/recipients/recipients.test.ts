import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { openDialogue } from '../smtp/dialogue.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await run('New-Mailbox "Ann Able" -UserPrincipalName ann@contoso.test -Password S3cret! -FirstName Ann -LastName Able');
});
afterAll(() => lab.close());

const ann = 'ann@contoso.test';
const run = <Shown = object>(line: string, organization = 'contoso') => runCmdlet<Shown>(lab, organization, line);
const ask = (body: string, mail = ann, password = 'S3cret!') => lab.ews(mail, body, { password, organization: 'contoso' });
const getFolder = (id: string) =>
  `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="${id}"/></m:FolderIds></m:GetFolder>`;
const resolve = (text: string) =>
  `<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>${text}</m:UnresolvedEntry></m:ResolveNames>`;
const message = (from: string, to: string) =>
  '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>hello</t:Subject>' +
  `<t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients>` +
  `<t:From><t:Mailbox><t:EmailAddress>${from}</t:EmailAddress></t:Mailbox></t:From></t:Message></m:Items></m:CreateItem>`;

test('a new mailbox signs in, has its folders, gets mail, and is found by name', async () => {
  for (const folder of ['inbox', 'calendar', 'sentitems', 'drafts', 'deleteditems']) {
    expect(await ask(getFolder(folder))).toMatchObject({ status: 200, body: expect.stringContaining('NoError') });
  }
  expect((await ask(getFolder('inbox'), ann, 'wrong')).status).toBe(401);
  expect((await lab.ews('mary@contoso.test', message('mary@contoso.test', ann))).body).toContain('NoError');
  expect((await ask(getFolder('inbox'))).body).toContain('<t:TotalCount>1</t:TotalCount>');
  expect((await ask(resolve('Ann A'))).body).toContain(ann);
});

test('a name that is hidden is not resolved, and is again', async () => {
  await run('Set-Mailbox ann -HiddenFromAddressListsEnabled $true');
  expect((await ask(resolve('Ann A'))).body).toContain('ErrorNameResolutionNoResults');
  await run('Set-Mailbox ann -HiddenFromAddressListsEnabled $false');
  expect((await ask(resolve('Ann A'))).body).toContain('NoError');
});

test('EWS and submission are closed for one mailbox', async () => {
  await run('Set-CASMailbox ann -EwsEnabled $false -SmtpClientAuthenticationDisabled $true');
  const closed = await ask(getFolder('inbox'));
  expect(closed.status).toBe(403);
  expect(await lab.exchangeOf(closed)).toMatchObject({ outcome: 'refused', code: 'ews-disabled' });
  expect(await lab.ews('mary@contoso.test', getFolder('inbox'))).toMatchObject({ status: 200 });
  const signIn = async () => {
    const dialogue = await openDialogue(lab);
    await dialogue.say('EHLO client.test');
    await dialogue.startTls('smtp.contoso.test');
    await dialogue.say('EHLO client.test');
    const answer = await dialogue.plain(ann, 'S3cret!');
    dialogue.end();
    return answer;
  };
  expect(await signIn()).toMatch(/^535 5\.7\.139 .*SmtpClientAuthentication is disabled for the Mailbox/);
  await run('Set-CASMailbox ann -EwsEnabled $null -SmtpClientAuthenticationDisabled $null');
  expect((await ask(getFolder('inbox'))).status).toBe(200);
  expect(await signIn()).toMatch(/^235 /);
});

test('rights are given and taken', async () => {
  const send = () => ask(message('rob@contoso.test', 'mary@contoso.test'));
  expect((await send()).body).toContain('ErrorSendAsDenied');
  await run('Add-ADPermission rob -User ann -ExtendedRights "Send As"');
  expect((await send()).body).toContain('NoError');
  await run('Remove-ADPermission rob -User ann -ExtendedRights "Send As"');
  expect((await send()).body).toContain('ErrorSendAsDenied');
  const marys = getFolder('inbox').replace(
    'Id="inbox"/>',
    'Id="inbox"><t:Mailbox><t:EmailAddress>mary@contoso.test</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>',
  );
  expect((await ask(marys)).body).not.toContain('NoError');
  await run('Add-MailboxPermission mary -User ann -AccessRights FullAccess');
  expect((await ask(marys)).body).toContain('NoError');
  await run('Remove-MailboxPermission mary -User ann -AccessRights FullAccess');
  expect((await ask(marys)).body).not.toContain('NoError');
});

test('an address moves to another mailbox, mail follows', async () => {
  await run('Set-Mailbox ann -EmailAddresses SMTP:ann@contoso.test,smtp:sales@contoso.test');
  expect((await lab.ews('mary@contoso.test', message('mary@contoso.test', 'sales@contoso.test'))).body).toContain('NoError');
  expect((await ask(getFolder('inbox'))).body).toContain('<t:TotalCount>2</t:TotalCount>');
  await expect(run('Set-Mailbox rob -EmailAddresses SMTP:rob@contoso.test,smtp:sales@contoso.test')).rejects.toThrow(
    /Please choose another proxy address/,
  );
});

test('a new accepted domain has a zone, and people in it', async () => {
  await run('New-AcceptedDomain Tailspin -DomainName tailspin.test');
  await run('New-Mailbox Tim -UserPrincipalName tim@tailspin.test -PrimarySmtpAddress tim@tailspin.test -Password S3cret!');
  expect((await ask(getFolder('inbox'), 'tim@tailspin.test')).body).toContain('NoError');
  expect(await run('Get-DnsServerResourceRecord -ZoneName tailspin.test')).not.toEqual([]);
});

test('a mailbox that is disabled is gone at once', async () => {
  await run('Disable-Mailbox ann');
  expect((await ask(getFolder('inbox'))).body).toContain('ErrorMissingEmailAddress');
  expect((await lab.ews('mary@contoso.test', resolve(ann))).body).toContain('ErrorNameResolutionNoResults');
  await run('Enable-Mailbox ann');
  expect((await ask(getFolder('inbox'))).body).toContain('<t:TotalCount>0</t:TotalCount>');
});
