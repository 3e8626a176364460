import { onlyOrganization, sendLine, shownAnswer } from '../cmdlet-answer.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import type { ShellSession } from '../shell-session.ts';
import type { LineSource } from '../terminal-lines.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface ShellOptions extends LabOptions {
  readonly org?: string;
  readonly as?: string;
}

export const shell: Verb = {
  name: 'shell',
  summary: "Type cmdlets in an organization's Exchange Management Shell",
  examples: [
    'coexist shell --org contoso',
    `printf '%s\\n' '$m = Get-Mailbox joe' '$m.EmailAddresses' | coexist shell --org contoso --as administrator@contoso.test`,
  ],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .option('--org <name>', 'organization whose shell it is; may be left out when there is only one')
      .option('--as <user>', 'user who types (administrator@<default domain>)')
      .action(async (options: ShellOptions) => {
        const client = locateLab(context, options);
        const organization = options.org ?? (await onlyOrganization(client));
        const user = options.as === undefined ? {} : { as: options.as };
        const [{ openSession }, { openCommands }, { openLines }] = await Promise.all([
          import('../shell-session.ts'),
          import('../shell-commands.ts'),
          import('../terminal-lines.ts'),
        ]);
        const lines = openLines(process.stdin, process.stdout);
        const session = openSession(
          (line, variables) => sendLine(client, { line, organization, ...user, variables }),
          openCommands(context.workingDir, lines),
        );
        try {
          done(await typeLines(lines, session, `[PS] ${organization}>`, context, options.json === true));
        } finally {
          lines.close();
        }
      });
  },
};

/** Answers the exit code. At a terminal a refused line is said and the next one asked for; from a pipe it is the last. */
async function typeLines(lines: LineSource, session: ShellSession, prompt: string, context: CliContext, json: boolean): Promise<number> {
  for (let count = 1; ; count += 1) {
    const line = await readWhole(lines, prompt);
    if (line === undefined) return exitCodes.ok;
    const exit = /^\s*exit(?:\s+(\d{1,3}))?\s*;?\s*$/i.exec(line);
    if (exit !== null) return Math.min(Number(exit[1] ?? exitCodes.ok), 255);
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    try {
      const answer = await session.run(line);
      for (const warning of answer.warnings) context.complain(`WARNING: ${warning}\n`);
      if (!json) for (const message of answer.messages) context.print(`${message}\n`);
      context.print(json ? `${JSON.stringify(answer)}\n` : shownAnswer(answer));
    } catch (error) {
      if (!(error instanceof CliFailure)) throw error;
      if (!lines.terminal) throw new CliFailure(error.exitCode, `line ${count}: ${error.message}`);
      context.complain(`${error.message}\n`);
    }
  }
}

/** A back-tick at its end continues a line (about_Special_Characters). */
async function readWhole(lines: LineSource, prompt: string): Promise<string | undefined> {
  let whole = await lines.read(prompt);
  while (whole?.endsWith('`') === true) {
    const next = await lines.read('>> ');
    if (next === undefined) return whole;
    whole = `${whole}\n${next}`;
  }
  return whole;
}
