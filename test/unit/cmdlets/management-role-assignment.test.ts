import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

/** Those that nobody has from the beginning. */
const own = "Get-ManagementRoleAssignment | ? {$_.RoleAssigneeType -notmatch '^Role'}";

test('a user and a group get the role, with a scope and without', async () => {
  await lab.run(`New-ManagementScope Sales -RecipientRestrictionFilter "Department -eq 'Sales'"`);
  expect(await lab.run('Get-ManagementScope sales')).toEqual([
    { Name: 'Sales', RecipientFilter: "Department -eq 'Sales'", ScopeRestrictionType: 'RecipientScope', Identity: 'Sales' },
  ]);
  const [shown] = await lab.run(
    'New-ManagementRoleAssignment -Role applicationimpersonation -User contoso\\svc -CustomRecipientWriteScope sales',
  );
  expect(shown).toEqual({
    Name: 'ApplicationImpersonation-svc',
    Role: 'ApplicationImpersonation',
    RoleAssignee: 'svc@contoso.test',
    RoleAssigneeName: 'svc@contoso.test',
    RoleAssigneeType: 'User',
    RoleAssignmentDelegationType: 'Regular',
    AssignmentMethod: 'Direct',
    CustomRecipientWriteScope: 'sales',
    RecipientWriteScope: 'CustomRecipientScope',
    Enabled: true,
    Identity: 'ApplicationImpersonation-svc',
  });
  await lab.run('New-ManagementRoleAssignment Service -Role ApplicationImpersonation -SecurityGroup service');
  expect((await lab.run('Get-ManagementRoleAssignment -Role ApplicationImpersonation')).map(({ Name }) => Name)).toEqual([
    'ApplicationImpersonation-Hygiene Management',
    'ApplicationImpersonation-Organization Management-Delegating',
    'ApplicationImpersonation-svc',
    'Service',
  ]);
  expect(await lab.run('Get-ManagementRoleAssignment -RoleAssignee service@contoso.test')).toMatchObject([
    { Name: 'Service', RoleAssigneeType: 'SecurityGroup', RecipientWriteScope: 'Organization' },
  ]);
  await expect(lab.run('Remove-ManagementScope Sales')).rejects.toMatchObject({ code: 'operation-failed' });
  await lab.run('Remove-ManagementRoleAssignment ApplicationImpersonation-svc -Confirm:$false');
  await lab.run('Remove-ManagementScope Sales -Confirm:$false');
  expect(await lab.run(own)).toMatchObject([{ Name: 'Service' }]);
});

test.each([
  ['New-ManagementRoleAssignment -Role ApplicationImpersonation', 'bad-parameter'],
  ['New-ManagementRoleAssignment -Role "Mail Receivers" -User svc', 'object-not-found'],
  ['New-ManagementRoleAssignment -Role "Mail Recipients" -User svc -CustomRecipientWriteScope x', 'bad-parameter'],
  ['New-ManagementRoleAssignment "Migration-Recipient Management" -Role Migration -User svc', 'object-exists'],
  ['Remove-ManagementRoleAssignment "Migration-Recipient Management"', 'operation-failed'],
  ['New-ManagementRoleAssignment -Role ApplicationImpersonation -User svc -SecurityGroup service', 'bad-parameter'],
  ['New-ManagementRoleAssignment -Role ApplicationImpersonation -User service', 'object-not-found'],
  ['New-ManagementRoleAssignment -Role ApplicationImpersonation -SecurityGroup svc', 'object-not-found'],
  ['New-ManagementRoleAssignment -Role ApplicationImpersonation -User svc -CustomRecipientWriteScope none', 'object-not-found'],
  ['Get-ManagementRoleAssignment none', 'object-not-found'],
  ['New-ManagementScope x -RecipientRestrictionFilter "Department -match 1"', 'bad-parameter'],
  ['New-ManagementScope x -ServerList y', 'bad-parameter'],
])('%s is refused', async (line, code) => {
  await expect(lab.run(line)).rejects.toMatchObject({ code });
  expect(await lab.run(own)).toEqual([]);
});

const assign = 'New-ManagementRoleAssignment -Role ApplicationImpersonation -User joe@contoso.test';

test('the cloud has the role in 2019', async () => {
  expect(await lab.run(assign, 'contoso-cloud')).toHaveLength(1);
});

test('the cloud has no such role any more', async () => {
  await lab.close();
  lab = await openTrustLab('2025-11');
  await expect(lab.run(assign, 'contoso-cloud')).rejects.toMatchObject({
    code: 'object-not-found',
    detail: expect.stringMatching(/object 'ApplicationImpersonation' couldn't be found on 'contoso\.test'\. Exchange Online has no /),
  });
  expect(await lab.run(assign.replace('joe', 'svc'))).toHaveLength(1);
});
