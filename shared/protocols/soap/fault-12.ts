import { child, element, elements, text, type XmlElement } from '../../xml/element.ts';
import { soap12Namespace } from './envelope.ts';

/** A SOAP 1.2 fault. */
export interface Soap12Fault {
  readonly code: 'Sender' | 'Receiver' | 'MustUnderstand' | 'VersionMismatch' | 'DataEncodingUnknown';
  readonly subcode?: { readonly namespace: string; readonly prefix: string; readonly name: string };
  /** Reason, in English. */
  readonly reason: string;
  /** Elements inside Detail; without any there is none. */
  readonly detail?: readonly XmlElement[];
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** The Fault element (SOAP 1.2 part 1, 5.4). Codes are qualified names, whose prefixes are declared on it. */
export function soap12FaultElement({ code, subcode, reason, detail = [] }: Soap12Fault): XmlElement {
  const inner = subcode === undefined ? [] : [part('Subcode', [part('Value', [`${subcode.prefix}:${subcode.name}`])])];
  const spoken: XmlElement = { ...part('Text', [reason]), attributes: [{ namespace: xmlNamespace, name: 'lang', value: 'en-US' }] };
  return {
    ...part('Fault', [
      part('Code', [part('Value', [`s:${code}`]), ...inner]),
      part('Reason', [spoken]),
      ...(detail.length === 0 ? [] : [part('Detail', detail)]),
    ]),
    declares: [['s', soap12Namespace], ...(subcode === undefined ? [] : [[subcode.prefix, subcode.namespace] as const])],
  };
}

/** Reads a Fault element of any server; undefined when it is none. Prefixes of codes are dropped; '' stands for what is missing. */
export function readSoap12Fault(
  of: XmlElement,
): { readonly code: string; readonly subcode: string; readonly reason: string; readonly detail: readonly XmlElement[] } | undefined {
  if (of.namespace !== soap12Namespace || of.name !== 'Fault') return undefined;
  const code = under(of, 'Code');
  const detail = under(of, 'Detail');
  return {
    code: localName(under(code, 'Value')),
    subcode: localName(under(under(code, 'Subcode'), 'Value')),
    reason: textOf(under(under(of, 'Reason'), 'Text')),
    detail: detail === undefined ? [] : elements(detail),
  };
}

function part(name: string, children: readonly (XmlElement | string)[]): XmlElement {
  return element(soap12Namespace, name, children);
}

function under(of: XmlElement | undefined, name: string): XmlElement | undefined {
  return of === undefined ? undefined : child(of, soap12Namespace, name);
}

function textOf(of: XmlElement | undefined): string {
  return of === undefined ? '' : text(of);
}

function localName(of: XmlElement | undefined): string {
  return textOf(of).trim().replace(/^.*:/, '');
}
