import { onlyOrganization, sendLine, shownAnswer } from '../cmdlet-answer.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface CmdletOptions extends LabOptions {
  readonly org?: string;
  readonly as?: string;
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
        const answer = await sendLine(client, { line, organization, ...(options.as === undefined ? {} : { as: options.as }) });
        for (const warning of answer.warnings) context.complain(`WARNING: ${warning}\n`);
        if (options.json !== true) for (const message of answer.messages) context.print(`${message}\n`);
        context.print(options.json === true ? `${JSON.stringify(answer)}\n` : shownAnswer(answer));
        done(exitCodes.ok);
      });
  },
};
