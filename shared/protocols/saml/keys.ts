import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { keptByText } from '../../kernel/kept.ts';
import { Refusal } from '../../kernel/refusal.ts';

/** Why a key cannot be used. */
export type KeyRefusal = 'MalformedCertificate' | 'MalformedPrivateKey' | 'NotAnRsaKey';

/** What of a certificate the federation documents use. */
export interface CertificateFacts {
  /** Octets of the Subject Key Identifier, base64: by it `wsse:KeyIdentifier` names the certificate. */
  readonly subjectKeyIdentifier: string;
  readonly publicKey: KeyObject;
  /** When it is in force, milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

const maxKept = 512;
const keptCertificate = keptByText<CertificateFacts>(maxKept);
const keptPrivateKey = keptByText<KeyObject>(maxKept);

/**
 * Reads a certificate (DER, base64). Its Subject Key Identifier is that of the extension, else SHA-1 of the public key as in
 * RFC 5280 4.2.1.2 (1), which is what .NET does. Kept by the certificate's text, bounded. Throws a `Refusal<KeyRefusal>`
 * 'MalformedCertificate', or 'NotAnRsaKey': no other key signs or is encrypted to here.
 */
export function certificateFacts(certificateBase64Der: string): CertificateFacts {
  return keptCertificate(certificateBase64Der, () => {
    const certificate = readCertificate(certificateBase64Der);
    const { publicKey } = certificate;
    requireRsa(publicKey);
    const identifier = identifierExtension(certificate.raw) ?? createHash('sha1').update(rsaOctets(publicKey)).digest();
    const { validFromDate, validToDate } = certificate;
    return {
      subjectKeyIdentifier: identifier.toString('base64'),
      publicKey,
      notBefore: validFromDate.getTime(),
      notAfter: validToDate.getTime(),
    };
  });
}

/** Reads an RSA private key (PEM), kept like {@link certificateFacts}. Throws 'MalformedPrivateKey' or 'NotAnRsaKey'. */
export function privateKeyOf(pem: string): KeyObject {
  return keptPrivateKey(pem, () => {
    let key: KeyObject;
    try {
      key = createPrivateKey(pem);
    } catch {
      // OpenSSL's words may hold a part of the text.
      throw new Refusal<KeyRefusal>('MalformedPrivateKey');
    }
    requireRsa(key);
    return key;
  });
}

function requireRsa(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'rsa') throw new Refusal<KeyRefusal>('NotAnRsaKey', { detail: key.asymmetricKeyType ?? 'no key' });
}

function rsaOctets(key: KeyObject): Buffer {
  return key.export({ type: 'pkcs1', format: 'der' });
}

function readCertificate(base64Der: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(base64Der, 'base64'));
  } catch (error) {
    throw new Refusal<KeyRefusal>('MalformedCertificate', { detail: error instanceof Error ? error.message : String(error) });
  }
}

const objectIdentifier = 0x06;
const octetString = 0x04;
const sequence = 0x30;
const extensionsTag = 0xa3;
/** 2.5.29.14, the Subject Key Identifier. */
const identifierOid = Buffer.from('551d0e', 'hex');

/** node:crypto does not tell a certificate's extensions: Certificate -> TBSCertificate -> [3] -> SEQUENCE OF Extension. */
function identifierExtension(certificate: Buffer): Buffer | undefined {
  const [outer] = derMembers(certificate);
  const [body] = derMembers(outer?.content);
  const wrapper = derMembers(body?.content).find(({ tag }) => tag === extensionsTag);
  const [list] = derMembers(wrapper?.content);
  for (const extension of derMembers(list?.content)) {
    const parts = extension.tag === sequence ? derMembers(extension.content) : [];
    const value = parts.at(-1);
    if (parts[0]?.tag !== objectIdentifier || !parts[0].content.equals(identifierOid) || value?.tag !== octetString) continue;
    const [identifier] = derMembers(value.content);
    return identifier?.tag === octetString ? identifier.content : undefined;
  }
  return undefined;
}

interface DerMember {
  readonly tag: number;
  readonly content: Buffer;
}

/** The members of a constructed DER value; OpenSSL has read the whole before, so what does not fit merely ends the list. */
function derMembers(octets: Buffer | undefined): readonly DerMember[] {
  const members: DerMember[] = [];
  let at = 0;
  while (octets !== undefined && at + 2 <= octets.length) {
    const tag = octets[at] ?? 0;
    let length = octets[at + 1] ?? 0;
    at += 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > 4 || at + count > octets.length) break;
      length = octets.readUIntBE(at, count);
      at += count;
    }
    if (at + length > octets.length) break;
    members.push({ tag, content: octets.subarray(at, at + length) });
    at += length;
  }
  return members;
}
