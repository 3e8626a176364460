import { constants, createDecipheriv, type KeyObject, privateDecrypt, randomBytes } from 'node:crypto';
import { Refusal } from '../../kernel/refusal.ts';
import { attribute, child, elements, text, type XmlElement } from '../../xml/element.ts';
import { readKeyInfo } from './key-info.ts';
import { privateKeyOf } from './keys.ts';
import { algorithms, namespaces } from './namespaces.ts';
import { type ReceivedXml, receiveXml } from './received.ts';

/**
 * Why a part cannot be read.
 * - `EncryptionNotUnderstood`: it is not of the one shape and the algorithms that are understood. Public facts of the message.
 * - `RecipientUnknown`: its key is wrapped for a certificate that is not ours (InvalidUnknownEncryption).
 * - `DecryptionFailed`: everything that depends on a secret: the wrapped key, its length, padding, what comes out is no XML.
 *   One refusal and the same work for all of them, without a detail: nothing that an attacker could tell apart.
 */
export type DecryptionRefusal = 'EncryptionNotUnderstood' | 'RecipientUnknown' | 'DecryptionFailed';

/** The private key (PKCS #8, PEM) of the certificate with that Subject Key Identifier (base64); undefined: not ours. */
export type PrivateKeys = (subjectKeyIdentifier: string) => string | undefined;

const keyOctets = 32;
const blockOctets = 16;
const sha1Digest = algorithms.sha1;

/**
 * Decrypts an `xenc:EncryptedData` (AES-256-CBC, key wrapped by RSA-OAEP with SHA-1 inside its KeyInfo) and reads the XML in it,
 * ready for signatures to be verified on it. Throws a `Refusal<DecryptionRefusal>`, or a `Refusal<KeyRefusal>` for a private
 * key of ours that cannot be used.
 */
export function decryptElement(of: XmlElement, keys: PrivateKeys): ReceivedXml {
  if (of.namespace !== namespaces.xenc || of.name !== 'EncryptedData') throw notUnderstood(of.name);
  requireMethod(of, algorithms.aes256Cbc);
  const encryptedKeys = elements(partOf(of, namespaces.ds, 'KeyInfo'));
  const [encryptedKey] = encryptedKeys;
  if (encryptedKey === undefined || encryptedKeys.length > 1) throw notUnderstood(`${encryptedKeys.length} keys`);
  const octets = cipherValue(of);
  const key = unwrap(encryptedKey, keys);
  const plain = decipher(key ?? randomBytes(keyOctets), octets);
  // Read whatever came out, so that a wrong key, wrong padding and wrong XML cost the same.
  let received: ReceivedXml | undefined;
  try {
    received = receiveXml(plain.octets);
  } catch {
    received = undefined;
  }
  if (key === undefined || !plain.isPadded || received === undefined) throw new Refusal<DecryptionRefusal>('DecryptionFailed');
  return received;
}

/** Unwraps an `xenc:EncryptedKey` with 32 octets in it, a proof key say. Throws like {@link decryptElement}. */
export function decryptKey(of: XmlElement, keys: PrivateKeys): Buffer {
  const key = unwrap(of, keys);
  if (key === undefined) throw new Refusal<DecryptionRefusal>('DecryptionFailed');
  return key;
}

/** Of an EncryptedData or EncryptedKey: the Subject Key Identifier (base64) of the certificate that it is for; undefined where none is named. */
export function recipientOf(of: XmlElement): string | undefined {
  const keyInfo = child(of, namespaces.ds, 'KeyInfo');
  const inner = keyInfo === undefined ? undefined : child(keyInfo, namespaces.xenc, 'EncryptedKey');
  if (inner !== undefined) return recipientOf(inner);
  const named = readKeyInfo(keyInfo);
  return named?.by === 'subject-key-identifier' ? named.subjectKeyIdentifier : undefined;
}

/** The key, or undefined when it cannot be unwrapped: what follows is then done all the same. */
function unwrap(of: XmlElement, keys: PrivateKeys): Buffer | undefined {
  if (of.namespace !== namespaces.xenc || of.name !== 'EncryptedKey') throw notUnderstood(of.name);
  requireMethod(of, algorithms.rsaOaep);
  const wrapped = cipherValue(of);
  const recipient = recipientOf(of);
  if (recipient === undefined) throw notUnderstood('the EncryptedKey does not say whose it is');
  const pem = keys(recipient);
  if (pem === undefined) throw new Refusal<DecryptionRefusal>('RecipientUnknown', { values: { SubjectKeyIdentifier: recipient } });
  const privateKey = privateKeyOf(pem);
  try {
    const key = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, wrapped);
    return key.length === keyOctets && wrapped.length === modulusOctets(privateKey) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** As long as every ciphertext is (RFC 8017 7.1.2): a shorter one may be the same number. */
function modulusOctets({ asymmetricKeyDetails }: KeyObject): number {
  return (asymmetricKeyDetails?.modulusLength ?? 0) / 8;
}

/** Octets of no whole block are deciphered as one block of noise, so that their length is not answered otherwise either. */
function decipher(key: Buffer, octets: Buffer): { readonly octets: Buffer; readonly isPadded: boolean } {
  const isWhole = octets.length >= 2 * blockOctets && octets.length % blockOctets === 0;
  const source = isWhole ? octets : randomBytes(2 * blockOctets);
  const cipher = createDecipheriv('aes-256-cbc', key, source.subarray(0, blockOctets)).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(source.subarray(blockOctets)), cipher.final()]);
  const count = plain.at(-1) ?? 0;
  const isPadded = isWhole && count >= 1 && count <= blockOctets;
  return { octets: plain.subarray(0, plain.length - (isPadded ? count : 1)), isPadded };
}

/** `xenc:EncryptionMethod` with this algorithm; of OAEP the digest may be said, if it is SHA-1. */
function requireMethod(of: XmlElement, algorithm: string): void {
  const method = partOf(of, namespaces.xenc, 'EncryptionMethod');
  const found = attribute(method, 'Algorithm');
  if (found !== algorithm) throw notUnderstood(found ?? 'no algorithm');
  for (const part of elements(method)) {
    const isSha1 = part.namespace === namespaces.ds && part.name === 'DigestMethod' && attribute(part, 'Algorithm') === sha1Digest;
    if (algorithm !== algorithms.rsaOaep || !isSha1) throw notUnderstood(part.name);
  }
}

/** Strict base64 of `xenc:CipherData/xenc:CipherValue`; white space may stand in it. */
function cipherValue(of: XmlElement): Buffer {
  const value = partOf(partOf(of, namespaces.xenc, 'CipherData'), namespaces.xenc, 'CipherValue');
  const source = text(value).replace(/[ \t\r\n]+/g, '');
  const octets = Buffer.from(source, 'base64');
  if (octets.toString('base64') !== source || elements(value).length > 0) throw notUnderstood('CipherValue is not base64');
  return octets;
}

function partOf(of: XmlElement, namespace: string, name: string): XmlElement {
  const [only, another] = elements(of).filter((part) => part.name === name && part.namespace === namespace);
  if (only === undefined || another !== undefined) throw notUnderstood(`${of.name} has ${only === undefined ? 'no' : 'several'} ${name}`);
  return only;
}

function notUnderstood(detail: string): Refusal<DecryptionRefusal> {
  return new Refusal('EncryptionNotUnderstood', { detail });
}
