import { child, element, text, type XmlElement } from '../../xml/element.ts';
import { namespaces } from '../saml/namespaces.ts';

/** WS-Addressing 1.0 headers of a message. */
export interface Addressing {
  readonly action: string;
  /** The address that is called; an answer has none, it goes back on the connection. */
  readonly to?: string | undefined;
  /** `urn:uuid:...`. */
  readonly messageId?: string | undefined;
  /** MessageID of the request that an answer is for. */
  readonly relatesTo?: string | undefined;
}

/** ReplyTo of all requests: the answer comes back on the connection. */
const anonymousAddress = 'http://www.w3.org/2005/08/addressing/anonymous';

/** Action of an answer that is a fault (WS-Addressing 1.0, SOAP Binding, 6). */
export const faultAction = 'http://www.w3.org/2005/08/addressing/soap/fault';

/**
 * The header elements but To, in the order of MS-OXWSLVID 3.3.4.1.1; Action must be understood. ReplyTo stands in requests,
 * which are the messages with a To. `soap` is the namespace of the SOAP version.
 */
export function addressingHeaders({ action, to, messageId, relatesTo }: Addressing, soap: string): readonly XmlElement[] {
  return [
    mustUnderstand(wsa('Action', [action]), soap),
    ...(messageId === undefined ? [] : [wsa('MessageID', [messageId])]),
    ...(relatesTo === undefined ? [] : [wsa('RelatesTo', [relatesTo])]),
    ...(to === undefined ? [] : [wsa('ReplyTo', [wsa('Address', [anonymousAddress])])]),
  ];
}

/** The To header, which must be understood and is mostly signed. */
export function toHeader(to: string, soap: string): XmlElement {
  return mustUnderstand(wsa('To', [to]), soap);
}

/** Reads the headers of a message; white space around addresses is dropped. `to` is not to be trusted unless it was signed. */
export function readAddressing(header: readonly XmlElement[]): Omit<Addressing, 'action'> & { readonly action: string | undefined } {
  const value = (name: string): string | undefined => {
    const found = header.find((part) => part.name === name && part.namespace === namespaces.wsa);
    return found === undefined ? undefined : text(found).trim();
  };
  return { action: value('Action'), to: value('To'), messageId: value('MessageID'), relatesTo: value('RelatesTo') };
}

/** `a:EndpointReference` with an address alone. */
export function endpointReference(address: string): XmlElement {
  return wsa('EndpointReference', [wsa('Address', [address])]);
}

/** The address inside a `wsp:AppliesTo`; undefined where it has none. */
export function addressIn(appliesTo: XmlElement | undefined): string | undefined {
  const reference = appliesTo === undefined ? undefined : child(appliesTo, namespaces.wsa, 'EndpointReference');
  const address = reference === undefined ? undefined : child(reference, namespaces.wsa, 'Address');
  return address === undefined ? undefined : text(address).trim();
}

/** The header with `mustUnderstand` of that SOAP version. */
export function mustUnderstand(node: XmlElement, soap: string): XmlElement {
  return { ...node, attributes: [...node.attributes, { namespace: soap, name: 'mustUnderstand', value: '1' }] };
}

function wsa(name: string, children: readonly (XmlElement | string)[]): XmlElement {
  return element(namespaces.wsa, name, children);
}
