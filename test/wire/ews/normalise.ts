import { elements, text, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';

const idAttributes = new Set(['Id', 'ChangeKey', 'RootItemId', 'RootItemChangeKey']);
const idElements = new Set([
  'SyncState',
  'InstanceKey',
  'SearchKey',
  'StoreEntryId',
  'ConversationIndex',
  'ID',
  'Data',
  'SubscriptionId',
  'Watermark',
  'PreviousWatermark',
  'RuleId',
]);
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const opaque = /^[A-Za-z0-9+/_-]{40,}={0,2}$/;

/**
 * An answer with its ids and dates renamed to roles (`id-1`, `key-1`, `time-1`, numbered as they first appear), indented,
 * one element a line: equal answers give equal text whatever the store counted.
 */
export function normalise(xml: string): string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const role = (kind: string, value: string): string => {
    const known = names.get(`${kind} ${value}`);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    names.set(`${kind} ${value}`, `${kind}-${count}`);
    return `${kind}-${count}`;
  };
  const rename = (node: XmlElement): XmlElement => ({
    ...node,
    attributes: node.attributes.map((attribute) =>
      idAttributes.has(attribute.name) && opaque.test(attribute.value)
        ? { ...attribute, value: role(attribute.name === 'Id' ? 'id' : 'key', attribute.value) }
        : attribute,
    ),
    children: node.children.map((part) => {
      if (typeof part !== 'string') return rename(part);
      if (dateTime.test(part)) return role('time', part);
      if (idElements.has(node.name)) return role(node.name.toLowerCase().replace(/^previous/, ''), part);
      if (node.name === 'WebClientReadFormQueryString')
        return part.replace(/(?<=^\?ItemID=)[^&]+/, (id) => role('id', decodeURIComponent(id)));
      return part.replace(/\r\n/g, '\n');
    }),
  });
  return indent(rename(parseXml(xml)));
}

const prefixes = {
  'http://schemas.xmlsoap.org/soap/envelope/': 's',
  'http://schemas.microsoft.com/exchange/services/2006/messages': 'm',
  'http://schemas.microsoft.com/exchange/services/2006/types': 't',
  'http://schemas.microsoft.com/exchange/services/2006/errors': 'e',
};

function indent(root: XmlElement): string {
  const spaced = (node: XmlElement, depth: number): XmlElement => {
    if (elements(node).length === 0) return node;
    const pad = `\n${'  '.repeat(depth + 1)}`;
    const children = node.children.flatMap((part) => [pad, typeof part === 'string' ? part : spaced(part, depth + 1)]);
    return { ...node, children: [...children, `\n${'  '.repeat(depth)}`] };
  };
  return `${writeXml(spaced(root, 0), { prefixes })}\n`;
}

/** The text of the first element of that local name, anywhere. */
export function firstText(xml: string, name: string): string | undefined {
  const search = (node: XmlElement): string | undefined => {
    if (node.name === name) return text(node);
    for (const part of elements(node)) {
      const found = search(part);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(parseXml(xml));
}
