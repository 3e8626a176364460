import { namedProperty, type PropertyBag, type PropertyKey, type PropertyValue, propertySets } from '../../kernel/mapi.ts';
import type { MimeHeader } from '../../protocols/mime/message.ts';
import { isFieldName, wireText } from '../../protocols/mime/write-field.ts';

/** Header fields that become properties of the set InternetHeaders: those of applications, up to this many. */
const mostPromoted = 100;

/** PidTagTransportMessageHeaders: all header fields, unfolded, a line each. */
export function headersText(headers: readonly MimeHeader[]): string {
  return headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
}

/** Whether a message's header text has several From fields, of which only one could be judged (RFC 5322 3.6 allows one). */
export function hasSeveralAuthors(headers: string): boolean {
  return [...headers.matchAll(/^from[ \t]*:/gim)].length > 1;
}

/** Whether a field becomes a property of its own (MS-OXCMAIL 2.2.3.2.20 and PidNameContentClass). */
function isPromoted(name: string): boolean {
  const key = name.toLowerCase();
  return key === 'content-class' || (key.startsWith('x-') && key !== 'x-priority' && key !== 'x-msmail-priority');
}

/** The properties of the set InternetHeaders, by the field's name in lower case; of several fields of a name the first. */
export function headerProperties(headers: readonly MimeHeader[], decode: (value: string) => string): PropertyBag {
  const properties: Record<PropertyKey, PropertyValue> = {};
  for (const { name, value } of headers.filter((header) => isPromoted(header.name)).slice(0, mostPromoted)) {
    const key = namedProperty(propertySets.InternetHeaders, name.toLowerCase(), 'String');
    properties[key] ??= decode(value);
  }
  return properties;
}

const headerKey = new RegExp(`^\\{${propertySets.InternetHeaders}\\}:=(.+):001F$`);

/** The inverse: header fields for the properties of the set, and those of `text` that are no properties of their own. */
export function headersOf(properties: PropertyBag, text: string | undefined): MimeHeader[] {
  const fields: MimeHeader[] = [];
  for (const line of text?.split(/\r?\n(?![ \t])/) ?? []) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (isFieldName(name) && !isPromoted(name) && !/^thread-(?:topic|index)$/i.test(name)) {
      fields.push({
        name,
        value: line
          .slice(colon + 1)
          .replace(/\r?\n/g, '')
          .trim(),
      });
    }
  }
  for (const [key, value] of Object.entries(properties)) {
    const name = headerKey.exec(key)?.[1];
    if (name !== undefined && isFieldName(name) && typeof value === 'string') fields.push({ name, value: wireText(value) });
  }
  return fields;
}
