import type { View } from '../../../shared/cmdlets/pipeline/plan.ts';
import { UsageError } from '../../config.ts';
import type { AdminClient } from '../admin-client.ts';
import type { Endpoints } from '../context.ts';
import { CliFailure, exitCodes } from '../failures.ts';
import { formatList, shownText } from '../format-list.ts';
import { formatTable } from '../format-table.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface CmdletOptions extends LabOptions {
  readonly org?: string;
  readonly as?: string;
}

interface Answer {
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly view?: View;
  readonly warnings: readonly string[];
  readonly messages: readonly string[];
}

export const cmdlet: Verb = {
  name: 'cmdlet',
  summary: "Run a cmdlet in an organization's Exchange Management Shell",
  examples: [
    'coexist cmdlet Get-WebServicesVirtualDirectory --org contoso',
    `coexist cmdlet 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $false' --org contoso`,
    `coexist cmdlet 'Get-FederationTrust | Format-List Name, *Uri' --org contoso`,
    'coexist cmdlet Get-AutodiscoverVirtualDirectory --org fabrikam --as pat@fabrikam.test --json | jq .objects',
  ],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .argument('<line>', 'the cmdlet with its parameters, in single quotes for the sake of $ and "')
      .option('--org <name>', 'organization whose shell it is; may be left out when there is only one')
      .option('--as <user>', 'user who runs it (administrator@<default domain>)')
      .action(async (line: string, options: CmdletOptions) => {
        const client = locateLab(context, options);
        const organization = options.org ?? (await onlyOrganization(client));
        const answer = await run(client, { line, organization, ...(options.as === undefined ? {} : { as: options.as }) });
        for (const warning of answer.warnings) context.complain(`WARNING: ${warning}\n`);
        if (options.json !== true) for (const message of answer.messages) context.print(`${message}\n`);
        context.print(options.json === true ? `${JSON.stringify(answer)}\n` : shown(answer));
        done(exitCodes.ok);
      });
  },
};

/** As the line's last command wants it; without one, as Format-List does. */
function shown({ objects, view }: Answer): string {
  if (view?.as === 'values') return objects.flatMap((object) => Object.values(object).map((value) => `${shownText(value)}\n`)).join('');
  return view?.as === 'table' ? formatTable(objects, view.properties) : formatList(objects, view?.properties);
}

async function onlyOrganization(client: AdminClient): Promise<string> {
  const names = Object.keys((await client.get<Endpoints>('/_coexist/endpoints')).organizations);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new UsageError(`say with --org whose shell is meant: ${names.join(', ')}`);
}

/** A cmdlet that the shell refuses has failed; the command line as such was well. */
async function run(client: AdminClient, body: object): Promise<Answer> {
  try {
    return await client.send<Answer>('POST', '/_coexist/v1/cmdlets', body);
  } catch (error) {
    if (error instanceof CliFailure && error.exitCode === exitCodes.usage) throw new CliFailure(exitCodes.failure, error.message);
    throw error;
  }
}
