import { longestCmdletLine } from '../../domain/world/vocabulary.ts';
import { cmdletRefusal } from '../cmdlet.ts';
import type { CommandLine, LineArgument, LineBlock, Statement } from './command-line.ts';
import { readScript } from './condition.ts';
import { readOperand } from './expression.ts';
import { type Scanner, scan, skipBlanks } from './scanner.ts';
import { readArray, readMembers, readTable } from './values.ts';

const maximumCommands = 16;

/**
 * Reads one line of the Exchange Management Shell: commands between pipes, each with bare words, `'...'` and `"..."` (the
 * quote doubled stands for itself; curly quotes are quotes; in double ones a back-tick takes the next character's meaning),
 * `$true`, `$false` and `$null`, `-Name` and `-Name:`, values between commas, `@(...)`, `@{...}` and conditions of
 * Where-Object; `#` begins a comment. A dash may be any that PowerShell takes for one: hyphen, en dash, em dash, horizontal
 * bar (about_Parsing; editors put them there). Statements of several lines and script are refused with `bad-line`
 * and the column. Answers the commands alone.
 */
export function parseLine(text: string): readonly CommandLine[] {
  return parseStatement(text).commands;
}

/**
 * As {@link parseLine}, with what may stand before the commands: `$x = `, and a value that goes into the pipe. Within,
 * statements stand in parentheses, and in the block of a ForEach-Object; only the whole line assigns.
 */
export function parseStatement(text: string): Statement {
  if (text.length > longestCmdletLine) throw cmdletRefusal('bad-line', `a cmdlet line has at most ${longestCmdletLine} characters`);
  const scanner = scan(text, readStatement);
  skipBlanks(scanner);
  const from = scanner.at;
  const assigned = scanner.take(assignment)?.[1]?.toLowerCase();
  if (assigned === undefined) return atEnd(scanner, readStatement(scanner));
  // ParserStrings.resx has no text of its own for these: "Cannot overwrite variable" (SessionStateStrings.resx, VariableNotWritable).
  if (['true', 'false', 'null', '_'].includes(assigned))
    throw scanner.refusal(`Cannot overwrite variable ${assigned} because it is read-only or constant.`, from);
  return { assigned, ...atEnd(scanner, readStatement(scanner)) };
}

function atEnd(scanner: Scanner, statement: Statement): Statement {
  if (!scanner.done) throw scanner.unreadable();
  return statement;
}

const assignment = /\$(\w+)\s*=(?!=)/y;
/** A value that may begin a statement: a word would be a command. */
const sourceBegin = /(?=["“”„'‘’‚‛$(]|@\(|\[byte\[\]\]|\[(?:system\.)?io\.file\]::|\d)/iy;

/** Up to the end, or a parenthesis or brace that this does not open. */
function readStatement(scanner: Scanner): Statement {
  skipBlanks(scanner);
  const source = scanner.take(sourceBegin) === null ? undefined : readSource(scanner);
  const commands: CommandLine[] = [];
  if (source !== undefined) skipBlanks(scanner);
  if (source !== undefined && scanner.take(pipe) === null) return { source, commands };
  do {
    skipBlanks(scanner);
    if (commands.length === maximumCommands) throw scanner.refusal(`a line has at most ${maximumCommands} commands`);
    commands.push(readCommand(scanner, source === undefined && commands.length === 0));
  } while (scanner.take(pipe) !== null);
  return { ...(source === undefined ? {} : { source }), commands };
}

function readSource(scanner: Scanner): Statement['source'] {
  const array = readArray(scanner, readOperand);
  const first = array ?? readOperand(scanner);
  if (first === undefined) throw scanner.unreadable();
  return first.kind === 'list' ? first : readMembers(scanner, first, readOperand);
}

const pipe = /\|(?!\|)/y;
const cmdletName = /[a-z]+[-–—―][a-z][a-z0-9]*(?=[\s|)}{]|$)/iy;
/** What may follow a pipe besides: an alias. PowerShell needs no blank between `?` and its block. */
const aliasName = /[a-z]+(?=[\s|{)}]|$)|[?%](?=[\s{]|$)/iy;

function readCommand(scanner: Scanner, first: boolean): CommandLine {
  const column = scanner.at + 1;
  const name = scanner.take(cmdletName)?.[0] ?? (first ? undefined : scanner.take(aliasName)?.[0]);
  if (name === undefined) {
    // ParserStrings.resx, EmptyPipelineElement
    if (!first && (scanner.done || scanner.text.startsWith('|', scanner.at)))
      throw scanner.refusal('An empty pipe element is not allowed.');
    throw scanner.refusal(`"${scanner.text.slice(scanner.at, scanner.at + 80).trim()}" does not begin with the name of a cmdlet`);
  }
  const args = readArguments(scanner, /^(?:foreach-object|foreach|%)$/i.test(name));
  return { name: name.replace(/[–—―]/, '-'), column, end: scanner.at, arguments: args };
}

/** Up to the next pipe, or the end of the statement. */
function readArguments(scanner: Scanner, blocks: boolean): readonly LineArgument[] {
  const found: LineArgument[] = [];
  for (;;) {
    skipBlanks(scanner);
    if (scanner.done || /[|)}]/.test(scanner.text[scanner.at] ?? '')) {
      if (scanner.text.startsWith('||', scanner.at)) throw scanner.unreadable();
      return found;
    }
    found.push(readArgument(scanner, blocks));
  }
}

const parameter = /[-–—―]([a-z]\w*)(:\s*|(?=[\s|)}])|$)/iy;
/** No argument goes on after its end. */
const afterArgument = /(?=[\s|)}]|$)/y;

function readArgument(scanner: Scanner, blocks: boolean): LineArgument {
  const match = scanner.take(parameter);
  if (match !== null) return { kind: 'parameter', name: match[1] ?? '', attached: match[2] !== '' };
  const argument =
    readArray(scanner, readOperand) ??
    readTable(scanner, readOperand) ??
    (blocks ? readBlock(scanner) : readScript(scanner)) ??
    readWords(scanner);
  if (scanner.take(afterArgument) === null) throw scanner.unreadable();
  return argument;
}

function readWords(scanner: Scanner): LineArgument {
  const first = readOperand(scanner);
  if (first === undefined) throw scanner.unreadable();
  return readMembers(scanner, first, readOperand);
}

const blockBegin = /\{/y;
const blockEnd = /\}/y;

function readBlock(scanner: Scanner): LineBlock | undefined {
  if (scanner.take(blockBegin) === null) return undefined;
  const statement = scanner.nested();
  skipBlanks(scanner);
  if (scanner.take(blockEnd) === null)
    throw scanner.done
      ? scanner.refusal("Missing closing '}' in statement block or type definition.")
      : scanner.unreadable('a block holds one line.');
  return { kind: 'block', statement };
}
