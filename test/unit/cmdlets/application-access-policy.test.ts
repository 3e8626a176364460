import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApplicationAccessPolicy, accessByPolicy } from '../../../shared/domain/trust/application-access-policies.ts';
import { daemonId, openTrustLab, type TrustLab, tenantId, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const cloud = 'contoso-cloud';
const other = '33333333-3333-4333-8333-333333333333';
const make = async (right: string, more = '', appId: string = daemonId) =>
  (
    await lab.run(`New-ApplicationAccessPolicy -AppId ${appId} -PolicyScopeGroupId sales@contoso.test -AccessRight ${right} ${more}`, cloud)
  )[0];
const access = async (who: string, appId: string = daemonId) =>
  (await lab.run(`Test-ApplicationAccessPolicy ${who} -AppId ${appId}`, cloud))[0]?.['AccessCheckResult'];

test('a policy restricts an application to members; Set- changes its description, Remove- removes it', async () => {
  const shown = await make('restrictaccess', '-Description "Sales alone"');
  expect(shown).toMatchObject({
    Identity: expect.stringMatching(new RegExp(`^${tenantId}\\\\${daemonId}:S-1-5-21-[\\d-]+;[0-9a-f-]{36}$`)),
    AppId: [daemonId],
    AccessRight: 'RestrictAccess',
    ScopeName: 'sales@contoso.test',
    Description: 'Sales alone',
    IsValid: true,
  });
  expect(await access('joe@contoso.test')).toBe('Granted');
  expect(await access('"Joe Jones"')).toBe('Granted');
  expect(await access('zoe')).toBe('Denied');
  expect(await access('zoe', other)).toBe('Granted');
  const identity = textShown(shown, 'Identity');
  await lab.run(`Set-ApplicationAccessPolicy '${identity}' -Description x`, cloud);
  expect(await lab.run('Get-ApplicationAccessPolicy', cloud)).toMatchObject([{ Description: 'x' }]);
  await expect(make('RestrictAccess')).rejects.toMatchObject({ code: 'object-exists' });
  await lab.run(`Remove-ApplicationAccessPolicy '${identity}' -Confirm:$false`, cloud);
  expect(await access('zoe')).toBe('Granted');
});

test('DenyAccess to every application', async () => {
  await make('DenyAccess', '', '*');
  expect([await access('joe'), await access('zoe'), await access('joe', other)]).toEqual(['Denied', 'Granted', 'Denied']);
});

test('Test- shows whom it is about', async () => {
  expect(await lab.run(`Test-ApplicationAccessPolicy joe -AppId ${daemonId}`, cloud)).toEqual([
    {
      AppId: daemonId,
      Mailbox: 'Joe Jones',
      MailboxId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      MailboxSid: expect.stringMatching(/^S-1-5-21-/),
      AccessCheckResult: 'Granted',
    },
  ]);
});

test.each([
  ['New-ApplicationAccessPolicy -AppId x -PolicyScopeGroupId sales -AccessRight DenyAccess', 'bad-parameter'],
  [`New-ApplicationAccessPolicy -AppId ${daemonId} -PolicyScopeGroupId sales -AccessRight None`, 'bad-parameter'],
  [`New-ApplicationAccessPolicy -AppId ${daemonId} -PolicyScopeGroupId info -AccessRight DenyAccess`, 'bad-parameter'],
  [`New-ApplicationAccessPolicy -AppId ${daemonId} -PolicyScopeGroupId nobody -AccessRight DenyAccess`, 'object-not-found'],
  [`New-ApplicationAccessPolicy -AppId ${daemonId} -AccessRight DenyAccess`, 'bad-parameter'],
  [`Test-ApplicationAccessPolicy nobody -AppId ${daemonId}`, 'object-not-found'],
  ['Set-ApplicationAccessPolicy x -AccessRight DenyAccess', 'bad-parameter'],
])('%s is refused', async (line, code) => {
  await expect(lab.run(line, cloud)).rejects.toMatchObject({ code });
});

const policy = (AccessRight: ApplicationAccessPolicy['AccessRight'], group: string, app = daemonId): ApplicationAccessPolicy => ({
  Identity: `${AccessRight} ${group}`,
  AppId: [app],
  AccessRight,
  PolicyScopeGroupId: group,
  Description: '',
});

test.each<[string, readonly ApplicationAccessPolicy[], 'Granted' | 'Denied']>([
  ['no policy', [], 'Granted'],
  ['another application', [policy('RestrictAccess', 'out', other)], 'Granted'],
  ['restricted, member', [policy('RestrictAccess', 'in')], 'Granted'],
  ['restricted, no member', [policy('RestrictAccess', 'out')], 'Denied'],
  ['restricted twice, member of one', [policy('RestrictAccess', 'out'), policy('RestrictAccess', 'in')], 'Granted'],
  ['denied, member', [policy('DenyAccess', 'in')], 'Denied'],
  ['denied, no member', [policy('DenyAccess', 'out')], 'Granted'],
  ['denied comes before restricted', [policy('RestrictAccess', 'in'), policy('DenyAccess', 'in')], 'Denied'],
  ['denied elsewhere, restricted here', [policy('RestrictAccess', 'in'), policy('DenyAccess', 'out')], 'Granted'],
  ['denied elsewhere, restricted elsewhere', [policy('RestrictAccess', 'out'), policy('DenyAccess', 'out')], 'Denied'],
])('%s: %o', (_what, policies, result) => {
  expect(accessByPolicy(policies, daemonId.toUpperCase(), (group) => group === 'in')).toBe(result);
});
