import { nearest } from '../kernel/nearest.ts';
import { type Cmdlet, type CmdletParameters, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import type { CommandLine, LineValue } from './command-line.ts';

type Bound = string | boolean;

/**
 * Gives a cmdlet's parameters their values as PowerShell does: named ones first, in any case and by any beginning that
 * fits one name only; then the bare word, for the positional one. Refuses with `bad-parameter`. The texts are those of
 * PowerShell/PowerShell src/System.Management.Automation/resources/ParameterBinderStrings.resx, what follows them ours.
 */
export function bindParameters(name: string, cmdlet: Cmdlet, line: CommandLine): CmdletParameters {
  const bound: Record<string, Bound> = {};
  const words: LineValue[] = [];
  for (let at = 0; at < line.arguments.length; at += 1) {
    const argument = line.arguments[at];
    if (argument?.kind === 'value') words.push(argument);
    if (argument?.kind !== 'parameter') continue;
    const parameter = resolve(name, Object.keys(cmdlet.parameters), argument.name);
    const type = cmdlet.parameters[parameter] ?? 'text';
    if (Object.hasOwn(bound, parameter))
      throw refused(`Cannot bind parameter because parameter '${parameter}' is specified more than once.`);
    if (type === 'switch' && !argument.attached) {
      bound[parameter] = true;
      continue;
    }
    const value = line.arguments[at + 1];
    if (value?.kind !== 'value') {
      throw refused(`Missing an argument for parameter '${parameter}'. Specify a parameter of type '${typeNames[type]}' and try again.`);
    }
    bound[parameter] = converters[type](parameter, value);
    at += 1;
  }
  bindWords(cmdlet, words, bound);
  const missing = cmdlet.required.filter((parameter) => !Object.hasOwn(bound, parameter));
  if (missing.length > 0)
    throw refused(`Cannot process command because of one or more missing mandatory parameters: ${missing.join(' ')}.`);
  return bound;
}

function bindWords({ positional, parameters }: Cmdlet, [first, ...others]: readonly LineValue[], bound: Record<string, Bound>): void {
  if (first === undefined) return;
  const stray = Object.hasOwn(bound, positional) ? first : others[0];
  if (stray !== undefined) throw refused(`A positional parameter cannot be found that accepts argument '${stray.value ?? ''}'.`);
  bound[positional] = converters[parameters[positional] ?? 'text'](positional, first);
}

function resolve(name: string, known: readonly string[], written: string): string {
  const wanted = written.toLowerCase();
  const exact = known.find((parameter) => parameter.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const [found, ...others] = known.filter((parameter) => parameter.toLowerCase().startsWith(wanted));
  if (found === undefined) {
    const near = nearest(written, known);
    const more = near === undefined ? `${name} takes ${known.map((one) => `-${one}`).join(', ')} here.` : `Did you mean -${near}?`;
    throw refused(`A parameter cannot be found that matches parameter name '${written}'. ${more}`);
  }
  if (others.length === 0) return found;
  const matches = [found, ...others].map((parameter) => ` -${parameter}`).join('');
  throw refused(`Parameter cannot be processed because the parameter name '${written}' is ambiguous. Possible matches include:${matches}.`);
}

const typeNames: Readonly<Record<ParameterType, string>> = {
  text: 'System.String',
  boolean: 'System.Boolean',
  switch: 'System.Management.Automation.SwitchParameter',
};

const converters: Readonly<Record<ParameterType, (parameter: string, value: LineValue) => Bound>> = {
  text(parameter, { value }) {
    if (value === '') throw refused(`Cannot bind argument to parameter '${parameter}' because it is an empty string.`);
    if (typeof value === 'boolean') throw refused(`-${parameter} takes a text, not $${value}.`);
    if (value === null) throw refused(`Cannot bind argument to parameter '${parameter}' because it is null.`);
    return value;
  },
  boolean(parameter, { value, bare }) {
    if (typeof value === 'boolean') return value;
    if (bare && value !== null && /^\d{1,9}$/.test(value)) return Number(value) !== 0;
    // Public in many a log, such as the tests of rubrikinc/rubrik-sdk-for-powershell (Set-RubrikSupportTunnel).
    throw refused(
      `Cannot process argument transformation on parameter '${parameter}'. ` +
        `Cannot convert value "${value === null ? '' : typeNames.text}" to type "${typeNames.boolean}". ` +
        'Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.',
    );
  },
  switch(parameter, { value }) {
    if (typeof value === 'boolean') return value;
    throw refused(`Cannot convert '${value ?? ''}' to the type '${typeNames.switch}' required by parameter '${parameter}'.`);
  },
};

function refused(text: string): Error {
  return cmdletRefusal('bad-parameter', text);
}
