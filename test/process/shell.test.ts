import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coexist, type Ended } from '../support/lab-process.ts';
import { jpegOf } from '../support/pictures.ts';

const folder = mkdtempSync(join(tmpdir(), 'coexist-shell-'));
const cli = (...words: readonly string[]): Promise<Ended> => coexist(words, { cwd: folder });
/** Lines through a pipe, in the shell of an organisation. */
const shell = (lines: readonly string[], ...words: readonly string[]): Promise<Ended> =>
  coexist(['shell', '--org', 'contoso', ...words], { cwd: folder, input: `${lines.join('\n')}\n` });

beforeAll(async () => {
  await cli('up', '--detach', '--port', '0');
});
afterAll(async () => {
  await cli('down');
  rmSync(folder, { recursive: true, force: true });
});

test('variables last from line to line, and objects give to the making of others', async () => {
  const typed = [
    '# a comment, then nothing',
    '',
    '$mary = Get-Mailbox mary',
    '$mary.Alias',
    '"$($mary.Alias)s and `$5"',
    'New-OrganizationRelationship `',
    '  "Of $($mary.Alias)" -DomainNames one.test,two.test | Out',
  ];
  const ended = await shell(typed);
  expect([ended.code, ended.out]).toEqual([1, 'mary\nmarys and $5\n']);
  expect(ended.err).toMatch(/^coexist: line 6: The term 'Out' is not recognized/);
  const again = await shell([
    "$all = New-OrganizationRelationship 'Alpha' -DomainNames one.test,two.test",
    '$ALL.DomainNames[1]',
    '(Get-OrganizationRelationship Alpha).DomainNames.Count',
    '$all.DomainNames | % { "www.$_" }',
    'exit 7',
    'Get-Nothing',
  ]);
  expect(again).toMatchObject({ code: 7, out: 'two.test\n2\nwww.one.test\nwww.two.test\n', err: '' });
});

test('what a user may not run, the user may not run here', async () => {
  const ended = await shell(['Get-OrganizationRelationship'], '--as', 'mary');
  expect(ended).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^coexist: line 1: The term 'Get-OrganizationRelationship'/),
  });
});

test('a report of a move that was kept in a file is looked at', async () => {
  const report = `<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0">
    <T>Deserialized.Microsoft.Exchange.Management.RecipientTasks.MoveRequestStatistics</T></TN><Props><S N="Alias">joe</S>
    <Obj N="Report" RefId="1"><MS><Obj N="BadItems" RefId="2"><LST>
      <Obj RefId="3"><MS><S N="Kind">CorruptItem</S><S N="Subject">Budget</S></MS></Obj>
      <Obj RefId="4"><MS><S N="Kind">LargeItem</S><S N="Subject">Film</S></MS></Obj>
    </LST></Obj></MS></Obj></Props></Obj></Objs>`;
  // As Windows PowerShell writes it.
  writeFileSync(join(folder, 'movereport.xml'), `\ufeff${report}`, 'utf16le');
  const typed = [
    '$movereport = Import-CliXml .\\movereport.xml',
    '$movereport.report.baditems.count',
    '$movereport.report.baditems | ft Subject, Kind',
    "($movereport.report.baditems | where {$_.Kind -eq 'LargeItem'}).Subject",
    '(Import-CliXml movereport.xml).Alias',
  ];
  const table = ['Subject Kind', '------- ----', 'Budget  CorruptItem', 'Film    LargeItem'];
  expect(await shell(typed)).toMatchObject({ code: 0, out: ['2', ...table, 'Film', 'joe', ''].join('\n'), err: '' });
});

test('objects go to a file and come back', async () => {
  const typed = [
    '$file = "certificates.xml"',
    'Get-ExchangeCertificate | select Thumbprint, NotAfter, CertificateDomains, HasPrivateKey | Export-CliXml $file',
    '$before = Get-ExchangeCertificate | select Thumbprint, NotAfter, CertificateDomains, HasPrivateKey',
    '$after = Import-CliXml $file',
    '"$before" -eq "$after"',
  ];
  const refused = await shell(typed);
  // Comparisons stand in a Where-Object only.
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('line 5') });
  const [before, after] = (await shell([...typed.slice(0, 4), '"$before"', '"$after"'])).out.trimEnd().split('\n');
  expect(before).toMatch(/^{"Thumbprint":"[0-9A-F]{40}"/);
  expect(after).toBe(before);
  expect(readFileSync(join(folder, 'certificates.xml'), 'utf8')).toMatch(/<DT N="NotAfter">\d{4}-/);
  expect(await shell(["'x' | Export-CliXml -NoClobber certificates.xml"])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/already exists and NoClobber was specified/),
  });
});

test('a photograph is read from its file', async () => {
  writeFileSync(join(folder, 'mary.jpg'), jpegOf(64, 64));
  const typed = [
    'Import-RecipientDataProperty -Identity mary -Picture -FileData ([Byte[]]$(Get-Content -Path "mary.jpg" -Encoding Byte -ReadCount 0))',
    '(Export-RecipientDataProperty mary -Picture).FileData',
  ];
  const { code, out, err } = await shell(typed);
  expect([code, err, out.trimEnd()]).toEqual([0, '', readFileSync(join(folder, 'mary.jpg'), 'base64')]);
});

test('the report of a move goes through a file, and a batch takes its list from one', async () => {
  writeFileSync(join(folder, 'wave.csv'), 'EmailAddress\r\nnobody@contoso.test\r\n');
  const account = "@{UserName='CONTOSO\\svc'; Password='Pa55word!'}";
  const typed = [
    '$who = (Get-Mailbox)[0].PrimarySmtpAddress',
    `$made = New-MoveRequest $who -Outbound -RemoteHostName mail.contoso.test -RemoteCredential ${account} -TargetDeliveryDomain contoso.test -Suspend`,
    '$made.Status',
    'Get-MoveRequestStatistics $who -IncludeReport | Export-CliXml report.xml',
    '$movereport = Import-CliXml report.xml',
    '$movereport.report.entries[0].Message',
    '$movereport.report.baditems.count',
    'Remove-MoveRequest $who',
    `$endpoint = New-MigrationEndpoint -ExchangeRemoteMove -Name Hybrid -RemoteServer mail.contoso.test -Credentials ${account} -SkipVerification`,
    "$data = [System.IO.File]::ReadAllBytes('wave.csv')",
    '$one = New-MigrationBatch -Name One -SourceEndpoint $endpoint.Identity -TargetDeliveryDomain contoso.test -CSVData $data',
    'Remove-MigrationBatch One',
    '$two = New-MigrationBatch -Name Two -SourceEndpoint Hybrid -TargetDeliveryDomain contoso.test -CSVData ([System.IO.File]::ReadAllBytes("wave.csv"))',
    '(Get-MigrationUser).Identity',
  ];
  const ended = await coexist(['shell', '--org', 'contoso-cloud'], { cwd: folder, input: `${typed.join('\n')}\n` });
  expect([ended.code, ended.err]).toEqual([0, '']);
  const [status, line, bad, user] = ended.out.trimEnd().split('\n');
  expect([status, line, bad, user]).toEqual([
    'Suspended',
    expect.stringMatching(/^'.+' created move request\.$/),
    '0',
    'nobody@contoso.test',
  ]);
});

test.each<readonly [line: string, why: RegExp]>([
  ["[System.IO.File]::ReadAllBytes('nowhere.csv')", /Cannot find path '.*nowhere\.csv' because it does not exist\./],
  ["[System.IO.File]::ReadAllBytes('a', 'b')", /ReadAllBytes takes one path/],
  ['Import-CliXml nowhere.xml', /Cannot find path '.*nowhere\.xml' because it does not exist\./],
  ['Import-CliXml c:\\temp\\report.xml', /Cannot find drive\. A drive with the name 'c' does not exist\./],
  ['Get-Content .', /is a folder\./],
  ['Get-Mailbox | Import-CliXml x.xml', /Import-CliXml can stand only at the beginning/],
  ['$a = Get-Mailbox mary | Export-CliXml x.xml', /Export-CliXml can stand only at the end of a line/],
  ['Get-Mailbox | Export-CliXml x.xml | fl', /Export-CliXml can stand only at the end of a line/],
  ['Import-CliXml (Get-Mailbox mary).Alias', /takes no commands in parentheses/],
  ['Import-CliXml .coexist/endpoints.json', /endpoints\.json, line 1: /],
  ['Enable-OutlookAnywhere -Credential (Get-Credential)', /Get-Credential asks at a terminal/],
  ['$true = 1', /Cannot overwrite variable true/],
])('%s is refused', async (line, why) => {
  expect(await shell([line])).toMatchObject({ code: 1, err: expect.stringMatching(why) });
});

test('the lab itself reads no files', async () => {
  expect(await cli('cmdlet', 'Import-CliXml x.xml', '--org', 'contoso')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/'Import-CliXml' is not recognized .* coexist shell has it\.$/m),
  });
});
