import { cmdletRefusal } from './cmdlet.ts';

/** A cmdlet line taken apart: its name, with hyphens for dashes, and what follows in order. */
export interface CommandLine {
  readonly name: string;
  readonly arguments: readonly LineArgument[];
}

/**
 * The name of a parameter as written, `attached` when a colon ties the next value to it; or a value, `bare` when it has
 * no quotes; or several values between commas. Which value belongs to which name depends on the parameter: a switch
 * takes one only after a colon.
 */
export type LineArgument = ParameterName | LineValue | LineList;
export type ParameterName = { readonly kind: 'parameter'; readonly name: string; readonly attached: boolean };
export type LineValue = { readonly kind: 'value'; readonly value: string | boolean | null; readonly bare: boolean };
/** Values between commas, at least two; or what stands in `@(...)`, however few. */
export type LineList = { readonly kind: 'list'; readonly values: readonly LineValue[] };

const maximumLength = 4_096;

/**
 * Reads one cmdlet line of the Exchange Management Shell: bare words, `'...'` and `"..."` (the quote doubled stands for
 * itself), `$true`, `$false` and `$null`, `-Name` and `-Name:`, and values between commas, in `@(...)` or without. A dash may be any that
 * PowerShell takes for one: hyphen, en dash, em dash, horizontal bar (about_Parsing; editors put them there). Variables,
 * pipes and script are refused with `bad-line`.
 */
export function parseCommandLine(text: string): CommandLine {
  if (text.length > maximumLength) throw cmdletRefusal('bad-line', `a cmdlet line has at most ${maximumLength} characters`);
  const line = text.trim();
  const name = /^[a-z]+[-–—―][a-z][a-z0-9]*(?=\s|$)/i.exec(line)?.[0];
  if (name === undefined) throw cmdletRefusal('bad-line', `"${line.slice(0, 80)}" does not begin with the name of a cmdlet`);
  return { name: name.replace(/[–—―]/, '-'), arguments: tokenize(line.slice(name.length)) };
}

const constants: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/** How each kind of argument begins and what it means, tried in this order. */
const readers: readonly (readonly [pattern: RegExp, read: (text: string, separator: string) => LineArgument])[] = [
  [/[-–—―]([a-z]\w*)(:\s*|(?=\s)|$)/iy, (name, separator) => ({ kind: 'parameter', name, attached: separator !== '' })],
  [/"((?:[^"`$]|"")*)"(?=[\s,)]|$)/y, (text) => ({ kind: 'value', value: text.replaceAll('""', '"'), bare: false })],
  [/'((?:[^']|'')*)'(?=[\s,)]|$)/y, (text) => ({ kind: 'value', value: text.replaceAll("''", "'"), bare: false })],
  [/\$(true|false|null)(?=[\s,)]|$)/iy, (word) => ({ kind: 'value', value: constants[word.toLowerCase()] ?? null, bare: false })],
  [/((?![-–—―][a-z])[^\s"'$|;&<>(){}@,`][^\s"'$|;&<>(){},`]*)(?=[\s,)]|$)/iy, (word) => ({ kind: 'value', value: word, bare: true })],
];
const blank = /\s+/y;
const comma = /\s*,\s*/y;
const arrayBegin = /@\(\s*/y;
const arrayEnd = /\s*\)(?=\s|$)/y;

function tokenize(text: string): readonly LineArgument[] {
  const found: LineArgument[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  const next = (): LineArgument => {
    for (const [pattern, read] of readers) {
      const match = take(pattern);
      if (match !== null) return read(match[1] ?? '', match[2] ?? '');
    }
    throw cmdletRefusal('bad-line', `cannot read "${text.slice(at, at + 40)}"`);
  };
  const withMembers = (first: LineValue): LineValue | LineList => {
    const values = [first];
    while (take(comma) !== null) {
      const member = at < text.length ? next() : undefined;
      // PowerShell/PowerShell src/System.Management.Automation/resources/ParserStrings.resx, MissingExpressionAfterToken
      if (member?.kind !== 'value') throw cmdletRefusal('bad-line', "Missing expression after ','.");
      values.push(member);
    }
    return values.length === 1 ? first : { kind: 'list', values };
  };
  const array = (): LineList => {
    if (take(arrayEnd) !== null) return { kind: 'list', values: [] };
    const first = next();
    if (first.kind !== 'value') throw cmdletRefusal('bad-line', `cannot read "${text.slice(at, at + 40)}" in @(...)`);
    const members = withMembers(first);
    if (take(arrayEnd) === null) throw cmdletRefusal('bad-line', "Missing closing ')' in expression.");
    return members.kind === 'list' ? members : { kind: 'list', values: [members] };
  };
  for (;;) {
    take(blank);
    if (at >= text.length) return found;
    if (take(arrayBegin) !== null) {
      found.push(array());
      continue;
    }
    const argument = next();
    found.push(argument.kind === 'value' ? withMembers(argument) : argument);
  }
}
