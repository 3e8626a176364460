import { type Guid, parseGuid } from '../kernel/ids.ts';
import { type CmdletParameters, cmdletRefusal, type ParameterType, type PSCredential } from './cmdlet.ts';

/** A text parameter, or undefined when it was not written (or is `$null`). */
export function textGiven(given: CmdletParameters, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' ? value : undefined;
}

/** A list parameter. One text with commas in it is a list too: that is how Set-OrganizationConfig's page writes it. */
export function listGiven(given: CmdletParameters, name: string): readonly string[] | undefined {
  const value = given[name];
  return Array.isArray(value) ? wordsOf(value as readonly string[]) : undefined;
}

function wordsOf(texts: readonly string[]): readonly string[] {
  const words = texts.flatMap((one) => one.split(',')).map((one) => one.trim());
  return [...new Set(words.filter((one) => one !== ''))];
}

/** A list after a change. Members are compared without case; one that is there already stays where it is, one that is not there is not missed. */
export function changedList(
  current: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): readonly string[] {
  const removed = new Set(wordsOf(remove).map((one) => one.toLowerCase()));
  const kept = current.filter((one) => !removed.has(one.toLowerCase()));
  const known = new Set(kept.map((one) => one.toLowerCase()));
  return [...kept, ...wordsOf(add).filter((one) => !known.has(one.toLowerCase()))];
}

export function numberGiven(given: CmdletParameters, name: string): number | undefined {
  const value = given[name];
  return typeof value === 'number' ? value : undefined;
}

/** A credential parameter, or undefined when it was not written. */
export function credentialGiven(given: CmdletParameters, name: string): PSCredential | undefined {
  const value = given[name];
  if (!Array.isArray(value)) return undefined;
  const [UserName = '', Password = ''] = value as readonly string[];
  return { UserName, Password };
}

/** A parameter that takes one of a few words, in any case. Refuses with `bad-parameter`. */
export function choiceGiven<Choice extends string>(given: CmdletParameters, name: string, choices: readonly Choice[]): Choice | undefined {
  const text = textGiven(given, name);
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  if (found === undefined)
    throw cmdletRefusal('bad-parameter', `-${name} takes ${choices.join(' or ')} here, not ${JSON.stringify(text)}.`);
  return found;
}

/** A parameter that takes a GUID. Refuses with `bad-parameter`. */
export function guidGiven(given: CmdletParameters, name: string): Guid | undefined {
  const text = textGiven(given, name);
  return text === undefined ? undefined : requireGuid(name, text);
}

export function requireGuid(name: string, text: string): Guid {
  const guid = parseGuid(text);
  if (guid === undefined) throw cmdletRefusal('bad-parameter', `-${name} takes a GUID, not ${JSON.stringify(text)}.`);
  return guid;
}

/** Parameters that are kept as they are, under the property of the same name: those which were written. */
export function plainGiven<T extends object>(given: CmdletParameters, plain: Readonly<Record<string, ParameterType>>): Partial<T> {
  const written = Object.entries(plain).flatMap(([name, type]): [string, unknown][] => {
    const value = given[name];
    if (value === undefined) return [];
    if (type === 'list') return [[name, listGiven(given, name) ?? []]];
    return [[name, type === 'nullable text' ? (value ?? '') : value]];
  });
  return Object.fromEntries(written) as Partial<T>;
}

/**
 * Refuses parameters that belong to different parameter sets. The text is PowerShell's (PowerShell/PowerShell
 * src/System.Management.Automation/resources/ParameterBinderStrings.resx, AmbiguousParameterSet).
 */
export function requireOneSet(given: CmdletParameters, sets: readonly (readonly string[])[]): void {
  const used = sets.filter((names) => names.some((name) => given[name] !== undefined));
  if (used.length <= 1) return;
  const offered = used.map((names) => names.map((name) => `-${name}`).join(' ')).join('; ');
  const text = 'Parameter set cannot be resolved using the specified named parameters.';
  throw cmdletRefusal('bad-parameter', `${text} These do not go together: ${offered}.`);
}

/** Nobody answers a prompt here: `-Confirm:$false` says what holds anyway, `-Confirm` cannot be had. */
export function refusePrompt({ Confirm }: CmdletParameters): void {
  if (Confirm === true) throw cmdletRefusal('bad-parameter', 'There is nobody to confirm it: leave -Confirm out or write -Confirm:$false.');
}

/** A parameter that takes an absolute http or https address; '' for `$null`. Refuses with `bad-parameter`. */
export function urlGiven(given: CmdletParameters, name: string): string | undefined {
  if (given[name] === undefined) return undefined;
  const text = textGiven(given, name);
  if (text === undefined) return '';
  const url = text.length <= mostOfUrl && !/[\s<>"]/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return text;
  throw cmdletRefusal(
    'bad-parameter',
    `-${name} takes an absolute http or https address, not ${JSON.stringify(text.slice(0, mostOfUrl))}.`,
  );
}

const mostOfUrl = 2_048;
