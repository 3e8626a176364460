import { type Clocks, onClocks } from '../../xml/clocks.ts';
import type { XmlElement } from '../../xml/element.ts';
import { writeXml } from '../../xml/write.ts';
import { xsdNamespace } from '../../xml/xsd.ts';
import { sealEnvelope, soapNamespace, xsiNamespace } from '../soap/envelope.ts';
import type { Contract } from './contract-type.ts';
import { messages, types } from './namespaces.ts';
import { type ServerVersion, serverVersionInfo } from './server-version.ts';

const prefixes: Readonly<Record<string, string>> = {
  [soapNamespace]: 's',
  [messages]: 'm',
  [types]: 't',
  [xsiNamespace]: 'xsi',
  'http://www.w3.org/2005/08/addressing': 'a',
};
const declares: NonNullable<XmlElement['declares']> = [
  ['m', messages],
  ['t', types],
];
const bodyDeclares: NonNullable<XmlElement['declares']> = [
  ['xsi', xsiNamespace],
  ['xsd', xsdNamespace],
];

/** An answer as text, its dates on the clocks that the request asked for. `m` and `t` are declared once, on the response's element. */
export function writeResponse<Response>(
  contract: Contract<unknown, Response>,
  response: Response,
  version: ServerVersion,
  clocks?: Clocks,
): string {
  return writeXml(answerEnvelope(contract, response, version, clocks), { declaration: true, prefixes });
}

/**
 * One document of a stream: without an XML declaration, and with a bare `<Envelope>`, as Exchange writes it there and clients
 * look for it (the EWS Managed API fails on a declaration; ews-javascript-api 0.15.3 finds no other).
 */
export function writeStreamed<Response>(
  contract: Contract<unknown, Response>,
  response: Response,
  version: ServerVersion,
  clocks?: Clocks,
): string {
  const envelope = answerEnvelope(contract, response, version, clocks);
  return writeXml({ ...envelope, declares: [['', soapNamespace]] }, { declaration: false, prefixes: { ...prefixes, [soapNamespace]: '' } });
}

function answerEnvelope<Response>(
  contract: Contract<unknown, Response>,
  response: Response,
  version: ServerVersion,
  clocks: Clocks | undefined,
): XmlElement {
  const body = onClocks(clocks, () => contract.response.encode(response, messages, contract.responseElement));
  return sealEnvelope([serverVersionInfo(version)], { ...body, declares }, bodyDeclares);
}

/** A request as text. */
export function writeRequest<Request>(contract: Contract<Request, unknown>, request: Request, header: readonly XmlElement[] = []): string {
  const body = contract.request.encode(request, messages, contract.requestElement);
  return writeXml(sealEnvelope(header, { ...body, declares }), { declaration: true, prefixes });
}

/** A fault as text; faults have no header, except where the message's security is at stake. */
export function writeFault(fault: XmlElement, header: readonly XmlElement[] = []): string {
  return writeXml(sealEnvelope(header, fault), { declaration: true, prefixes });
}
