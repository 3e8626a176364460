import { element, type XmlElement } from '../../xml/element.ts';
import { writeXml } from '../../xml/write.ts';
import { encodeText } from './text.ts';
import { CliXmlError, type CliXmlValue, cliXmlNamespace, mostNested } from './value.ts';

/**
 * Writes values as `Export-CliXml` does (MS-PSRP 2.2.5): records are PSCustomObjects with extended properties, lists
 * arrays, whole numbers Int32 or Int64, others Double, moments UTC. Throws a {@link CliXmlError} where they lie too deep.
 */
export function writeCliXml(values: readonly CliXmlValue[]): string {
  const writer: Writer = { objects: 0, types: new Map() };
  const objects = values.map((value) => written(value, undefined, writer, 1));
  const root = { ...named('Objs', inLines(objects, 0), { Version: '1.1.0.1' }) };
  return `${writeXml(root, { prefixes: { [cliXmlNamespace]: '' } })}\n`;
}

interface Writer {
  objects: number;
  /** Names of types that have been written, by what they name. */
  readonly types: Map<string, string>;
}

const recordTypes = ['System.Management.Automation.PSCustomObject', 'System.Object'];
const listTypes = ['System.Object[]', 'System.Array', 'System.Object'];

function written(value: CliXmlValue, name: string | undefined, writer: Writer, depth: number): XmlElement {
  const attributes = name === undefined ? {} : { N: encodeText(name) };
  if (value === null) return named('Nil', [], attributes);
  if (typeof value === 'string') return named('S', [encodeText(value)], attributes);
  if (typeof value === 'boolean') return named('B', [String(value)], attributes);
  if (typeof value === 'number') return named(numberTag(value), [String(value)], attributes);
  if (value instanceof Date) return named('DT', [value.toISOString()], attributes);
  if (depth > mostNested) throw new CliXmlError(`values lie more than ${mostNested} deep in each other`);
  const RefId = String(writer.objects);
  writer.objects += 1;
  const indent = depth * 4 - 2;
  const inner = (one: CliXmlValue, property?: string): XmlElement => written(one, property, writer, depth + 1);
  // First: what lies within refers to them.
  const types = typeNames(isList(value) ? listTypes : recordTypes, writer, indent + 2);
  const parts = isList(value) ? value.map((one) => inner(one)) : Object.entries(value).map(([property, one]) => inner(one, property));
  const content = named(isList(value) ? 'LST' : 'MS', inLines(parts, indent + 2));
  return named('Obj', inLines([types, content], indent), { ...attributes, RefId });
}

function isList(value: CliXmlValue): value is readonly CliXmlValue[] {
  return Array.isArray(value);
}

function numberTag(value: number): string {
  if (!Number.isSafeInteger(value)) return 'Db';
  return value >= -2_147_483_648 && value <= 2_147_483_647 ? 'I32' : 'I64';
}

/** The names of a type stand there once; later they are referred to (2.2.5.2.3). */
function typeNames(types: readonly string[], { types: known }: Writer, indent: number): XmlElement {
  const key = types.join('\n');
  const before = known.get(key);
  if (before !== undefined) return named('TNRef', [], { RefId: before });
  const RefId = String(known.size);
  known.set(key, RefId);
  const names = types.map((type) => named('T', [type]));
  return named('TN', inLines(names, indent), { RefId });
}

function named(
  name: string,
  children: readonly (XmlElement | string)[] = [],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  return element(cliXmlNamespace, name, children, attributes);
}

/** Each on a line of its own. */
function inLines(children: readonly XmlElement[], indent: number): readonly (XmlElement | string)[] {
  if (children.length === 0) return [];
  return [...children.flatMap((child) => [`\n${' '.repeat(indent + 2)}`, child]), `\n${' '.repeat(indent)}`];
}
