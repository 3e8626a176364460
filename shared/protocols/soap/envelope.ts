import { Refusal } from '../../kernel/refusal.ts';
import { element, elements, type XmlElement } from '../../xml/element.ts';

/** The namespace of SOAP 1.1. */
export const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/';
/** The namespace of SOAP 1.2, which the security token service speaks. */
export const soap12Namespace = 'http://www.w3.org/2003/05/soap-envelope';
export const xsiNamespace = 'http://www.w3.org/2001/XMLSchema-instance';

export interface OpenedEnvelope {
  readonly header: readonly XmlElement[];
  /** The one element inside Body. */
  readonly body: XmlElement;
}

/** Why a document is no request: `VersionMismatch` is an envelope of another SOAP version. */
export type EnvelopeRefusal = 'VersionMismatch' | 'NotAnEnvelope' | 'MissingBody' | 'EmptyBody' | 'SeveralBodyElements';

/** Takes an envelope of one SOAP version apart. Throws `Refusal<EnvelopeRefusal>`. */
export function openEnvelope(root: XmlElement, version: string = soapNamespace): OpenedEnvelope {
  if (root.name !== 'Envelope') throw refusal('NotAnEnvelope', `the document element is ${root.name}`);
  if (root.namespace !== version) throw refusal('VersionMismatch', `the envelope's namespace is ${root.namespace}`);
  let header: readonly XmlElement[] = [];
  let body: XmlElement | undefined;
  for (const part of elements(root)) {
    const isOurs = part.namespace === version;
    if (isOurs && part.name === 'Header' && body === undefined) header = elements(part);
    else if (isOurs && part.name === 'Body' && body === undefined) body = part;
    else throw refusal('NotAnEnvelope', `${part.name} is out of place in the envelope`);
  }
  if (body === undefined) throw refusal('MissingBody', 'the envelope has no Body');
  const contents = elements(body);
  const [only] = contents;
  if (only === undefined) throw refusal('EmptyBody', 'Body is empty');
  if (contents.length > 1) throw refusal('SeveralBodyElements', `Body holds ${contents.length} elements`);
  return { header, body: only };
}

/**
 * Puts an envelope together; without header elements there is no Header. `declares`: namespaces to declare on Body,
 * as servers do that leave xsi and xsd to whatever may stand in it. `version` is the namespace of the SOAP version.
 */
export function sealEnvelope(
  header: readonly XmlElement[],
  body: XmlElement,
  declares?: NonNullable<XmlElement['declares']>,
  version: string = soapNamespace,
): XmlElement {
  const parts = header.length === 0 ? [] : [element(version, 'Header', header)];
  const sealed = element(version, 'Body', [body]);
  return {
    ...element(version, 'Envelope', [...parts, declares === undefined ? sealed : { ...sealed, declares }]),
    declares: [['s', version]],
  };
}

function refusal(code: EnvelopeRefusal, detail: string): Refusal<EnvelopeRefusal> {
  return new Refusal(code, { detail });
}
