import { attribute, elements, text, type XmlElement } from '../../xml/element.ts';
import { parseXml } from '../../xml/parse.ts';
import { decodeText } from './text.ts';
import { CliXmlError, type CliXmlValue, cliXmlNamespace, mostNested } from './value.ts';

const limits = { maxBytes: 16 * 1_024 * 1_024, maxDepth: 5 * mostNested, maxElements: 500_000 };
/** References make a small document stand for much. */
const mostValues = 500_000;

/**
 * Reads what `Export-CliXml` has written (MS-PSRP 2.2.5), as far as it has a meaning outside .NET: of an enumeration its
 * name, of an extended primitive the primitive, of an object that was kept as a text that text, lists of all kinds as
 * lists, dictionaries as records. Numbers that a double cannot hold are texts, as are versions, GUIDs, time spans, URIs,
 * octets (base64) and what else has no type here. Throws an `XmlSyntaxError` or a {@link CliXmlError}.
 */
export function readCliXml(octets: Uint8Array | string): readonly CliXmlValue[] {
  const root = parseXml(octets, limits);
  if (root.name !== 'Objs' || root.namespace !== cliXmlNamespace) throw unreadable(root, 'a document begins with Objs');
  const reader: Reader = { objects: new Map(), enumerations: new Map(), count: 0, deepest: 0 };
  return elements(root).map((one) => read(one, reader, 1));
}

/** An object, of how many values it is made, and how many of them lie in each other. */
interface Sized {
  readonly value: CliXmlValue;
  readonly size: number;
  readonly height: number;
}

interface Reader {
  readonly objects: Map<string, Sized>;
  /** By the reference of their types' names: whether those are of an enumeration. */
  readonly enumerations: Map<string, boolean>;
  count: number;
  /** The deepest place where a value has been read. */
  deepest: number;
}

function read(of: XmlElement, reader: Reader, depth: number): CliXmlValue {
  if (of.namespace !== cliXmlNamespace) throw unreadable(of, `${of.name} is of another namespace`);
  if (of.name === 'Obj') return readObject(of, reader, depth);
  if (of.name === 'Ref') {
    const known = reader.objects.get(attribute(of, 'RefId') ?? '');
    if (known === undefined) throw unreadable(of, 'a reference to an object that is not complete before it');
    grow(reader, known.size, depth + known.height - 1, of);
    return known.value;
  }
  grow(reader, 1, depth, of);
  return primitive(of);
}

function grow(reader: Reader, by: number, depth: number, at: XmlElement): void {
  if (depth > mostNested + 1) throw unreadable(at, `values lie more than ${mostNested} deep in each other`);
  reader.deepest = Math.max(reader.deepest, depth);
  reader.count += by;
  if (reader.count > mostValues) throw unreadable(at, `there are more than ${mostValues} values`);
}

const wholeNumbers: readonly string[] = ['By', 'SB', 'U16', 'I16', 'U32', 'I32', 'U64', 'I64'];
const otherNumbers: readonly string[] = ['Sg', 'Db', 'D'];
/** Kept as they are written: octets, GUIDs, URIs, versions, spans of time, XML, script, secrets. */
const texts: readonly string[] = ['S', 'BA', 'G', 'URI', 'Version', 'TS', 'XD', 'SBK', 'SS'];

/** MS-PSRP 2.2.5.1 */
function primitive(of: XmlElement): CliXmlValue {
  const written = text(of);
  if (of.name === 'Nil') return null;
  if (texts.includes(of.name)) return decodeText(written);
  if (of.name === 'B' && /^(?:true|false)$/.test(written)) return written === 'true';
  if (of.name === 'C' && /^\d{1,5}$/.test(written)) return String.fromCharCode(Number(written));
  if (wholeNumbers.includes(of.name) && /^[+-]?\d{1,20}$/.test(written))
    return Number.isSafeInteger(Number(written)) ? Number(written) : written;
  if (otherNumbers.includes(of.name)) return Number.isFinite(Number(written)) && written !== '' ? Number(written) : written;
  if (of.name === 'DT') return moment(of, written);
  throw unreadable(of, `${of.name} "${written.slice(0, 40)}" is no value`);
}

/** What tells no zone is UTC; a Date knows milliseconds only. */
function moment(of: XmlElement, written: string): Date {
  const [, clock, fraction = '', zone = 'Z'] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/.exec(written) ?? [];
  const at = new Date(`${clock}${fraction.slice(0, 4)}${zone}`);
  if (Number.isNaN(at.getTime())) throw unreadable(of, `"${written.slice(0, 40)}" is no moment`);
  return at;
}

/** MS-PSRP 2.2.5.2 */
function readObject(of: XmlElement, reader: Reader, depth: number): CliXmlValue {
  const { count, deepest } = reader;
  reader.deepest = depth;
  grow(reader, 1, depth, of);
  const parts = elements(of);
  const isEnumeration = parts.some((part) => namesEnumeration(part, reader));
  const shown = parts.find(({ name }) => name === 'ToString');
  const content = parts.find(({ name }) => !besides.has(name));
  const properties = parts.filter(({ name }) => name === 'Props' || name === 'MS');
  const value = ((): CliXmlValue => {
    if (shown !== undefined && (isEnumeration || (content === undefined && properties.length === 0))) return decodeText(text(shown));
    if (content !== undefined) return contentOf(content, reader, depth);
    return recordOf(properties.flatMap(elements), reader, depth);
  })();
  const id = attribute(of, 'RefId');
  if (id !== undefined) reader.objects.set(id, { value, size: reader.count - count, height: reader.deepest - depth + 1 });
  reader.deepest = Math.max(reader.deepest, deepest);
  return value;
}

/** What an object holds beside its content. */
const besides: ReadonlySet<string> = new Set(['TN', 'TNRef', 'ToString', 'Props', 'MS']);

function namesEnumeration(part: XmlElement, { enumerations }: Reader): boolean {
  const id = attribute(part, 'RefId') ?? '';
  if (part.name === 'TNRef') return enumerations.get(id) === true;
  if (part.name !== 'TN') return false;
  const is = elements(part).some((one) => /^(?:Deserialized\.)?System\.Enum$/.test(text(one)));
  enumerations.set(id, is);
  return is;
}

function contentOf(content: XmlElement, reader: Reader, depth: number): CliXmlValue {
  if (['LST', 'IE', 'QUE', 'STK'].includes(content.name)) return elements(content).map((one) => read(one, reader, depth + 1));
  if (content.name !== 'DCT') return read(content, reader, depth + 1);
  const entries = elements(content).map((entry): readonly [string, CliXmlValue] => {
    const parts = elements(entry);
    const [key, value] = ['Key', 'Value'].map((name) => parts.find((one) => attribute(one, 'N') === name));
    if (key === undefined || value === undefined) throw unreadable(entry, 'an entry has a Key and a Value');
    const name = read(key, reader, depth + 1);
    if (typeof name === 'object') throw unreadable(key, 'the key of an entry is no text');
    return [String(name), read(value, reader, depth + 1)];
  });
  return Object.fromEntries(entries);
}

function recordOf(properties: readonly XmlElement[], reader: Reader, depth: number): CliXmlValue {
  return Object.fromEntries(
    properties.map((one) => {
      const name = attribute(one, 'N');
      if (name === undefined) throw unreadable(one, 'a property has a name');
      return [decodeText(name), read(one, reader, depth + 1)];
    }),
  );
}

function unreadable(at: XmlElement, why: string): CliXmlError {
  return new CliXmlError(why, at.line);
}
