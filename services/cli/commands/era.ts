import { UsageError } from '../../config.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface Answer {
  readonly eras: Readonly<Record<string, { readonly era: string; readonly title: string }>>;
}

export const era: Verb = {
  name: 'era',
  summary: 'Show the eras of the tenants, or put one into another era',
  examples: ['coexist era', 'coexist era contoso-cloud 2026-10', 'coexist era --json | jq .eras'],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .argument('[organization]', 'the tenant')
      .argument('[era]', 'its new era')
      .action(async (organization: string | undefined, name: string | undefined, options: LabOptions) => {
        if (organization !== undefined && name === undefined) throw new UsageError('say the tenant and its new era, or neither');
        const client = locateLab(context, options);
        const answer =
          organization === undefined
            ? await client.get<Answer>('/_coexist/v1/eras')
            : await client.send<Answer>('PUT', `/_coexist/v1/eras/${encodeURIComponent(organization)}`, { era: name });
        const lines = Object.entries(answer.eras).map(([tenant, { era: current, title }]) => `${tenant}  ${current}  ${title}\n`);
        context.print(options.json === true ? `${JSON.stringify(answer)}\n` : lines.join(''));
        done(exitCodes.ok);
      });
  },
};
