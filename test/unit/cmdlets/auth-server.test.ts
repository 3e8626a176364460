import { afterEach, beforeEach, expect, test } from 'vitest';
import { authServers } from '../../../shared/domain/trust/auth-servers.ts';
import { type SigningKey, signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { dayMs, openTrustLab, start, type TrustLab, tenantId } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const acs = `https://accounts.accesscontrol.windows.net/contoso.onmicrosoft.test/metadata/json/1`;
const evo = 'https://login.windows.net/contoso.test/federationmetadata/2007-06/federationmetadata.xml';
const stored = async (name: string) => authServers.get(await lab.settings(), name);

test('New-AuthServer for ACS keeps what its metadata says', async () => {
  const [shown] = await lab.run(`New-AuthServer WindowsAzureACS -AuthMetadataUrl ${acs} -DomainName contoso.test,contoso.onmicrosoft.test`);
  expect(shown).toMatchObject({
    Name: 'WindowsAzureACS',
    Type: 'MicrosoftACS',
    IssuerIdentifier: '00000001-0000-0000-c000-000000000000',
    Realm: tenantId,
    AuthMetadataUrl: acs,
    TokenIssuingEndpoint: `https://accounts.accesscontrol.windows.net/${tenantId}/tokens/OAuth/2`,
    DomainName: ['contoso.test', 'contoso.onmicrosoft.test'],
    Enabled: true,
    IsDefaultAuthorizationEndpoint: false,
  });
  expect(shown).not.toHaveProperty('keys');
  const [key] = signingKeys.all(await lab.settings(''));
  expect(await stored('windowsazureacs')).toMatchObject({ keys: [{ x5t: key?.x5t, certificate: key?.certificate }], refreshed: start });
});

test('New-AuthServer -Type AzureAD reads federation metadata; clients are sent there when it is the default', async () => {
  await lab.run(`New-AuthServer -Name evoSTS -Type azuread -AuthMetadataUrl ${evo}`);
  await lab.run('Set-AuthServer evoSTS -IsDefaultAuthorizationEndpoint $true');
  expect(await lab.run('Get-AuthServer EVOSTS')).toMatchObject([
    { Type: 'AzureAD', IssuerIdentifier: `https://sts.windows.net/${tenantId}/`, Realm: tenantId, IsDefaultAuthorizationEndpoint: true },
  ]);
  expect((await stored('evoSTS'))?.AuthorizationEndpoint).toMatch(/^https:\/\/login\.windows\.net\/.+\/oauth2\/authorize$/);
  expect((await stored('evoSTS'))?.TokenIssuingEndpoint).toBe(`https://login.windows.net/${tenantId}/oauth2/token`);
});

test('keys stay as they were read until -RefreshAuthMetadata', async () => {
  await lab.run(`New-AuthServer ACS -AuthMetadataUrl ${acs}`);
  const before = await stored('ACS');
  const [active] = signingKeys.all(await lab.settings(''));
  const next: SigningKey = { ...(active as SigningKey), x5t: 'another', state: 'published' };
  await lab.store.transaction((tx) => signingKeys.create(tx, '', next.x5t, next, start));
  expect((await stored('ACS'))?.keys).toEqual(before?.keys);
  await lab.run('Set-AuthServer ACS -RefreshAuthMetadata', 'contoso', start + dayMs);
  expect(await stored('ACS')).toMatchObject({ refreshed: start + dayMs });
  expect((await stored('ACS'))?.keys).toHaveLength(2);
});

test('Set-AuthServer changes, renames; Remove-AuthServer removes', async () => {
  await lab.run(`New-AuthServer ACS -AuthMetadataUrl ${acs}`);
  await lab.run('Set-AuthServer ACS -Enabled $false -Name Old -DomainName $null');
  expect(await lab.run('Get-AuthServer')).toMatchObject([{ Name: 'Old', Enabled: false, DomainName: [] }]);
  await lab.run('Set-AuthServer Old -ApplicationIdentifier 22222222-2222-4222-8222-222222222222');
  expect((await stored('Old'))?.ApplicationIdentifier).toBe('22222222-2222-4222-8222-222222222222');
  await expect(lab.run('Remove-AuthServer Old -Confirm')).rejects.toMatchObject({ code: 'bad-parameter' });
  await lab.run('Remove-AuthServer Old -Confirm:$false');
  expect(await lab.run('Get-AuthServer')).toEqual([]);
});

test.each([
  [
    'New-AuthServer ACS -AuthMetadataUrl https://accounts.accesscontrol.windows.net/x/metadata/json/1',
    'object-exists',
    /already has the AuthServer 'ACS'/,
  ],
  ['New-AuthServer Other -AuthMetadataUrl http://x.test/metadata/json/1', 'bad-parameter', /takes an https address here/],
  ['New-AuthServer Other -AuthMetadataUrl "https://a:b@x.test/"', 'bad-parameter', /takes an https address here/],
  [`New-AuthServer Other -AuthMetadataUrl ${acs} -Type Facebook`, 'bad-parameter', /-Type takes MicrosoftACS or AzureAD here/],
  [`New-AuthServer Other -AuthMetadataUrl ${acs} -TrustAnySSLCertificate`, 'bad-parameter', /^A parameter cannot be found/],
  ['New-AuthServer Other', 'bad-parameter', /missing mandatory parameters: AuthMetadataUrl/],
  [`New-AuthServer ${'x'.repeat(65)} -AuthMetadataUrl ${acs}`, 'bad-parameter', /at most 64 characters/],
  ['Set-AuthServer ACS -IsDefaultAuthorizationEndpoint $true', 'bad-parameter', /is no AzureAD server/],
  [`Set-AuthServer ACS -RefreshAuthMetadata -AuthMetadataUrl ${acs}`, 'bad-parameter', /^Parameter set cannot be resolved/],
  ['Set-AuthServer Nobody -Enabled $true', 'object-not-found', /object 'Nobody' couldn't be found on 'contoso\.test'\.$/],
  ['Get-AuthServer Nobody', 'object-not-found', /object 'Nobody'/],
])('%s is refused', async (line, code, detail) => {
  await lab.run(`New-AuthServer ACS -AuthMetadataUrl ${acs}`);
  await expect(lab.run(line.replace('/x/', `/${tenantId}/`))).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) });
});

const refuse = (code: string) => () => Promise.reject(new Refusal(code));
const say = (status: number, body: string) => () => Promise.resolve({ status, headers: {}, body: Buffer.from(body) });

test.each([
  ['no such name', refuse('NameNotFound'), "The remote name could not be resolved: 'accounts.accesscontrol.windows.net'"],
  ['nothing listens', refuse('ConnectionRefused'), 'Unable to connect to the remote server'],
  ['a reset', refuse('ConnectionReset'), 'The underlying connection was closed: An unexpected error occurred on a receive.'],
  ['a name that the certificate lacks', refuse('CertificateRefused'), 'The underlying connection was closed: Could not establish trust'],
  ['no answer', refuse('Timeout'), 'The operation has timed out'],
  ['too much of an answer', refuse('AnswerTooLarge'), 'The document is longer than 1 MiB.'],
  ['an unknown tenant', say(404, ''), 'The remote server returned an error: (404) Not Found.'],
  ['an odd status', say(418, ''), 'The remote server returned an error: (418).'],
  ['no JSON', say(200, '<html>'), ''],
  ['no issuer', say(200, '{"keys":[],"endpoints":[],"realm":"x"}'), ''],
])('%s: the document cannot be had, and nothing changes', async (_what, https, error) => {
  lab.answer(https);
  const text = `Cannot acquire auth metadata document from '${acs}'. Error: ${error}`;
  await expect(lab.run(`New-AuthServer ACS -AuthMetadataUrl ${acs}`)).rejects.toMatchObject({
    code: 'operation-failed',
    detail: expect.stringContaining(text),
  });
  expect(await lab.run('Get-AuthServer')).toEqual([]);
});

test('a defect of the dialer stays a defect', async () => {
  lab.answer(() => Promise.reject(new Error('boom')));
  await expect(lab.run(`New-AuthServer ACS -AuthMetadataUrl ${acs}`)).rejects.toThrow('boom');
});
