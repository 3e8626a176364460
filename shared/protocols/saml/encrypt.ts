import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { element, type XmlElement } from '../../xml/element.ts';
import { canonicalXml, pinned } from './canonical.ts';
import { referenceByIdentifier } from './key-info.ts';
import { certificateFacts } from './keys.ts';
import { algorithms, namespaces } from './namespaces.ts';

const keyOctets = 32;
const blockOctets = 16;

/**
 * `xenc:EncryptedData` with a whole element in it, readable by the owner of the certificate (DER, base64) alone:
 * AES-256-CBC under a fresh key, which RSA-OAEP (MGF1 and SHA-1) wraps; the certificate is named by its Subject Key Identifier
 * (that the real service wraps so is from memory). The element is encrypted in its canonical form. Throws a `Refusal<KeyRefusal>`.
 */
export function encryptElement(node: XmlElement, certificate: string, id = 'Assertion0'): XmlElement {
  return encryptElementText(canonicalXml(node), certificate, id);
}

/** {@link encryptElement} for an element that has been written already. */
export function encryptElementText(text: string, certificate: string, id = 'Assertion0'): XmlElement {
  return encryptOctets(Buffer.from(text), certificate, { Id: id, Type: `${namespaces.xenc}Element` });
}

/** {@link encryptElement} for octets that are already text of XML; `attributes` go on the EncryptedData element. */
export function encryptOctets(octets: Uint8Array, certificate: string, attributes: Readonly<Record<string, string>> = {}): XmlElement {
  const key = randomBytes(keyOctets);
  const keyInfo = element(namespaces.ds, 'KeyInfo', [encryptKey(key, certificate)]);
  return pinned(xenc('EncryptedData', [method(algorithms.aes256Cbc), keyInfo, cipherData(encryptWith(key, octets))], attributes));
}

/** `xenc:EncryptedKey`: a symmetric key for the owner of the certificate (DER, base64), a proof key say. */
export function encryptKey(key: Uint8Array, certificate: string): XmlElement {
  const { publicKey, subjectKeyIdentifier } = certificateFacts(certificate);
  const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, key);
  return pinned(
    xenc('EncryptedKey', [
      method(algorithms.rsaOaep),
      element(namespaces.ds, 'KeyInfo', [referenceByIdentifier(subjectKeyIdentifier)]),
      cipherData(wrapped),
    ]),
  );
}

/** IV and ciphertext, padded as XML Encryption 5.2 says: the last octet is how many there are, the others are random. */
function encryptWith(key: Buffer, octets: Uint8Array): Buffer {
  const padding = randomBytes(blockOctets - (octets.length % blockOctets));
  padding[padding.length - 1] = padding.length;
  const iv = randomBytes(blockOctets);
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([iv, cipher.update(octets), cipher.update(padding), cipher.final()]);
}

function method(algorithm: string): XmlElement {
  return xenc('EncryptionMethod', [], { Algorithm: algorithm });
}

function cipherData(octets: Buffer): XmlElement {
  return xenc('CipherData', [xenc('CipherValue', [octets.toString('base64')])]);
}

function xenc(name: string, children: readonly (XmlElement | string)[], attributes: Readonly<Record<string, string>> = {}): XmlElement {
  return element(namespaces.xenc, name, children, attributes);
}
