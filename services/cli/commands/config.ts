import { readFileSync } from 'node:fs';
import { alignColumns } from '../../../shared/journal/announcement.ts';
import { plain } from '../../../shared/journal/log-line.ts';
import { readConfig } from '../../config.ts';
import { worldSchemaFile } from '../../world-source.ts';
import { exitCodes } from '../failures.ts';
import { type ShownSetting, shownSettings } from '../shown-config.ts';
import type { Verb } from '../verb.ts';
import { flagHelp } from './up.ts';

export const config: Verb = {
  name: 'config',
  summary: 'Show what a lab would start with, and where each value comes from',
  examples: [
    'coexist config print',
    'coexist config print --origin',
    'coexist config print --origin --json --world ./coexist.world.yaml',
    'coexist config schema > world-v1.json',
  ],
  configure(command, context, argv, done) {
    command
      .command('print')
      .summary('Print every setting; takes the flags of coexist up')
      .description('Print every setting that coexist up would start with, given the same flags, variables and files.')
      .usage('[--origin] [--json] [flags of up]')
      .option('--origin', 'with the flag, variable, line of a world file or default that each value comes from')
      .option('--json', 'JSON for machines')
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText('after', () => `\nFlags of up:\n${flagHelp()}`)
      .action(async () => {
        // Of the words behind `print` two are this command's; `--json` asks for its own form, not for that of a lab's log.
        const words = argv.slice(argv.indexOf('print') + 1);
        const [origin, json] = [words.includes('--origin'), words.includes('--json')];
        const flags = words.filter((word) => word !== '--origin' && word !== '--json');
        const settings = await shownSettings(readConfig(flags, context.environment, context), context.workingDir);
        context.print(json ? `${JSON.stringify(objectOf(settings, origin))}\n` : `${tableOf(settings, origin).join('\n')}\n`);
        done(exitCodes.ok);
      });
    command
      .command('schema')
      .summary('Print the JSON Schema of world files')
      .description('Print the JSON Schema of world files, for editors and other tools.')
      .action(() => {
        context.print(readFileSync(worldSchemaFile, 'utf8'));
        done(exitCodes.ok);
      });
  },
};

function objectOf(settings: readonly ShownSetting[], withOrigin: boolean): object {
  return Object.fromEntries(settings.map(({ name, value, origin }) => [name, withOrigin ? { value, origin } : value]));
}

function tableOf(settings: readonly ShownSetting[], withOrigin: boolean): readonly string[] {
  return alignColumns(
    settings.map(({ name, value, origin }) => [name, plain(String(value ?? '-')), ...(withOrigin ? [plain(origin)] : [])]),
  );
}
