import { Option } from 'commander';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';
import { clientEnvironment, formatEnvironment, type Shell, shells } from '../../client-environment.ts';
import { readClientConfig } from '../../config.ts';
import { localCaFile } from '../ca-file.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

export const env: Verb = {
  name: 'env',
  summary: 'Print the variables that point a client at the lab',
  examples: [
    'eval "$(coexist env)"',
    'coexist env --proxy --shell dotenv > .env.test',
    'coexist env --shell pwsh | Out-String | Invoke-Expression',
    'coexist env --shell github >> "$GITHUB_ENV"',
  ],
  configure(command, context, _argv, done) {
    withLabOptions(command)
      .addOption(new Option('--shell <shell>', 'how they are written').choices(shells).default('sh'))
      .option('--proxy', 'with HTTPS_PROXY and its kin: names that a client has built in lead to the lab too')
      .action(async (options: LabOptions & { shell: Shell; proxy?: boolean }) => {
        const client = locateLab(context, options);
        const endpoints = await client.get<EndpointsDocument>('/_coexist/endpoints');
        const caFile = await localCaFile(client, endpoints, readClientConfig(context.environment, context).dataDir);
        const variables = clientEnvironment({ ...endpoints, adminUrl: client.url }, { caFile, proxy: options.proxy === true });
        context.print(options.json === true ? `${JSON.stringify(variables)}\n` : formatEnvironment(variables, options.shell));
        done(exitCodes.ok);
      });
  },
};
