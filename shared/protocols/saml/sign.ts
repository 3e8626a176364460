import { createHash, createHmac, sign as signOctets } from 'node:crypto';
import { element, type XmlElement } from '../../xml/element.ts';
import { canonicalXml, pinned } from './canonical.ts';
import { privateKeyOf } from './keys.ts';
import { algorithms, namespaces } from './namespaces.ts';

/** With what is signed. RSA keys are PKCS #8, PEM. Digests are SHA-1 (MS-OXWSLVID 3.3.4.1.1), with 'rsa-sha256' SHA-256. */
export type Signer =
  | { readonly algorithm: 'rsa-sha1' | 'rsa-sha256'; readonly privateKey: string }
  | { readonly algorithm: 'hmac-sha1'; readonly secret: Buffer };

/** An element that a signature covers, by the value of its Id attribute. `enveloped`: the signature will stand in it. */
export interface SignedPart {
  readonly node: XmlElement;
  readonly id: string;
  readonly enveloped?: boolean;
}

const identifiers = {
  'rsa-sha1': { method: algorithms.rsaSha1, digest: algorithms.sha1, hash: 'sha1' },
  'rsa-sha256': { method: algorithms.rsaSha256, digest: algorithms.sha256, hash: 'sha256' },
  'hmac-sha1': { method: algorithms.hmacSha1, digest: algorithms.sha1, hash: 'sha1' },
} as const;

/**
 * The `ds:Signature` over elements that we made (XML Signature, exclusive C14N). What is signed must be placed as
 * {@link pinned} gives it, or under the same prefixes, so that the receiver finds the same canonical form. `keyInfo` is the
 * content of ds:KeyInfo (key-info.ts). Throws a `Refusal<KeyRefusal>` for a private key that cannot be used.
 */
export function signatureOver(parts: readonly SignedPart[], signer: Signer, keyInfo: readonly XmlElement[]): XmlElement {
  const { method, digest, hash } = identifiers[signer.algorithm];
  const references = parts.map(({ node, id, enveloped = false }) =>
    ds('Reference', { URI: `#${id}` }, [
      ds('Transforms', {}, [
        ...(enveloped ? [ds('Transform', { Algorithm: algorithms.enveloped })] : []),
        ds('Transform', { Algorithm: algorithms.exclusiveC14n }),
      ]),
      ds('DigestMethod', { Algorithm: digest }),
      ds('DigestValue', {}, [createHash(hash).update(canonicalXml(node)).digest('base64')]),
    ]),
  );
  const signedInfo = ds('SignedInfo', {}, [
    ds('CanonicalizationMethod', { Algorithm: algorithms.exclusiveC14n }),
    ds('SignatureMethod', { Algorithm: method }),
    ...references,
  ]);
  const value = signatureValue(Buffer.from(canonicalXml(signedInfo)), signer);
  const keys = keyInfo.length === 0 ? [] : [ds('KeyInfo', {}, keyInfo)];
  return pinned(ds('Signature', {}, [signedInfo, ds('SignatureValue', {}, [value.toString('base64')]), ...keys]));
}

/** The element with an enveloped signature as its last child; `id` is the value of its Id attribute (AssertionID, Id, wsu:Id). */
export function signEnveloped(node: XmlElement, id: string, signer: Signer, keyInfo: readonly XmlElement[]): XmlElement {
  const signature = signatureOver([{ node, id, enveloped: true }], signer, keyInfo);
  return pinned({ ...node, children: [...node.children, signature] });
}

/** The element with `wsu:Id`, ready to be signed and placed anywhere. */
export function identified(node: XmlElement, id: string): XmlElement {
  return pinned({ ...node, attributes: [...node.attributes, { namespace: namespaces.wsu, name: 'Id', value: id }] });
}

function signatureValue(signedInfo: Buffer, signer: Signer): Buffer {
  if (signer.algorithm === 'hmac-sha1') return createHmac('sha1', signer.secret).update(signedInfo).digest();
  return signOctets(identifiers[signer.algorithm].hash, signedInfo, privateKeyOf(signer.privateKey));
}

function ds(name: string, attributes: Readonly<Record<string, string>>, children: readonly (XmlElement | string)[] = []): XmlElement {
  return element(namespaces.ds, name, children, attributes);
}
