import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** One verb of the command line. */
export interface Verb {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly examples: readonly string[];
  /**
   * Adds arguments, options and action. An action calls `done` with its exit code; one that leaves a lab running calls it
   * with undefined. `argv` is the command line behind the verb.
   */
  configure(command: Command, context: CliContext, argv: readonly string[], done: (exitCode: number | undefined) => void): void;
}

/** Adds the options of every command that talks to a running lab. */
export function withLabOptions(command: Command): Command {
  return command
    .option('--admin-url <url>', 'control port of the lab (COEXIST_ADMIN_URL)')
    .option('--data-dir <dir>', 'data folder of the lab (COEXIST_DATA_DIR, .coexist)')
    .option('--json', 'JSON for machines');
}
