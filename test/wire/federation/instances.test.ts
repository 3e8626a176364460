import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Companies, federateLine, openCompanies, trustName } from './companies.ts';

let { lab, shell, run, first, refusal, publishProofs, clearProofs, failures } = {} as Companies;
beforeAll(async () => {
  ({ lab, shell, run, first, refusal, publishProofs, clearProofs, failures } = await openCompanies());
  for (const company of ['contoso', 'fabrikam'] as const) {
    await run(company, `New-FederationTrust -Name ${trustName}`);
    await publishProofs(company, `${company}.test`);
    await run(company, federateLine(`${company}.test`));
  }
});
afterAll(() => lab.close());

test('a partner at the other instance of the gateway: the warning about token issuers', async () => {
  expect(await refusal('fabrikam', `Remove-FederationTrust ${trustName}`)).toContain('Remove-FederatedDomain');
  await run('fabrikam', 'Remove-FederatedDomain -DomainName fabrikam.test -Force');
  expect(await first('fabrikam', 'Get-FederatedOrganizationIdentifier')).toMatchObject({
    Enabled: false,
    AccountNamespace: '',
    Domains: [],
  });
  await run('fabrikam', `Remove-FederationTrust ${trustName}`);
  await clearProofs('fabrikam', 'fabrikam.test');
  await run('fabrikam', `New-FederationTrust -Name ${trustName} -UseLegacyProvisioningService`);
  await publishProofs('fabrikam', 'fabrikam.test');
  await run('fabrikam', federateLine('fabrikam.test'));
  expect(await first('fabrikam', 'Get-FederationTrust')).toMatchObject({ TokenIssuerUri: 'uri:WindowsLiveID' });
  expect(await failures('fabrikam')).toEqual([]);
  const { objects, warnings } = await shell('contoso', 'Get-FederationInformation -DomainName fabrikam.test');
  expect(objects).toMatchObject([{ TokenIssuerUris: ['uri:WindowsLiveID'] }]);
  expect(warnings).toEqual([
    "The token issuers for the domain (uri:WindowsLiveID) don't match the issuer for your organization (urn:federation:MicrosoftOnline).",
  ]);
  // The cloud is at both.
  expect((await shell('contoso-cloud', 'Get-FederationInformation -DomainName fabrikam.test')).warnings).toEqual([]);
});

test("the cloud of one's own: its certificate names another host", async () => {
  const asked = 'Get-FederationInformation -DomainName contoso.mail.onmicrosoft.test';
  expect(await refusal('contoso', asked)).toContain('-TrustedHostnames');
  const bypassed = `${asked} -TrustedHostnames autodiscover-s.outlook.test -BypassAdditionalDomainValidation`;
  expect(await first('contoso', bypassed)).toMatchObject({
    TargetApplicationUri: 'outlook.com',
    DomainNames: ['contoso.onmicrosoft.test', 'contoso.mail.onmicrosoft.test'],
    TargetAutodiscoverEpr: 'https://autodiscover-s.outlook.test/autodiscover/autodiscover.svc/WSSecurity',
  });
  // contoso.onmicrosoft.test has no Autodiscover of its own that could confirm it.
  const validated = await first('contoso', `${asked} -TrustedHostnames autodiscover-s.outlook.test`);
  expect(validated['DomainNames']).toEqual(['contoso.mail.onmicrosoft.test']);
});

test('the cloud shows both trusts, and an identifier that can be switched off', async () => {
  const { objects } = await shell('contoso-cloud', 'Get-FederationTrust');
  expect(objects).toMatchObject([
    { Name: 'MicrosoftOnline', ApplicationIdentifier: '260563', ApplicationUri: 'outlook.com' },
    { Name: 'WindowsLiveId', ApplicationIdentifier: '260563', TokenIssuerUri: 'uri:WindowsLiveID' },
  ]);
  await shell('contoso-cloud', 'Set-FederatedOrganizationIdentifier -Enabled $false -DefaultDomain contoso.onmicrosoft.test');
  expect((await shell('contoso-cloud', 'Get-FederatedOrganizationIdentifier')).objects).toMatchObject([
    {
      AccountNamespace: 'outlook.com',
      Enabled: false,
      DefaultDomain: 'contoso.onmicrosoft.test',
      DelegationTrustLink: 'MicrosoftOnline',
    },
  ]);
  await shell('contoso-cloud', 'Set-FederatedOrganizationIdentifier -Enabled $true -DefaultDomain $null');
});

test('everything can be taken away again, and set up anew', async () => {
  await run('contoso', 'Remove-FederatedDomain -DomainName contoso.test');
  expect(await refusal('contoso', 'Remove-FederatedDomain -DomainName contoso.test')).toContain(
    'contoso.test is not federated; no domain is',
  );
  await run('contoso', `Remove-FederationTrust ${trustName}`);
  expect(await run('contoso', 'Get-FederationTrust')).toEqual([]);
  await clearProofs('contoso', 'contoso.test');
  await run('contoso', `New-FederationTrust -Name ${trustName}`);
  await publishProofs('contoso', 'contoso.test');
  await run('contoso', federateLine('contoso.test'));
  expect(await failures('contoso')).toEqual([]);
});
