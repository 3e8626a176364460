import 'reflect-metadata';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { X509Certificate as ParsedCertificate, SubjectKeyIdentifierExtension } from '@peculiar/x509';
import { expect, test } from 'vitest';
import { issueSelfSigned } from '../../../shared/net/self-signed.ts';
import { testKey } from '../../support/test-keys.ts';

const request = {
  subject: 'CN=Microsoft Exchange Server Auth Certificate',
  notBefore: Date.UTC(2026, 10, 16),
  notAfter: Date.UTC(2031, 10, 15, 12, 30, 5),
};

test('it verifies itself, has the key and the times that were asked for', async () => {
  const privateKey = await testKey(1);
  const made = await issueSelfSigned({ ...request, privateKey });
  const certificate = new X509Certificate(Buffer.from(made.certificate, 'base64'));
  expect(certificate).toMatchObject({ subject: request.subject, issuer: request.subject, ca: false });
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(made.privateKey))).toBe(true);
  expect(made.privateKey).toBe(privateKey);
  expect(certificate.validFromDate.getTime()).toBe(request.notBefore);
  expect(certificate.validToDate.getTime()).toBe(request.notAfter);
  expect(made.thumbprint).toBe(certificate.fingerprint.replaceAll(':', ''));
  expect(made.thumbprint).toMatch(/^[0-9A-F]{40}$/);
});

test('RSA with SHA-256, signature and key encipherment, subject key identifier', async () => {
  const { certificate } = await issueSelfSigned({ ...request, privateKey: await testKey(1) });
  const parsed = new ParsedCertificate(Buffer.from(certificate, 'base64'));
  expect(parsed.signatureAlgorithm).toMatchObject({ name: 'RSASSA-PKCS1-v1_5', hash: { name: 'SHA-256' } });
  expect(parsed.getExtension('2.5.29.15')?.value.byteLength).toBe(4);
  expect(Buffer.from(parsed.getExtension('2.5.29.15')?.value ?? new ArrayBuffer(0)).toString('hex')).toBe('030205a0');
  expect(parsed.getExtension(SubjectKeyIdentifierExtension)?.keyId).toMatch(/^[0-9a-f]{40}$/);
});

test('the same request makes the same certificate; another key, subject or time another', async () => {
  const [key, other] = [await testKey(1), await testKey(2)];
  const made = await issueSelfSigned({ ...request, privateKey: key });
  expect(await issueSelfSigned({ ...request, privateKey: key })).toEqual(made);
  const others = [
    await issueSelfSigned({ ...request, privateKey: other }),
    await issueSelfSigned({ ...request, subject: 'CN=other', privateKey: key }),
    await issueSelfSigned({ ...request, notBefore: request.notBefore + 1_000, privateKey: key }),
  ];
  expect(new Set([made, ...others].map(({ thumbprint }) => thumbprint)).size).toBe(4);
  const serials = [made, ...others].map(({ certificate }) => new X509Certificate(Buffer.from(certificate, 'base64')).serialNumber);
  expect(new Set(serials).size).toBe(4);
  expect(createPublicKey(key).asymmetricKeyDetails?.modulusLength).toBe(2_048);
});
