import { Command, CommanderError } from 'commander';
import { productVersion } from '../config.ts';
import { cert } from './commands/cert.ts';
import { clock } from './commands/clock.ts';
import { cmdlet } from './commands/cmdlet.ts';
import { config } from './commands/config.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { env } from './commands/env.ts';
import { era } from './commands/era.ts';
import { exec } from './commands/exec.ts';
import { explain } from './commands/explain.ts';
import { fault } from './commands/fault.ts';
import { hcw } from './commands/hcw.ts';
import { help } from './commands/help.ts';
import { init } from './commands/init.ts';
import { keys } from './commands/keys.ts';
import { lab } from './commands/lab.ts';
import { list } from './commands/list.ts';
import { logs } from './commands/logs.ts';
import { move } from './commands/move.ts';
import { ready } from './commands/ready.ts';
import { record } from './commands/record.ts';
import { requests } from './commands/requests.ts';
import { run } from './commands/run.ts';
import { shell } from './commands/shell.ts';
import { state } from './commands/state.ts';
import { status } from './commands/status.ts';
import { token } from './commands/token.ts';
import { topology } from './commands/topology.ts';
import { trace } from './commands/trace.ts';
import { up } from './commands/up.ts';
import type { CliContext } from './context.ts';
import { describeFailure, exitCodes } from './failures.ts';
import type { Verb } from './verb.ts';

const verbs: readonly Verb[] = [
  help,
  up,
  down,
  status,
  ready,
  env,
  exec,
  run,
  record,
  logs,
  clock,
  cmdlet,
  shell,
  move,
  hcw,
  era,
  topology,
  lab,
  fault,
  state,
  trace,
  requests,
  explain,
  token,
  keys,
  cert,
  doctor,
  init,
  config,
  list,
];

/** Runs one command line. Answers the exit code; undefined leaves the process to the lab that it runs. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number | undefined> {
  const program = new Command('coexist')
    .description('A simulated Exchange hybrid environment for tests, CI and training.')
    .version(productVersion(), '-V, --version')
    .helpCommand(false)
    .showHelpAfterError('(coexist --help tells more)');
  let exitCode: number | undefined = exitCodes.ok;
  const verbArguments = argv.slice(argv.findIndex((word) => !word.startsWith('-')) + 1);
  for (const verb of verbs) {
    const command = program
      .command(verb.name)
      .summary(verb.summary)
      .description(`${verb.summary}.`)
      .aliases(verb.aliases ?? []);
    verb.configure(command, context, verbArguments, (code) => {
      exitCode = code;
    });
    command.addHelpText('after', `\nExamples:\n${verb.examples.map((example) => `  ${example}\n`).join('')}`);
  }
  settle(program, context);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help that was asked for is a success; help that is shown for want of a verb is not.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const failure = describeFailure(error);
    context.complain(`coexist: ${failure.message}\n`);
    return failure.exitCode;
  }
}

/** commander would write and exit by itself; sub-commands take their settings over when they are made, so all are set here. */
function settle(command: Command, context: CliContext): void {
  command.exitOverride().configureOutput({ writeOut: context.print, writeErr: context.complain });
  for (const child of command.commands) settle(child, context);
}
