import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { encodeNameConstraints, nameConstraintsOid } from './name-constraints.ts';

/** A certificate and its private key (PKCS #8), both PEM. */
export interface KeyedCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

/** Milliseconds since 1970, machine time: the other side of a TLS handshake checks with a clock of its own. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

type KeyPair = webcrypto.CryptoKeyPair;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A new ECDSA P-256 private key, PKCS #8 PEM. */
export async function issueKey(): Promise<string> {
  const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  return pemOf(Buffer.from(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)));
}

/**
 * A certificate authority for an existing key: self-signed, or signed by `issuer`. `permittedNames` (DNS suffixes)
 * become critical name constraints together with localhost and the loopback addresses, so that a client that trusts
 * the authority trusts it for nothing else; without them the authority is unconstrained.
 */
export async function issueAuthority(request: {
  readonly commonName: string;
  readonly keyPem: string;
  readonly validity: Validity;
  readonly permittedNames?: readonly string[] | undefined;
  readonly issuer?: KeyedCertificate | undefined;
}): Promise<string> {
  const keys = await importPair(request.keyPem);
  const extensions: Extension[] = [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
  ];
  if (request.permittedNames !== undefined)
    extensions.push(new Extension(nameConstraintsOid, true, encodeNameConstraints(request.permittedNames)));
  return await sign(distinguishedName(request.commonName), keys.publicKey, extensions, request.validity, request.issuer ?? request);
}

/** A certificate for a TLS server (or client) that stands under all of `names`: host names and addresses. */
export async function issueLeaf(request: {
  readonly names: readonly string[];
  readonly validity: Validity;
  readonly issuer: KeyedCertificate;
}): Promise<KeyedCertificate> {
  const keyPem = await issueKey();
  const { publicKey } = await importPair(keyPem);
  // A common name holds at most 64 characters (RFC 5280 appendix A.1, ub-common-name). An address must not stand there:
  // OpenSSL takes it for a host name, which name constraints then forbid.
  const subject = distinguishedName(request.names.find((name) => name.length <= 64 && isIP(name) === 0) ?? 'coexist');
  const extensions = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    new SubjectAlternativeNameExtension(request.names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }))),
    await SubjectKeyIdentifierExtension.create(publicKey),
  ];
  return { certPem: await sign(subject, publicKey, extensions, request.validity, request.issuer), keyPem };
}

async function sign(
  subject: JsonName,
  publicKey: webcrypto.CryptoKey,
  extensions: readonly Extension[],
  validity: Validity,
  issuer: { readonly certPem?: string; readonly keyPem: string },
): Promise<string> {
  const issuerKeys = await importPair(issuer.keyPem);
  const serial = randomBytes(16);
  // The first octet makes the serial positive and of full length (RFC 5280 section 4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial.toString('hex'),
    subject,
    issuer: issuer.certPem === undefined ? subject : new X509Certificate(issuer.certPem).subjectName,
    notBefore: new Date(validity.notBefore),
    notAfter: new Date(validity.notAfter),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: issuerKeys.privateKey,
    extensions: [...extensions, await AuthorityKeyIdentifierExtension.create(issuerKeys.publicKey)],
  });
  return `${certificate.toString('pem')}\n`;
}

async function importPair(keyPem: string): Promise<KeyPair> {
  const der = Buffer.from(keyPem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', privateKey);
  const point = { kty, crv, x, y } as webcrypto.JsonWebKey;
  const publicKey = await webcrypto.subtle.importKey('jwk', point, algorithm, true, ['verify']);
  return { privateKey, publicKey };
}

function distinguishedName(commonName: string): JsonName {
  return [{ O: ['coexist'] }, { CN: [commonName] }];
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}
