import { messages, types } from '../../shared/protocols/ews/namespaces.ts';
import { elements, type XmlElement } from '../../shared/xml/element.ts';
import { XmlSyntaxError } from '../../shared/xml/errors.ts';
import { parseXml } from '../../shared/xml/parse.ts';

/** The one element of a request, in which `m` and `t` mean what they mean in EWS. Throws {@link XmlSyntaxError}. */
export function readBody(text: string): XmlElement {
  const root = parseXml(`<root xmlns:m="${messages}" xmlns:t="${types}">${text}</root>`);
  const [only, another] = elements(root);
  if (only === undefined || another !== undefined) throw new XmlSyntaxError('is not one element', 1, 1);
  return only;
}
