import { Refusal } from '../../kernel/refusal.ts';
import { attribute, child, element, elements, type XmlElement } from '../../xml/element.ts';
import { dateTime } from '../../xml/simple-types.ts';
import { type KeyName, readSecurityTokenReference, referenceToAssertion, referenceToElement } from '../saml/key-info.ts';
import { namespaces, tokenTypes } from '../saml/namespaces.ts';
import { binarySecret, readBinarySecret } from '../saml/proof-key.ts';
import { addressIn, endpointReference } from './addressing.ts';
import { type MessageTimes, readInstant } from './message.ts';

/** What the security token service answers: a token that only the target can read, and the key that proves its possession. */
export interface TokenResponse {
  /** Address of the target, as asked. */
  readonly appliesTo: string;
  readonly lifetime: MessageTimes;
  /** `xenc:EncryptedData`, to be passed on as it is. */
  readonly token: XmlElement;
  /** AssertionID of the assertion inside, by which a signature refers to the token. */
  readonly assertionId: string;
  /** 32 octets. */
  readonly proofKey: Buffer;
}

/** The requester cannot use the answer: a part is missing, stands twice or cannot be read. */
export type TokenResponseRefusal = 'MalformedResponse';

/** `t:RequestSecurityTokenResponse`, a direct child of Body, members as in WS-Trust 2005/02. */
export function writeTokenResponse({ appliesTo, lifetime, token, assertionId, proofKey }: TokenResponse): XmlElement {
  const tokenId = attribute(token, 'Id');
  const attached = tokenId === undefined ? referenceToAssertion(assertionId) : referenceToElement(tokenId, tokenTypes.saml11);
  return wst('RequestSecurityTokenResponse', [
    wst('TokenType', [tokenTypes.saml11]),
    element(namespaces.wsp, 'AppliesTo', [endpointReference(appliesTo)]),
    wst('Lifetime', [
      element(namespaces.wsu, 'Created', [dateTime.format(lifetime.created)]),
      element(namespaces.wsu, 'Expires', [dateTime.format(lifetime.expires)]),
    ]),
    wst('RequestedSecurityToken', [token]),
    wst('RequestedAttachedReference', [attached]),
    wst('RequestedUnattachedReference', [referenceToAssertion(assertionId)]),
    wst('RequestedProofToken', [binarySecret(proofKey)]),
  ]);
}

/** Reads a `t:RequestSecurityTokenResponse` as Exchange does: all parts must be there. Throws a `Refusal<TokenResponseRefusal>`. */
export function readTokenResponse(of: XmlElement): TokenResponse {
  if (of.namespace !== namespaces.wst || of.name !== 'RequestSecurityTokenResponse') throw malformed(of.name);
  const lifetime = needed(of, 'Lifetime');
  const created = readInstant(lifetime, 'Created');
  const expires = readInstant(lifetime, 'Expires');
  if (created === undefined || expires === undefined) throw malformed('Lifetime');
  const token = onlyChild(needed(of, 'RequestedSecurityToken'));
  onlyChild(needed(of, 'RequestedAttachedReference'));
  const reference: KeyName | undefined = readSecurityTokenReference(onlyChild(needed(of, 'RequestedUnattachedReference')));
  if (reference?.by !== 'saml-assertion') throw malformed('RequestedUnattachedReference');
  const proofKey = readBinarySecret(onlyChild(needed(of, 'RequestedProofToken')));
  if (proofKey === undefined) throw malformed('RequestedProofToken');
  const appliesTo = addressIn(child(of, namespaces.wsp, 'AppliesTo')) ?? '';
  return { appliesTo, lifetime: { created, expires }, token, assertionId: reference.assertionId, proofKey };
}

function needed(of: XmlElement, name: string): XmlElement {
  const [only, another] = elements(of).filter((part) => part.name === name && part.namespace === namespaces.wst);
  if (only === undefined || another !== undefined) throw malformed(`${name} does not stand once`);
  return only;
}

function onlyChild(of: XmlElement): XmlElement {
  const [only, another] = elements(of);
  if (only === undefined || another !== undefined) throw malformed(`${of.name} does not hold one element`);
  return only;
}

function wst(name: string, children: readonly (XmlElement | string)[]): XmlElement {
  return element(namespaces.wst, name, children);
}

function malformed(detail: string): Refusal<TokenResponseRefusal> {
  return new Refusal('MalformedResponse', { detail });
}
