import { Refusal } from '../../kernel/refusal.ts';
import { attribute, child, element, elements, text, type XmlElement } from '../../xml/element.ts';
import { algorithms, namespaces, tokenTypes } from '../saml/namespaces.ts';
import { addressIn, endpointReference } from './addressing.ts';

/** Actions of a token request and its answer (WS-Trust 2005/02). */
export const issueActions = {
  request: 'http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue',
  response: 'http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/Issue',
} as const;

/** The policy that Exchange asks for (identitymodel-extensions-for-dotnet, WsTrust tests). */
export const federatedPolicy = 'EX_MBI_FED_SSL';

const issue = 'http://schemas.xmlsoap.org/ws/2005/02/trust/Issue';
const symmetricKey = 'http://schemas.xmlsoap.org/ws/2005/02/trust/SymmetricKey';
const requestorScope = 'http://schemas.xmlsoap.org/ws/2006/12/authorization/ctx/requestor';
const requestorName = 'http://schemas.microsoft.com/wlid/requestor';
const claimsDialect = 'http://schemas.xmlsoap.org/ws/2006/12/authorization/authclaims';
const actionClaim = 'http://schemas.xmlsoap.org/ws/2006/12/authorization/claims/action';

/** The address by which an application is named in AppliesTo and as an audience: its URI, made absolute (not published). */
export function applicationAddress(applicationUri: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(applicationUri) ? applicationUri : `http://${applicationUri}`;
}

/** What is asked of the security token service: a delegation token in a user's name. */
export interface TokenRequest {
  /** `uuid-...`; the attribute has no namespace. */
  readonly id: string;
  /** Address of the target: `http://` and its ApplicationUri. */
  readonly appliesTo: string;
  /** The on-behalf-of `saml:Assertion`. To be sent: signed (`signEnveloped`); received: a node of the document, to be verified there. */
  readonly onBehalfOf: XmlElement;
  /** ApplicationUri of the requester. */
  readonly requestor: string;
  /** The offer: `MSExchange.SharingCalendarFreeBusy` and so on. */
  readonly action: string;
  /** PolicyReference URI. */
  readonly policy: string;
}

/**
 * Why a request is not understood. `MalformedRequest`: a part is missing or stands twice; `RequestNotSupported`: it asks for
 * another kind of token, key or operation (wst:BadRequest and wst:InvalidRequest; which of them goes with what is from memory).
 */
export type TokenRequestRefusal = 'MalformedRequest' | 'RequestNotSupported';

/** `t:RequestSecurityToken`, members in the order that Exchange has (identitymodel-extensions-for-dotnet, WsTrust tests). */
export function writeTokenRequest(request: TokenRequest): XmlElement {
  const { id, appliesTo, onBehalfOf, requestor, action, policy } = request;
  const context = auth('ContextItem', [auth('Value', [requestor])], { Scope: requestorScope, Name: requestorName });
  return wst(
    'RequestSecurityToken',
    [
      ...Object.entries(fixed).map(([name, value]) => wst(name, [value])),
      element(namespaces.wsp, 'AppliesTo', [endpointReference(appliesTo)]),
      wst('OnBehalfOf', [onBehalfOf]),
      auth('AdditionalContext', [context]),
      wst('Claims', [auth('ClaimType', [auth('Value', [action])], { Uri: actionClaim })], { Dialect: claimsDialect }),
      element(namespaces.wsp, 'PolicyReference', [], { URI: policy }),
    ],
    { Id: id },
  );
}

/** What every request says. No entropy is sent: the service makes the proof key. */
const fixed = {
  RequestType: issue,
  TokenType: tokenTypes.saml11,
  KeyType: symmetricKey,
  KeySize: '256',
  CanonicalizationAlgorithm: algorithms.exclusiveC14n,
  EncryptionAlgorithm: algorithms.aes256Cbc,
  EncryptWith: algorithms.aes256Cbc,
  SignWith: algorithms.hmacSha1,
  ComputedKeyAlgorithm: algorithms.psha1,
} as const;

/** Members without which a request is none; the others may be left out. */
const required = new Set(['RequestType']);

/**
 * Reads a `t:RequestSecurityToken`; its members may stand in any order, as WS-Trust has it. Throws a
 * `Refusal<TokenRequestRefusal>`. Offer and policy are not judged here.
 */
export function readTokenRequest(of: XmlElement): TokenRequest {
  if (of.namespace !== namespaces.wst || of.name !== 'RequestSecurityToken') throw malformed(of.name);
  for (const [name, value] of Object.entries(fixed)) {
    const found = atMostOne(of, namespaces.wst, name);
    if (found === undefined && required.has(name)) throw malformed(`${name} is missing`);
    const given = found === undefined ? value : text(found).trim();
    if (given !== value) throw new Refusal<TokenRequestRefusal>('RequestNotSupported', { detail: `${name} ${given}` });
  }
  const appliesTo = addressIn(atMostOne(of, namespaces.wsp, 'AppliesTo'));
  const [onBehalfOf, another] = elements(needed(of, namespaces.wst, 'OnBehalfOf'));
  if (onBehalfOf?.namespace !== namespaces.saml || onBehalfOf.name !== 'Assertion' || another !== undefined) {
    throw malformed('OnBehalfOf does not hold one SAML 1.1 assertion');
  }
  const policy = attribute(needed(of, namespaces.wsp, 'PolicyReference'), 'URI');
  if (appliesTo === undefined || policy === undefined) throw malformed('AppliesTo or PolicyReference has no address');
  return {
    id: attribute(of, 'Id') ?? '',
    appliesTo,
    onBehalfOf,
    requestor: contentOf(needed(of, namespaces.auth, 'AdditionalContext'), 'ContextItem', 'Name', requestorName),
    action: contentOf(needed(of, namespaces.wst, 'Claims'), 'ClaimType', 'Uri', actionClaim),
    policy,
  };
}

/** The Value of the one member with that attribute. */
function contentOf(of: XmlElement, name: string, attributeName: string, wanted: string): string {
  const [only, another] = elements(of).filter(
    (part) => part.name === name && part.namespace === namespaces.auth && attribute(part, attributeName) === wanted,
  );
  const value = only === undefined ? undefined : child(only, namespaces.auth, 'Value');
  if (value === undefined || another !== undefined) throw malformed(`${name} ${wanted} does not stand once`);
  return text(value).trim();
}

function needed(of: XmlElement, namespace: string, name: string): XmlElement {
  const found = atMostOne(of, namespace, name);
  if (found === undefined) throw malformed(`${name} is missing`);
  return found;
}

function atMostOne(of: XmlElement, namespace: string, name: string): XmlElement | undefined {
  const [only, another] = elements(of).filter((part) => part.name === name && part.namespace === namespace);
  if (another !== undefined) throw malformed(`${name} stands twice`);
  return only;
}

function wst(name: string, children: readonly (XmlElement | string)[], attributes: Readonly<Record<string, string>> = {}): XmlElement {
  return element(namespaces.wst, name, children, attributes);
}

function auth(name: string, children: readonly (XmlElement | string)[], attributes: Readonly<Record<string, string>> = {}): XmlElement {
  return element(namespaces.auth, name, children, attributes);
}

function malformed(detail: string): Refusal<TokenRequestRefusal> {
  return new Refusal('MalformedRequest', { detail });
}
