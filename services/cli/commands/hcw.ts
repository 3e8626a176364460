import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { wizardLogLine } from '../../../shared/journal/hybrid-wizard-log.ts';
import type { WizardLine, WizardLog } from '../../../shared/kernel/exchange.ts';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';
import { readClientConfig, UsageError } from '../../config.ts';
import type { AdminClient } from '../admin-client.ts';
import { localCaFile } from '../ca-file.ts';
import type { CliContext } from '../context.ts';
import { deviceSignIn } from '../device-sign-in.ts';
import { exitCodes } from '../failures.ts';
import { endpointsFile, type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface HcwOptions extends LabOptions {
  readonly org?: string;
  readonly credential: string;
  readonly cloudCredential?: string;
  readonly domains?: string;
  readonly features?: string;
  readonly log?: string;
}

type Line = { readonly log: WizardLog['kind']; readonly trace: string } | Outcome | ToldLine;
/** `at` in ISO 8601, world time. */
type ToldLine = Omit<WizardLine, 'at'> & { readonly at: string };
interface Outcome {
  readonly outcome: 'done' | 'failed';
  readonly detail: string;
}

export const hcw: Verb = {
  name: 'hcw',
  summary: 'Run the Hybrid Configuration wizard between an organization and its tenant',
  examples: [
    `coexist hcw run --org contoso --credential 'CONTOSO\\administrator:Pa55word!'`,
    `coexist hcw run --org contoso --credential 'CONTOSO\\administrator:Pa55word!' --cloud-credential 'administrator@contoso.test:Pa55word!'`,
    `coexist hcw run --org contoso --credential 'administrator:Pa55word!' --domains contoso.test --features FreeBusy,MailTips,SecureMail`,
  ],
  configure(command, context, _argv, done) {
    withLabOptions(
      command
        .command('run')
        .summary('sign in on both sides, then configure both')
        .requiredOption('--credential <user:password>', 'an administrator of the organization on-premises')
        .option(
          '--cloud-credential <user:password>',
          'an administrator of the tenant, where a password is enough; else a device code is shown',
        )
        .option('--org <name>', 'the organization on-premises; may be left out when there is only one with a tenant')
        .option('--domains <list>', 'domains that both sides share')
        .option('--features <list>', 'features, as Set-HybridConfiguration takes them')
        .option('--log <file>', 'where the log is written (hcw/<time>.log in the data folder)'),
    ).action(async (options: HcwOptions) => {
      done(await run(context, options));
    });
  },
};

async function run(context: CliContext, options: HcwOptions): Promise<number> {
  const client = locateLab(context, options);
  const endpoints = await client.get<EndpointsDocument>('/_coexist/endpoints');
  const organization = options.org ?? onlyHybrid(endpoints);
  const onPremises = credentialOf('--credential', options.credential);
  const tenant =
    options.cloudCredential === undefined
      ? { accessToken: await signInWithDevice(context, client, endpoints, organization, options) }
      : credentialOf('--cloud-credential', options.cloudCredential);
  const body = { organization, onPremises, tenant, ...listOf('domains', options.domains), ...listOf('features', options.features) };
  const written: ToldLine[] = [];
  let kind: WizardLog['kind'] = 'wizard';
  let outcome: Outcome = { outcome: 'failed', detail: 'the lab ended while the wizard was running' };
  try {
    for await (const line of client.lines<Line>('/_coexist/v1/hybrid-wizard', body)) {
      if ('log' in line) kind = line.log;
      else if ('outcome' in line) outcome = line;
      else {
        written.push(line);
        if (options.json === true) context.print(`${JSON.stringify(line)}\n`);
        else if (line.cmdlet === undefined && line.text === 'START') context.print(`${line.activity.replace(/\.$/, '')} ...\n`);
      }
    }
  } finally {
    writeLog(context, options, kind, written);
  }
  if (outcome.outcome === 'done') {
    if (options.json !== true) context.print('The wizard has finished: both sides are configured.\n');
    return exitCodes.ok;
  }
  context.complain(`coexist: ${outcome.detail}\n`);
  return exitCodes.failure;
}

function onlyHybrid({ organizations }: EndpointsDocument): string {
  const tenants = Object.values(organizations).filter(({ kind }) => kind === 'cloud');
  const found = Object.entries(organizations).filter(
    ([, { kind, domains }]) => kind !== 'cloud' && tenants.some((tenant) => tenant.domains.some((domain) => domains.includes(domain))),
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only[0];
  throw new UsageError(`say with --org which organization: ${Object.keys(organizations).join(', ')}`);
}

function credentialOf(option: string, text: string): { readonly UserName: string; readonly Password: string } {
  const colon = text.indexOf(':');
  if (colon < 1) throw new UsageError(`${option} takes user:password`);
  return { UserName: text.slice(0, colon), Password: text.slice(colon + 1) };
}

function listOf(name: 'domains' | 'features', text: string | undefined): Readonly<Record<string, readonly string[]>> {
  if (text === undefined) return {};
  const words = text.split(',').map((word) => word.trim());
  return { [name]: words.filter((word) => word !== '') };
}

async function signInWithDevice(
  context: CliContext,
  client: AdminClient,
  endpoints: EndpointsDocument,
  organization: string,
  options: HcwOptions,
): Promise<string> {
  const domains = endpoints.organizations[organization]?.domains ?? [];
  const tenant = Object.values(endpoints.organizations).find(
    (one) => one.kind === 'cloud' && one.domains.some((domain) => domains.includes(domain)),
  );
  if (tenant?.authority == null) throw new UsageError(`${organization} shares no domain with a tenant of this lab`);
  const caFile = await localCaFile(client, endpoints, dataFolder(context, options));
  return deviceSignIn({ authority: tenant.authority, resource: exchangeAppId, caFile }, context.complain);
}

function dataFolder(context: CliContext, options: LabOptions): string {
  return dirname(endpointsFile(context, readClientConfig(context.environment, context), options));
}

/** As the wizard's own, it is named by when it began, in world time. */
function writeLog(context: CliContext, options: HcwOptions, kind: WizardLog['kind'], lines: readonly ToldLine[]): void {
  const [first] = lines;
  if (first === undefined) return;
  const name = first.at.replaceAll(/[-:]/g, '').replace('T', '_').slice(0, 15);
  const file = options.log ?? join(dataFolder(context, options), 'hcw', `${name}.log`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.map((line) => `${wizardLogLine(kind, { ...line, at: Date.parse(line.at) })}\n`).join(''), { flag: 'a' });
  context.complain(`log: ${file}\n`);
}
