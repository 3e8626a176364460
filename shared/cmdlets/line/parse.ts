import { longestCmdletLine } from '../../domain/world/vocabulary.ts';
import { cmdletRefusal } from '../cmdlet.ts';
import type { CommandLine, LineArgument, Pipeline } from './command-line.ts';
import { readScript } from './condition.ts';
import { type Scanner, scan, skipBlanks } from './scanner.ts';
import { readArray, readMembers, readTable, readValue } from './values.ts';

const maximumCommands = 16;

/**
 * Reads one line of the Exchange Management Shell: commands between pipes, each with bare words, `'...'` and `"..."` (the
 * quote doubled stands for itself; curly quotes are quotes; in double ones a back-tick takes the next character's meaning),
 * `$true`, `$false` and `$null`, `-Name` and `-Name:`, values between commas, `@(...)`, `@{...}` and conditions of
 * Where-Object; `#` begins a comment. A dash may be any that PowerShell takes for one: hyphen, en dash, em dash, horizontal
 * bar (about_Parsing; editors put them there). Variables and script are refused with `bad-line` and the column.
 */
export function parseLine(text: string): Pipeline {
  if (text.length > longestCmdletLine) throw cmdletRefusal('bad-line', `a cmdlet line has at most ${longestCmdletLine} characters`);
  const scanner = scan(text);
  const commands: CommandLine[] = [];
  do {
    skipBlanks(scanner);
    if (commands.length === maximumCommands) throw scanner.refusal(`a line has at most ${maximumCommands} commands`);
    commands.push(readCommand(scanner, commands.length === 0));
  } while (scanner.take(pipe) !== null);
  return commands;
}

const pipe = /\|(?!\|)/y;
const cmdletName = /[a-z]+[-–—―][a-z][a-z0-9]*(?=[\s|]|$)/iy;
/** What may follow a pipe besides: an alias. PowerShell needs no blank between `?` and its block. */
const aliasName = /[a-z]+(?=[\s|{]|$)|[?%](?=[\s{]|$)/iy;

function readCommand(scanner: Scanner, first: boolean): CommandLine {
  const column = scanner.at + 1;
  const name = scanner.take(cmdletName)?.[0] ?? (first ? undefined : scanner.take(aliasName)?.[0]);
  if (name === undefined) {
    // ParserStrings.resx, EmptyPipelineElement
    if (!first && (scanner.done || scanner.text.startsWith('|', scanner.at)))
      throw scanner.refusal('An empty pipe element is not allowed.');
    throw scanner.refusal(`"${scanner.text.slice(scanner.at, scanner.at + 80).trim()}" does not begin with the name of a cmdlet`);
  }
  return { name: name.replace(/[–—―]/, '-'), column, arguments: readArguments(scanner) };
}

/** Up to the next pipe, or the end. */
function readArguments(scanner: Scanner): readonly LineArgument[] {
  const found: LineArgument[] = [];
  for (;;) {
    skipBlanks(scanner);
    if (scanner.done || scanner.text.startsWith('|', scanner.at)) {
      if (scanner.text.startsWith('||', scanner.at)) throw scanner.unreadable();
      return found;
    }
    found.push(readArgument(scanner));
  }
}

const parameter = /[-–—―]([a-z]\w*)(:\s*|(?=[\s|])|$)/iy;
/** No argument goes on after its end. */
const afterArgument = /(?=[\s|]|$)/y;

function readArgument(scanner: Scanner): LineArgument {
  const match = scanner.take(parameter);
  if (match !== null) return { kind: 'parameter', name: match[1] ?? '', attached: match[2] !== '' };
  const argument = readArray(scanner) ?? readTable(scanner) ?? readScript(scanner) ?? readWords(scanner);
  if (scanner.take(afterArgument) === null) throw scanner.unreadable();
  return argument;
}

function readWords(scanner: Scanner): LineArgument {
  const first = readValue(scanner);
  if (first === undefined) throw scanner.unreadable();
  return readMembers(scanner, first);
}
