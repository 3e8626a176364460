import type { Expression, LineList, LineMember, LineTable, LineValue } from './command-line.ts';
import { type Scanner, skipBlanks } from './scanner.ts';

/** PowerShell takes any of these for a quote, whichever begins and whichever ends (about_Quoting_Rules, CharTraits.cs). */
const doubles = '"“”„';
const singles = "'‘’‚‛";
/** What may follow a value: nothing that would have been part of a longer one. */
const afterValue = /(?=[\s,;)}|]|$)/y;
/** about_Special_Characters, as of Windows PowerShell 5.1; any other character after a back-tick is itself. */
const escapes: Readonly<Record<string, string>> = { '0': '\0', a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const constants: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
const constant = /\$(true|false|null)(?=[\s,;)}|]|$)/iy;
const anyVariable = /\$\w+/y;
const word = /((?![-–—―][a-z])[^\s"“”„'‘’‚‛$|;&<>(){}@,`#][^\s"“”„'‘’‚‛$|;&<>(){},`]*|@)(?=[\s,;)}|]|$)/iy;
const comma = /,/y;

/** Reads a value where any may stand, or undefined. */
type ReadMember = (scanner: Scanner) => LineMember | undefined;

/** A quoted text, a constant or a bare word; undefined when nothing of that begins here. */
export function readValue(scanner: Scanner): LineValue | undefined {
  const first = scanner.text[scanner.at];
  if (first !== undefined && (doubles.includes(first) || singles.includes(first))) {
    const value = doubles.includes(first) ? literalOf(scanner) : readLiteral(scanner);
    if (scanner.take(afterValue) === null) throw scanner.unreadable('a quoted text ends with its quote.');
    return { kind: 'value', value, bare: false };
  }
  const known = scanner.take(constant)?.[1];
  if (known !== undefined) return { kind: 'value', value: constants[known.toLowerCase()] ?? null, bare: false };
  const from = scanner.at;
  const variable = scanner.take(anyVariable)?.[0];
  if (variable !== undefined) throw scanner.refusal(`cannot read "${variable}": no variable can stand here.`, from);
  const written = scanner.take(word)?.[1];
  return written === undefined ? undefined : { kind: 'value', value: written, bare: true };
}

/** ParserStrings.resx, TerminatorExpectedAtEndOfString. */
const unclosed = (quote: string): string => `The string is missing the terminator: ${quote}.`;

function readLiteral(scanner: Scanner): string {
  const { text, at: from } = scanner;
  let value = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const one = text[at] ?? '';
    if (singles.includes(one)) {
      if (!singles.includes(text[at + 1] ?? ' ')) {
        scanner.skipTo(at + 1);
        return value;
      }
      at += 1;
    }
    value += text[at] ?? '';
  }
  throw scanner.refusal(unclosed("'"), from);
}

/** A text in double quotes without anything to work out. */
function literalOf(scanner: Scanner): string {
  const parts = readDoubleQuoted(scanner, () => {
    throw scanner.refusal('no variable can stand here: write `$ for a dollar sign in double quotes, or use single ones.');
  });
  return (parts ?? []).map(String).join('');
}

/** A text in double quotes, with what `embedded` reads at a dollar sign; undefined when none begins here. */
export function readDoubleQuoted(scanner: Scanner, embedded: () => Expression | undefined): readonly (string | Expression)[] | undefined {
  const { text, at: from } = scanner;
  if (!doubles.includes(text[from] ?? ' ')) return undefined;
  const parts: (string | Expression)[] = [];
  let value = '';
  let at = from + 1;
  while (at < text.length) {
    const one = text[at] ?? '';
    const next = text[at + 1] ?? ' ';
    if (one === '`' && at + 1 < text.length) {
      value += escapes[next] ?? next;
      at += 2;
    } else if (doubles.includes(one) && !doubles.includes(next)) {
      scanner.skipTo(at + 1);
      return value === '' ? parts : [...parts, value];
    } else if (one === '$' && /[\w{(]/.test(next)) {
      scanner.skipTo(at);
      const expression = embedded();
      if (expression === undefined) throw scanner.unreadable('write `$ for a dollar sign in double quotes, or use single ones.');
      if (value !== '') parts.push(value);
      parts.push(expression);
      value = '';
      at = scanner.at;
    } else {
      value += one;
      at += doubles.includes(one) ? 2 : 1;
    }
  }
  throw scanner.refusal(unclosed('"'), from);
}

/** The values after a first one, where commas follow; blanks may stand around them. */
export function readMembers(scanner: Scanner, first: LineMember, read: ReadMember): LineMember | LineList {
  const values = [first];
  for (;;) {
    const before = scanner.at;
    skipBlanks(scanner);
    if (scanner.take(comma) === null) {
      scanner.skipTo(before);
      return values.length === 1 ? first : { kind: 'list', values };
    }
    skipBlanks(scanner);
    const member = read(scanner);
    // PowerShell/PowerShell src/System.Management.Automation/resources/ParserStrings.resx, MissingExpressionAfterToken
    if (member === undefined) throw scanner.refusal("Missing expression after ','.");
    values.push(member);
  }
}

const arrayBegin = /@\(/y;
const arrayEnd = /\)(?=[\s,;)}|]|$)/y;

/** `@(...)`, or undefined when there is none here. */
export function readArray(scanner: Scanner, read: ReadMember): LineList | undefined {
  if (scanner.take(arrayBegin) === null) return undefined;
  skipBlanks(scanner);
  if (scanner.take(arrayEnd) !== null) return { kind: 'list', values: [] };
  const first = read(scanner);
  if (first === undefined) throw scanner.unreadable('@(...) holds values between commas.');
  const members = readMembers(scanner, first, read);
  skipBlanks(scanner);
  if (scanner.take(arrayEnd) === null) throw scanner.refusal("Missing closing ')' in expression.");
  return members.kind === 'list' ? members : { kind: 'list', values: [members] };
}

const tableBegin = /@\{/y;
const tableEnd = /\}(?=[\s,;)}|]|$)/y;
const key = /([a-z_]\w*)(?=\s*=)/iy;
const equals = /\s*=\s*/y;
const semicolon = /;/y;

/** `@{...}`, or undefined when there is none here. */
export function readTable(scanner: Scanner, read: ReadMember): LineTable | undefined {
  if (scanner.take(tableBegin) === null) return undefined;
  const entries: (readonly [string, LineMember | LineList])[] = [];
  for (;;) {
    skipBlanks(scanner);
    if (scanner.take(tableEnd) !== null) return { kind: 'table', entries };
    const from = scanner.at;
    const name = scanner.take(key)?.[1] ?? readQuotedKey(scanner);
    if (name === undefined || scanner.take(equals) === null) throw scanner.refusal('a hash table holds key = value between semicolons.');
    // ParserStrings.resx, DuplicateKeyInHashLiteral
    if (entries.some(([other]) => other.toLowerCase() === name.toLowerCase()))
      throw scanner.refusal(`Duplicate keys '${name}' are not allowed in hash literals.`, from);
    entries.push([name, readEntry(scanner, read)]);
    skipBlanks(scanner);
    if (scanner.take(semicolon) === null && !scanner.text.startsWith('}', scanner.at))
      throw scanner.done
        ? scanner.refusal("Missing closing '}' in hash literal.")
        : scanner.unreadable('a hash table holds key = value between semicolons.');
  }
}

function readQuotedKey(scanner: Scanner): string | undefined {
  const value = readValue(scanner);
  return value === undefined || value.bare || typeof value.value !== 'string' ? undefined : value.value;
}

/** A bare word in a hash table would be a command. */
function readEntry(scanner: Scanner, read: ReadMember): LineMember | LineList {
  const from = scanner.at;
  const array = readArray(scanner, read);
  if (array !== undefined) return array;
  const first = read(scanner);
  if (first === undefined) throw scanner.unreadable('a value belongs here.');
  if (first.kind === 'value' && first.bare && !/^-?\d+(\.\d+)?$/.test(String(first.value)))
    throw scanner.refusal(`cannot read "${first.value}": a text in a hash table has quotes.`, from);
  return readMembers(scanner, first, read);
}
