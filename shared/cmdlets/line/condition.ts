import { patternProblem, readExpression, readWildcard } from '../pattern.ts';
import type { Comparison, Condition, LineScript } from './command-line.ts';
import { readOperand } from './expression.ts';
import { type Scanner, skipBlanks } from './scanner.ts';
import { readValue } from './values.ts';

const mostNested = 32;
const comparisons: readonly string[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le'] satisfies Comparison[];
const patterns: readonly string[] = ['like', 'notlike', 'match', 'notmatch'];
const understood = '-eq -ne -gt -lt -ge -le -like -notlike -match -notmatch -and -or -not and properties of $_ are understood here';

const scriptBegin = /\{/y;
const scriptEnd = /\}/y;
const open = /\(/y;
const close = /\)/y;
const not = /(?:[-–—―]not\b|!)/iy;
const operator = /[-–—―]([a-z]+)(?=[\s('"“”„‘’‚‛$)}]|$)/iy;
const property = /\$(?:_|psitem)((?:\.[a-z_]\w*){1,8})(?=[\s)}]|$)/iy;
const number = /[+-]?\d{1,15}(?:\.\d{1,15})?(?=[\s)}]|$)/y;

/** `{...}`, or undefined when there is none here. Refuses with `bad-line` what it does not understand. */
export function readScript(scanner: Scanner): LineScript | undefined {
  if (scanner.take(scriptBegin) === null) return undefined;
  const condition = readLogical(scanner, 0);
  if (scanner.take(scriptEnd) === null) {
    // ParserStrings.resx, MissingEndCurlyBrace
    throw scanner.done ? scanner.refusal("Missing closing '}' in statement block or type definition.") : scanner.unreadable(understood);
  }
  return { kind: 'script', condition };
}

/** `-and` and `-or` are of one rank, and go from left to right. */
function readLogical(scanner: Scanner, depth: number): Condition {
  let left = readCompared(scanner, depth);
  for (;;) {
    skipBlanks(scanner);
    const from = scanner.at;
    const word = scanner.take(operator)?.[1]?.toLowerCase();
    if (word === undefined) return left;
    if (word !== 'and' && word !== 'or') throw notUnderstood(scanner, word, from);
    left = { is: word === 'and' ? 'both' : 'either', left, right: readCompared(scanner, depth) };
  }
}

function readCompared(scanner: Scanner, depth: number): Condition {
  const left = readUnary(scanner, depth);
  skipBlanks(scanner);
  const from = scanner.at;
  const word = scanner.take(operator)?.[1]?.toLowerCase();
  if (word === undefined || word === 'and' || word === 'or') {
    scanner.skipTo(from);
    return left;
  }
  if (patterns.includes(word)) return readPattern(scanner, left, word);
  if (!isComparison(word)) throw notUnderstood(scanner, word, from);
  return { is: 'compare', operator: word, left, right: readUnary(scanner, depth) };
}

function isComparison(word: string): word is Comparison {
  return comparisons.includes(word);
}

function notUnderstood(scanner: Scanner, word: string, from: number): Error {
  return scanner.refusal(`-${word} is not understood: ${understood}.`, from);
}

function readPattern(scanner: Scanner, left: Condition, word: string): Condition {
  skipBlanks(scanner);
  const from = scanner.at;
  const written = readValue(scanner);
  if (written === undefined || written.bare || typeof written.value !== 'string')
    throw scanner.refusal(`-${word} takes a text in quotes here.`, from);
  const pattern = word.endsWith('like') ? readWildcard(written.value) : readExpression(written.value);
  if (pattern === undefined) throw scanner.refusal(`"${written.value.slice(0, 40)}" cannot be used: ${patternProblem}`, from);
  return { is: 'pattern', left, pattern, negated: word.startsWith('not') };
}

function readUnary(scanner: Scanner, depth: number): Condition {
  skipBlanks(scanner);
  if (depth > mostNested) throw scanner.refusal(`a condition is nested at most ${mostNested} deep`);
  if (scanner.take(not) !== null) return { is: 'not', of: readUnary(scanner, depth + 1) };
  if (scanner.take(open) !== null) {
    const inner = readLogical(scanner, depth + 1);
    if (scanner.take(close) === null) throw scanner.refusal("Missing closing ')' in expression.");
    return inner;
  }
  const path = scanner.take(property)?.[1];
  if (path !== undefined) return { is: 'property', path: path.slice(1).split('.') };
  const figure = scanner.take(number)?.[0];
  if (figure !== undefined) return { is: 'constant', value: Number(figure) };
  const from = scanner.at;
  if (/^\$(_|psitem)\b/i.test(scanner.text.slice(from))) throw scanner.unreadable(understood);
  const written = readOperand(scanner);
  if (written === undefined) throw scanner.unreadable(understood);
  if (written.kind === 'expression') return { is: 'expression', expression: written.expression };
  if (written.bare) throw scanner.refusal(`cannot read "${written.value}": a text in a condition has quotes.`, from);
  return { is: 'constant', value: written.value };
}
