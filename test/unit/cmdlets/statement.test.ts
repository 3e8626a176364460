import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cmdlet, CmdletObject, CmdletScope } from '../../../shared/cmdlets/cmdlet.ts';
import { cmdletRefusal } from '../../../shared/cmdlets/cmdlet.ts';
import { parseStatement } from '../../../shared/cmdlets/line/parse.ts';
import { planStatement, type Variables } from '../../../shared/cmdlets/pipeline/statement.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

const things: readonly CmdletObject[] = [
  { Name: 'Alpha', Identity: 'EX\\Alpha', Size: 1, Tags: ['a', 'b'], Report: { BadItems: [{ Kind: 'Corrupt' }, { Kind: 'Large' }] } },
  { Name: 'Beta', Identity: 'EX\\Beta', Size: 12, Tags: [], Report: null },
];
const table: Readonly<Record<string, Cmdlet>> = {
  'Get-Thing': {
    kinds: ['on-premises'],
    positional: 'Name',
    parameters: { Name: 'text' },
    required: [],
    run: (_scope, { Name }) => Promise.resolve(things.filter((one) => Name === undefined || one['Name'] === Name)),
  },
  'Get-Echo': {
    kinds: ['on-premises'],
    positional: 'Text',
    parameters: { Text: 'text', Flag: 'switch', List: 'list', Number: 'integer', Bytes: 'octets', Credential: 'credential' },
    required: [],
    run: (_scope, given) => Promise.resolve([given as CmdletObject]),
  },
};
const find = (name: string) => {
  const found = Object.keys(table).find((one) => one.toLowerCase() === name.toLowerCase());
  const cmdlet = found === undefined ? undefined : table[found];
  if (found === undefined || cmdlet === undefined) throw cmdletRefusal('unknown-cmdlet', name);
  return { name: found, cmdlet };
};
const scope = { organization: { name: 'contoso' } } as unknown as CmdletScope;
const run = (line: string, variables: Variables = {}) => planStatement(parseStatement(line), find).run(scope, variables);

describe('what a line comes to', () => {
  const x = things;
  test.each<readonly [line: string, objects: readonly object[]]>([
    ['$x | where {$_.Size -gt 5}', [things[1] ?? {}]],
    ['$x[0].Name', [{ Value: 'Alpha' }]],
    ['$x[-1].Name', [{ Value: 'Beta' }]],
    ['$x[5]', []],
    ['$x.Count', [{ Value: 2 }]],
    ['$x[0].Count', [{ Value: 1 }]],
    ['$nothing.Count', [{ Value: 0 }]],
    ['$x.name', [{ Value: 'Alpha' }, { Value: 'Beta' }]],
    ['$x.report.baditems', [{ Kind: 'Corrupt' }, { Kind: 'Large' }]],
    ['$X[0].Report.BadItems[1].kind', [{ Value: 'Large' }]],
    ['($x | where {$_.Size -lt 5}).Name', [{ Value: 'Alpha' }]],
    ['(Get-Thing Beta).Size', [{ Value: 12 }]],
    ['(Get-Thing | where {$_.Size -eq $size}).Name', [{ Value: 'Beta' }]],
    ['"$name, $($x[0].Name)s and `$5"', [{ Value: 'Mary, Alphas and $5' }]],
    ['"$x.Count"', [{ Value: `${JSON.stringify(things[0])} ${JSON.stringify(things[1])}.Count` }]],
    ["'$name'", [{ Value: '$name' }]],
    [`"\${name}s"`, [{ Value: 'Marys' }]],
    ['1,2,$size', [{ Value: 1 }, { Value: 2 }, { Value: 12 }]],
    ['[Byte[]](1,255)', [{ Value: 1 }, { Value: 255 }]],
    ['Get-Echo $name -Flag:$true -Number $size', [{ Text: 'Mary', Flag: true, Number: 12 }]],
    ['Get-Echo "$name!" -List $x[0].Tags,(Get-Thing Beta).Name', [{ Text: 'Mary!', List: ['a', 'b', 'Beta'] }]],
    ['Get-Echo $x[1]', [{ Text: 'EX\\Beta' }]],
    ['Get-Echo -List $x', [{ List: ['EX\\Alpha', 'EX\\Beta'] }]],
    ['Get-Echo -Bytes ([Byte[]]$(1,$size,255))', [{ Bytes: 'AQz/' }]],
    ['Get-Echo -Credential $login', [{ Credential: ['mary', 'secret'] }]],
    ["Get-Echo -Credential @{UserName=$name; Password='p'}", [{ Credential: ['Mary', 'p'] }]],
    ['(Get-Echo $login.UserName).Text', [{ Value: 'mary' }]],
    [
      'Get-Thing | ForEach-Object { Get-Echo $_.Name -List $name }',
      [
        { Text: 'Alpha', List: ['Mary'] },
        { Text: 'Beta', List: ['Mary'] },
      ],
    ],
    ['(Get-Thing).Name | % {Get-Echo $_}', [{ Text: 'Alpha' }, { Text: 'Beta' }]],
    ['Get-Thing | % { $_.Tags } | select -First 1', [{ Value: 'a' }]],
    ['Get-Thing | foreach { Get-Thing $_.Name | % { "$($_.Name)" } }', [{ Value: 'Alpha' }, { Value: 'Beta' }]],
  ])('%s', async (line, objects) => {
    expect((await run(line, { x, name: 'Mary', size: 12, login: { UserName: 'mary', Password: 'secret' } })).objects).toEqual(objects);
  });

  test.each<readonly [line: string, value: unknown]>([
    ['$a = Get-Thing', things],
    ['$A = Get-Thing Beta', things[1]],
    ['$a = Get-Thing Gamma', null],
    ['$a = (Get-Thing Beta).Name', 'Beta'],
    ['$a=5', 5],
    ['$a = $true', true],
    ["$a = 'one', 'two'", ['one', 'two']],
  ])('%s is kept', async (line, value) => {
    expect(await run(line)).toEqual({ objects: [], assigned: { a: value } });
  });

  test.each<readonly [line: string, code: string, detail: RegExp]>([
    ['$a = Get-Nothing', 'unknown-cmdlet', /^Get-Nothing$/],
    ['Get-Echo (Get-Thing | % {Get-Nothing})', 'unknown-cmdlet', /^Get-Nothing$/],
    ['Get-Echo $nothing', 'bad-parameter', /^Cannot bind argument to parameter 'Text' because it is null\.$/],
    ['Get-Echo (Get-Thing Alpha).Report', 'bad-parameter', /has no Identity/],
    ['Get-Echo -Number "$name"', 'bad-parameter', /Cannot convert value "" to type "System\.Int32"|empty|null/],
    ['Get-Thing | where {$_.Name -eq $(Get-Thing)}', 'bad-parameter', /not with a list/],
    ['[Byte[]](256)', 'bad-parameter', /Cannot convert value "256" to type "System\.Byte"/],
  ])('%s is refused', async (line, code, detail) => {
    await expect((async () => run(line))()).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) });
  });

  test.each<readonly [line: string, detail: RegExp]>([
    ['Get-Echo $x -Colour red', /^A parameter cannot be found that matches parameter name 'Colour'/],
    ['Get-Thing | % { Get-Echo $_ -Text b }', /^A positional parameter cannot be found/],
    ['Get-Echo (Get-Thing -Colour $x)', /^A parameter cannot be found that matches parameter name 'Colour'/],
    ['$a = Get-Echo -Text $x -Number', /^Missing an argument for parameter 'Number'/],
    ['Get-Echo $x -Number ten', /Cannot convert value "ten" to type "System\.Int32"/],
    ['Get-Echo -Bytes 1,256', /Cannot convert value "256" to type "System\.Byte"/],
  ])('%s is refused before it runs', (line, detail) => {
    expect(() => planStatement(parseStatement(line), find)).toThrow(
      expect.objectContaining({ code: 'bad-parameter', detail: expect.stringMatching(detail) }),
    );
  });

  test('a line does not run for ever', async () => {
    const many = { many: Array.from({ length: 2_000 }, (_, index) => index) };
    await expect(run('$many | % { Get-Echo "$_" }', many)).rejects.toMatchObject({ code: 'operation-failed' });
    await expect(run('$many | % { $many } | % { $many }', many)).rejects.toMatchObject({ code: 'operation-failed' });
  });
});

describe('with an organisation', () => {
  let lab: TrustLab;
  beforeAll(async () => {
    lab = await openTrustLab();
  });
  afterAll(() => lab.close());

  test('one object gives to the making of the next', async () => {
    await lab.run('New-OrganizationRelationship Alpha -DomainNames one.test');
    await lab.run('New-OrganizationRelationship "$((Get-OrganizationRelationship Alpha).Name) Two" -DomainNames two.test');
    await lab.run('Get-OrganizationRelationship | % { Set-OrganizationRelationship $_.Name -OrganizationContact "it@$($_.DomainNames)" }');
    await lab.run(
      "Set-OrganizationRelationship Alpha -DomainNames @{Add='www.one.test', \"x.$((Get-OrganizationRelationship 'Alpha Two').DomainNames)\"}",
    );
    expect(await lab.run('Get-OrganizationRelationship | select Name, DomainNames, OrganizationContact')).toEqual([
      { Name: 'Alpha', DomainNames: ['one.test', 'www.one.test', 'x.two.test'], OrganizationContact: 'it@one.test' },
      { Name: 'Alpha Two', DomainNames: ['two.test'], OrganizationContact: 'it@two.test' },
    ]);
  });
});
