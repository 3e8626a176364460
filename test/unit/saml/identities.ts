import 'reflect-metadata';
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { SubjectKeyIdentifierExtension, X509CertificateGenerator } from '@peculiar/x509';
import { testKey } from '../../support/test-keys.ts';

/** A federation certificate (DER, base64), its key (PKCS #8, PEM) and what it is called by. */
export interface Identity {
  readonly certificate: string;
  readonly certificatePem: string;
  readonly privateKey: string;
}

/** `CN=Federation`, self-signed, of the test key with that number; `extension` puts a Subject Key Identifier in. */
export async function federationIdentity(number: number, extension: 'with-identifier' | 'without-identifier'): Promise<Identity> {
  const privateKey = await testKey(number);
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const pkcs8 = createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const keys = {
    privateKey: await webcrypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', new Uint8Array(spki), algorithm, true, ['verify']),
  };
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Federation',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2031-01-01T00:00:00Z'),
    signingAlgorithm: algorithm,
    keys,
    extensions: extension === 'with-identifier' ? [await SubjectKeyIdentifierExtension.create(keys.publicKey)] : [],
  });
  return {
    certificate: Buffer.from(certificate.rawData).toString('base64'),
    certificatePem: certificate.toString('pem'),
    privateKey,
  };
}
