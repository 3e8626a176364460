import { writeFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { Option } from 'commander';
import { shippedWorlds, worldSchemaFile } from '../../world-source.ts';
import { CliFailure, exitCodes } from '../failures.ts';
import type { Verb } from '../verb.ts';

type Template = keyof typeof shippedWorlds;
const fileName = 'coexist.world.yaml';

export const init: Verb = {
  name: 'init',
  summary: `Write a ${fileName} to begin with`,
  examples: ['coexist init && coexist up', 'coexist init --template contoso-before-hybrid', 'coexist init --template hybrid-2010 --json'],
  configure(command, context, _argv, done) {
    command
      .addOption(
        new Option('--template <world>', 'the world that yours extends').choices(Object.keys(shippedWorlds)).default('contoso-hybrid'),
      )
      .option('--json', 'JSON for machines')
      .action(({ template, json }: { template: Template; json?: true }) => {
        const file = resolve(context.workingDir, fileName);
        try {
          // Not over what is there: somebody's world.
          writeFileSync(file, worldText(template, context.workingDir), { flag: 'wx' });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
          throw new CliFailure(exitCodes.usage, `${file} is there already; move it away, or write into it`);
        }
        context.print(json === true ? `${JSON.stringify({ file, template })}\n` : `wrote ${file}; coexist up starts it\n`);
        done(exitCodes.ok);
      });
  },
};

/** A world file that starts as it is and shows by comments what may be said in it. */
function worldText(template: Template, workingDir: string): string {
  const schema = relative(workingDir, worldSchemaFile).split(sep).join('/');
  return `# yaml-language-server: $schema=${schema.startsWith('.') ? schema : `./${schema}`}
#
# ${shippedWorlds[template]}.
# What stands here is laid over ${template}: coexist config print --origin tells what came from where.
version: 1
extends: ${template}

# clock: { mode: frozen, frozen: 2026-11-02T08:00:00Z }   # or { mode: offset, offset: +30d }; real without it
# random: 42                                              # seed of everything that is generated

organizations:
  contoso:
    users:
      - { mail: ann@contoso.test, messages: generate:correspondence, calendar: generate:working-week }
    # What an administrator has typed; coexist list cmdlets tells which there are.
    # cmdlets:
    #   - Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $false

# faults:                                                 # coexist list faults tells which kinds there are
#   - { seam: soap.response, match: { op: FindItem }, effect: { kind: latency, delayMs: 2000 } }
`;
}
