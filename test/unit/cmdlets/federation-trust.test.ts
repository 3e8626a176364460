import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { partnersOf } from '../../../shared/domain/trust/delegation-partners.ts';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { federationTrusts } from '../../../shared/domain/trust/federation-trusts.ts';
import { activateSigningKey, publishSigningKey, retireSigningKey, stageSigningKey } from '../../../shared/domain/trust/rollover.ts';
import { signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { issueSelfSigned } from '../../../shared/net/self-signed.ts';
import { testKey } from '../../support/test-keys.ts';
import { federate, trustName } from './federated.ts';
import { dayMs, openTrustLab, start, type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const stored = async (organization = 'contoso') => federationTrusts.get(await lab.settings(organization), trustName);
const certificates = async () => exchangeCertificates.all(await lab.settings()).filter(({ Subject }) => Subject === 'CN=Federation');
const newCertificate = async (at = start): Promise<string> => {
  const [made] = await lab.run('New-ExchangeCertificate -SubjectName CN=Federation', 'contoso', at);
  return textShown(made, 'Thumbprint');
};

describe('New-FederationTrust', () => {
  test('makes its certificate for five years and keeps what the metadata says', async () => {
    const [shown] = await lab.run('New-FederationTrust -Name Gateway -SuppressDnsWarning');
    expect(lab.warned).toEqual([]);
    const [certificate] = await certificates();
    const [key] = signingKeys.all(await lab.settings(''));
    expect(await stored()).toEqual({
      Name: 'Gateway',
      ApplicationIdentifier: '',
      ApplicationUri: '',
      OrgCertificate: certificate?.Thumbprint,
      OrgNextCertificate: '',
      OrgPrevCertificate: '',
      TokenIssuerUri: 'urn:federation:MicrosoftOnline',
      TokenIssuerEpr: 'https://login.microsoftonline.test/extSTS.srf',
      TokenIssuerMetadataEpr: 'https://nexus.microsoftonline-p.test/federationmetadata/2006-12/federationmetadata.xml',
      WebRequestorRedirectEpr: 'https://login.microsoftonline.test/login.srf',
      ManageDelegationEpr: 'https://domains.live.test/service/managedelegation2.asmx',
      TokenIssuerCertificate: key?.certificate,
      TokenIssuerPrevCertificate: '',
      refreshed: start,
    });
    expect(certificate).toMatchObject({ FriendlyName: 'Exchange Delegation Federation', NotAfter: Date.UTC(2031, 10, 16) });
    expect(Object.keys(shown ?? {}).slice(0, 10)).toEqual([
      'ApplicationIdentifier',
      'ApplicationUri',
      'OrgCertificate',
      'OrgNextCertificate',
      'OrgPrevCertificate',
      'OrgPrivCertificate',
      'OrgNextPrivCertificate',
      'OrgPrevPrivCertificate',
      'TokenIssuerCertificate',
      'TokenIssuerPrevCertificate',
    ]);
    expect(textShown(shown, 'OrgCertificate')).toBe(
      '[Subject]\n  CN=Federation\n\n[Issuer]\n  CN=Federation\n\n[Serial Number]\n  ' +
        `${textShown((await lab.run(`Get-ExchangeCertificate ${certificate?.Thumbprint}`))[0], 'SerialNumber')}\n\n` +
        `[Not Before]\n  2026-11-16T00:00:00.000Z\n\n[Not After]\n  2031-11-16T00:00:00.000Z\n\n[Thumbprint]\n  ${certificate?.Thumbprint}\n`,
    );
    expect(await lab.run('Get-FederationTrust GATEWAY')).toEqual([shown]);
    expect(JSON.stringify(shown)).not.toContain('PRIVATE');
  });

  test('with a certificate that is there, and with the spelling of the address that is given', async () => {
    const thumbprint = await newCertificate();
    const url = 'https://nexus.microsoftonline-p.com/federationmetadata/2006-12/federationmetadata.xml';
    await lab.run(`New-FederationTrust Gateway -Thumbprint ${thumbprint.toLowerCase()} -MetadataUrl ${url}`);
    expect(await certificates()).toHaveLength(1);
    expect(await stored()).toMatchObject({
      OrgCertificate: thumbprint,
      TokenIssuerMetadataEpr: url,
      TokenIssuerEpr: 'https://login.microsoftonline.com/extSTS.srf',
    });
    expect(lab.warned).toEqual([expect.stringContaining('Get-FederatedDomainProof')]);
  });

  test('-UseLegacyProvisioningService is the consumer instance', async () => {
    await lab.run('New-FederationTrust Gateway -UseLegacyProvisioningService');
    expect(await stored()).toMatchObject({
      TokenIssuerUri: 'uri:WindowsLiveID',
      TokenIssuerEpr: 'https://login.live.test/extSTS.srf',
      ManageDelegationEpr: 'https://domains.live.test/service/managedelegation.asmx',
    });
  });

  const consumer = 'https://nexus.passport.test/federationmetadata/2006-12/federationmetadata.xml';
  test.each([
    ['New-FederationTrust', 'bad-parameter', /mandatory parameters: Name/],
    [
      'New-FederationTrust Gateway -Thumbprint 12',
      'object-not-found',
      /^Federation certificate with the thumbprint "12" cannot be found\.$/,
    ],
    ['New-FederationTrust Gateway -SkipNamespaceProviderProvisioning', 'bad-parameter', /not supported here.+-AccountNamespace/],
    [
      'New-FederationTrust Gateway -ApplicationUri contoso.test',
      'bad-parameter',
      /^-ApplicationUri is for trusts that are provisioned outside/,
    ],
    ['New-FederationTrust Gateway -MetadataUrl http://x.test/', 'bad-parameter', /-MetadataUrl takes an https address/],
    [
      `New-FederationTrust Gateway -MetadataUrl ${consumer}`,
      'operation-failed',
      /is of the issuer 'uri:WindowsLiveID'.+-UseLegacyProvisioningService/,
    ],
    [`New-FederationTrust ${'x'.repeat(65)}`, 'bad-parameter', /at most 64 characters/],
    ['Get-FederationTrust Gateway', 'object-not-found', /object 'Gateway' couldn't be found/],
    ['Set-FederationTrust Gateway -RefreshMetadata', 'object-not-found', /New-FederationTrust makes one/],
    ['Remove-FederationTrust Gateway', 'object-not-found', /object 'Gateway'/],
  ])('%s is refused', async (line, code, detail) => {
    await expect(lab.run(line)).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) });
    expect([await lab.run('Get-FederationTrust'), await certificates()]).toEqual([[], []]);
  });

  test('a certificate that is not valid at this time is refused, by the clock of the world', async () => {
    const thumbprint = await newCertificate();
    await expect(
      lab.run(`New-FederationTrust Gateway -Thumbprint ${thumbprint}`, 'contoso', start + 6 * 366 * dayMs),
    ).rejects.toMatchObject({
      code: 'operation-failed',
      detail: expect.stringMatching(/valid from 2026-11-16.+to 2031-11-16.+and it is 2032-11-.+New-ExchangeCertificate/),
    });
  });

  test.each([
    ['no such name', () => Promise.reject(new Refusal('NameNotFound')), "could not be resolved: 'nexus.microsoftonline-p.test'"],
    ['a refusal', () => Promise.resolve({ status: 503, headers: {}, body: Buffer.alloc(0) }), '(503) Server Unavailable.'],
    ['no metadata', () => Promise.resolve({ status: 200, headers: {}, body: Buffer.from('<html>') }), 'The document is not XML.'],
  ])('%s: the metadata cannot be had, and nothing is made', async (_what, https, reason) => {
    lab.answer(https);
    await expect(lab.run('New-FederationTrust Gateway')).rejects.toMatchObject({
      code: 'operation-failed',
      detail: expect.stringMatching(/^Unable to retrieve federation metadata from the security token service\. https/),
    });
    await expect(lab.run('New-FederationTrust Gateway')).rejects.toThrow(reason);
    expect(await certificates()).toEqual([]);
  });

  test('an organisation has one trust', async () => {
    await lab.run('New-FederationTrust Gateway');
    await expect(lab.run('New-FederationTrust Another')).rejects.toMatchObject({ code: 'object-exists' });
    expect(await certificates()).toHaveLength(1);
  });

  test('in the cloud it exists to be looked at alone', async () => {
    expect(await lab.run('Get-FederationTrust', 'contoso-cloud')).toHaveLength(2);
    for (const line of [
      'New-FederationTrust X',
      'Set-FederationTrust MicrosoftOnline -RefreshMetadata',
      'Remove-FederationTrust MicrosoftOnline',
    ])
      await expect(lab.run(line, 'contoso-cloud')).rejects.toMatchObject({ code: 'not-available' });
  });
});

describe('Set-FederationTrust', () => {
  /** Another key signs at the gateway from now on, and the one of before is published or not. */
  async function rollOver(number: number, retire: boolean): Promise<string> {
    const validity = { notBefore: start, notAfter: start + dayMs };
    const made = await issueSelfSigned({ subject: 'CN=Gateway', ...validity, privateKey: await testKey(number) });
    const x5t = Buffer.from(made.thumbprint, 'hex').toString('base64url');
    await lab.store.transaction(async (tx) => {
      const active = (await signingKeys.list(tx, '')).find(({ value }) => value.state === 'active');
      await stageSigningKey(tx, { x5t, ...made }, start);
      await publishSigningKey(tx, x5t, start + number);
      await activateSigningKey(tx, x5t, start + number);
      if (retire) await retireSigningKey(tx, active?.value.x5t ?? '', start + number);
    });
    return made.certificate;
  }

  test('-RefreshMetadata keeps what was current as the previous one; a second time what is published', async () => {
    await lab.run('New-FederationTrust Gateway');
    const before = (await stored())?.TokenIssuerCertificate;
    const next = await rollOver(31, true);
    expect(await stored()).toMatchObject({ TokenIssuerCertificate: before });
    await lab.run('Set-FederationTrust Gateway -RefreshMetadata', 'contoso', start + dayMs);
    expect(await stored()).toMatchObject({ TokenIssuerCertificate: next, TokenIssuerPrevCertificate: before, refreshed: start + dayMs });
    await lab.run('Set-FederationTrust Gateway -RefreshMetadata');
    expect(await stored()).toMatchObject({ TokenIssuerCertificate: next, TokenIssuerPrevCertificate: '' });
    const after = await rollOver(32, false);
    await lab.run('Set-FederationTrust Gateway -RefreshMetadata');
    expect(await stored()).toMatchObject({ TokenIssuerCertificate: after, TokenIssuerPrevCertificate: next });
  });

  test('a certificate is staged, then published at the gateway before it is used', async () => {
    await federate(lab, 'contoso', 'contoso.test');
    const old = (await stored())?.OrgCertificate;
    const next = await newCertificate();
    await lab.run(`Set-FederationTrust Gateway -Thumbprint ${next}`);
    expect(await stored()).toMatchObject({ OrgCertificate: old, OrgNextCertificate: next, OrgPrevCertificate: '' });
    await lab.run('Set-FederationTrust Gateway -PublishFederationCertificate');
    expect(await stored()).toMatchObject({ OrgCertificate: next, OrgNextCertificate: '', OrgPrevCertificate: old });
    const partner = partnersOf(await lab.settings(''), 'business').byUri('contoso.test');
    expect(partner?.certificate).toBe(exchangeCertificates.get(await lab.settings(), next)?.certificate);
    for (const thumbprint of [old, next])
      await expect(lab.run(`Remove-ExchangeCertificate ${thumbprint}`)).rejects.toMatchObject({ code: 'operation-failed' });
  });

  test('when the gateway refuses, nothing is rolled over', async () => {
    await federate(lab, 'contoso', 'contoso.test');
    const before = await stored();
    await lab.run(`Set-FederationTrust Gateway -Thumbprint ${await newCertificate()}`);
    lab.answer(() => Promise.reject(new Refusal('ConnectionRefused')));
    await expect(lab.run('Set-FederationTrust Gateway -PublishFederationCertificate')).rejects.toMatchObject({
      code: 'operation-failed',
      detail:
        'An error occurred accessing Windows Live. Detailed information: "Unable to connect to the remote server". ' +
        'It was UpdateAppIdCertificate at https://domains.live.test/service/managedelegation2.asmx.',
    });
    expect(await stored()).toMatchObject({ OrgCertificate: before?.OrgCertificate });
  });

  test('without an application the gateway is not asked', async () => {
    await lab.run('New-FederationTrust Gateway');
    await lab.run(`Set-FederationTrust Gateway -Thumbprint ${await newCertificate()}`);
    const before = lab.called.length;
    await lab.run('Set-FederationTrust Gateway -PublishFederationCertificate');
    expect(lab.called.slice(before)).toEqual([]);
  });

  test('a new name is known to the identifier', async () => {
    await federate(lab, 'contoso', 'contoso.test');
    await lab.run('Set-FederationTrust Gateway -Name "Azure AD Authentication"');
    expect(await lab.run('Get-FederatedOrganizationIdentifier')).toMatchObject([
      { DelegationTrustLink: 'Azure AD Authentication', Enabled: true },
    ]);
    expect(await lab.run('Get-FederationTrust')).toMatchObject([{ Name: 'Azure AD Authentication' }]);
  });

  const consumer = 'https://nexus.passport.test/federationmetadata/2006-12/federationmetadata.xml';
  test.each([
    ['-PublishFederationCertificate', 'operation-failed', /no next certificate: stage one with Set-FederationTrust -Thumbprint/],
    ['-PublishFederationCertificate -RefreshMetadata', 'bad-parameter', /^Parameter set cannot be resolved/],
    ['-ApplicationUri contoso.test', 'bad-parameter', /Set-FederatedOrganizationIdentifier/],
    [`-MetadataUrl ${consumer}`, 'operation-failed', /a trust is made anew/],
    ['-Thumbprint 12', 'object-not-found', /^Federation certificate with the thumbprint "12" cannot be found\.$/],
  ])('%s is refused', async (parameters, code, detail) => {
    await lab.run('New-FederationTrust Gateway');
    const before = await stored();
    await expect(lab.run(`Set-FederationTrust Gateway ${parameters}`)).rejects.toMatchObject({
      code,
      detail: expect.stringMatching(detail),
    });
    await expect(lab.run(`Set-FederationTrust Gateway -Thumbprint ${before?.OrgCertificate}`)).rejects.toMatchObject({
      code: 'bad-parameter',
    });
    expect(await stored()).toEqual(before);
  });
});

test('Remove-FederationTrust waits for the identifier', async () => {
  await federate(lab, 'contoso', 'contoso.test');
  await expect(lab.run('Remove-FederationTrust Gateway')).rejects.toMatchObject({
    code: 'operation-failed',
    detail: expect.stringContaining('(Remove-FederatedDomain): contoso.test.'),
  });
  await lab.run('Remove-FederatedDomain -DomainName contoso.test');
  await expect(lab.run('Remove-FederationTrust Gateway -Confirm')).rejects.toMatchObject({ code: 'bad-parameter' });
  await lab.run('Remove-FederationTrust Gateway -Confirm:$false');
  expect(await stored()).toBeUndefined();
  const [certificate] = await certificates();
  await lab.run(`Remove-ExchangeCertificate ${certificate?.Thumbprint}`);
});
