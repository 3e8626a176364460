import { afterEach, beforeEach, expect, test } from 'vitest';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { cloud, credential, refusal } from './migration-ground.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const asked: unknown[] = [];
beforeEach(() => void asked.splice(0));
const answers = () =>
  lab.proxy((target) => {
    asked.push(target);
    return Promise.resolve({ computerName: 'EX-SE-01.contoso.test', version: '15.2.2562.17' });
  });
const forbidden =
  "The call to 'https://mail.contoso.test/EWS/mrsproxy.svc' failed. Error details: The HTTP request was forbidden with client authentication scheme 'Negotiate'. --> The remote server returned an error: (403) Forbidden..";
const refuses = () =>
  lab.proxy(() =>
    Promise.reject(new Refusal('CommunicationErrorTransientException', { values: { Message: forbidden, Kind: 'Transient' } })),
  );

const make = `New-MigrationEndpoint -ExchangeRemoteMove -Name Hybrid -RemoteServer Mail.contoso.test -Credentials ${credential}`;
const probe = `Test-MigrationServerAvailability -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${credential}`;
const imap = 'New-MigrationEndpoint -IMAP -Name Source -RemoteServer imap.source.test';
const anywhere = `New-MigrationEndpoint -ExchangeOutlookAnywhere -Name Classic -ExchangeServer EX-SE-01 -RPCProxyServer mail.contoso.test -EmailAddress mary@contoso.test -Credentials ${credential}`;
const run = (line: string) => lab.run(line, cloud);

test('an endpoint is asked for its MRSProxy before it is made', async () => {
  answers();
  const [made] = await run(make);
  expect(made).toMatchObject({
    ...{ Identity: 'Hybrid', EndpointType: 'ExchangeRemoteMove', RemoteServer: 'mail.contoso.test', Username: 'CONTOSO\\svc' },
    ...{ MaxConcurrentMigrations: 100, MaxConcurrentIncrementalSyncs: 20 },
  });
  expect(JSON.stringify(made)).not.toContain('Pa55word');
  expect(asked).toEqual([{ host: 'mail.contoso.test', credential: { userName: 'CONTOSO\\svc', password: 'Pa55word!' } }]);
  expect(await run('Get-MigrationEndpoint hybrid')).toEqual([made]);
  await run('Set-MigrationEndpoint Hybrid -MaxConcurrentMigrations 120');
  expect(asked).toHaveLength(1);
  await run('Set-MigrationEndpoint Hybrid -RemoteServer mail2.contoso.test');
  expect(asked).toHaveLength(2);
  await run('Remove-MigrationEndpoint Hybrid');
  expect(await run('Get-MigrationEndpoint')).toEqual([]);
});

test('its account is used, and read nowhere', async () => {
  answers();
  const secret = 'Secret-4711';
  const written = `@{UserName='CONTOSO\\svc'; Password='${secret}'}`;
  await run(make.replace(credential, written));
  // What is tried is what was written, then and later.
  await run('Set-MigrationEndpoint Hybrid -RemoteServer mail2.contoso.test');
  await run('Test-MigrationServerAvailability -Endpoint Hybrid');
  await run(`Set-MigrationEndpoint Hybrid -Credentials ${written}`);
  const account = { userName: 'CONTOSO\\svc', password: secret };
  expect(asked.map((one) => (one as { credential: unknown }).credential)).toEqual([account, account, account, account]);
  const rows = await lab.store.read.selectFrom('config_object').selectAll().execute();
  expect(JSON.stringify(rows)).toContain('MigrationEndpoint');
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(JSON.stringify(await run('Get-MigrationEndpoint'))).not.toContain(secret);
});

test('a mailbox to test by is one of this organisation', async () => {
  const missing = ['object-not-found', expect.stringContaining('nobody@contoso.test')];
  expect(await refusal(lab, `${anywhere} -TestMailbox nobody@contoso.test -SkipVerification`)).toEqual(missing);
  await run(`${anywhere} -TestMailbox joe@contoso.test -SkipVerification`);
  expect(await refusal(lab, 'Set-MigrationEndpoint Classic -TestMailbox nobody@contoso.test -SkipVerification')).toEqual(missing);
  const test = anywhere.replace('New-MigrationEndpoint', 'Test-MigrationServerAvailability').replace('-Name Classic ', '');
  expect(await refusal(lab, `${test} -TestMailbox nobody@contoso.test`)).toEqual(missing);
});

test('one that does not answer is not made, unless nobody is to ask', async () => {
  refuses();
  expect(await refusal(lab, make)).toEqual([
    'operation-failed',
    `The connection to the server 'mail.contoso.test' could not be completed. ---> ${forbidden}`,
  ]);
  expect(await run('Get-MigrationEndpoint')).toEqual([]);
  await run(`${make} -SkipVerification`);
  expect(await refusal(lab, `Set-MigrationEndpoint Hybrid -Credentials ${credential}`)).toEqual([
    'operation-failed',
    expect.stringContaining('403'),
  ]);
});

test('a server is tested by its name and by its endpoint', async () => {
  answers();
  await run(make);
  for (const line of [probe, 'Test-MigrationServerAvailability -Endpoint Hybrid'])
    expect(await run(line)).toMatchObject([
      {
        Result: 'Success',
        Message: '',
        ErrorDetail: null,
        SupportsCutover: false,
        ConnectionSettings: expect.stringContaining('mail.contoso.test'),
      },
    ]);
  refuses();
  expect(await run(probe)).toMatchObject([
    {
      Result: 'Failed',
      Message: "The connection to the server 'mail.contoso.test' could not be completed.",
      ErrorDetail: `Microsoft.Exchange.Migration.MigrationServerConnectionFailedException: The connection to the server 'mail.contoso.test' could not be completed. ---> Microsoft.Exchange.MailboxReplicationService.CommunicationErrorTransientException: ${forbidden}`,
    },
  ]);
});

test('a defect of the call is no answer', async () => {
  lab.proxy(() => Promise.reject(new Error('defect: broken')));
  await expect(run(probe)).rejects.toThrow('defect: broken');
});

test('where nothing can be called nothing is said to have succeeded', async () => {
  for (const line of [make, probe, anywhere])
    expect(await refusal(lab, line)).toEqual(['operation-failed', expect.stringMatching(/^Nothing can be called here/)]);
});

test.each<[string, string, RegExp]>([
  [make.replace('-ExchangeRemoteMove', '-IMAP'), 'bad-parameter', /-Credentials has no meaning for an endpoint of the type IMAP/],
  [`${make} -Port 993`, 'bad-parameter', /-Port has no meaning for an endpoint of the type ExchangeRemoteMove/],
  [make.replace(`-Credentials ${credential}`, ''), 'bad-parameter', /needs -Credentials/],
  [`${imap} -Authentication NTLM`, 'operation-failed', /by NTLM is not supported/],
  [`${imap} -Authentication Digest`, 'bad-parameter', /Basic or NTLM/],
  [`${imap} -Security Starttls`, 'bad-parameter', /Ssl or Tls or None/],
  [`${imap} -Port 70000`, 'bad-parameter', /from 1 to 65535/],
  [imap.replace('-RemoteServer imap.source.test', ''), 'bad-parameter', /takes the name of a host/],
  [imap, 'operation-failed', /Nothing can be called here: no IMAP server/],
  [make.replace('-ExchangeRemoteMove', '-PSTImport'), 'operation-failed', /type PSTImport are not supported/],
  [make.replace('-ExchangeRemoteMove', '-ExchangeOutlookAnywhere'), 'bad-parameter', /-RemoteServer has no meaning/],
  [`${make} -ExchangeServer EX-SE-01`, 'bad-parameter', /-ExchangeServer has no meaning for an endpoint of the type ExchangeRemoteMove/],
  [anywhere.replace('-RPCProxyServer mail.contoso.test', ''), 'bad-parameter', /Write -ExchangeServer and -RPCProxyServer/],
  [
    anywhere.replace('-RPCProxyServer mail.contoso.test', '-RPCProxyServer https://mail'),
    'bad-parameter',
    /-RPCProxyServer takes the name/,
  ],
  [anywhere.replace('-EmailAddress mary@contoso.test', ''), 'bad-parameter', /Write -EmailAddress or -SourceMailboxLegacyDN/],
  [anywhere.replace('mary@contoso.test', 'mary'), 'bad-parameter', /-EmailAddress takes an address/],
  [`${anywhere} -MailboxPermission Owner`, 'bad-parameter', /Admin or FullAccess/],
  [`${anywhere} -Authentication Digest`, 'bad-parameter', /Basic or NTLM/],
  [make.replace('-ExchangeRemoteMove', ''), 'bad-parameter', /Name the type of migration/],
  [`${make} -Autodiscover`, 'bad-parameter', /-Autodiscover needs -EmailAddress/],
  [`${make} -Autodiscover -EmailAddress mary@nowhere.test`, 'operation-failed', /could not be determined from the autodiscover response/],
  [make.replace('-RemoteServer Mail.contoso.test', ''), 'bad-parameter', /Write -RemoteServer, or -Autodiscover/],
  [make.replace('Mail.contoso.test', 'https://mail.contoso.test/'), 'bad-parameter', /takes the name of a host/],
  [`${make} -MaxConcurrentMigrations 0`, 'bad-parameter', /takes a number from 1/],
  [`${make} -MaxConcurrentMigrations 19`, 'bad-parameter', /19 concurrent migrations cannot have 20/],
  [`${make} -MaxConcurrentMigrations 301`, 'operation-failed', /there would be 301 concurrent migrations .* 300 are allowed/],
  [probe.replace(`-Credentials ${credential}`, ''), 'bad-parameter', /needs -Credentials/],
  ['Test-MigrationServerAvailability -Endpoint Other', 'object-not-found', /object 'Other' couldn't be found/],
])('%.100s is refused', async (line, code, words) => {
  answers();
  expect(await refusal(lab, line)).toEqual([code, expect.stringMatching(words)]);
});

test('as many concurrent migrations as are allowed are shared among the endpoints', async () => {
  answers();
  await run(`${make} -MaxConcurrentMigrations 200`);
  await run(make.replace('Hybrid', 'Second'));
  expect(await refusal(lab, 'Set-MigrationEndpoint Second -MaxConcurrentMigrations 101')).toEqual([
    'operation-failed',
    expect.stringMatching(/301/),
  ]);
});

test('an endpoint stays as long as a batch has it', async () => {
  answers();
  await run(make);
  const csv = Buffer.from('EmailAddress\nx@contoso.test').toString('base64');
  await run(`New-MigrationBatch -Name Wave1 -SourceEndpoint Hybrid -TargetDeliveryDomain contoso.mail.onmicrosoft.test -CSVData "${csv}"`);
  expect(await refusal(lab, 'Remove-MigrationEndpoint Hybrid')).toEqual(['operation-failed', expect.stringMatching(/'Hybrid' .* 'Wave1'/)]);
});

test('a batch of an IMAP endpoint takes what such a batch has, and no mailbox moves by one', async () => {
  await run(`${imap} -SkipVerification`);
  const batch = (csv: string, more = '') =>
    `New-MigrationBatch -Name Mail -SourceEndpoint Source -CSVData "${Buffer.from(csv).toString('base64')}" ${more}`;
  const list = 'EmailAddress,UserName,Password\nx@contoso.test,x,y';
  const refused = (csv: string, more = '') => refusal(lab, batch(csv, more));
  expect(await refused('EmailAddress,UserName\nx@contoso.test,x')).toEqual([
    'bad-parameter',
    expect.stringMatching(/^Column "Password" is missing from the CSV file\./),
  ]);
  for (const strange of ['-TargetDeliveryDomain contoso.test', '-PrimaryOnly', '-BadItemLimit 5', '-MoveOptions SkipFolders'])
    expect(await refused(list, strange)).toEqual([
      'bad-parameter',
      expect.stringMatching(/has no meaning for a batch of the type IMAP\.$/),
    ]);
  for (const wrong of ['*/Old', '#Nothing#', '#Nothing#/*', '/'])
    expect(await refused(list, `-ExcludeFolders "${wrong}"`)).toEqual([
      'bad-parameter',
      expect.stringContaining(`not ${JSON.stringify(wrong)}.`),
    ]);
  expect(await run(batch(list, '-ExcludeFolders "Projects/2010/*","#DeletedItems#"'))).toMatchObject([
    { Type: 'IMAP', Status: 'Created', ExcludeFolders: ['Projects/2010/*', '#DeletedItems#'], BadItemLimit: 'Unlimited', TotalCount: 1 },
  ]);
  const { value } = await lab.store.read.selectFrom('migration_user').select('value').executeTakeFirstOrThrow();
  expect(JSON.parse(value)).toMatchObject({ imap: { userName: 'x', root: null, sealed: expect.stringMatching(/^[\w+/]{30,}=*$/) } });
  expect(await refusal(lab, 'New-MoveRequest mary@contoso.test -Remote -SourceEndpoint Source -TargetDeliveryDomain contoso.test')).toEqual(
    ['bad-parameter', expect.stringMatching(/the type IMAP: no mailbox moves by it/)],
  );
});
