import { nearest } from '../kernel/nearest.ts';
import { type Cmdlet, type CmdletParameters, cmdletRefusal, type ParameterType, type ParameterValue } from './cmdlet.ts';
import { parseDate } from './date-text.ts';
import type { CommandLine, LineList, LineMember, LineTable, LineValue, Written } from './line/command-line.ts';

/** What binding needs to know of a command. */
export interface Bindable extends Pick<Cmdlet, 'positional' | 'continued' | 'parameters' | 'required'> {
  /** Parameters that it has in common with others. */
  readonly common?: Readonly<Record<string, ParameterType>>;
  /** Other names of parameters, in small letters. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** `@{Add='x'; Remove='y','z'}`: what a list is to gain and to lose. */
export interface ListChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** What a parameter is given before the lists that are to be changed are known. */
export type BoundValue = ParameterValue | ListChange;
export type Bound = Readonly<Record<string, BoundValue>>;

export function isListChange(value: BoundValue | undefined): value is ListChange {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Gives a cmdlet's parameters their values as PowerShell does: named ones first, in any case and by any beginning that
 * fits one name only; then the bare word, for the positional one. Refuses with `bad-parameter`. The texts are those of
 * PowerShell/PowerShell src/System.Management.Automation/resources/ParameterBinderStrings.resx, what follows them ours.
 */
export function bindParameters(name: string, cmdlet: Bindable, line: CommandLine): Bound {
  const bound = bindWritten(name, cmdlet, line);
  requireMandatory(cmdlet, bound);
  return bound;
}

/** As {@link bindParameters} for a command that changes no lists. */
export function bindWhole(name: string, cmdlet: Bindable, line: CommandLine): CmdletParameters {
  return Object.fromEntries(
    Object.entries(bindParameters(name, cmdlet, line)).map(([parameter, value]) => {
      if (isListChange(value)) throw refused(`${inconvertibleKind('table', 'list', parameter)} It takes a whole list.`);
      return [parameter, value];
    }),
  );
}

/** Refuses with `bad-parameter` when a mandatory parameter has no value, besides those named. */
export function requireMandatory({ required }: Bindable, bound: Bound, besides: readonly string[] = []): void {
  const missing = required.filter((parameter) => !Object.hasOwn(bound, parameter) && !besides.includes(parameter));
  if (missing.length > 0)
    throw refused(`Cannot process command because of one or more missing mandatory parameters: ${missing.join(' ')}.`);
}

/** As {@link bindParameters}, but what is mandatory may be missing still. */
export function bindWritten(name: string, cmdlet: Bindable, line: CommandLine): Bound {
  const bound: Record<string, BoundValue> = {};
  const words: Written[] = [];
  for (let at = 0; at < line.arguments.length; at += 1) {
    const argument = line.arguments[at];
    if (argument === undefined) continue;
    if (argument.kind !== 'parameter') {
      words.push(argument);
      continue;
    }
    const parameter = resolve(name, cmdlet, argument.name);
    const type = cmdlet.parameters[parameter] ?? cmdlet.common?.[parameter] ?? 'text';
    if (Object.hasOwn(bound, parameter))
      throw refused(`Cannot bind parameter because parameter '${parameter}' is specified more than once.`);
    if (type === 'switch' && !argument.attached) {
      bound[parameter] = true;
      continue;
    }
    const value = line.arguments[at + 1];
    if (value === undefined || value.kind === 'parameter') {
      throw refused(`Missing an argument for parameter '${parameter}'. Specify a parameter of type '${typeNames[type]}' and try again.`);
    }
    bound[parameter] = convertWritten(type, parameter, value);
    at += 1;
  }
  bindWords(cmdlet, words, bound);
  return bound;
}

function bindWords(bindable: Bindable, words: readonly Written[], bound: Record<string, BoundValue>): void {
  const { positional, parameters } = bindable;
  const [first, ...others] = continueText(bindable, words, bound) ? [] : words;
  if (first === undefined) return;
  const stray = positional === undefined || Object.hasOwn(bound, positional) ? first : others[0];
  if (positional === undefined || stray !== undefined) {
    const text = stray?.kind === 'value' ? `${stray.value ?? ''}` : stray === undefined ? '' : kindNames[stray.kind];
    throw refused(`A positional parameter cannot be found that accepts argument '${text}'.`);
  }
  bound[positional] = convertWritten(parameters[positional] ?? 'text', positional, first);
}

/** Joins bare words to the text that they go on with; false where there is none of that kind, or other things stand among them. */
function continueText({ continued }: Bindable, words: readonly Written[], bound: Record<string, BoundValue>): boolean {
  const before = continued === undefined ? undefined : bound[continued];
  const texts = words.map((word) => (word.kind === 'value' && typeof word.value === 'string' && word.bare ? word.value : undefined));
  if (continued === undefined || typeof before !== 'string' || texts.includes(undefined)) return false;
  bound[continued] = [before, ...texts].join(' ');
  return true;
}

function resolve(name: string, { parameters, common = {}, aliases = {} }: Bindable, written: string): string {
  const own = Object.keys(parameters);
  const known = [...new Set([...own, ...Object.keys(common)])];
  const wanted = written.toLowerCase();
  const exact = known.find((parameter) => parameter.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const alias = Object.hasOwn(aliases, wanted) ? aliases[wanted] : undefined;
  if (alias !== undefined) return alias;
  const [found, ...others] = known.filter((parameter) => parameter.toLowerCase().startsWith(wanted));
  if (found === undefined) {
    const near = nearest(written, known);
    const taken = own.length === 0 ? 'no parameters' : own.map((one) => `-${one}`).join(', ');
    const more = near === undefined ? `${name} takes ${taken} here.` : `Did you mean -${near}?`;
    throw refused(`A parameter cannot be found that matches parameter name '${written}'. ${more}`);
  }
  if (others.length === 0) return found;
  const matches = [found, ...others].map((parameter) => ` -${parameter}`).join('');
  throw refused(`Parameter cannot be processed because the parameter name '${written}' is ambiguous. Possible matches include:${matches}.`);
}

const typeNames: Readonly<Record<ParameterType, string>> = {
  text: 'System.String',
  'nullable text': 'System.String',
  boolean: 'System.Boolean',
  'nullable boolean': 'System.Nullable`1[System.Boolean]',
  switch: 'System.Management.Automation.SwitchParameter',
  list: 'Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]',
  date: 'System.DateTime',
  integer: 'System.Int32',
  credential: 'System.Management.Automation.PSCredential',
  octets: 'System.Byte[]',
};

const kindNames: Readonly<Record<Exclude<Written['kind'], 'value'>, string>> = {
  list: 'System.Object[]',
  table: 'System.Collections.Hashtable',
  script: 'System.Management.Automation.ScriptBlock',
  block: 'System.Management.Automation.ScriptBlock',
  expression: 'System.Management.Automation.PSObject',
};

/** ParameterBinderStrings.resx, CannotConvertArgumentNoMessage. */
function inconvertibleKind(kind: keyof typeof kindNames, type: ParameterType, parameter: string): string {
  return `Cannot convert '${kindNames[kind]}' to the type '${typeNames[type]}' required by parameter '${parameter}'.`;
}

/**
 * Makes of what was written, or came through a pipe, a value of a parameter's type. An expression is null: what it comes to
 * is not known before the line is run. Refuses with `bad-parameter`.
 */
export function convertWritten(type: ParameterType, parameter: string, written: Written): BoundValue {
  if (written.kind === 'expression') return null;
  if (type === 'list' && written.kind === 'table') return listChange(parameter, written);
  if (type === 'list' && written.kind === 'list') return knownOf(written.values).map((value) => textOf(parameter, value));
  if (type === 'octets' && written.kind === 'list') return octetsOf(written);
  if (type === 'credential') return credentialOf(parameter, written);
  if (written.kind !== 'value') {
    throw refused(`${inconvertibleKind(written.kind, type, parameter)} Specified method is not supported.`);
  }
  if (type === 'list') return written.value === null ? [] : [textOf(parameter, written)];
  return converters[type](parameter, written);
}

/** The page of Set-OrganizationRelationship, -DomainNames: a hash table adds and removes. The refusal is our wording. */
function listChange(parameter: string, { entries }: LineTable): ListChange {
  const change = { add: [] as readonly string[], remove: [] as readonly string[] };
  for (const [key, value] of entries) {
    const part = key.toLowerCase();
    if (part !== 'add' && part !== 'remove')
      throw refused(`${inconvertibleKind('table', 'list', parameter)} It takes Add and Remove, not '${key}'.`);
    const members = value.kind === 'list' ? value.values : [value];
    change[part] = knownOf(members).map((member) => textOf(parameter, member));
  }
  return change;
}

/** Without expressions that are not worked out yet. */
function knownOf(members: readonly LineMember[]): readonly LineValue[] {
  return members.filter((member) => member.kind === 'value');
}

/** The list says which is no byte in .NET's words. */
function octetsOf({ values }: LineList): string {
  const bytes = knownOf(values).map(({ value }) => {
    const byte = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : 256;
    if (byte > 255) throw refused(`Cannot convert value "${value ?? ''}" to type "System.Byte".`);
    return byte;
  });
  return Buffer.from(bytes).toString('base64');
}

function textOf(parameter: string, { value }: LineValue): string {
  if (value === '') throw refused(`Cannot bind argument to parameter '${parameter}' because it is an empty string.`);
  if (typeof value === 'boolean') throw refused(`-${parameter} takes a text, not $${value}.`);
  if (value === null) throw refused(`Cannot bind argument to parameter '${parameter}' because it is null.`);
  return value;
}

function credentialOf(parameter: string, written: Written): ParameterValue {
  const entries = written.kind === 'table' ? written.entries : [];
  const of = (wanted: string): string | undefined => {
    const [, value] = entries.find(([key]) => key.toLowerCase() === wanted) ?? [];
    return value?.kind === 'value' && typeof value.value === 'string' ? value.value : undefined;
  };
  if (entries.some(([, value]) => value.kind === 'expression')) return null;
  const [UserName, Password] = [of('username'), of('password')];
  if (UserName !== undefined && UserName !== '' && Password !== undefined && entries.length === 2) return [UserName, Password];
  throw refused(`-${parameter} takes a credential, written as @{UserName='...'; Password='...'}.`);
}

function booleanOf(parameter: string, { value, bare }: LineValue): boolean {
  if (typeof value === 'boolean') return value;
  if (bare && value !== null && /^\d{1,9}$/.test(value)) return Number(value) !== 0;
  // Public in many a log, such as the tests of rubrikinc/rubrik-sdk-for-powershell (Set-RubrikSupportTunnel).
  throw refused(
    `Cannot process argument transformation on parameter '${parameter}'. ` +
      `Cannot convert value "${value === null ? '' : typeNames.text}" to type "${typeNames.boolean}". ` +
      'Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.',
  );
}

const converters: Readonly<Record<Exclude<ParameterType, 'list' | 'credential'>, (parameter: string, value: LineValue) => ParameterValue>> =
  {
    text: textOf,
    octets: textOf,
    // What has a value is set to the empty one by '' as well as by $null.
    'nullable text': (parameter, written) => (written.value === null || written.value === '' ? null : textOf(parameter, written)),
    boolean: booleanOf,
    'nullable boolean': (parameter, written) => (written.value === null ? null : booleanOf(parameter, written)),
    switch(parameter, { value }) {
      if (typeof value === 'boolean') return value;
      throw refused(`Cannot convert '${value ?? ''}' to the type '${typeNames.switch}' required by parameter '${parameter}'.`);
    },
    date(parameter, { value }) {
      const at = typeof value === 'string' ? parseDate(value) : undefined;
      if (at === undefined) throw inconvertible(parameter, value, typeNames.date, 'String was not recognized as a valid DateTime.');
      return at;
    },
    integer(parameter, { value }) {
      const number = typeof value === 'string' && /^\s*[+-]?\d{1,10}\s*$/.test(value) ? Number(value) : Number.NaN;
      if (Number.isNaN(number)) throw inconvertible(parameter, value, typeNames.integer, 'Input string was not in a correct format.');
      if (number > 2_147_483_647 || number < -2_147_483_648)
        throw inconvertible(parameter, value, typeNames.integer, 'Value was either too large or too small for an Int32.');
      return number;
    },
  };

/** ParameterBinderStrings.resx, CannotConvertArgument, around what .NET says of the value. */
function inconvertible(parameter: string, value: LineValue['value'], type: string, why: string): Error {
  return refused(`Cannot bind parameter '${parameter}'. Cannot convert value "${value ?? ''}" to type "${type}". Error: "${why}"`);
}

function refused(text: string): Error {
  return cmdletRefusal('bad-parameter', text);
}
