import { attribute, child, element, elements, text, type XmlElement } from '../../xml/element.ts';
import { namespaces, tokenTypes } from './namespaces.ts';

/** How a signature or an encrypted key says whose key it is. It is a claim of the sender: the receiver looks among its own keys. */
export type KeyName =
  | { readonly by: 'subject-key-identifier'; readonly subjectKeyIdentifier: string }
  | { readonly by: 'certificate'; readonly certificate: string }
  | { readonly by: 'saml-assertion'; readonly assertionId: string }
  | { readonly by: 'reference'; readonly id: string };

/** `wsse:SecurityTokenReference` to a certificate by its Subject Key Identifier (base64; WS-Security X.509 Token Profile 1.0). */
export function referenceByIdentifier(subjectKeyIdentifier: string): XmlElement {
  return securityTokenReference(
    element(namespaces.wsse, 'KeyIdentifier', [subjectKeyIdentifier], {
      ValueType: tokenTypes.subjectKeyIdentifier,
      EncodingType: tokenTypes.base64,
    }),
  );
}

/** `wsse:SecurityTokenReference` to a SAML 1.1 assertion by its AssertionID. */
export function referenceToAssertion(assertionId: string): XmlElement {
  return securityTokenReference(element(namespaces.wsse, 'KeyIdentifier', [assertionId], { ValueType: tokenTypes.samlAssertionId }));
}

/** `wsse:SecurityTokenReference` to an element of the same message, a `wsse:BinarySecurityToken` say, by its wsu:Id. */
export function referenceToElement(id: string, valueType: string = tokenTypes.x509): XmlElement {
  return securityTokenReference(element(namespaces.wsse, 'Reference', [], { URI: `#${id}`, ValueType: valueType }));
}

/** `ds:X509Data` with the certificate itself (DER, base64), as ManageDelegation requests carry it (not published). */
export function certificateData(certificate: string): XmlElement {
  return element(namespaces.ds, 'X509Data', [element(namespaces.ds, 'X509Certificate', [certificate])]);
}

function securityTokenReference(to: XmlElement): XmlElement {
  return element(namespaces.wsse, 'SecurityTokenReference', [to]);
}

/**
 * Whom a `ds:KeyInfo` names; undefined for none, several, or in a way that is not known here. Base64 is given back without
 * white space, so that it compares with `certificateFacts(...).subjectKeyIdentifier` and stored certificates.
 */
export function readKeyInfo(keyInfo: XmlElement | undefined): KeyName | undefined {
  const [only, another] = keyInfo === undefined ? [] : elements(keyInfo);
  if (only === undefined || another !== undefined) return undefined;
  if (only.namespace === namespaces.wsse && only.name === 'SecurityTokenReference') return readSecurityTokenReference(only);
  if (only.namespace !== namespaces.ds || only.name !== 'X509Data') return undefined;
  const certificate = child(only, namespaces.ds, 'X509Certificate');
  return certificate === undefined ? undefined : { by: 'certificate', certificate: bare(certificate) };
}

/** Whom a `wsse:SecurityTokenReference` names; undefined like {@link readKeyInfo}. */
export function readSecurityTokenReference(of: XmlElement): KeyName | undefined {
  const [only, another] = elements(of);
  if (only?.namespace !== namespaces.wsse || another !== undefined) return undefined;
  if (only.name === 'Reference') {
    const uri = attribute(only, 'URI') ?? '';
    return uri.startsWith('#') && uri.length > 1 ? { by: 'reference', id: uri.slice(1) } : undefined;
  }
  if (only.name !== 'KeyIdentifier') return undefined;
  const type = attribute(only, 'ValueType');
  if (type === tokenTypes.subjectKeyIdentifier) return { by: 'subject-key-identifier', subjectKeyIdentifier: bare(only) };
  if (type === tokenTypes.samlAssertionId) return { by: 'saml-assertion', assertionId: text(only).trim() };
  return undefined;
}

function bare(of: XmlElement): string {
  return text(of).replace(/\s+/g, '');
}
