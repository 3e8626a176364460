import type { Expression, LineExpression, LineValue } from './command-line.ts';
import { type Scanner, skipBlanks } from './scanner.ts';
import { readDoubleQuoted, readValue } from './values.ts';

const bytesCast = /\[byte\[\]\]\s*/iy;
const allBytes = /\[(?:system\.)?io\.file\]::readallbytes\s*\(\s*/iy;
const group = /\$?\(/y;
const groupEnd = /\)/y;
const variable = /\$(?:(\w+)(?![\w:])|\{(\w+)\})/y;
const member = /\.([a-z_]\w*)/iy;
const index = /\[\s*(-?\d{1,6})\s*\]/y;
const afterOperand = /(?=[\s,;)}|]|$)/y;

/** A literal value or an expression; undefined when neither begins here. */
export function readOperand(scanner: Scanner): LineValue | LineExpression | undefined {
  const quoted = readDoubleQuoted(scanner, () => readEmbedded(scanner));
  if (quoted !== undefined) {
    if (scanner.take(afterOperand) === null) throw scanner.unreadable('a quoted text ends with its quote.');
    const [only, ...more] = quoted;
    if (more.length === 0 && (only === undefined || typeof only === 'string')) return { kind: 'value', value: only ?? '', bare: false };
    return { kind: 'expression', expression: { is: 'text', parts: quoted } };
  }
  if (/^\$(?:true|false|null)\b/i.test(scanner.text.slice(scanner.at, scanner.at + 7))) return readValue(scanner);
  const expression = readExpression(scanner);
  if (expression === undefined) return readValue(scanner);
  if (scanner.take(afterOperand) === null) throw scanner.unreadable('variables, their properties and [0] are understood here.');
  return { kind: 'expression', expression };
}

function readExpression(scanner: Scanner): Expression | undefined {
  if (scanner.take(bytesCast) !== null) {
    const of = readExpression(scanner);
    if (of === undefined) throw scanner.unreadable('[Byte[]] stands before a variable or something in parentheses.');
    return { is: 'bytes', of };
  }
  const begun = readFile(scanner) ?? readGroup(scanner) ?? readVariable(scanner);
  return begun === undefined ? undefined : readMembersOf(scanner, begun);
}

/** `[System.IO.File]::ReadAllBytes('list.csv')`, as the pages of Exchange's cmdlets read a file: it is `Get-Content -Encoding Byte`. */
function readFile(scanner: Scanner): Expression | undefined {
  const from = scanner.at;
  if (scanner.take(allBytes) === null) return undefined;
  const path = readOperand(scanner);
  skipBlanks(scanner);
  if (path === undefined || scanner.take(groupEnd) === null) throw scanner.unreadable('ReadAllBytes takes one path.');
  const parameter = (name: string) => ({ kind: 'parameter', name, attached: true }) as const;
  const encoding = { kind: 'value', value: 'Byte', bare: true } as const;
  const command = { name: 'Get-Content', column: from + 1, end: scanner.at };
  return {
    is: 'statement',
    statement: { commands: [{ ...command, arguments: [parameter('Path'), path, parameter('Encoding'), encoding] }] },
  };
}

/** What stands within double quotes: a variable without its properties, or `$(...)`. */
function readEmbedded(scanner: Scanner): Expression | undefined {
  return scanner.text.startsWith('$(', scanner.at) ? readGroup(scanner) : readVariable(scanner);
}

function readVariable(scanner: Scanner): Expression | undefined {
  const found = scanner.take(variable);
  const name = found?.[1] ?? found?.[2];
  if (name === undefined) return undefined;
  const constant = ({ true: true, false: false, null: null } as const)[name.toLowerCase()];
  if (constant === undefined) return { is: 'variable', name: name.toLowerCase() };
  return { is: 'text', parts: constant === null ? [] : [constant ? 'True' : 'False'] };
}

function readGroup(scanner: Scanner): Expression | undefined {
  if (scanner.take(group) === null) return undefined;
  const statement = scanner.nested();
  skipBlanks(scanner);
  // ParserStrings.resx, MissingEndParenthesisInExpression
  if (scanner.take(groupEnd) === null) throw scanner.done ? scanner.refusal("Missing closing ')' in expression.") : scanner.unreadable();
  return { is: 'statement', statement };
}

function readMembersOf(scanner: Scanner, begun: Expression): Expression {
  let of = begun;
  for (;;) {
    const name = scanner.take(member)?.[1];
    const at = name === undefined ? scanner.take(index)?.[1] : undefined;
    if (name !== undefined) of = { is: 'member', of, name };
    else if (at !== undefined) of = { is: 'index', of, index: Number(at) };
    else return of;
  }
}
