import { afterEach, beforeEach, expect, test } from 'vitest';
import { servicePrincipals } from '../../../shared/domain/trust/service-principals.ts';
import { contentOf } from '../seed/worlds.ts';
import { daemonId, exchangeAppId, openTrustLab, start, type TrustLab, tenantId, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const exchange = async () => {
  const found = servicePrincipals.get(await lab.settings('contoso-cloud'), exchangeAppId);
  if (found === undefined) throw new Error('the tenant has no Exchange');
  return found;
};
const state = async () => {
  const shown = await Promise.all(
    ['Get-AuthServer', 'Get-PartnerApplication', 'Get-IntraOrganizationConnector'].map((line) => lab.run(line)),
  );
  return { shown, exchange: await exchange() };
};

/** Everything that is written but the issuers, whose metadata is read in every run. */
const written = async () => {
  const { config_object: objects = [], recipient, proxy_address: addresses } = await contentOf(lab.store);
  return [objects.filter((row) => !row.includes('"kind":"AuthServer"')), recipient, addresses];
};

test('the wizard connects an organisation with its tenant, and a second run changes nothing', async () => {
  const keysBefore = (await exchange()).keyCredentials.length;
  await lab.run('New-HybridConfiguration');
  await lab.run('Update-HybridConfiguration');
  expect(await lab.run('Get-AuthServer')).toMatchObject([
    { Name: `ACS - ${tenantId}`, Type: 'MicrosoftACS', Realm: tenantId, Enabled: true },
    {
      Name: `EvoSts - ${tenantId}`,
      Type: 'AzureAD',
      IssuerIdentifier: `https://sts.windows.net/${tenantId}/`,
      IsDefaultAuthorizationEndpoint: false,
    },
  ]);
  expect(await lab.run('Get-PartnerApplication')).toMatchObject([
    { Name: 'Exchange Online', ApplicationIdentifier: exchangeAppId, UseAuthServer: true, Enabled: true },
  ]);
  expect(await lab.run('Get-IntraOrganizationConnector')).toMatchObject([
    {
      TargetAddressDomains: ['contoso.mail.onmicrosoft.test'],
      DiscoveryEndpoint: 'https://autodiscover-s.outlook.test/autodiscover/autodiscover.svc',
      Enabled: true,
    },
  ]);
  expect(await lab.run('Get-IntraOrganizationConnector', 'contoso-cloud')).toMatchObject([
    { TargetAddressDomains: ['contoso.test'], DiscoveryEndpoint: 'https://autodiscover.contoso.test/autodiscover/autodiscover.svc' },
  ]);
  const [config] = await lab.run('Get-AuthConfig');
  const { keyCredentials, servicePrincipalNames } = await exchange();
  expect(keyCredentials).toHaveLength(keysBefore + 1);
  expect(
    Buffer.from(keyCredentials.at(-1)?.x5t ?? '', 'base64url')
      .toString('hex')
      .toUpperCase(),
  ).toBe(config?.['CurrentCertificateThumbprint']);
  expect(servicePrincipalNames).toEqual(
    expect.arrayContaining(['https://mail.contoso.test/', 'https://autodiscover.contoso.test/', 'https://outlook.office365.test/']),
  );
  const first = [await state(), await written()];
  await lab.run('Update-HybridConfiguration');
  expect([await state(), await written()]).toEqual(first);
});

test('a run repairs what was changed, and uploads a certificate that came into force since', async () => {
  await lab.run('New-HybridConfiguration -Domains contoso.test -Features FreeBusy,mailtips');
  expect(await lab.run('Get-HybridConfiguration')).toMatchObject([{ Domains: ['contoso.test'], Features: ['FreeBusy', 'MailTips'] }]);
  await lab.run('Set-HybridConfiguration -Features $null');
  await lab.run('Update-HybridConfiguration');
  const { keyCredentials } = await exchange();
  await lab.run(`Set-AuthServer "ACS - ${tenantId}" -Enabled $false`);
  await lab.run('Set-PartnerApplication "Exchange Online" -Enabled $false');
  const [made] = await lab.run('New-ExchangeCertificate');
  await lab.run(
    `Set-AuthConfig -NewCertificateThumbprint ${textShown(made, 'Thumbprint')} -NewCertificateEffectiveDate ${new Date(start).toISOString()} -Force`,
  );
  await lab.run('Update-HybridConfiguration');
  expect((await lab.run('Get-AuthServer')).map((one) => one['Enabled'])).toEqual([true, true]);
  expect(await lab.run('Get-PartnerApplication')).toMatchObject([{ Enabled: true }]);
  expect((await exchange()).keyCredentials).toHaveLength(keyCredentials.length + 1);
});

test('what fails names the step that failed; what was done before it stays', async () => {
  await lab.run('New-HybridConfiguration');
  lab.answer(() => Promise.resolve({ status: 503, headers: {}, body: Buffer.alloc(0) }));
  await expect(lab.run('Update-HybridConfiguration')).rejects.toMatchObject({
    code: 'operation-failed',
    detail: expect.stringMatching(
      /^Subtask Configure execution failed: Configure OAuth\. .* Cannot acquire auth metadata document from 'https:\/\/accounts\.accesscontrol\.test\/.*\(503\)/,
    ),
  });
  expect((await exchange()).servicePrincipalNames).toContain('https://mail.contoso.test/');
});

test.each([
  ['Update-HybridConfiguration', 'contoso', 'object-not-found'],
  ['Set-HybridConfiguration -Domains contoso.test', 'contoso', 'object-not-found'],
  ['New-HybridConfiguration -Domains other.test', 'contoso', 'bad-parameter'],
  ['New-HybridConfiguration -Features Everything', 'contoso', 'bad-parameter'],
  ['Update-HybridConfiguration x', 'contoso', 'bad-parameter'],
  [`Update-HybridConfiguration -TenantCredentials ${daemonId}`, 'contoso', 'bad-parameter'],
  ['New-HybridConfiguration', 'contoso-cloud', 'not-available'],
])('%s in %s is refused', async (line, organization, code) => {
  await expect(lab.run(line, organization)).rejects.toMatchObject({ code });
});

test("a relationship of the administrator's own with the tenant is in the way of the wizard's", async () => {
  await lab.run('New-HybridConfiguration');
  await lab.run('New-OrganizationRelationship Own -DomainNames contoso.mail.onmicrosoft.test');
  await expect(lab.run('Update-HybridConfiguration')).rejects.toMatchObject({
    code: 'operation-failed',
    detail: expect.stringMatching(
      /^Subtask Configure execution failed: Configure Organization Relationship\. Execution of the New-OrganizationRelationship cmdlet has thrown .* already exist in another organization relationship\./,
    ),
  });
});

test('the coexistence domain is none that both sides have', async () => {
  await lab.run('New-HybridConfiguration');
  await lab.run('Update-HybridConfiguration');
  await lab.run('Set-HybridConfiguration -Domains contoso.mail.onmicrosoft.test');
  await expect(lab.run('Update-HybridConfiguration')).rejects.toMatchObject({ code: 'operation-failed' });
});

test('there is one configuration; who shares no domain with a tenant has nothing to be connected to', async () => {
  await lab.run('New-HybridConfiguration');
  await expect(lab.run('New-HybridConfiguration')).rejects.toMatchObject({ code: 'object-exists' });
  await lab.run('New-HybridConfiguration', 'fabrikam');
  await expect(lab.run('Update-HybridConfiguration', 'fabrikam')).rejects.toMatchObject({ code: 'operation-failed' });
});
