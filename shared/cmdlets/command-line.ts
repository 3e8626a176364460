import { cmdletRefusal } from './cmdlet.ts';

/** A cmdlet line taken apart: its name, bare words in order, and `-Name value` pairs with their names as written. */
export interface CommandLine {
  readonly name: string;
  readonly words: readonly (string | boolean)[];
  readonly named: readonly (readonly [name: string, value: string | boolean])[];
}

const maximumLength = 4_096;

/**
 * Reads one cmdlet line of the Exchange Management Shell: bare words, `'...'` and `"..."` (the quote doubled stands for
 * itself), `$true` and `$false`, `-Name value` and `-Name:value`. Variables, pipes, lists and script are refused with
 * `bad-line`.
 */
export function parseCommandLine(text: string): CommandLine {
  if (text.length > maximumLength) throw cmdletRefusal('bad-line', `a cmdlet line has at most ${maximumLength} characters`);
  const line = text.trim();
  const name = /^[a-z]+-[a-z][a-z0-9]*(?=\s|$)/i.exec(line)?.[0];
  if (name === undefined) throw cmdletRefusal('bad-line', `"${line.slice(0, 80)}" does not begin with the name of a cmdlet`);
  const rest = tokenize(line.slice(name.length));
  const words: (string | boolean)[] = [];
  const named: [string, string | boolean][] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const token = rest[at];
    if (token?.kind === 'word') words.push(token.value);
    if (token?.kind !== 'parameter') continue;
    const value = rest[at + 1];
    if (value?.kind !== 'word') throw cmdletRefusal('bad-line', `-${token.name} has no value`);
    named.push([token.name, value.value]);
    at += 1;
  }
  return { name, words, named };
}

type Token = { readonly kind: 'word'; readonly value: string | boolean } | { readonly kind: 'parameter'; readonly name: string };

const patterns = {
  parameter: /-([A-Za-z][A-Za-z0-9]*)(?::\s*|(?=\s)|$)/y,
  double: /"((?:[^"`$]|"")*)"(?=\s|$)/y,
  single: /'((?:[^']|'')*)'(?=\s|$)/y,
  constant: /\$(true|false)(?=\s|$)/iy,
  bare: /[^\s"'$|;&<>(){}@,`][^\s"'$|;&<>(){}@,`]*(?=\s|$)/y,
  blank: /\s+/y,
} as const;

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  while (at < text.length) {
    if (take(patterns.blank) !== null) continue;
    const parameter = take(patterns.parameter);
    const quoted = parameter === null ? (take(patterns.double) ?? take(patterns.single)) : null;
    const constant = parameter === null && quoted === null ? take(patterns.constant) : null;
    const bare = parameter === null && quoted === null && constant === null ? take(patterns.bare) : null;
    if (parameter !== null) tokens.push({ kind: 'parameter', name: parameter[1] ?? '' });
    else if (quoted !== null) tokens.push({ kind: 'word', value: (quoted[1] ?? '').replaceAll('""', '"').replaceAll("''", "'") });
    else if (constant !== null) tokens.push({ kind: 'word', value: constant[1]?.toLowerCase() === 'true' });
    else if (bare !== null) tokens.push({ kind: 'word', value: bare[0] });
    else throw cmdletRefusal('bad-line', `cannot read "${text.slice(at, at + 40)}"`);
  }
  return tokens;
}
