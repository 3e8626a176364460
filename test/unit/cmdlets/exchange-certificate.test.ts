import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { dayMs, openTrustLab, start, type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

test('New-ExchangeCertificate makes a self-signed one for five years; its key is shown nowhere', async () => {
  const [shown] = await lab.run('New-ExchangeCertificate -SubjectName "cn=mail.contoso.test, o=Contoso" -FriendlyName Mine');
  const read = new X509Certificate(Buffer.from(textShown(shown, 'RawData'), 'base64'));
  expect(shown).toEqual({
    CertificateDomains: ['mail.contoso.test'],
    FriendlyName: 'Mine',
    HasPrivateKey: true,
    IsSelfSigned: true,
    Issuer: 'CN=mail.contoso.test, O=Contoso',
    NotAfter: new Date('2031-11-16T00:00:00Z'),
    NotBefore: new Date(start),
    PublicKeySize: 2_048,
    RawData: read.raw.toString('base64'),
    RootCAType: 'None',
    SerialNumber: read.serialNumber,
    Services: 'None',
    Status: 'Valid',
    Subject: 'CN=mail.contoso.test, O=Contoso',
    Thumbprint: read.fingerprint.replaceAll(':', ''),
  });
  const thumbprint = textShown(shown, 'Thumbprint');
  expect(await lab.run(`Get-ExchangeCertificate ${thumbprint.toLowerCase()}`)).toEqual([shown]);
  expect(await lab.run('Get-ExchangeCertificate')).toHaveLength(2);
  const kept = exchangeCertificates.get(await lab.settings(), thumbprint);
  expect(read.checkPrivateKey((await import('node:crypto')).createPrivateKey(kept?.privateKey ?? ''))).toBe(true);
  expect(await lab.run(`Get-ExchangeCertificate ${thumbprint}`, 'contoso', start + 6 * 366 * dayMs)).toMatchObject([
    { Status: 'DateInvalid' },
  ]);
});

test('without a subject it is the server that has it', async () => {
  expect(await lab.run('New-ExchangeCertificate')).toMatchObject([{ Subject: 'CN=EX-SE-01', FriendlyName: 'Microsoft Exchange' }]);
});

test('a certificate that AuthConfig uses cannot be removed', async () => {
  const [config] = await lab.run('Get-AuthConfig');
  const used = textShown(config, 'CurrentCertificateThumbprint');
  await expect(lab.run(`Remove-ExchangeCertificate ${used} -Confirm:$false`)).rejects.toMatchObject({
    code: 'operation-failed',
    detail: expect.stringContaining('is the current certificate of the authorization configuration'),
  });
  const [other] = await lab.run('New-ExchangeCertificate');
  await lab.run(`Set-AuthConfig -CertificateThumbprint ${textShown(other, 'Thumbprint')}`);
  await expect(lab.run(`Remove-ExchangeCertificate ${used}`)).rejects.toMatchObject({
    detail: expect.stringContaining('the previous certificate'),
  });
  await lab.run('Set-AuthConfig -ClearPreviousCertificate');
  await lab.run(`Remove-ExchangeCertificate ${used}`);
  expect(await lab.run('Get-ExchangeCertificate')).toMatchObject([{ Thumbprint: other?.['Thumbprint'] }]);
});

test.each([
  ['New-ExchangeCertificate -KeySize 4096', 'bad-parameter'],
  ['New-ExchangeCertificate -SubjectName mail.contoso.test', 'bad-parameter'],
  ['New-ExchangeCertificate -SubjectName "CN=a;b"', 'bad-parameter'],
  ['New-ExchangeCertificate -GenerateRequest -Path c:\\a.csr', 'bad-parameter'],
  ['New-ExchangeCertificate -GenerateRequest -DomainName "a b"', 'bad-parameter'],
  ['New-ExchangeCertificate -DomainName a.test', 'bad-parameter'],
  ['Enable-ExchangeCertificate 1234 -Services IIS', 'object-not-found'],
  ['Enable-ExchangeCertificate 1234 -Services Fax', 'bad-parameter'],
  ['Import-ExchangeCertificate -FileData x', 'bad-parameter'],
  ['Get-ExchangeCertificate 1234', 'object-not-found'],
  ['Remove-ExchangeCertificate 1234', 'object-not-found'],
])('%s is refused', async (line, code) => {
  await expect(lab.run(line)).rejects.toMatchObject({ code });
});

test('a state in the subject, a request, and its end', async () => {
  expect(await lab.run('New-ExchangeCertificate -SubjectName "cn=a.test, s=Utah"')).toMatchObject([{ Subject: 'CN=a.test, S=Utah' }]);
  const [made] = await lab.run('New-ExchangeCertificate -GenerateRequest -SubjectName "cn=b.test"');
  expect(textShown(made, 'Request')).toMatch(
    /^-----BEGIN NEW CERTIFICATE REQUEST-----\n[A-Za-z0-9+/=\n]+-----END NEW CERTIFICATE REQUEST-----\n$/,
  );
  const thumbprint = textShown(made, 'Thumbprint');
  expect(await lab.run(`Get-ExchangeCertificate ${thumbprint}`)).toMatchObject([{ Status: 'PendingRequest', Subject: 'CN=b.test' }]);
  await lab.run(`Remove-ExchangeCertificate ${thumbprint}`);
  await expect(lab.run(`Get-ExchangeCertificate ${thumbprint}`)).rejects.toMatchObject({ code: 'object-not-found' });
});
