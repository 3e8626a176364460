import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { servicePrincipals } from '../../../shared/domain/trust/service-principals.ts';
import { issueAuthority, issueKey, issueLeaf } from '../../../shared/net/certificate-issuer.ts';
import { daemonId, dayMs, exchangeAppId, openTrustLab, start, type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const cloud = 'contoso-cloud';
const run = (line: string, at?: number) => lab.run(line, cloud, at);
const certificate = async () => {
  const [shown] = await lab.run('New-ExchangeCertificate');
  return { value: textShown(shown, 'RawData'), thumbprint: textShown(shown, 'Thumbprint'), until: shown?.['NotAfter'] as Date };
};
const credentials = (appId: string) => run(`Get-MsolServicePrincipalCredential -AppPrincipalId ${appId}`);

test('a certificate is uploaded once, shown when asked for, and removed', async () => {
  const { value, thumbprint, until } = await certificate();
  const before = await credentials(exchangeAppId);
  const upload = `New-MsolServicePrincipalCredential -AppPrincipalId ${exchangeAppId} -Type asymmetric -Usage verify -Value ${value}`;
  await run(upload);
  await run(upload);
  const after = await credentials(exchangeAppId);
  expect(after).toHaveLength(before.length + 1);
  const added = after.at(-1);
  expect(added).toEqual({
    Type: 'Asymmetric',
    Value: '',
    KeyId: expect.any(String),
    StartDate: new Date(start),
    EndDate: until,
    Usage: 'Verify',
  });
  const all = await run(`Get-MsolServicePrincipalCredential -ServicePrincipalName ${exchangeAppId} -ReturnKeyValues $true`);
  expect(all.at(-1)).toMatchObject({ Value: value });
  const kept = servicePrincipals.get(await lab.settings(cloud), exchangeAppId)?.keyCredentials.at(-1);
  expect(kept?.x5t).toBe(Buffer.from(thumbprint, 'hex').toString('base64url'));
  expect(kept?.x5tS256).toBe(createHash('sha256').update(Buffer.from(value, 'base64')).digest('base64url'));
  await run(`Remove-MsolServicePrincipalCredential -AppPrincipalId ${exchangeAppId} -KeyIds ${textShown(added, 'KeyId')}`);
  expect(await credentials(exchangeAppId)).toEqual(before);
});

test('a secret is kept as a hash, with dates', async () => {
  await run(
    `New-MsolServicePrincipalCredential -AppPrincipalId ${daemonId} -Type Password -Value s3cret -StartDate 2026-11-17 -EndDate "11/18/2026"`,
  );
  const kept = servicePrincipals.get(await lab.settings(cloud), daemonId)?.passwordCredentials.at(-1);
  expect(kept).toMatchObject({
    secretHash: createHash('sha256').update('s3cret').digest('hex'),
    startDate: start + dayMs,
    endDate: start + 2 * dayMs,
  });
  expect(JSON.stringify(await credentials(daemonId))).not.toContain(kept?.secretHash);
  await run(`New-MsolServicePrincipalCredential -AppPrincipalId ${daemonId} -Type Password -Value other`);
  expect((await credentials(daemonId)).at(-1)).toMatchObject({ StartDate: new Date(start), EndDate: new Date('2027-11-16T00:00:00Z') });
});

test('a new service principal, changed and found', async () => {
  const [made] = await run(
    'New-MsolServicePrincipal -DisplayName "ExchangeServerApp-1" -Type Password -Value x -ServicePrincipalNames app/host.contoso.test',
  );
  const appId = textShown(made, 'AppPrincipalId');
  expect(made).toEqual({
    AccountEnabled: true,
    Addresses: [],
    AppPrincipalId: appId,
    DisplayName: 'ExchangeServerApp-1',
    ObjectId: expect.any(String),
    ServicePrincipalNames: [appId, 'app/host.contoso.test'],
  });
  expect(await credentials(appId)).toMatchObject([{ Type: 'Password' }]);
  await run(
    `Set-MsolServicePrincipal -AppPrincipalId ${appId} -AccountEnabled $false -DisplayName Other -Addresses https://a.test/back -ServicePrincipalNames HTTPS://A.test/`,
  );
  expect(await run('Get-MsolServicePrincipal -ServicePrincipalName https://a.test/')).toEqual([
    {
      ...made,
      AccountEnabled: false,
      DisplayName: 'Other',
      Addresses: ['https://a.test/back'],
      ServicePrincipalNames: [appId, 'https://a.test/'],
    },
  ]);
  expect(await run(`Get-MsolServicePrincipal -ObjectId ${textShown(made, 'ObjectId')}`)).toHaveLength(1);
  expect((await run('Get-MsolServicePrincipal')).length).toBeGreaterThan(3);
});

test('only an RSA certificate that is valid can be uploaded', async () => {
  const { value } = await certificate();
  const keyPem = await issueKey();
  const validity = { notBefore: start, notAfter: start + dayMs };
  const issuer = { keyPem, certPem: await issueAuthority({ commonName: 'x', keyPem, validity }) };
  const elliptic = (await issueLeaf({ names: ['a.test'], validity, issuer })).certPem.replaceAll(/-----[^-]+-----|\s/g, '');
  const upload = (text: string, more = '', at = start) =>
    run(`New-MsolServicePrincipalCredential -AppPrincipalId ${daemonId} -Type Asymmetric -Value ${text} ${more}`, at);
  for (const [text, more, at] of [
    ['bm90aGluZw', '', start],
    [elliptic, '', start],
    [value, '-StartDate 2020-01-01', start],
    [value, '-EndDate 2040-01-01', start],
    [value, '', start + 20 * 365 * dayMs],
  ] as const) {
    await expect(upload(text, more, at)).rejects.toMatchObject({ code: 'bad-parameter' });
  }
});

test.each([
  [`New-MsolServicePrincipalCredential -AppPrincipalId ${daemonId} -Type Symmetric -Value x`, 'bad-parameter'],
  [`New-MsolServicePrincipalCredential -AppPrincipalId ${daemonId} -Type Password -Usage Sign -Value x`, 'bad-parameter'],
  [
    `New-MsolServicePrincipalCredential -AppPrincipalId ${daemonId} -Type Password -Value x -StartDate 2026-01-02 -EndDate 2026-01-01`,
    'bad-parameter',
  ],
  [`New-MsolServicePrincipalCredential -AppPrincipalId ${daemonId} -Type Password`, 'bad-parameter'],
  ['New-MsolServicePrincipalCredential -Type Password -Value x', 'bad-parameter'],
  ['New-MsolServicePrincipalCredential -AppPrincipalId x -Type Password -Value x', 'bad-parameter'],
  ['New-MsolServicePrincipalCredential -AppPrincipalId 44444444-4444-4444-8444-444444444444 -Type Password -Value x', 'operation-failed'],
  ['Get-MsolServicePrincipal -AppPrincipalId 99999999-9999-4999-8999-999999999999', 'object-not-found'],
  [`Get-MsolServicePrincipal -AppPrincipalId ${daemonId} -ServicePrincipalName x`, 'bad-parameter'],
  [`Remove-MsolServicePrincipalCredential -AppPrincipalId ${daemonId} -KeyIds 99999999-9999-4999-8999-999999999999`, 'object-not-found'],
  [`Set-MsolServicePrincipal -AppPrincipalId ${daemonId} -ServicePrincipalNames "not a name"`, 'bad-parameter'],
  [`Set-MsolServicePrincipal -AppPrincipalId ${daemonId} -ServicePrincipalNames https://outlook.office365.test/`, 'object-exists'],
  [`Set-MsolServicePrincipal -AppPrincipalId ${daemonId} -Addresses nowhere`, 'bad-parameter'],
  [`New-MsolServicePrincipal x -AppPrincipalId ${daemonId}`, 'bad-parameter'],
  [`New-MsolServicePrincipal -DisplayName x -AppPrincipalId ${daemonId}`, 'object-exists'],
])('%s is refused', async (line, code) => {
  await expect(run(line)).rejects.toMatchObject({ code });
});
