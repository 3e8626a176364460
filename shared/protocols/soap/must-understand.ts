import type { XmlElement } from '../../xml/element.ts';
import { soapNamespace } from './envelope.ts';
import type { SoapFault } from './fault.ts';

const nextActor = 'http://schemas.xmlsoap.org/soap/actor/next';

/**
 * The first header that must be understood and is not (SOAP 1.1 section 4.2.3); those for another actor are not meant.
 *
 * @param understands whether a header is one that the receiver acts on
 */
export function notUnderstood(header: readonly XmlElement[], understands: (block: XmlElement) => boolean): XmlElement | undefined {
  return header.find((block) => {
    const must = soapAttribute(block, 'mustUnderstand')?.trim();
    const actor = soapAttribute(block, 'actor') ?? '';
    return (must === '1' || must === 'true') && (actor === '' || actor === nextActor) && !understands(block);
  });
}

/** The fault for it; the sentence is .NET's published one (System.ServiceModel resources), as WCF services answer it. */
export function mustUnderstandFault({ name, namespace }: XmlElement): SoapFault {
  const reason =
    `The header '${name}' from the namespace '${namespace}' was not understood by the recipient of this message, causing the message ` +
    'to not be processed.  This error typically indicates that the sender of this message has enabled a communication protocol that ' +
    "the receiver cannot process.  Please ensure that the configuration of the client's binding is consistent with the service's binding. ";
  return { codeNamespace: soapNamespace, code: 'MustUnderstand', reason };
}

function soapAttribute(of: XmlElement, name: string): string | undefined {
  return of.attributes.find((candidate) => candidate.namespace === soapNamespace && candidate.name === name)?.value;
}
