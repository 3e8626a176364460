import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CmdletObject } from '../../../shared/cmdlets/cmdlet.ts';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { federationTrusts } from '../../../shared/domain/trust/federation-trusts.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { sealEnvelope, soap12Namespace } from '../../../shared/protocols/soap/envelope.ts';
import { soap12FaultElement } from '../../../shared/protocols/soap/fault-12.ts';
import { serviceErrors, serviceFault } from '../../../shared/protocols/wstrust/faults.ts';
import { writeXml } from '../../../shared/xml/write.ts';
import { federate } from './federated.ts';
import { dayMs, openTrustLab, start, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const failures = (records: readonly CmdletObject[]) => records.filter(({ Type }) => Type === 'Error').map(({ Id }) => Id);
const messages = (records: readonly CmdletObject[]) => Object.fromEntries(records.map(({ Id, Message }) => [Id, Message]));
/** What answers the token request; the gateway's other doors are open. */
const sts = (answer: () => Promise<{ status: number; headers: object; body: Buffer }>) =>
  lab.answer((call) => (call.url.endsWith('/extSTS.srf') ? (answer() as ReturnType<typeof lab.documents>) : lab.documents(call)));

test('without a trust there is nothing more to test', async () => {
  expect(await lab.run('Test-FederationTrust')).toEqual([
    { Id: 'FederationTrustConfiguration', Type: 'Error', Message: 'There is no FederationTrust object.' },
  ]);
  expect(lab.warned).toEqual(['FederationTrustConfiguration: New-FederationTrust makes one.']);
});

test('without an identifier the certificates are tested, and no token is asked for', async () => {
  await lab.run('New-FederationTrust Gateway -SuppressDnsWarning');
  const before = lab.called.length;
  expect(failures(await lab.run('Test-FederationTrust'))).toEqual(['FederationTrustConfiguration', 'TokenRequest']);
  expect(lab.called.slice(before)).toHaveLength(1);
});

test('a service that answers no token: no validation, and the reason is told', async () => {
  await federate(lab, 'contoso', 'contoso.test');
  const records = await lab.run('Test-FederationTrust');
  expect(messages(records)).toEqual({
    FederationTrustConfiguration: 'FederationTrust object in ActiveDirectory is valid.',
    FederationMetadata: expect.stringMatching(/^The federation trust contains the same certificates/),
    StsCertificate: 'Valid certificate referenced by property TokenIssuerCertificate in the FederationTrust object.',
    StsPreviousCertificate: expect.stringMatching(/^No certificate is referenced by property TokenIssuerPrevCertificate/),
    OrganizationCertificate: 'Valid certificate referenced by property OrgPrivCertificate in the FederationTrust object.',
    TokenRequest: 'Failed to request delegation token.',
  });
  expect(failures(records)).toEqual(['TokenRequest']);
  expect(lab.warned.at(-1)).toMatch(/^TokenRequest: https:\/\/login\.microsoftonline\.test\/extSTS\.srf answered 404 without a token/);

  const fault = soap12FaultElement(serviceFault('FailedAuthentication', Object.values(serviceErrors)[0]));
  const body = Buffer.from(writeXml(sealEnvelope([], fault, undefined, soap12Namespace)));
  sts(() => Promise.resolve({ status: 200, headers: {}, body }));
  expect(failures(await lab.run('Test-FederationTrust'))).toEqual(['TokenRequest']);
  expect(lab.warned.at(-1)).toMatch(/^TokenRequest: FailedAuthentication\. Authentication Failure\. 0x/);

  sts(() => Promise.reject(new Refusal('ConnectionRefused')));
  expect(failures(await lab.run('Test-FederationTrust'))).toEqual(['TokenRequest']);
  expect(lab.warned.at(-1)).toBe('TokenRequest: Unable to connect to the remote server');

  sts(() => Promise.reject(new Error('boom')));
  await expect(lab.run('Test-FederationTrust')).rejects.toThrow('boom');
});

test('metadata that cannot be had is one error among the records', async () => {
  await federate(lab, 'contoso', 'contoso.test');
  lab.answer(() => Promise.reject(new Refusal('NameNotFound')));
  const records = await lab.run('Test-FederationTrust');
  expect(failures(records)).toEqual(['FederationMetadata', 'TokenRequest']);
  expect(messages(records)).toMatchObject({
    FederationMetadata: 'Unable to retrieve federation metadata from the security token service.',
  });
});

test('certificates are judged by the clock of the world, and missed where they are not', async () => {
  await federate(lab, 'contoso', 'contoso.test');
  const later = start + 6 * 366 * dayMs;
  expect(failures(await lab.run('Test-FederationTrust', 'contoso', later))).toEqual([
    'StsCertificate',
    'OrganizationCertificate',
    'TokenRequest',
  ]);
  expect(lab.warned.find((text) => text.startsWith('OrganizationCertificate'))).toMatch(
    /to 2031-11-16.+and it is 2032-11-.+Set-FederationTrust/,
  );

  await lab.store.transaction(async (tx) => {
    const trust = federationTrusts.get(await lab.settings(), 'Gateway');
    const held = await exchangeCertificates.find(tx, 'contoso', trust?.OrgCertificate ?? '');
    if (held !== undefined) await exchangeCertificates.remove(tx, held, start);
  });
  const records = await lab.run('Test-FederationTrust');
  expect(failures(records)).toEqual(['OrganizationCertificate', 'TokenRequest']);
  expect(messages(records)).toMatchObject({
    OrganizationCertificate: 'Unable to find the certificate referenced by property OrgPrivCertificate in the FederationTrust object.',
  });
  expect(await lab.run('Test-FederationTrustCertificate')).toMatchObject([{ State: 'NotInstalled', Name: 'OrgPrivCertificate' }]);
});

test('a user without a federated address gets no token', async () => {
  await federate(lab, 'contoso', 'contoso.test');
  await expect(lab.run('Test-FederationTrust -UserIdentity nobody')).rejects.toMatchObject({ code: 'object-not-found' });
  await lab.run('Test-FederationTrust mary');
  expect(lab.warned.at(-1)).toMatch(/404/);
  await federate(lab, 'fabrikam', 'sales.fabrikam.test');
  expect(failures(await lab.run('Test-FederationTrust pat', 'fabrikam'))).toEqual(['TokenRequest']);
  expect(lab.warned.at(-1)).toBe("TokenRequest: The user doesn't have an SMTP proxy address from a federated domain.");
});

test('Test-FederationTrustCertificate needs a trust', async () => {
  await expect(lab.run('Test-FederationTrustCertificate')).rejects.toMatchObject({ code: 'operation-failed' });
});
