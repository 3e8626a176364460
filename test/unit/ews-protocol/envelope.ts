import { messages, types } from '../../../shared/protocols/ews/namespaces.ts';
import { sealEnvelope, soapNamespace, xsiNamespace } from '../../../shared/protocols/soap/envelope.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';
import { writeXml } from '../../../shared/xml/write.ts';

const prefixes = { [soapNamespace]: 's', [messages]: 'm', [types]: 't', [xsiNamespace]: 'xsi' };

/** A body's element in an envelope of its own, as text. */
export function envelope(body: XmlElement): string {
  const declares = [
    ['m', messages],
    ['t', types],
  ] as const;
  return writeXml(sealEnvelope([], { ...body, declares }), { prefixes });
}
