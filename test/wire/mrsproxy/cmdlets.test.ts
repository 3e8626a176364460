import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
beforeEach(async () => {
  lab = await openTestLab();
});
afterEach(() => lab.close());

const credential = (password = lab.password) => `@{UserName='CONTOSO\\administrator'; Password='${password}'}`;
const probe = (password?: string) =>
  runCmdlet<Record<string, string>>(
    lab,
    'contoso-cloud',
    `Test-MigrationServerAvailability -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${credential(password)}`,
  );
const enable = (on: boolean) =>
  runCmdlet(lab, 'contoso', `Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -MRSProxyEnabled $${on}`);

test('a tenant asks the MRSProxy of an organization whether it answers', async () => {
  await enable(true);
  expect(await probe()).toMatchObject([{ Result: 'Success', ErrorDetail: null }]);
  expect(
    await runCmdlet(
      lab,
      'contoso-cloud',
      `New-MigrationEndpoint -ExchangeRemoteMove -Name Hybrid -RemoteServer mail.contoso.test -Credentials ${credential()}`,
    ),
  ).toMatchObject([{ RemoteServer: 'mail.contoso.test' }]);
});

test('Autodiscover tells where the proxy is, to whom it lets in', async () => {
  await enable(true);
  const found = (password?: string) =>
    runCmdlet<Record<string, unknown>>(
      lab,
      'contoso-cloud',
      `New-MigrationEndpoint -ExchangeRemoteMove -Name Found -Autodiscover -EmailAddress mary@contoso.test -Credentials ${credential(password)}`,
    );
  await expect(found('wrong')).rejects.toThrow(/could not be determined from the autodiscover response/);
  expect(await found()).toMatchObject([{ RemoteServer: 'mail.contoso.test', UseAutoDiscover: true }]);
});

test('a proxy that is off, a wrong password and a host without a proxy say so in the words of the replication service', async () => {
  await enable(false);
  const [off] = await probe();
  expect(off).toMatchObject({ Result: 'Failed', Message: "The connection to the server 'mail.contoso.test' could not be completed." });
  expect(off?.['ErrorDetail']).toContain(
    "The HTTP request was forbidden with client authentication scheme 'Negotiate'. --> The remote server returned an error: (403) Forbidden.",
  );
  await enable(true);
  const [wrong] = await probe('wrong');
  expect(wrong?.['ErrorDetail']).toContain("The HTTP request is unauthorized with client authentication scheme 'Negotiate'.");
  expect(wrong?.['ErrorDetail']).toMatch(
    /^Microsoft\.Exchange\.Migration\.MigrationServerConnectionFailedException: .* ---> Microsoft\.Exchange\.MailboxReplicationService\.\w+Exception: The call to 'https:\/\/mail\.contoso\.test\/EWS\/mrsproxy\.svc/,
  );
  await expect(
    runCmdlet(
      lab,
      'contoso-cloud',
      `New-MigrationEndpoint -ExchangeRemoteMove -Name Hybrid -RemoteServer mail.contoso.test -Credentials ${credential('wrong')}`,
    ),
  ).rejects.toThrow(/could not be completed/);
  expect(await runCmdlet(lab, 'contoso-cloud', 'Get-MigrationEndpoint')).toEqual([]);
});
