import type { CmdletObject, ShownValue } from '../../shared/cmdlets/cmdlet.ts';
import type { CommandLine } from '../../shared/cmdlets/line/command-line.ts';
import { parseStatement } from '../../shared/cmdlets/line/parse.ts';
import { type ShellCommand, shellCommandNamed } from '../../shared/cmdlets/line/shell-commands.ts';
import { statementsWithin } from '../../shared/cmdlets/line/statements-within.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { CmdletAnswer } from './cmdlet-answer.ts';
import { CliFailure, exitCodes } from './failures.ts';
import type { ShellCommands } from './shell-commands.ts';

/** Lines that follow each other, and what their variables hold. */
export interface ShellSession {
  /** Runs a line. Throws a {@link CliFailure} with the shell's text when it is refused. */
  run(line: string): Promise<CmdletAnswer>;
}

/** Has a line run that needs nothing of this machine, with the variables that it names. */
export type RunThere = (line: string, variables: Readonly<Record<string, ShownValue>>) => Promise<CmdletAnswer>;

const mostVariables = 64;
const nothing: CmdletAnswer = { objects: [], warnings: [], messages: [] };

export function openSession(runThere: RunThere, commands: ShellCommands): ShellSession {
  const variables = new Map<string, ShownValue>();

  const run = async (typed: string): Promise<CmdletAnswer> => {
    const { tail, sources } = ownCommands(typed);
    // What they give is known under names of its own while the line runs.
    const given = new Map<string, ShownValue>();
    let line = tail === undefined ? typed : beforePipe(typed, tail);
    for (const [index, { name, command }] of sources.entries()) {
      const known = `coexist_${index + 1}`;
      given.set(known, await commands.give(name, command, variables));
      line = `${line.slice(0, command.column - 1)}$${known} ${line.slice(command.end)}`;
    }
    const answer = givenAlone(line, given) ?? (await runThere(line, namedIn(line, new Map([...variables, ...given]))));
    keep(variables, answer.assigned);
    if (tail === undefined) return answer;
    await commands.take(tail, valuesOf(answer), variables);
    return { ...answer, objects: [] };
  };

  return {
    async run(line) {
      try {
        return await run(line);
      } catch (error) {
        if (error instanceof Refusal) throw new CliFailure(exitCodes.failure, error.detail ?? error.message);
        throw error;
      }
    },
  };
}

interface OwnCommands {
  /** An Export-CliXml at the end of the line. */
  readonly tail: CommandLine | undefined;
  /** Those that give a value, the last of the line first: what is put in its place moves what follows. */
  readonly sources: readonly { readonly name: ShellCommand; readonly command: CommandLine }[];
}

function ownCommands(typed: string): OwnCommands {
  const statement = parseStatement(typed);
  const all = statementsWithin(statement).flatMap((within) =>
    within.commands.flatMap((command, index) => {
      const name = shellCommandNamed(command.name);
      return name === undefined ? [] : [{ name, command, within, index }];
    }),
  );
  for (const { name, command, within, index } of all) {
    const first = index === 0 && within.source === undefined;
    const last = within === statement && statement.assigned === undefined && index === within.commands.length - 1;
    if (name === 'Export-CliXml' ? first || !last : !first)
      throw new CliFailure(exitCodes.failure, `${name} can stand only at the ${wherein(name)} (column ${command.column})`);
  }
  const tail = all.find(({ name }) => name === 'Export-CliXml')?.command;
  if (tail !== undefined && all.some(({ command }) => command.column > tail.column))
    throw new CliFailure(exitCodes.failure, `Export-CliXml takes a path without parentheses here (column ${tail.column})`);
  return {
    tail,
    sources: all.filter(({ name }) => name !== 'Export-CliXml').sort((one, other) => other.command.column - one.command.column),
  };
}

function wherein(name: ShellCommand): string {
  return name === 'Export-CliXml' ? 'end of a line, after a pipe' : 'beginning of a line, of parentheses or of an assignment';
}

/** What stands before the pipe that leads to a command. */
function beforePipe(line: string, { column }: CommandLine): string {
  return line.slice(0, line.lastIndexOf('|', column - 1));
}

/** `$x = <what is given>`: it need not go to the lab and back. */
function givenAlone(line: string, given: ReadonlyMap<string, ShownValue>): CmdletAnswer | undefined {
  const [, assigned, name] = /^\s*\$(\w+)\s*=\s*\$(coexist_\d+)\s*$/.exec(line) ?? [];
  const value = name === undefined ? undefined : given.get(name);
  return assigned === undefined || value === undefined ? undefined : { ...nothing, assigned: { [assigned.toLowerCase()]: value } };
}

/** Those that the line may name; a few more do no harm. */
function namedIn(line: string, known: ReadonlyMap<string, ShownValue>): Readonly<Record<string, ShownValue>> {
  const names = [...line.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name.toLowerCase());
  return Object.fromEntries([...known].filter(([name]) => names.includes(name)));
}

function keep(variables: Map<string, ShownValue>, assigned: CmdletAnswer['assigned']): void {
  for (const [name, value] of Object.entries(assigned ?? {})) {
    if (!variables.has(name) && variables.size === mostVariables)
      throw new CliFailure(exitCodes.failure, `there are ${mostVariables} variables already: assign to one of them`);
    variables.set(name, value);
  }
}

function valuesOf({ objects, view }: CmdletAnswer): readonly ShownValue[] {
  return view?.as === 'values' ? objects.map((object: CmdletObject) => Object.values(object)[0] ?? null) : objects;
}
