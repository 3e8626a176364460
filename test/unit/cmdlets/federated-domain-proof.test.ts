import { createHash, createPublicKey, sign, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { federationTrusts } from '../../../shared/domain/trust/federation-trusts.ts';
import { openTrustLab, type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

test('one value for each certificate, the next one first; it is the hash of a signature of the domain', async () => {
  await lab.run('New-FederationTrust Gateway');
  const [made] = await lab.run('New-ExchangeCertificate -SubjectName CN=Federation');
  const thumbprint = textShown(made, 'Thumbprint');
  await lab.run(`Set-FederationTrust Gateway -Thumbprint ${thumbprint}`);
  await lab.run('Set-FederationTrust Gateway -PublishFederationCertificate');
  const [another] = await lab.run('New-ExchangeCertificate -SubjectName CN=Federation');
  await lab.run(`Set-FederationTrust Gateway -Thumbprint ${textShown(another, 'Thumbprint')}`);
  const proofs = await lab.run('Get-FederatedDomainProof -DomainName Contoso.TEST');
  const trust = federationTrusts.get(await lab.settings(), 'Gateway');
  expect(proofs.map(({ Name, Thumbprint }) => [Name, Thumbprint])).toEqual([
    ['OrgNextPrivCertificate', trust?.OrgNextCertificate],
    ['OrgPrivCertificate', thumbprint],
    ['OrgPrevPrivCertificate', trust?.OrgPrevCertificate],
  ]);
  for (const proof of proofs) {
    const held = exchangeCertificates.get(await lab.settings(), textShown(proof, 'Thumbprint'));
    const signature = sign('sha1', Buffer.from('contoso.test'), held?.privateKey ?? '');
    const value = createHash('sha512').update(signature).digest('base64');
    expect(proof).toEqual({ ...proof, DomainName: 'contoso.test', Proof: value, DnsRecord: `contoso.test TXT IN ${value}` });
    const { publicKey } = new X509Certificate(Buffer.from(held?.certificate ?? '', 'base64'));
    expect(createPublicKey(held?.privateKey ?? '').equals(publicKey)).toBe(true);
  }
});

test('a certificate can be named, of the trust or not, and without any trust', async () => {
  const [made] = await lab.run('New-ExchangeCertificate');
  const thumbprint = textShown(made, 'Thumbprint');
  const line = `Get-FederatedDomainProof -DomainName contoso.test -Thumbprint ${thumbprint}`;
  const [alone, ...others] = await lab.run(line);
  expect(others).toEqual([]);
  expect(alone).toMatchObject({ Name: '', Thumbprint: thumbprint });
  await lab.run(`New-FederationTrust Gateway -Thumbprint ${thumbprint}`);
  expect(await lab.run(line)).toEqual([{ ...alone, Name: 'OrgPrivCertificate' }]);
});

test.each([
  ['-DomainName contoso.test', 'operation-failed', /no federation trust.+New-FederationTrust/],
  ['-DomainName contoso', 'bad-parameter', /takes a domain such as contoso\.test/],
  ['-DomainName "a b.test"', 'bad-parameter', /takes a domain/],
  ['-DomainName contoso.test -Thumbprint 12', 'object-not-found', /12 was not found/],
  ['', 'bad-parameter', /mandatory parameters: DomainName/],
])('Get-FederatedDomainProof %s is refused', async (parameters, code, detail) => {
  await expect(lab.run(`Get-FederatedDomainProof ${parameters}`)).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) });
});
