import { child, element, text, type XmlElement } from '../../xml/element.ts';
import { pinned } from './canonical.ts';
import { decryptKey, type PrivateKeys } from './decrypt.ts';
import { encryptKey } from './encrypt.ts';
import { namespaces } from './namespaces.ts';

/** `t:BinarySecret` with a symmetric key: a RequestedProofToken, and the proof key inside an encrypted assertion. */
export function binarySecret(key: Uint8Array): XmlElement {
  return pinned(element(namespaces.wst, 'BinarySecret', [Buffer.from(key).toString('base64')]));
}

/** `ds:KeyInfo` with the proof key in the clear, for an assertion that will be encrypted as a whole. */
export function clearProofKey(key: Uint8Array): XmlElement {
  return element(namespaces.ds, 'KeyInfo', [binarySecret(key)]);
}

/** `ds:KeyInfo` with the proof key wrapped for the owner of a certificate (DER, base64). Throws a `Refusal<KeyRefusal>`. */
export function wrappedProofKey(key: Uint8Array, certificate: string): XmlElement {
  return element(namespaces.ds, 'KeyInfo', [encryptKey(key, certificate)]);
}

/**
 * The proof key of a holder-of-key confirmation, in either form; undefined where KeyInfo holds none. Throws a
 * `Refusal<DecryptionRefusal>` when it is wrapped and cannot be unwrapped.
 */
export function readProofKey(keyInfo: XmlElement, keys: PrivateKeys): Buffer | undefined {
  const secret = child(keyInfo, namespaces.wst, 'BinarySecret');
  if (secret !== undefined) return readBinarySecret(secret);
  const wrapped = child(keyInfo, namespaces.xenc, 'EncryptedKey');
  return wrapped === undefined ? undefined : decryptKey(wrapped, keys);
}

/** The octets of a `t:BinarySecret`; undefined when it is empty or no base64. */
export function readBinarySecret(of: XmlElement): Buffer | undefined {
  const source = text(of).replace(/[ \t\r\n]+/g, '');
  const octets = Buffer.from(source, 'base64');
  return source !== '' && octets.toString('base64') === source ? octets : undefined;
}
