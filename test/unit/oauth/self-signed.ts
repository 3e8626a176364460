import 'reflect-metadata';
import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';

/** A certificate (DER, base64) and its key (PKCS #8, PEM), as the store keeps them. */
export interface SelfSigned {
  readonly certificate: string;
  readonly privateKey: string;
  readonly publicKey: KeyObject;
}

/** Certificates of RSA keys of any length, and of an elliptic curve: what an administrator may well upload. */
export async function selfSigned(kind: number | 'P-256' = 2048): Promise<SelfSigned> {
  const pair = kind === 'P-256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: kind });
  const algorithm =
    kind === 'P-256' ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const keys = {
    publicKey: await imported(pair.publicKey, algorithm, 'spki', ['verify']),
    privateKey: await imported(pair.privateKey, algorithm, 'pkcs8', ['sign']),
  };
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Microsoft Exchange Server Auth Certificate',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2031-01-01T00:00:00Z'),
    signingAlgorithm: algorithm,
    keys,
  });
  return {
    certificate: Buffer.from(certificate.rawData).toString('base64'),
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: pair.publicKey,
  };
}

async function imported(
  key: KeyObject,
  algorithm: webcrypto.RsaHashedImportParams | webcrypto.EcKeyImportParams,
  type: 'spki' | 'pkcs8',
  usages: webcrypto.KeyUsage[],
): Promise<webcrypto.CryptoKey> {
  return await webcrypto.subtle.importKey(type, key.export({ type, format: 'der' } as never) as unknown as Buffer, algorithm, true, usages);
}
