import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkCmdlet, cmdlets } from '../../../shared/cmdlets/index.ts';
import { openTrustLab, type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeAll(async () => {
  lab = await openTrustLab();
});
afterAll(() => lab.close());
beforeEach(async () => {
  await lab.run('Get-OrganizationRelationship | Remove-OrganizationRelationship');
  await lab.run('New-OrganizationRelationship Alpha -DomainNames one.test,two.test');
});

const domains = async () => (await lab.run('Get-OrganizationRelationship Alpha'))[0]?.['DomainNames'];

test.each([
  ["@{Add='three.test','ONE.test'}", ['one.test', 'two.test', 'three.test']],
  ["@{Remove='One.test','nine.test'}", ['two.test']],
  ["@{Remove='one.test'; Add='one.test'}", ['two.test', 'one.test']],
  ["@{Add='a.test, b.test'}", ['one.test', 'two.test', 'a.test', 'b.test']],
  ['@{}', ['one.test', 'two.test']],
])('a list is changed by %s', async (table, expected) => {
  await lab.run(`Set-OrganizationRelationship Alpha -DomainNames ${table}`);
  expect(await domains()).toEqual(expected);
});

test('a new object has what a table adds', async () => {
  await lab.run("New-OrganizationRelationship Beta -DomainNames @{Add='four.test'; Remove='five.test'}");
  expect((await lab.run('Get-OrganizationRelationship Beta'))[0]?.['DomainNames']).toEqual(['four.test']);
});

test('lists of other nouns, kept under other names or apart from objects, change alike', async () => {
  await lab.run('New-MsolServicePrincipal -DisplayName App -ServicePrincipalNames app/one', 'contoso-cloud');
  const [made] = await lab.run('Get-MsolServicePrincipal -ServicePrincipalName app/one', 'contoso-cloud');
  await lab.run(
    `Set-MsolServicePrincipal -AppPrincipalId ${textShown(made, 'AppPrincipalId')} -ServicePrincipalNames @{Add='app/two'}`,
    'contoso-cloud',
  );
  const [changed] = await lab.run('Get-MsolServicePrincipal -ServicePrincipalName app/two', 'contoso-cloud');
  expect(changed?.['ServicePrincipalNames']).toEqual([made?.['AppPrincipalId'], 'app/one', 'app/two']);
  await lab.run("Set-OrganizationConfig -EwsAllowedAppIDs @{Add='22222222-2222-4222-8222-222222222222'}", 'contoso-cloud');
  expect((await lab.run('Get-OrganizationConfig', 'contoso-cloud'))[0]?.['EwsAllowedAppIDs']).toEqual([
    '22222222-2222-4222-8222-222222222222',
  ]);
});

test('-WhatIf says what would be done, of every object, and does nothing', async () => {
  await lab.run('New-OrganizationRelationship Beta -DomainNames four.test');
  expect(await lab.run('Get-OrganizationRelationship | Remove-OrganizationRelationship -wi')).toEqual([]);
  expect(await lab.run('New-OrganizationRelationship Gamma -DomainNames five.test -WhatIf')).toEqual([]);
  expect(lab.said).toEqual([
    'What if: Performing the operation "Remove-OrganizationRelationship" on target "Alpha".',
    'What if: Performing the operation "Remove-OrganizationRelationship" on target "Beta".',
    'What if: Performing the operation "New-OrganizationRelationship" on target "Gamma".',
  ]);
  expect((await lab.run('Get-OrganizationRelationship')).map(({ Name }) => Name)).toEqual(['Alpha', 'Beta']);
  await lab.run('Remove-OrganizationRelationship Beta -WhatIf:$false');
  expect((await lab.run('Get-OrganizationRelationship')).map(({ Name }) => Name)).toEqual(['Alpha']);
});

test('-ErrorAction passes over a refusal or lets it end the line', async () => {
  expect(await lab.run('Get-OrganizationRelationship Nobody -ErrorAction SilentlyContinue')).toEqual([]);
  expect(await lab.run('Get-OrganizationRelationship Nobody -ea ignore')).toEqual([]);
  await expect(lab.run('Get-OrganizationRelationship Nobody -ErrorAction Stop')).rejects.toMatchObject({ code: 'object-not-found' });
  await expect(lab.run('Get-OrganizationRelationship -ErrorAction Inquire')).rejects.toMatchObject({ code: 'bad-parameter' });
});

test('-WarningAction hushes a warning or stops at it', async () => {
  await expect(lab.run('New-FederationTrust Gateway -WarningAction Stop')).rejects.toMatchObject({
    code: 'operation-failed',
    detail: expect.stringMatching(/^The running command stopped because the preference variable "WarningPreference" or common/),
  });
  expect(lab.warned).toEqual([]);
  await lab.run('Get-FederationTrust | Remove-FederationTrust');
  await lab.run('New-FederationTrust Gateway -WarningAction SilentlyContinue');
  expect(lab.warned).toEqual([]);
  await lab.run('Remove-FederationTrust Gateway');
  await lab.run('New-FederationTrust Gateway -wa continue');
  expect(lab.warned).toHaveLength(1);
});

test('every cmdlet takes the common parameters; those that only look have no -WhatIf', () => {
  for (const [name, { kinds, required }] of Object.entries(cmdlets)) {
    const kind = kinds[0] ?? 'cloud';
    const filled = required.map((parameter) => `-${parameter} x`).join(' ');
    const refusal = (rest: string) => checkCmdlet(`${name} ${filled} ${rest}`, { kind });
    const usual = refusal('');
    expect([name, refusal('-Verbose -Debug:$false -ErrorAction Stop -WarningAction Continue -InformationAction Ignore')]).toEqual([
      name,
      usual,
    ]);
    const whatIf = refusal('-WhatIf');
    if (/^Get-|-Msol/.test(name)) expect(whatIf).toMatch(/parameter name 'WhatIf'/);
    else expect([name, whatIf]).toEqual([name, usual]);
  }
});
