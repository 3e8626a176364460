import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CmdletObject } from '../../../shared/cmdlets/cmdlet.ts';
import { checkCmdlet, cmdlets, planLine } from '../../../shared/cmdlets/index.ts';
import { parseLine, parseStatement } from '../../../shared/cmdlets/line/parse.ts';
import { pipelineInputOf } from '../../../shared/cmdlets/pipeline/pipeline-input.ts';
import type { View } from '../../../shared/cmdlets/pipeline/plan.ts';
import { type LinePlan, planStatement } from '../../../shared/cmdlets/pipeline/statement.ts';
import { meets } from '../../../shared/cmdlets/pipeline/where.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { openTrustLab, type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeAll(async () => {
  lab = await openTrustLab();
  await lab.run('New-FederationTrust Gateway -SuppressDnsWarning');
  await lab.run('New-Mailbox PublicFolders -PublicFolder');
  for (const name of ['Alpha', 'Beta', 'Gamma'])
    await lab.run(`New-OrganizationRelationship ${name} -DomainNames ${name}.test, www.${name}.test -PhotosEnabled $${name === 'Beta'}`);
});
afterAll(() => lab.close());

const names = async (rest: string) => (await lab.run(`Get-OrganizationRelationship ${rest}`)).map(({ Name }) => Name);
const refusal = (line: string) => checkCmdlet(line, { kind: 'on-premises' });

test('objects go to the identity of the next cmdlet, one after the other', async () => {
  await lab.run('Get-OrganizationRelationship | Set-OrganizationRelationship -MailboxMoveEnabled $true');
  expect(await names('| ? {$_.MailboxMoveEnabled}')).toEqual(['Alpha', 'Beta', 'Gamma']);
  await lab.run("Get-OrganizationRelationship | where {$_.Name -ne 'beta'} | Set-OrganizationRelationship -MailboxMoveEnabled $false");
  expect(await names('| ? {$_.MailboxMoveEnabled}')).toEqual(['Beta']);
  expect(await lab.run('Get-OrganizationRelationship Nothing* | select Name').catch(String)).toMatch(/object-not-found/);
  expect(await lab.run('Get-FederationTrust | Set-FederationTrust -RefreshMetadata')).toEqual([]);
});

/** What an Autodiscover says of fabrikam.test. */
const federationInformation = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
  <GetFederationInformationResponseMessage xmlns="http://schemas.microsoft.com/exchange/2010/Autodiscover"><Response>
    <ErrorCode>NoError</ErrorCode><ErrorMessage/><ApplicationUri>FYDIBOHF25SPDLT.fabrikam.test</ApplicationUri>
    <Domains><Domain>fabrikam.test</Domain></Domains><TokenIssuers><TokenIssuer><Endpoint>https://login.test/extSTS.srf</Endpoint>
    <Uri>urn:federation:MicrosoftOnline</Uri></TokenIssuer></TokenIssuers>
  </Response></GetFederationInformationResponseMessage></s:Body></s:Envelope>`;

test('an object gives its properties to the parameters that take them; what is written wins', async () => {
  lab.answer(({ url }) =>
    url.includes('/autodiscover.svc')
      ? Promise.resolve({ status: 200, headers: {}, body: Buffer.from(federationInformation) })
      : Promise.reject(new Refusal('NameNotFound')),
  );
  const information = 'Get-FederationInformation -DomainName fabrikam.test';
  await lab.run(
    `${information} | New-OrganizationRelationship -Name Fabrikam -FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails`,
  );
  await lab.run(`${information} | New-OrganizationRelationship Other -DomainNames other.test -TargetApplicationUri $null`);
  lab.answer(undefined);
  const target = 'https://fabrikam.test/autodiscover/autodiscover.svc/WSSecurity';
  expect(
    await lab.run('Get-OrganizationRelationship | ? {$_.TargetAutodiscoverEpr} | select Name, DomainNames, freebusyaccesslevel, TargetA*'),
  ).toEqual([
    {
      Name: 'Fabrikam',
      DomainNames: ['fabrikam.test'],
      FreeBusyAccessLevel: 'LimitedDetails',
      TargetApplicationUri: 'FYDIBOHF25SPDLT.fabrikam.test',
      TargetAutodiscoverEpr: target,
    },
    { Name: 'Other', DomainNames: ['other.test'], FreeBusyAccessLevel: 'None', TargetApplicationUri: '', TargetAutodiscoverEpr: target },
  ]);
  await lab.run('Get-OrganizationRelationship | ? {$_.TargetAutodiscoverEpr} | Remove-OrganizationRelationship');
  expect(await names('')).toEqual(['Alpha', 'Beta', 'Gamma']);
});

test('a certificate becomes a trust by its thumbprint', async () => {
  await lab.run('New-ExchangeCertificate -SubjectName CN=Piped', 'fabrikam');
  const [made] = await lab.run(
    "Get-ExchangeCertificate | ?{$_.Subject -eq 'cn=piped'} | New-FederationTrust -Name Gateway -SuppressDnsWarning",
    'fabrikam',
  );
  const [certificate] = await lab.run("Get-ExchangeCertificate | ?{$_.Subject -match '^CN=Piped$'}", 'fabrikam');
  expect(JSON.stringify(made?.['OrgPrivCertificate'])).toBe(JSON.stringify(textShown(certificate, 'Thumbprint')));
});

test('the first refusal ends the line, and what was done stays done', async () => {
  const line = 'Get-OrganizationRelationship | select Name | Set-OrganizationRelationship -DomainNames one.test';
  await expect(lab.run(line)).rejects.toMatchObject({
    code: 'bad-parameter',
    detail: expect.stringMatching(/^The input object cannot be bound/),
  });
  // Both get the same new name: the second is refused.
  await expect(
    lab.run("Get-OrganizationRelationship | ? {$_.Name -gt 'b'} | Set-OrganizationRelationship -Name Renamed"),
  ).rejects.toMatchObject({ code: 'object-exists' });
  expect(await names('')).toEqual(expect.arrayContaining(['Alpha', 'Renamed', 'Gamma']));
  await lab.run('Set-OrganizationRelationship Renamed -Name Beta');
});

test('Select-Object', async () => {
  expect(await names('| select -First 2')).toEqual(['Alpha', 'Beta']);
  expect(await names('| select -First 0')).toEqual([]);
  expect(await lab.run('Get-OrganizationRelationship Beta | select name, *Epr, Nothing')).toEqual([
    { Name: 'Beta', TargetSharingEpr: '', TargetAutodiscoverEpr: '', Nothing: null },
  ]);
  expect(await lab.run('Get-OrganizationRelationship -Id Beta | select -ExpandProperty domainnames')).toEqual([
    { DomainNames: 'beta.test' },
    { DomainNames: 'www.beta.test' },
  ]);
  expect(await lab.run('Get-OrganizationRelationship Beta | select -Expand Name | Get-OrganizationRelationship | select Name')).toEqual([
    { Name: 'Beta' },
  ]);
  await expect(lab.run('Get-OrganizationRelationship Beta | select -Expand Colour')).rejects.toMatchObject({
    detail: 'Property "Colour" cannot be found.',
  });
  await expect(lab.run('Get-OrganizationRelationship Beta | select -Expand Name | select Name')).rejects.toMatchObject({
    code: 'bad-parameter',
  });
});

/** A table of cmdlets for lines whose order matters. */
function journalled(line: string): { readonly calls: string[]; run(): ReturnType<LinePlan['run']> } {
  const calls: string[] = [];
  const plan = planStatement(parseStatement(line), (name) => ({
    name: 'Get-FederationTrust',
    cmdlet: {
      kinds: ['on-premises'],
      parameters: { Identity: 'text', By: 'text' },
      required: [],
      run(_scope, { Identity, By }) {
        calls.push(`${name} ${String(Identity ?? '')}`);
        return Promise.resolve(
          (Identity === undefined ? ['1', '2', '3'] : [Identity]).map((one) => ({ Identity: `${String(one)}${String(By ?? '')}` })),
        );
      },
    },
  }));
  const scope = undefined as unknown as Parameters<typeof plan.run>[0];
  return { calls, run: () => plan.run(scope) };
}

test('each object goes through the whole line before the next one; -First stops what comes before it', async () => {
  const all = journalled('Get-A | Get-B -By b | Get-C -By c');
  expect((await all.run()).objects).toEqual([{ Identity: '1bc' }, { Identity: '2bc' }, { Identity: '3bc' }]);
  expect(all.calls).toEqual(['Get-A ', 'Get-B 1', 'Get-C 1b', 'Get-B 2', 'Get-C 2b', 'Get-B 3', 'Get-C 3b']);
  const some = journalled('Get-A | Get-B | select -First 1');
  expect((await some.run()).objects).toEqual([{ Identity: '1' }]);
  expect(some.calls).toEqual(['Get-A ', 'Get-B 1']);
});

test.each<readonly [line: string, view: View | undefined]>([
  ['Get-A', undefined],
  ['Get-A | fl', { as: 'list' }],
  ['Get-A | Format-Table -AutoSize', { as: 'table' }],
  ['Get-A | FL ident*, Nothing, x*', { as: 'list', properties: ['Identity', 'Nothing'] }],
  ["Get-A | ft 'IDENTITY'", { as: 'table', properties: ['Identity'] }],
  ['Get-A | select -Expand Identity', { as: 'values' }],
  ['Get-A | select -Expand Identity | fl', { as: 'values' }],
])('%s', async (line, view) => {
  const { objects, ...answer } = await journalled(line).run();
  expect(answer).toEqual(view === undefined ? {} : { view });
  expect(objects.map((object) => object['Identity'])).toEqual(['1', '2', '3']);
});

const first: CmdletObject = {
  Name: 'Fabrikam',
  Enabled: true,
  Size: 10,
  Nothing: null,
  Empty: '',
  Members: ['one.test', 'two.test'],
  None: [],
  At: new Date(Date.UTC(2026, 10, 2)),
  Inner: { Depth: 2 },
};
test.each([
  ["$_.Name -eq 'FABRIKAM'", true],
  ["$_.name –ne 'x'", true],
  ["$_.Name -like 'fab*'", true],
  ["$_.Name -notlike 'fab*'", false],
  ["$_.Name -match 'bri'", true],
  ["$_.Name -notmatch 'bri'", false],
  ["$_.Name -gt 'E' -and $_.Name -lt 'G'", true],
  ["$PSItem.Name -ge 'fabrikam' -and $_.Name -le 'fabrikam'", true],
  ['$_.Size -gt 9', true],
  ["$_.Size -gt '9'", true],
  ['$_.Size -le 9.5', false],
  ['$_.Size -eq 10', true],
  ["$_.Size -eq 'ten'", false],
  ['$_.Enabled', true],
  ['-not $_.Enabled', false],
  ['!$_.Enabled', false],
  ['$_.Enabled -eq $true', true],
  // The right side is read as a Boolean, and a text that is not empty is true.
  ["$_.Enabled -eq 'False'", true],
  ['$_.Nothing -eq $null', true],
  ['$_.Missing -eq $null', true],
  ['$null -ne $_.Name', true],
  ['$_.Empty', false],
  ['$_.None', false],
  ["$_.Members -eq 'TWO.test'", true],
  ["$_.Members -like 'three*'", false],
  ["$_.At -gt '2026-11-01'", true],
  ["$_.At -lt '2026-11-01'", false],
  ['$_.Inner.Depth -eq 2', true],
  ['$_.Name.Length -eq 8', false],
  // One rank, from left to right.
  ['$true -or $true -and $false', false],
  ['$true -or ($true -and $false)', true],
  // -not belongs to the property.
  ["-not $_.Name -eq 'Fabrikam'", false],
  ["-not ($_.Name -eq 'other')", true],
])('{%s} is %s', (text, met) => {
  const script = parseLine(`Get-A | ? {${text}}`)[1]?.arguments[0];
  if (script?.kind !== 'script') throw new Error('no condition');
  expect(meets(script.condition, first)).toBe(met);
});

test('what cannot be compared is refused', async () => {
  await expect(journalled("Get-A | select Identity | ? {5 -gt 'x'}").run()).rejects.toMatchObject({
    code: 'bad-parameter',
    detail: 'Could not compare "5" to "x".',
  });
});

test.each([
  ['Format-List', /does not begin|has nothing to work on/],
  ['Get-FederationTrust | fl | Set-FederationTrust', /^Format-List comes last: nothing can follow it\. \(column 23\)$/],
  ['Get-FederationTrust | ft | fl', /^Format-Table comes last/],
  ['Get-FederationTrust | fl -Colour', /matches parameter name 'Colour'/],
  ['Get-FederationTrust | fl @{n=1}', /^Cannot convert 'System\.Collections\.Hashtable'/],
  ['Get-FederationTrust | select -Last 1', /matches parameter name 'Last'/],
  ['Get-FederationTrust | select -First x', /Cannot convert value "x" to type "System\.Int32"/],
  ["Get-FederationTrust | select -First '-1'", /-First takes 0 and more/],
  ['Get-FederationTrust | select Name -Expand Name', /do not go together/],
  ['Get-FederationTrust | where Name -eq x', /^Where-Object takes a condition in braces here/],
  ['Get-FederationTrust | ?', /\(column 23\)$/],
  ['Get-FederationTrust | fl [a', /^"\[a" is no pattern/],
  ['Get-FederationTrust | Export-CliXml x', /^The term 'Export-CliXml' is not recognized/],
  ['Get-FederationTrust | % {Set-Nothing $_.Name}', /^The term 'Set-Nothing' is not recognized/],
  ['Get-FederationTrust | Set-FederationTrust -Colour red', /matches parameter name 'Colour'/],
  // A pipe gives DomainNames, and nobody gives the name.
  ['Get-FederationInformation -DomainName a.test | New-OrganizationRelationship', /missing mandatory parameters: Name\.$/],
])('%s is refused before anything runs', (line, why) => {
  expect(refusal(line)).toMatch(why);
});

test('a cmdlet that takes nothing from a pipe says so', async () => {
  await expect(lab.run('Get-OrganizationRelationship Beta | Get-AuthConfig')).rejects.toMatchObject({
    detail: expect.stringMatching(/^The input object cannot be bound to any parameters for the command .* Get-AuthConfig takes none\.$/),
  });
});

test('what takes pipeline input exists', () => {
  for (const [name, cmdlet] of Object.entries(cmdlets))
    expect([name, Object.keys(cmdlet.parameters)]).toEqual([name, expect.arrayContaining([...pipelineInputOf(name, cmdlet)])]);
});

/** Nouns that show themselves without being asked for one, in an organisation on-premises. */
const shownNouns = Object.entries(cmdlets).flatMap(([name, cmdlet]) =>
  name.startsWith('Get-') &&
  cmdlet.kinds.includes('on-premises') &&
  cmdlet.required.length === 0 &&
  pipelineInputOf(name, cmdlet).length > 0
    ? [name]
    : [],
);

const withoutObjects: string[] = [];

test.each(shownNouns)('what %s shows can be piped back', async (name) => {
  const shown = await lab.run(name);
  if (shown.length === 0) withoutObjects.push(name);
  expect(await lab.run(`${name} | ${name}`)).toEqual(shown);
});

test('most of them had something to show', () => {
  expect(shownNouns.length).toBeGreaterThan(30);
  expect(withoutObjects.length).toBeLessThan(shownNouns.length / 2);
});

test('a plan tells the names of its commands and nothing more', () => {
  const { name } = planLine("get-federationtrust 'secret' | ? {$_.Name -eq 'secret'} | select Name | fl", 'on-premises');
  expect(name).toBe('Get-FederationTrust | Where-Object | Select-Object | Format-List');
});
