import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension, X509Certificates } from '@peculiar/x509';

/** A request for a certificate (PKCS #10, RFC 2986) with the key that waits for it. */
export interface CertificateRequest {
  /** DER, base64. */
  readonly request: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** SHA-1 of the request, 40 hexadecimal digits in capitals. */
  readonly thumbprint: string;
}

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

/** A request for an RSA key, signed with SHA-256. `subject`: a distinguished name (`C=GB, CN=...`); `names`: DNS names. */
export async function issueRequest(asked: {
  readonly subject: string;
  readonly names: readonly string[];
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}): Promise<CertificateRequest> {
  const key = createPrivateKey(asked.privateKey);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
  ]);
  const made = await Pkcs10CertificateRequestGenerator.create({
    name: asked.subject,
    keys: { privateKey, publicKey },
    signingAlgorithm: algorithm,
    extensions: asked.names.length === 0 ? [] : [new SubjectAlternativeNameExtension(asked.names.map((value) => ({ type: 'dns', value })))],
  });
  const der = Buffer.from(made.rawData);
  const thumbprint = createHash('sha1').update(der).digest('hex').toUpperCase();
  return { request: der.toString('base64'), privateKey: asked.privateKey, thumbprint };
}

/** The certificates (DER) of a PKCS #7 message without signers (RFC 2315 section 9), PEM or DER; undefined when it is none. */
export function certificatesOf(file: Buffer): readonly Buffer[] | undefined {
  try {
    const text = file.toString('latin1');
    const body = /-----BEGIN (?:PKCS7|CERTIFICATE)-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
    const certificates = new X509Certificates();
    certificates.import(body === undefined ? file : Buffer.from(body, 'base64'));
    return certificates.map(({ rawData }) => Buffer.from(rawData));
  } catch {
    return undefined;
  }
}
