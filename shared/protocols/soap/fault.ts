import { child, element, elements, text, type XmlElement } from '../../xml/element.ts';
import { soapNamespace } from './envelope.ts';

/** A SOAP 1.1 fault. */
export interface SoapFault {
  /** Namespace of the fault code: SOAP's own for `Client`, `Server`, `VersionMismatch`, `MustUnderstand`. */
  readonly codeNamespace: string;
  readonly code: string;
  /** faultstring, in English. */
  readonly reason: string;
  /** Elements inside `detail`; without any there is none. */
  readonly detail?: readonly XmlElement[];
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** The Fault element. Its parts have no namespace; the code is a qualified name, for which a prefix is declared here. */
export function faultElement({ codeNamespace, code, reason, detail = [] }: SoapFault): XmlElement {
  const prefix = codeNamespace === soapNamespace ? 's' : 'a';
  const faultcode: XmlElement = { ...element('', 'faultcode', [`${prefix}:${code}`]), declares: [[prefix, codeNamespace]] };
  const faultstring: XmlElement = {
    ...element('', 'faultstring', [reason]),
    attributes: [{ namespace: xmlNamespace, name: 'lang', value: 'en-US' }],
  };
  return element(soapNamespace, 'Fault', [faultcode, faultstring, ...(detail.length === 0 ? [] : [element('', 'detail', detail)])]);
}

/** Reads a Fault element of any server; undefined when it is none. The code's prefix is dropped, its namespace is not resolved. */
export function readFault(
  of: XmlElement,
): { readonly code: string; readonly reason: string; readonly detail: readonly XmlElement[] } | undefined {
  if (of.namespace !== soapNamespace || of.name !== 'Fault') return undefined;
  const code = child(of, '', 'faultcode');
  const reason = child(of, '', 'faultstring');
  const detail = child(of, '', 'detail');
  return {
    code: code === undefined ? '' : text(code).trim().replace(/^.*:/, ''),
    reason: reason === undefined ? '' : text(reason),
    detail: detail === undefined ? [] : elements(detail),
  };
}
