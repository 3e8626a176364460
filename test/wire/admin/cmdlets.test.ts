import { afterAll, beforeAll, expect, test } from 'vitest';
import { listConfigObjects } from '../../../shared/store/config-objects.ts';
import { offered } from '../../support/challenge.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { type Answer, ask } from './ask.ts';
import { startFakeLab } from './lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const run = (line: string, organization = 'contoso', as?: string): Promise<Answer> =>
  ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/cmdlets', { line, organization, as });
const inbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>' +
  '<m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
const getFolder = (mail = 'mary@contoso.test') => lab.ews(mail, inbox);
const done = { status: 200, body: { objects: [] } };

test('a request that follows a change sees it', async () => {
  const set = (enabled: boolean) => run(`Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $${enabled}`);
  const shown = (enabled: boolean) => ({
    status: 200,
    body: { objects: [{ Name: 'EWS (Default Web Site)', BasicAuthentication: enabled, OAuthAuthentication: true, Server: 'EX-SE-01' }] },
  });
  expect(await getFolder()).toMatchObject({ status: 200 });
  for (let round = 0; round < 3; round += 1) {
    expect(await set(false)).toMatchObject(done);
    const refused = await getFolder();
    expect(refused.status).toBe(401);
    expect(String(refused.headers['www-authenticate'] ?? '')).not.toMatch(/basic/i);
    expect(await run('Get-WebServicesVirtualDirectory')).toMatchObject(shown(false));
    expect(await getFolder('pat@fabrikam.test')).toMatchObject({ status: 200 });
    expect(await set(true)).toMatchObject(done);
    expect(await getFolder()).toMatchObject({ status: 200, body: expect.stringContaining('NoError') });
    expect(await run('Get-WebServicesVirtualDirectory')).toMatchObject(shown(true));
  }
  const unknown = await lab.ews('mary@contoso.test', inbox, { password: 'wrong' });
  expect([unknown.status, unknown.headers['www-authenticate']]).toEqual([
    401,
    expect.stringMatching(offered('Negotiate, NTLM, Basic realm="mail.contoso.test"')),
  ]);
});

test('changes at the same time are all made, one after the other', async () => {
  const name = 'Autodiscover (Default Web Site)';
  const version = async () => {
    const all = await listConfigObjects(lab.store.read, 'contoso', 'AutodiscoverVirtualDirectory');
    return all.find((object) => object.name === name)?.version ?? 0;
  };
  const before = await version();
  const lines = Array.from({ length: 10 }, (_, index) => `Set-AutodiscoverVirtualDirectory "${name}" -Basic ${index % 2}`);
  for (const answer of await Promise.all(lines.map((line) => run(line)))) expect(answer).toMatchObject(done);
  expect(await version()).toBe(before + lines.length);
});

test.each([
  ['contoso', undefined],
  ['contoso', 'administrator'],
  ['contoso', 'contoso\\Administrator'],
  ['contoso', 'ADMINISTRATOR@contoso.test'],
  ['fabrikam', 'pat@fabrikam.test'],
])('in %s as %s', async (organization, as) => {
  expect(await run('Get-AutodiscoverVirtualDirectory', organization, as)).toMatchObject({
    status: 200,
    body: { objects: [{ Name: 'Autodiscover (Default Web Site)' }] },
  });
});

test('what a user may run is a matter of roles, and changes at once', async () => {
  const look = 'Get-OrganizationRelationship';
  const change = 'Remove-OrganizationRelationship nothing';
  const record = 'Get-DnsServerResourceRecord -ZoneName contoso.test';
  const hidden = (name: string) => ({
    status: 422,
    body: {
      title: 'not-available',
      detail: expect.stringMatching(`^The term '${name}' is not recognized .* rob@contoso.test has no role`),
    },
  });
  const asRob = (line: string) => run(line, 'contoso', 'rob');
  expect(await asRob(look)).toMatchObject(hidden('Get-OrganizationRelationship'));
  await run('Add-RoleGroupMember "View-Only Organization Management" -Member rob');
  expect(await asRob(look)).toMatchObject({ status: 200 });
  expect(await asRob(`${look} | Remove-OrganizationRelationship`)).toMatchObject(hidden('Remove-OrganizationRelationship'));
  await run('New-ManagementRoleAssignment -Role "Federated Sharing" -User rob');
  expect(await asRob(change)).toMatchObject({ status: 422, body: { title: 'object-not-found' } });
  expect(await asRob(record)).toMatchObject(hidden('Get-DnsServerResourceRecord'));
  expect(await run(record)).toMatchObject({ status: 200 });
  expect(await run(record.replace('contoso', 'fabrikam'), 'fabrikam', 'pat@fabrikam.test')).toMatchObject({ status: 200 });
  await run('Remove-ManagementRoleAssignment "Federated Sharing-rob"');
  await run('Remove-RoleGroupMember "View-Only Organization Management" -Member rob');
  expect(await asRob(look)).toMatchObject(hidden('Get-OrganizationRelationship'));
});

const get = 'Get-WebServicesVirtualDirectory';
test.each<readonly [line: string, organization: string, as: string | undefined, title: string, detail: RegExp]>([
  [get, 'nowhere', undefined, 'unknown-organization', /no organisation "nowhere"; it has contoso, contoso-cloud, fabrikam$/],
  [get, '__proto__', undefined, 'unknown-organization', /no organisation "__proto__"/],
  [get, 'contoso', 'nobody', 'unknown-user', /contoso has no user "nobody"/],
  [get, 'contoso', 'pat@fabrikam.test', 'unknown-user', /contoso has no user "pat@fabrikam\.test"/],
  [get, 'contoso', 'info', 'unknown-user', /contoso has no user "info" who may sign in/],
  [get, 'fabrikam', undefined, 'unknown-user', /fabrikam has no user "administrator@fabrikam\.test"/],
  [get, 'contoso-cloud', undefined, 'not-available', /^The term 'Get-WebServicesVirtualDirectory' is not recognized/],
  [
    'New-MailboxRepairRequest mary',
    'contoso',
    undefined,
    'unknown-cmdlet',
    /^The term 'New-MailboxRepairRequest' is not recognized as the name of a cmdlet/,
  ],
  [`${get} -Site x`, 'contoso', undefined, 'bad-parameter', /^A parameter cannot be found that matches parameter name 'Site'\./],
  [`${get} nothing`, 'contoso', undefined, 'object-not-found', /^The operation couldn't be performed because object 'nothing'/],
  [
    `${get} | Remove-MailboxRepairRequest`,
    'contoso',
    undefined,
    'unknown-cmdlet',
    /^The term 'Remove-MailboxRepairRequest' is not recognized/,
  ],
  [`${get} (${get} -Site x)`, 'contoso', undefined, 'bad-parameter', /^A parameter cannot be found that matches parameter name 'Site'\./],
  [`${get} | fl | ft`, 'contoso', undefined, 'bad-line', /^Format-List comes last: nothing can follow it\. \(column 35\)$/],
  [`${get} $name`, 'contoso', undefined, 'bad-parameter', /^Cannot bind argument to parameter 'Identity' because it is null\.$/],
  [`${get} $name.x()`, 'contoso', undefined, 'bad-line', /^cannot read "\(\)": .* \(column 40\)$/],
])('%s in %s as %s is refused', async (line, organization, as, title, detail) => {
  const answer = await run(line, organization, as);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer).toMatchObject({ status: 422, body: { title, status: 422, detail: expect.stringMatching(detail) } });
});

test('a lab that is not ready yet has no shell', async () => {
  await using starting = await startFakeLab();
  starting.pending = ['seed'];
  expect(await ask(starting.url, 'POST', '/_coexist/v1/cmdlets', { line: get, organization: 'contoso' })).toMatchObject({
    status: 409,
    body: { title: 'Not ready' },
  });
  expect(starting.calls).toEqual([]);
});

test('a line that is refused changes nothing', async () => {
  const shown = async () => ((await run(get)).body as { objects: unknown }).objects;
  const before = await shown();
  expect(await run('Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $false -Bogus 1')).toMatchObject({
    status: 422,
  });
  expect(await shown()).toEqual(before);
});

test('a line with pipes answers objects, says how they want to be shown, and is journalled without its parameters', async () => {
  const line = `${get} | Where-Object {$_.Name -like "ews*"} | Format-Table Name, *Auth*`;
  const answer = await run(line);
  expect(answer).toMatchObject({
    status: 200,
    body: {
      objects: [{ Name: 'EWS (Default Web Site)', Server: 'EX-SE-01' }],
      view: { as: 'table', properties: expect.arrayContaining(['Name', 'WSSecurityAuthentication', 'BasicAuthentication']) },
    },
  });
  const { trace } = answer.body as { trace: string };
  const { exchanges } = (await ask(lab.endpoints.adminUrl, 'GET', `/_coexist/v1/exchanges?trace=${trace}`)).body as { exchanges: object[] };
  expect(exchanges).toMatchObject([{ operation: `${get} | Where-Object | Format-Table`, outcome: 'answered' }]);
});
