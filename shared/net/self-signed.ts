import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { KeyUsageFlags, KeyUsagesExtension, SubjectKeyIdentifierExtension, X509CertificateGenerator } from '@peculiar/x509';

/** A certificate that vouches for itself, with its key. */
export interface SelfSignedCertificate {
  /** DER, base64. */
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** SHA-1 of the certificate, 40 hexadecimal digits in capitals. */
  readonly thumbprint: string;
}

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

/**
 * A self-signed certificate for an RSA key, as Exchange makes them for signing tokens: SHA-256, key usage signature and key
 * encipherment. Times are whole seconds; whose time it is, the caller knows. `subject`: a distinguished name (`CN=...`).
 */
export async function issueSelfSigned(request: {
  readonly subject: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}): Promise<SelfSignedCertificate> {
  const { subject, privateKey } = request;
  const key = createPrivateKey(privateKey);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const [signingKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
  ]);
  // The same request for the same key makes the same certificate.
  const serial = createHash('sha256').update(`${subject}\u0000${request.notBefore}\u0000`).update(spki).digest().subarray(0, 16);
  // The first octet makes the serial positive and of full length (RFC 5280 section 4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial.toString('hex'),
    subject,
    issuer: subject,
    notBefore: new Date(request.notBefore),
    notAfter: new Date(request.notAfter),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  const thumbprint = Buffer.from(await certificate.getThumbprint('SHA-1'))
    .toString('hex')
    .toUpperCase();
  return { certificate: Buffer.from(certificate.rawData).toString('base64'), privateKey, thumbprint };
}
