import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { envelope, operationBody, poxRequest, soapHeader } from './requests.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', line);

async function post(path: string, body: string): Promise<string> {
  const headers = { 'content-type': 'text/xml; charset=utf-8', authorization: basic(mary, lab.password) };
  return (await lab.https(`https://autodiscover.contoso.test/autodiscover/${path}`, { method: 'POST', headers, body })).body;
}

/** What both protocols tell mary of public folders. */
async function told(): Promise<readonly (string | undefined)[]> {
  const users = `<Users><User><Mailbox>${mary}</Mailbox></User></Users>`;
  const content = `${users}<RequestedSettings><Setting>PublicFolderInformation</Setting></RequestedSettings>`;
  const soap = await post('autodiscover.svc', envelope(operationBody('GetUserSettings', content), soapHeader('GetUserSettings')));
  const plain = await post('autodiscover.xml', poxRequest(mary));
  return [
    /<PublicFolderInformation><SmtpAddress>([^<]*)</.exec(plain)?.[1],
    /<(?:\w+:)?UserSetting [^>]*><(?:\w+:)?Name>PublicFolderInformation<.*?<(?:\w+:)?Value>(.*?)</.exec(soap)?.[1],
  ];
}

test('people are told by which mailbox they reach public folders, as long as they may', async () => {
  expect(await told()).toEqual([undefined, undefined]);
  await run('New-Mailbox First -PublicFolder');
  await run('New-Mailbox Second -PublicFolder');
  expect(await told()).toEqual(['First@contoso.test', 'First@contoso.test']);
  await run('Set-Mailbox mary -DefaultPublicFolderMailbox Second');
  expect(await told()).toEqual(['Second@contoso.test', 'Second@contoso.test']);
  await run('Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $true');
  expect(await told()).toEqual([undefined, undefined]);
  await run('Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $false');
  await run('Set-Mailbox mary -DefaultPublicFolderMailbox $null');
  expect((await told())[0]).toBe('First@contoso.test');
  await expect(run('Set-Mailbox mary -DefaultPublicFolderMailbox rob')).rejects.toThrow(/couldn't be found/);
});

test('a public folder mailbox has an answer of its own; that of the other side sends on', async () => {
  expect(await post('autodiscover.xml', poxRequest('second@contoso.test'))).toMatch(
    /<Type>EXCH<\/Type><Server>[0-9a-f-]{36}@contoso\.test<\/Server>/,
  );
  await run(
    'New-MailUser Mailbox1 -ExternalEmailAddress Mailbox1@contoso.mail.onmicrosoft.test -UserPrincipalName mailbox1@contoso.test -Password Pa55word!',
  );
  await run('Set-OrganizationConfig -PublicFoldersEnabled Remote -RemotePublicFolderMailboxes Mailbox1');
  const [address = ''] = await told();
  expect(address).toMatch(/^mailbox1@/i);
  expect(await post('autodiscover.xml', poxRequest(address))).toMatch(/Mailbox1@contoso\.mail\.onmicrosoft\.test|RedirectUrl/i);
});
