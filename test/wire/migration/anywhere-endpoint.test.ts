import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
const here = (line: string) => runCmdlet<Record<string, string>>(lab, 'contoso', line);
const cloud = (line: string) => runCmdlet<Record<string, string>>(lab, 'contoso-cloud', line);
beforeAll(async () => {
  lab = await openTestLab();
  await here('Add-MailboxPermission mary -User administrator -AccessRights FullAccess');
});
afterAll(() => lab.close());

interface Asked {
  readonly server?: string;
  readonly proxy?: string;
  readonly mailbox?: string;
  readonly password?: string;
  readonly more?: string;
}

const credentials = (password = lab.password): string => `-Credentials @{UserName='CONTOSO\\administrator'; Password='${password}'}`;
const of = ({ server = 'EX-SE-01', proxy = 'mail.contoso.test', mailbox = 'mary@contoso.test', password, more = '' }: Asked): string =>
  `-ExchangeServer ${server} -RPCProxyServer ${proxy} -EmailAddress ${mailbox} ${credentials(password)} ${more}`;
const probe = async (asked: Asked = {}) => {
  const [found] = await cloud(`Test-MigrationServerAvailability -ExchangeOutlookAnywhere ${of(asked)}`);
  return found ?? {};
};
const unable =
  "We weren't able to connect to the remote server. Please verify that the migration endpoint settings are correct and your certificate is valid.";

describe('an endpoint of the type ExchangeOutlookAnywhere', () => {
  test('is made when the proxy answers, the account is let in and the mailbox is open to it', async () => {
    const [made] = await cloud(
      `New-MigrationEndpoint -ExchangeOutlookAnywhere -Name Classic ${of({ more: '-MailboxPermission FullAccess' })}`,
    );
    expect(made).toMatchObject({
      ...{ Identity: 'Classic', EndpointType: 'ExchangeOutlookAnywhere', ExchangeServer: 'EX-SE-01', RpcProxyServer: 'mail.contoso.test' },
      ...{ Authentication: 'Basic', MailboxPermission: 'FullAccess', UseAutoDiscover: false, Username: 'CONTOSO\\administrator' },
    });
    expect(JSON.stringify(made)).not.toContain(lab.password);
    expect(await cloud('Test-MigrationServerAvailability -Endpoint Classic')).toMatchObject([
      { Result: 'Success', SupportsCutover: true, ErrorDetail: null, ConnectionSettings: expect.stringContaining('EX-SE-01') },
    ]);
    const calls = await lab.exchanges({ service: 'rpcproxy' });
    expect(calls.map(({ target }) => target)).toContain('RPC_IN_DATA /rpc/rpcproxy.dll?EX-SE-01:6004');
    await cloud('Set-MigrationEndpoint Classic -ExchangeServer ex-se-01.contoso.test');
    await expect(cloud('Set-MigrationEndpoint Classic -ExchangeServer elsewhere')).rejects.toThrow('0x5 (Access is denied)');
    await cloud('Remove-MigrationEndpoint Classic');
  });

  test('is found by Autodiscover', async () => {
    const asked = `-Autodiscover -EmailAddress mary@contoso.test ${credentials()}`;
    const [made] = await cloud(`New-MigrationEndpoint -ExchangeOutlookAnywhere -Name Found ${asked}`);
    expect(made).toMatchObject({ RpcProxyServer: 'mail.contoso.test', UseAutoDiscover: true });
    expect(made?.['ExchangeServer']).toMatch(/^[0-9a-f-]{36}@contoso\.test$/);
    const wrong = asked.replace('mary@contoso.test', 'mary@nowhere.test');
    await expect(cloud(`Test-MigrationServerAvailability -ExchangeOutlookAnywhere ${wrong}`)).rejects.toThrow(
      'Autodiscover has told no settings',
    );
  });

  test('takes the legacyExchangeDN of a mailbox in place of an address', async () => {
    const [mary] = await here('Get-Mailbox mary');
    const dn = (name: string): string => of({}).replace('-EmailAddress mary@contoso.test', `-SourceMailboxLegacyDN "${name}"`);
    const line = 'Test-MigrationServerAvailability -ExchangeOutlookAnywhere';
    expect(await cloud(`${line} ${dn(mary?.['LegacyExchangeDN'] ?? '')}`)).toMatchObject([{ Result: 'Success' }]);
    expect(await cloud(`${line} ${dn('/o=Nobody')}`)).toMatchObject([
      { Result: 'Failed', Message: expect.stringContaining('There is no mailbox') },
    ]);
  });

  test.each<[string, Asked, string]>([
    ['a wrong password', { password: 'wrong' }, `${unable} ---> The remote server returned an error: (401) Unauthorized.`],
    [
      'no right in the mailbox',
      { mailbox: 'rob@contoso.test' },
      "The account 'CONTOSO\\administrator' may not open the mailbox 'rob@contoso.test'. Give the account full access to it and try again.",
    ],
    ['no such mailbox', { mailbox: 'nobody@contoso.test' }, "There is no mailbox 'nobody@contoso.test' on the server 'mail.contoso.test'."],
    ['an unknown server', { server: 'elsewhere' }, `${unable} ---> Error 0x5 (Access is denied) from cli_NspiBind`],
    ['an unknown host', { proxy: 'mail.nowhere.test' }, `${unable} ---> The remote name could not be resolved: 'mail.nowhere.test'`],
    [
      'NTLM where it is not offered',
      { more: '-Authentication NTLM' },
      `${unable} ---> The remote server returned an error: (401) Unauthorized.`,
    ],
  ])('fails by %s', async (_, asked, message) => {
    const found = await probe(asked);
    const host = asked.proxy ?? 'mail.contoso.test';
    const framed = `Microsoft.Exchange.Migration.MigrationServerConnectionFailedException: The connection to the server '${host}' could not be completed. ---> `;
    expect(found).toMatchObject({ Result: 'Failed', Message: message, SupportsCutover: false });
    expect(found['ErrorDetail']?.startsWith(framed)).toBe(true);
    expect(found['ErrorDetail']?.endsWith(message)).toBe(true);
    await expect(cloud(`New-MigrationEndpoint -ExchangeOutlookAnywhere -Name Bad ${of(asked)}`)).rejects.toThrow(
      JSON.stringify(message).slice(1, -1).slice(0, 60),
    );
  });

  test.each<[string, string, string, string]>([
    [
      'Outlook Anywhere is off',
      'Disable-OutlookAnywhere -Server EX-SE-01',
      'Enable-OutlookAnywhere -ExternalHostname mail.contoso.test',
      '(404) Not Found',
    ],
    [
      'EWS is closed to the account',
      'Set-CASMailbox administrator -EwsEnabled $false',
      'Set-CASMailbox administrator -EwsEnabled $true',
      '(403) Forbidden',
    ],
  ])('fails where %s', async (_, breaking, mending, words) => {
    await here(breaking);
    const found = await probe();
    await here(mending);
    expect(found).toMatchObject({ Result: 'Failed', Message: expect.stringContaining(words) });
    expect(await probe()).toMatchObject({ Result: 'Success' });
  });

  test('fails by a certificate that is for another name, or that nobody trusts', async () => {
    const refused = `${unable} ---> The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.`;
    const proxy = 'autodiscover.contoso.mail.onmicrosoft.test';
    expect(await probe({ proxy })).toMatchObject({ Result: 'Failed', Message: refused });
    await here('Enable-OutlookAnywhere -ExternalHostname mail.contoso.test -IISAuthenticationMethods Basic,Ntlm');
    expect(await probe({ more: '-Authentication NTLM' })).toMatchObject({ Result: 'Success' });
    const [made] = await here('New-ExchangeCertificate -SubjectName "CN=mail.contoso.test"');
    await here(`Enable-ExchangeCertificate ${made?.['Thumbprint']} -Services IIS -Force`);
    expect(await probe()).toMatchObject({ Result: 'Failed', Message: refused });
  });
});
