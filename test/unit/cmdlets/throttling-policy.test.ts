import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ThrottlingPolicy, userLimits } from '../../../shared/domain/organization/throttling-policies.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';
import { openTrustLab, type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

async function limitsOf(policy?: unknown, organization = contoso) {
  const settings = await lab.settings(organization.name);
  return userLimits(organization, settings, policy as ThrottlingPolicy['Guid'] | undefined);
}

test('Setup leaves one policy, of scope Global', async () => {
  const [shown, ...more] = await lab.run('Get-ThrottlingPolicy');
  expect(more).toEqual([]);
  expect(shown).toMatchObject({
    ...{ EwsMaxConcurrency: 27, EwsMaxBurst: 300_000, EwsRechargeRate: 900_000, EwsCutoffBalance: 3_000_000, EwsMaxSubscriptions: 5_000 },
    ...{ IsServiceAccount: false, ThrottlingPolicyScope: 'Global', IsDefault: true, OwaMaxConcurrency: null },
    Name: expect.stringMatching(/^GlobalThrottlingPolicy_[0-9a-f-]{36}$/),
  });
  expect(await limitsOf(undefined, contosoCloud)).toMatchObject({ maxConcurrency: 27, maxSubscriptions: 20 });
  const name = textShown(shown, 'Name');
  for (const line of [`Set-ThrottlingPolicy ${name} -EwsMaxBurst 1`, `Remove-ThrottlingPolicy ${name} -Confirm:$false`])
    await expect(lab.run(line)).rejects.toMatchObject({ code: 'operation-failed' });
  await expect(lab.run('Get-ThrottlingPolicy', 'contoso-cloud')).rejects.toMatchObject({ code: 'not-available' });
});

test('a policy of a user says what it names, that of the organisation the rest, Setup what is left', async () => {
  const [made] = await lab.run('New-ThrottlingPolicy Migration -EwsMaxConcurrency $null -EwsCutoffBalance 9000 -OwaMaxBurst 5');
  expect(made).toMatchObject({ EwsMaxConcurrency: 'Unlimited', EwsCutoffBalance: 9_000, EwsMaxBurst: null, OwaMaxBurst: 5 });
  await lab.run('New-ThrottlingPolicy Everybody -ThrottlingPolicyScope Organization -EwsMaxConcurrency 5 -EwsRechargeRate unlimited');
  const infinite = Number.POSITIVE_INFINITY;
  expect(await limitsOf()).toMatchObject({ maxConcurrency: 5, rechargeRate: infinite, cutoffBalance: 3_000_000 });
  const guid = made?.['Guid'];
  expect(await limitsOf(guid)).toMatchObject({ maxConcurrency: infinite, rechargeRate: infinite, cutoffBalance: 9_000, maxBurst: 300_000 });
  await lab.run(`Set-ThrottlingPolicy ${textShown(made, 'Guid')} -Name Moves -EwsMaxConcurrency 8`);
  expect(await limitsOf(guid)).toMatchObject({ maxConcurrency: 8, cutoffBalance: 9_000 });
  expect(await lab.run('Get-ThrottlingPolicy -ThrottlingPolicyScope Regular')).toMatchObject([{ Name: 'Moves', Guid: guid }]);
});

test('who has a policy', async () => {
  await lab.run('New-ThrottlingPolicy Moves -EwsMaxSubscriptions 7');
  await lab.run('Set-ThrottlingPolicyAssociation mary -ThrottlingPolicy Moves');
  expect(await lab.run('Get-Mailbox mary')).toMatchObject([{ ThrottlingPolicy: 'Moves' }]);
  expect(await lab.run('Get-ThrottlingPolicyAssociation -ThrottlingPolicy Moves')).toMatchObject([
    { Name: 'Mary Major', ThrottlingPolicyId: 'Moves' },
  ]);
  await expect(lab.run('Remove-ThrottlingPolicy Moves -Confirm:$false')).rejects.toMatchObject({ code: 'operation-failed' });
  await lab.run('Set-Mailbox mary -ThrottlingPolicy $null');
  expect(await lab.run('Get-ThrottlingPolicyAssociation mary')).toMatchObject([{ ThrottlingPolicyId: '' }]);
  await lab.run('Remove-ThrottlingPolicy Moves -Confirm:$false');
  expect(await lab.run('Get-ThrottlingPolicy')).toHaveLength(1);
});

test.each([
  ['New-ThrottlingPolicy x -EwsMaxBurst -1', 'bad-parameter'],
  ['New-ThrottlingPolicy x -EwsMaxBurst lots', 'bad-parameter'],
  ['New-ThrottlingPolicy x -EWSPercentTimeInCAS 90', 'bad-parameter'],
  ['New-ThrottlingPolicy x -ThrottlingPolicyScope Global', 'bad-parameter'],
  ['Set-ThrottlingPolicyAssociation mary -ThrottlingPolicy Nobody', 'object-not-found'],
])('%s is refused', async (line, code) => {
  await expect(lab.run(line)).rejects.toMatchObject({ code });
});

test('one policy for everybody is enough', async () => {
  await lab.run('New-ThrottlingPolicy One -ThrottlingPolicyScope Organization');
  await expect(lab.run('New-ThrottlingPolicy Two -ThrottlingPolicyScope Organization')).rejects.toMatchObject({ code: 'object-exists' });
  await expect(lab.run('Set-Mailbox joe -ThrottlingPolicy One', 'contoso-cloud')).rejects.toMatchObject({ code: 'bad-parameter' });
});
