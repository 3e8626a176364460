import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cmdlet } from '../../../shared/cmdlets/cmdlet.ts';
import { cmdlets } from '../../../shared/cmdlets/index.ts';
import { parametersOf, type RoleEntry, roleEntries, roleEntryOf } from '../../../shared/cmdlets/roles/entries.ts';
import { permissionOf } from '../../../shared/cmdlets/roles/permission.ts';
import { openDirectory } from '../../../shared/domain/directory/directory.ts';
import type { RoleName } from '../../../shared/domain/organization/management-roles.ts';
import { openRegistry } from '../../../shared/domain/organization/registry.ts';
import { testScope } from '../../support/cmdlet-scope.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

describe('the table of roles', () => {
  test('every cmdlet has its line: name it, or its noun, in shared/cmdlets/roles/entries.ts', () => {
    expect(Object.keys(cmdlets).filter((name) => roleEntryOf(name) === undefined)).toEqual([]);
  });

  test('every line is of a cmdlet that exists: take the others out of shared/cmdlets/roles/entries.ts', () => {
    const names = Object.keys(cmdlets);
    const nouns = new Set(names.map((name) => name.slice(name.indexOf('-') + 1)));
    expect(Object.keys(roleEntries).filter((key) => !nouns.has(key) && !names.includes(key))).toEqual([]);
  });

  test('what users have of their own are parameters that exist, and an Identity', () => {
    for (const [key, entry] of Object.entries(roleEntries)) {
      if (typeof entry === 'string' || entry.own === undefined) continue;
      const known = Object.entries(cmdlets).filter(([name]) => name === key || name.endsWith(`-${key}`));
      const parameters = new Set(known.flatMap(([, cmdlet]: [string, Cmdlet]) => Object.keys(cmdlet.parameters)));
      expect([key, ['Identity', ...entry.own.parameters].filter((one) => !parameters.has(one))]).toEqual([key, []]);
    }
  });

  test.each<[RoleName, string, unknown]>([
    ['Federated Sharing', 'Set-OrganizationRelationship', 'all'],
    ['View-Only Configuration', 'Get-OrganizationRelationship', 'all'],
    ['View-Only Configuration', 'Test-FederationTrust', 'all'],
    ['View-Only Configuration', 'Set-OrganizationRelationship', undefined],
    ['Mail Recipients', 'Get-OrganizationRelationship', undefined],
    ['Organization Configuration', 'New-MsolServicePrincipal', undefined],
    ['Role Management', 'Get-Nothing', undefined],
  ])('%s and %s: %s', (role, cmdlet, parameters) => {
    expect(parametersOf(role, cmdlet)).toBe(parameters);
  });
});

describe('in a shell', () => {
  let lab: TrustLab;
  beforeAll(async () => {
    lab = await openTrustLab();
  });
  afterAll(() => lab.close());

  const refused = (code: string, detail: RegExp) => ({ code, detail: expect.stringMatching(detail) as string });
  const roles = async (identity: string) => (await lab.run(`Get-RoleGroup "${identity}"`))[0];

  test('roles, and what is in them', async () => {
    expect(await lab.run('Get-ManagementRole "federated sharing"')).toMatchObject([
      {
        Name: 'Federated Sharing',
        RoleType: 'FederatedSharing',
        IsEndUserRole: false,
        RoleEntries: expect.arrayContaining(['New-FederationTrust']),
      },
    ]);
    expect((await lab.run('Get-ManagementRole View-Only*')).map(({ RoleType }) => RoleType)).toEqual([
      'ViewOnlyConfiguration',
      'ViewOnlyRecipients',
    ]);
    const asked = 'Get-ManagementRole -Cmdlet Set-OrganizationConfig -CmdletParameters EwsEnabled';
    expect((await lab.run(asked)).map(({ Name }) => Name)).toEqual(['Organization Configuration', 'Federated Sharing', 'Mail Tips']);
    expect(await lab.run('Get-ManagementRole -Cmdlet Set-OrganizationConfig -CmdletParameters Nothing')).toEqual([]);
    expect(await lab.run('Get-ManagementRoleEntry "View-Only Configuration\\*AuthServer"')).toEqual([
      { Name: 'Get-AuthServer', Role: 'View-Only Configuration', Parameters: ['Identity'] },
    ]);
    expect((await lab.run('Get-ManagementRoleEntry "*\\Set-AuthServer"')).map(({ Role }) => Role)).toEqual(['Organization Client Access']);
    expect(await lab.run('Get-ManagementRoleEntry "*\\*AuthServer"', 'contoso-cloud')).toEqual([]);
    await expect(lab.run('Get-ManagementRoleEntry Nothing\\Get-AuthServer')).rejects.toMatchObject({ code: 'object-not-found' });
    await expect(lab.run('Get-ManagementRoleEntry Nothing')).rejects.toMatchObject({ code: 'bad-parameter' });
    await expect(lab.run('Get-ManagementRole Nothing')).rejects.toMatchObject({ code: 'object-not-found' });
    await expect(lab.run('Get-ManagementRole "Exchange Servers"', 'contoso-cloud')).rejects.toMatchObject({ code: 'object-not-found' });
  });

  test('a role group is made, changed and removed with its assignments', async () => {
    await lab.run('New-RoleGroup Seattle -Roles "mail recipients",Migration -Members mary -Description "The north west"');
    expect(await roles('seattle')).toEqual({
      ManagedBy: ['Organization Management'],
      RoleAssignments: ['Mail Recipients-Seattle', 'Migration-Seattle'],
      Roles: ['Mail Recipients', 'Migration'],
      Members: ['Mary Major'],
      Description: 'The north west',
      RoleGroupType: 'Standard',
      Name: 'Seattle',
      Identity: 'Seattle',
    });
    await lab.run('New-ManagementRoleAssignment -Role "Mailbox Import Export" -SecurityGroup seattle');
    await lab.run('New-ManagementRoleAssignment -Role "Recipient Policies" -SecurityGroup seattle -Delegating');
    await lab.run("Set-RoleGroup Seattle -ManagedBy @{Add='mary'} -Description $null");
    expect(await roles('Seattle')).toMatchObject({
      ManagedBy: ['Organization Management', 'mary@contoso.test'],
      Roles: ['Mail Recipients', 'Mailbox Import Export', 'Migration'],
      Description: '',
    });
    await lab.run('Get-RoleGroup Seattle | Remove-RoleGroup');
    expect(await lab.run("Get-ManagementRoleAssignment | ? {$_.RoleAssignee -eq 'Seattle'}")).toEqual([]);
    await expect(lab.run('Get-RoleGroup Seattle')).rejects.toMatchObject({ code: 'object-not-found' });
  });

  test('members come and go, of built-in groups too', async () => {
    const members = async () => (await lab.run('Get-RoleGroupMember "Help Desk"')).map(({ Name }) => Name);
    expect(await members()).toEqual([]);
    await lab.run('Add-RoleGroupMember "help desk" -Member mary@contoso.test');
    await lab.run('Get-RoleGroup "Help Desk" | Add-RoleGroupMember -Member service');
    expect(await members()).toEqual(['Mary Major', 'Service']);
    await expect(lab.run('Add-RoleGroupMember "Help Desk" -Member mary')).rejects.toMatchObject(
      refused('object-exists', /^The recipient "Mary Major" is already a member of the group "Help Desk"\.$/),
    );
    await lab.run('Remove-RoleGroupMember "Help Desk" -Member mary');
    expect(await members()).toEqual(['Service']);
    await expect(lab.run('Remove-RoleGroupMember "Help Desk" -Member mary')).rejects.toMatchObject({ code: 'object-not-found' });
    await lab.run('Add-RoleGroupMember "Organization Management" -Member mary');
    await expect(lab.run('Remove-RoleGroupMember "Organization Management" -Member mary')).rejects.toMatchObject({
      code: 'operation-failed',
    });
  });

  test.each([
    ['New-RoleGroup "help desk"', 'object-exists'],
    ['New-RoleGroup x -Roles Nothing', 'object-not-found'],
    ['New-RoleGroup x -Members nobody', 'object-not-found'],
    [`New-RoleGroup ${'x'.repeat(65)}`, 'bad-parameter'],
    ['Remove-RoleGroup "Help Desk"', 'operation-failed'],
    ['Set-RoleGroup Nothing -Description x', 'object-not-found'],
    ['Add-RoleGroupMember Nothing -Member mary', 'object-not-found'],
    ['Get-RoleGroup "Server Management"', 'object-not-found', 'contoso-cloud'],
  ])('%s is refused', async (line, code, organization = 'contoso') => {
    await expect(lab.run(line, organization)).rejects.toMatchObject({ code });
  });
});

describe('what roles permit', () => {
  const thing: Cmdlet = {
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: { Identity: 'text', Language: 'text', Quota: 'integer' },
    required: [],
    run: (_scope, given) => Promise.resolve([given as Readonly<Record<string, string>>]),
  };
  const entries: Readonly<Record<string, RoleEntry>> = {
    Thing: { change: ['Mail Recipients'], look: ['View-Only Recipients'], own: { role: 'MyBaseOptions', parameters: ['Language'] } },
    Other: { change: ['Mail Recipients'] },
  };
  let lab: TrustLab;
  let registry: ReturnType<typeof openRegistry>;
  let directory: ReturnType<typeof openDirectory>;
  beforeAll(async () => {
    lab = await openTrustLab();
    registry = openRegistry(lab.store);
    directory = openDirectory(lab.store, 'contoso');
  });
  afterAll(async () => {
    registry.close();
    directory.close();
    await lab.close();
  });

  const open = async (user: string) => {
    const organization = (await registry.current()).byName('contoso');
    const account = await directory.byAccountName(user);
    if (organization === undefined || account === undefined) throw new Error('the world has them');
    const permission = await permissionOf(account, { organization, directory, settings: await registry.settings('contoso') }, entries);
    const scope = await testScope({ store: lab.store, registry, directory: () => directory }, organization);
    return { permission, scope };
  };

  test('a user has some parameters for himself, and what he does not have is not there', async () => {
    const { permission, scope } = await open('mary');
    expect(permission.permitted('Set-Other', thing)).toBeUndefined();
    const own = permission.permitted('Set-Thing', thing);
    expect(own?.parameters).toEqual({ Identity: 'text', Language: 'text' });
    expect(await own?.run(scope, { Language: 'de' })).toEqual([{ Identity: 'mary@contoso.test', Language: 'de' }]);
    expect(await own?.run(scope, { Identity: 'contoso\\mary' })).toEqual([{ Identity: 'contoso\\mary' }]);
    await expect(own?.run(scope, { Identity: 'svc' })).rejects.toMatchObject({ code: 'object-not-found' });
    await expect(own?.run(scope, { Identity: 'nobody' })).rejects.toMatchObject({ code: 'object-not-found' });
  });

  test('an administrative role reaches everybody; one to look with changes nothing; to hand one out is not to have it', async () => {
    await lab.run('New-ManagementRoleAssignment -Role "Mail Recipients" -User mary -Delegating');
    expect((await open('mary')).permission.permitted('Set-Other', thing)).toBeUndefined();
    await lab.run('Add-RoleGroupMember "Help Desk" -Member mary');
    expect((await open('mary')).permission.permitted('Get-Thing', thing)).toBe(thing);
    expect((await open('mary')).permission.permitted('Set-Thing', thing)).not.toBe(thing);
    await lab.run('New-ManagementRoleAssignment -Role "Mail Recipients" -User mary');
    expect((await open('mary')).permission.permitted('Set-Thing', thing)).toBe(thing);
  });

  test('a group within a role group has its roles', async () => {
    expect((await open('svc')).permission.permitted('Set-Other', thing)).toBeUndefined();
    await lab.run('Add-RoleGroupMember "Recipient Management" -Member service');
    expect((await open('svc')).permission.permitted('Set-Other', thing)).toBe(thing);
  });
});
