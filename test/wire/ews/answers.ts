import { attribute, child, elements, text, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';

/** Every element of that local name in an answer, in document order. */
export function all(answer: string | XmlElement, name: string): readonly XmlElement[] {
  const search = (node: XmlElement): readonly XmlElement[] => [...(node.name === name ? [node] : []), ...elements(node).flatMap(search)];
  return search(typeof answer === 'string' ? parseXml(answer) : answer);
}

/** The texts of all elements of that local name. */
export function texts(answer: string | XmlElement, name: string): readonly string[] {
  return all(answer, name).map(text);
}

/** An attribute of all elements of that local name. */
export function attributes(answer: string | XmlElement, name: string, key: string): readonly (string | undefined)[] {
  return all(answer, name).map((one) => attribute(one, key));
}

/** The response messages of an answer, without those that stand around them. */
export function responses(answer: string): readonly { readonly class: string; readonly code: string; readonly text: string }[] {
  return all(answer, 'ResponseCode').length === 0
    ? []
    : elements(all(answer, 'ResponseMessages')[0] ?? parseXml(answer)).map((message) => ({
        class: attribute(message, 'ResponseClass') ?? '',
        code: texts(message, 'ResponseCode')[0] ?? '',
        text: texts(message, 'MessageText')[0] ?? '',
      }));
}

/** An EWS fault as it stands on the wire. */
export interface Fault {
  readonly faultCode: string;
  readonly reason: string;
  readonly code: string;
  readonly line: number;
  readonly position: number;
  readonly violation: string;
}

export function faultOf(answer: string): Fault {
  const fault = all(answer, 'Fault')[0];
  if (fault === undefined) throw new Error(`no fault:\n${answer.slice(0, 2_000)}`);
  const part = (name: string): string => {
    const found = child(fault, '', name);
    return found === undefined ? '' : text(found);
  };
  const detail = (name: string): string => texts(fault, name)[0] ?? '';
  return {
    faultCode: part('faultcode').replace(/^\w+:/, ''),
    reason: part('faultstring'),
    code: detail('ResponseCode'),
    line: Number(detail('LineNumber')),
    position: Number(detail('LinePosition')),
    violation: detail('Violation'),
  };
}

/** Ids and change keys of the items or folders of an answer. */
export function ids(answer: string, name = 'ItemId'): readonly { readonly id: string; readonly changeKey: string }[] {
  return all(answer, name).map((one) => ({ id: attribute(one, 'Id') ?? '', changeKey: attribute(one, 'ChangeKey') ?? '' }));
}
