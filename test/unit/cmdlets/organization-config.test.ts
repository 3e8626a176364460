import { afterEach, beforeEach, expect, test } from 'vitest';
import { organizationConfig } from '../../../shared/domain/organization/organization-config.ts';
import { settingOverride } from '../../../shared/domain/organization/setting-overrides.ts';
import { daemonId, openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

test('what holds for EWS in the cloud', async () => {
  const other = '33333333-3333-4333-8333-333333333333';
  await lab.run(`Set-OrganizationConfig -EwsEnabled $true -EwsAllowedAppIDs "${daemonId.toUpperCase()},${other}"`, 'contoso-cloud');
  expect(await lab.run('Get-OrganizationConfig', 'contoso-cloud')).toMatchObject([
    { EwsEnabled: true, EwsAllowedAppIDs: [daemonId, other] },
  ]);
  await lab.run('Set-OrganizationConfig -EwsEnabled $null -EwsAllowedAppIDs $null', 'contoso-cloud');
  expect(organizationConfig(await lab.settings('contoso-cloud'))).toMatchObject({ EwsEnabled: null, EwsAllowedAppIDs: [] });
});

test('on-premises', async () => {
  await lab.run('Set-OrganizationConfig -OAuth2ClientProfileEnabled $true -StrictTokenReplay $true -EwsEnabled $false');
  const [shown] = await lab.run('Get-OrganizationConfig');
  expect(shown).toMatchObject({ Name: 'contoso', OAuth2ClientProfileEnabled: true, StrictTokenReplay: true, EwsEnabled: false });
  expect(shown).not.toHaveProperty('EwsAllowedAppIDs');
});

test.each([
  ['Set-OrganizationConfig -EwsEnabled yes', 'contoso'],
  [`Set-OrganizationConfig -EwsAllowedAppIDs ${daemonId}`, 'contoso'],
  ['Set-OrganizationConfig -EwsAllowedAppIDs daemon', 'contoso-cloud'],
  ['Set-OrganizationConfig -MapiHttpEnabled $true', 'contoso'],
])('%s in %s is refused', async (line, organization) => {
  await expect(lab.run(line, organization)).rejects.toMatchObject({ code: 'bad-parameter' });
});

test('a setting override is kept, found and removed', async () => {
  const section = 'ExchangeOnpremAsThirdPartyAppId';
  await lab.run(
    `New-SettingOverride Hybrid3P -Component Global -Section ${section} -Parameters "Enabled=true","Other=a=b" -Reason "dedicated app"`,
  );
  expect(await lab.run('Get-SettingOverride')).toEqual([
    {
      Name: 'Hybrid3P',
      ComponentName: 'Global',
      SectionName: section,
      Parameters: ['Enabled=true', 'Other=a=b'],
      Server: [],
      Reason: 'dedicated app',
      Identity: 'Hybrid3P',
    },
  ]);
  const asked = async (parameter: string) => settingOverride(await lab.settings(), 'global', section, parameter);
  expect([await asked('enabled'), await asked('Other'), await asked('None')]).toEqual(['true', 'a=b', undefined]);
  await lab.run('Remove-SettingOverride Hybrid3P -Confirm:$false');
  expect(await asked('Enabled')).toBeUndefined();
  await expect(lab.run('New-SettingOverride x -Component a -Section b -Parameters odd -Reason c')).rejects.toMatchObject({
    code: 'bad-parameter',
  });
});
