import type { Connector, ConnectorValue } from '../domain/mailflow/connectors.ts';
import { type CmdletObject, type CmdletParameters, cmdletRefusal, type ParameterType, type ShownValue } from './cmdlet.ts';
import { choiceGiven, credentialGiven, listGiven, numberGiven, textGiven } from './given.ts';
import { parseTimeSpan, timeSpanText } from './time-span.ts';

/** A property that is kept and shown: how it is written, what it holds in the beginning. */
export interface Property {
  readonly is: 'text' | 'boolean' | 'number' | 'limit' | 'list' | 'choice' | 'flags' | 'size' | 'time' | 'credential' | 'fixed';
  readonly initial: ConnectorValue;
  /** Of choices and flags. */
  readonly words?: readonly string[];
  /** What a text or a member of a list must look like. */
  readonly pattern?: RegExp;
  /** A member of a list as it is kept. */
  readonly member?: (text: string) => string;
}

/** Properties in the order in which Exchange lists them. */
export type PropertyTable = Readonly<Record<string, Property>>;

export const text = (initial = '', pattern?: RegExp): Property => ({ is: 'text', initial, ...(pattern === undefined ? {} : { pattern }) });
export const boolean = (initial: boolean): Property => ({ is: 'boolean', initial });
export const number = (initial: number): Property => ({ is: 'number', initial });
export const limit = (initial: number | 'unlimited'): Property => ({ is: 'limit', initial });
export const size = (initial: number): Property => ({ is: 'size', initial });
export const time = (initial: string): Property => ({ is: 'time', initial: parseTimeSpan(initial) ?? 0 });
/** An account with its password, kept as these two texts; nobody is shown it. */
export const credential: Property = { is: 'credential', initial: [] };
export const fixed = (initial: ConnectorValue): Property => ({ is: 'fixed', initial });
export const choice = (initial: string, words: readonly string[]): Property => ({ is: 'choice', initial, words });
export const flags = (initial: readonly string[], words: readonly string[]): Property => ({ is: 'flags', initial, words });
export const list = (initial: readonly string[] = [], more: Pick<Property, 'pattern' | 'member'> = {}): Property => ({
  is: 'list',
  initial,
  ...more,
});

const types: Readonly<Record<Exclude<Property['is'], 'fixed'>, ParameterType>> = {
  text: 'nullable text',
  boolean: 'boolean',
  number: 'integer',
  limit: 'text',
  list: 'list',
  choice: 'text',
  flags: 'list',
  size: 'text',
  time: 'text',
  credential: 'credential',
};

/** The parameters that set the properties of a table. */
export function parametersOf(table: PropertyTable): Readonly<Record<string, ParameterType>> {
  const settable = Object.entries(table).flatMap(([name, { is }]): [string, ParameterType][] =>
    is === 'fixed' ? [] : [[name, types[is]]],
  );
  return Object.fromEntries(settable);
}

/** What was written, as it is kept. Refuses with `bad-parameter`. */
export function valuesGiven(table: PropertyTable, given: CmdletParameters): Readonly<Record<string, ConnectorValue>> {
  const written = Object.entries(table).filter(([name, { is }]) => given[name] !== undefined && is !== 'fixed');
  return Object.fromEntries(written.map(([name, property]) => [name, valueGiven(name, property, given)]));
}

/** All properties of a connector, in the order of the table. `more` stands where the table names it. */
export function shownProperties(table: PropertyTable, value: Connector, more: CmdletObject): CmdletObject {
  return Object.fromEntries(
    Object.entries(table).map(([name, property]) => [
      name,
      Object.hasOwn(more, name) ? (more[name] ?? null) : shownValue(property, value[name] ?? property.initial),
    ]),
  );
}

function valueGiven(name: string, property: Property, given: CmdletParameters): ConnectorValue {
  switch (property.is) {
    case 'boolean':
      return given[name] === true;
    case 'number':
      return numberGiven(given, name) ?? 0;
    case 'list':
      return (listGiven(given, name) ?? []).map((one) => checked(name, property, (property.member ?? same)(one)));
    case 'flags':
      return (listGiven(given, name) ?? []).map((one) => choiceGiven({ [name]: one }, name, property.words ?? []) ?? one);
    case 'choice':
      return choiceGiven(given, name, property.words ?? []) ?? property.initial;
    case 'size':
      return sizeGiven(name, textGiven(given, name) ?? '');
    case 'time': {
      const seconds = parseTimeSpan(textGiven(given, name) ?? '');
      if (seconds === undefined) throw cmdletRefusal('bad-parameter', `-${name} takes a time such as 00:10:00.`);
      return seconds;
    }
    case 'credential': {
      const { UserName, Password } = credentialGiven(given, name) ?? { UserName: '', Password: '' };
      return UserName === '' ? [] : [UserName, Password];
    }
    case 'limit': {
      const written = (textGiven(given, name) ?? '').toLowerCase();
      if (written === 'unlimited') return written;
      if (/^\d{1,9}$/.test(written)) return Number(written);
      throw cmdletRefusal('bad-parameter', `-${name} takes a number or unlimited, not ${JSON.stringify(written.slice(0, 64))}.`);
    }
    default:
      return checked(name, property, textGiven(given, name) ?? '');
  }
}

const same = (one: string): string => one;
const mostOfText = 1_024;

function checked(name: string, { pattern }: Property, value: string): string {
  if (value.length <= mostOfText && (value === '' || pattern === undefined || pattern.test(value))) return value;
  throw cmdletRefusal('bad-parameter', `-${name} does not take ${JSON.stringify(value.slice(0, 128))}.`);
}

const units: Readonly<Record<string, number>> = { b: 1, kb: 1_024, mb: 1_024 ** 2, gb: 1_024 ** 3 };

/** `10MB`, `28 MB (29,360,128 bytes)`, a number of octets, `unlimited` (ByteQuantifiedSize of the pages). */
function sizeGiven(name: string, written: string): number | 'unlimited' {
  if (written.toLowerCase() === 'unlimited') return 'unlimited';
  const [, digits, unit = 'b'] = /^\s*(\d{1,9})\s*(b|kb|mb|gb)?\s*(?:\([\d,]+ bytes\))?\s*$/i.exec(written) ?? [];
  const octets = Number(digits) * (units[unit.toLowerCase()] ?? 1);
  if (digits === undefined || !Number.isSafeInteger(octets))
    throw cmdletRefusal('bad-parameter', `-${name} takes a size such as 25MB or unlimited, not ${JSON.stringify(written.slice(0, 64))}.`);
  return octets;
}

function shownValue({ is }: Property, value: ConnectorValue): ShownValue {
  if (is === 'flags' && Array.isArray(value)) return value.length === 0 ? 'None' : value.join(', ');
  if (is === 'credential') return Array.isArray(value) && value.length > 0 ? 'System.Management.Automation.PSCredential' : null;
  if (is === 'time' && typeof value === 'number') return timeSpanText(value);
  if (is === 'size' && typeof value === 'number') return sizeText(value);
  return value === '' ? null : value;
}

/** `28 MB (29,360,128 bytes)`. */
export function sizeText(octets: number): string {
  const [unit = 'b', factor = 1] = Object.entries(units).findLast(([, one]) => octets >= one) ?? [];
  const rounded = Number((octets / factor).toPrecision(4));
  return `${rounded} ${unit.toUpperCase()} (${String(octets).replace(/\B(?=(?:\d{3})+$)/g, ',')} bytes)`;
}
