import { type CmdletObject, type CmdletParameters, cmdletRefusal, type ShownValue } from '../cmdlet.ts';
import { numberGiven, textGiven } from '../given.ts';
import type { CommandLine, Condition, Statement } from '../line/command-line.ts';
import { type Bindable, bindWhole } from '../parameter-binder.ts';
import { readWildcard } from '../pattern.ts';
import type { Item } from './pipeline-input.ts';

/** PowerShell's own commands for what comes through a pipe, as far as they go here. */
export type LineCommand = 'Where-Object' | 'Select-Object' | 'ForEach-Object' | 'Format-List' | 'Format-Table';

const aliases: Readonly<Record<string, LineCommand>> = {
  'where-object': 'Where-Object',
  where: 'Where-Object',
  '?': 'Where-Object',
  'select-object': 'Select-Object',
  select: 'Select-Object',
  'foreach-object': 'ForEach-Object',
  foreach: 'ForEach-Object',
  '%': 'ForEach-Object',
  'format-list': 'Format-List',
  fl: 'Format-List',
  'format-table': 'Format-Table',
  ft: 'Format-Table',
};

/** The command that a name or an alias means, in any case. */
export function lineCommand(name: string): LineCommand | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(aliases, key) ? aliases[key] : undefined;
}

/** The condition of a Where-Object, with `-FilterScript` or without. */
export function conditionOf({ arguments: written, column }: CommandLine): Condition {
  const [first, ...others] = written;
  const named = first?.kind === 'parameter' && 'filterscript'.startsWith(first.name.toLowerCase());
  const [script, ...more] = named ? others : written;
  if (script?.kind === 'script' && more.length === 0) return script.condition;
  throw cmdletRefusal('bad-parameter', `Where-Object takes a condition in braces here, such as {$_.Name -like 'a*'}. (column ${column})`);
}

/** What a ForEach-Object does with each object, with `-Process` or without. */
export function blockOf({ arguments: written, column }: CommandLine): Statement {
  const [first, ...others] = written;
  const named = first?.kind === 'parameter' && 'process'.startsWith(first.name.toLowerCase());
  const [block, ...more] = named ? others : written;
  if (block?.kind === 'block' && more.length === 0) return block.statement;
  throw cmdletRefusal('bad-parameter', `ForEach-Object takes one line in braces here, such as {Get-Thing $_.Name}. (column ${column})`);
}

/** What a Select-Object is asked. */
export interface Selection {
  readonly first: number | undefined;
  readonly properties: readonly string[] | undefined;
  readonly expand: string | undefined;
}

const selecting: Bindable = {
  positional: 'Property',
  parameters: { Property: 'list', First: 'integer', ExpandProperty: 'text' },
  required: [],
};

export function selectionOf(line: CommandLine): Selection {
  const given = bindWhole('Select-Object', selecting, line);
  const first = numberGiven(given, 'First');
  if (first !== undefined && first < 0) throw cmdletRefusal('bad-parameter', `-First takes 0 and more, not ${first}.`);
  const properties = propertiesGiven(given, line);
  const expand = textGiven(given, 'ExpandProperty');
  if (properties !== undefined && expand !== undefined)
    throw cmdletRefusal('bad-parameter', '-Property and -ExpandProperty do not go together here.');
  return { first, properties, expand };
}

/** The columns of a table are as wide as what is in them, and nothing is cut off: two switches say what holds anyway. */
const formatting = (command: 'Format-List' | 'Format-Table'): Bindable => ({
  positional: 'Property',
  parameters: { Property: 'list', ...(command === 'Format-Table' ? { AutoSize: 'switch', Wrap: 'switch' } : {}) },
  required: [],
});

/** Properties that a Format-List or Format-Table names, wildcards among them; undefined: all. */
export function shownBy(command: 'Format-List' | 'Format-Table', line: CommandLine): readonly string[] | undefined {
  return propertiesGiven(bindWhole(command, formatting(command), line), line);
}

/** Wildcards among them are looked at before anything runs. */
function propertiesGiven(given: CmdletParameters, { column }: CommandLine): readonly string[] | undefined {
  const names = Array.isArray(given['Property']) ? (given['Property'] as readonly string[]) : undefined;
  const bad = names?.find((name) => readWildcard(name) === undefined);
  if (bad !== undefined) throw cmdletRefusal('bad-parameter', `"${bad}" is no pattern of properties. (column ${column})`);
  return names;
}

/** One object as a Select-Object leaves it: narrowed, or what is within one of its properties. */
export function selected({ object, expanded }: Item, { properties, expand }: Selection): readonly Item[] {
  if (properties === undefined && expand === undefined) return [{ object, expanded }];
  if (expanded) throw cmdletRefusal('bad-parameter', 'A value that -ExpandProperty took out of its object has no properties here.');
  if (expand !== undefined) return within(object, expand);
  const names = namesOf([object], properties ?? []);
  return [{ object: Object.fromEntries(names.map((name) => [name, own(object, name) ?? null])), expanded: false }];
}

function within(object: CmdletObject, name: string): readonly Item[] {
  const found = Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase());
  const value = found === undefined ? undefined : object[found];
  // SelectObjectStrings.resx, PropertyNotFound
  if (found === undefined || value === undefined) throw cmdletRefusal('bad-parameter', `Property "${name}" cannot be found.`);
  const members: readonly ShownValue[] = Array.isArray(value) ? (value as readonly ShownValue[]) : value === null ? [] : [value];
  return members.map((member) =>
    isObject(member) ? { object: member, expanded: false } : { object: { [found]: member }, expanded: true },
  );
}

function isObject(value: ShownValue): value is CmdletObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/**
 * The properties that patterns name, in the patterns' order, each once and spelled as the objects do; a name without
 * wildcards that no object has stays as it is.
 */
export function namesOf(objects: readonly CmdletObject[], patterns: readonly string[]): readonly string[] {
  const known = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const named = patterns.flatMap((pattern) => {
    const fits = known.filter((name) => readWildcard(pattern)?.test(name));
    return fits.length > 0 || /[*?[]/.test(pattern) ? fits : [pattern];
  });
  return [...new Set(named)];
}

function own(object: CmdletObject, name: string): ShownValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
