import { painter, plain } from '../../../shared/journal/log-line.ts';
import { readConfig } from '../../config.ts';
import type { DoctorCheck } from '../doctor-checks.ts';
import { exitCodes } from '../failures.ts';
import type { Verb } from '../verb.ts';
import { flagHelp } from './up.ts';

export const doctor: Verb = {
  name: 'doctor',
  summary: 'Look at this machine: would a lab start, and would its clients reach and trust it',
  examples: ['coexist doctor', 'coexist doctor --port-base 5400', 'coexist doctor --json'],
  configure(command, context, argv, done) {
    command
      .usage('[--json] [flags of up]')
      .option('--json', 'JSON for machines')
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText('after', () => `\nExit code 3 when something would stop a lab.\n\nFlags of up:\n${flagHelp()}`)
      .action(async () => {
        const json = argv.includes('--json');
        const config = readConfig(
          argv.filter((word) => word !== '--json'),
          context.environment,
          context,
        );
        const { examine } = await import('../doctor-checks.ts');
        const checks = await examine(config, context.environment);
        const ok = checks.every(({ state }) => state !== 'failed');
        context.print(json ? `${JSON.stringify({ ok, checks })}\n` : checks.map((check) => lineOf(check, config.log.colors)).join(''));
        done(ok ? exitCodes.ok : exitCodes.environment);
      });
  },
};

const marks = {
  ok: { color: 'green', text: 'ok  ' },
  warning: { color: 'yellow', text: 'warn' },
  failed: { color: 'red', text: 'FAIL' },
  skipped: { color: 'dim', text: '-   ' },
} as const;

function lineOf({ check, state, says, advice }: DoctorCheck, colors: boolean): string {
  const { color, text } = marks[state];
  const line = `${painter(colors)(color, text)} ${plain(`${check}: ${says}`)}\n`;
  return advice === null ? line : `${line}       ${plain(advice)}\n`;
}
