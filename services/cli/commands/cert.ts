import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { pkcs12TrustStore } from '../../../shared/net/trust-store.ts';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';
import { readClientConfig } from '../../config.ts';
import { localCaFile } from '../ca-file.ts';
import { aliasOf, jksScript, stepText, type TrustPlan, type TrustStep, trustPlan } from '../ca-trust.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { type Verb, withLabOptions } from '../verb.ts';

const formats = ['pem', 'der', 'p12', 'jks-script'] as const;
/** Everybody's password of a trust store; there is no secret in it. */
const storePassword = 'changeit';

interface TrustOptions extends LabOptions {
  readonly java?: boolean;
  readonly folder?: string;
  readonly dryRun?: boolean;
}

export const cert: Verb = {
  name: 'cert',
  summary: "The lab's CA: export it, have this machine trust it, or no longer",
  examples: [
    'coexist cert export > ca.pem',
    'coexist cert export --format p12 --out trust.p12   # password changeit; javax.net.ssl.trustStore',
    'coexist cert export --format jks-script | sh',
    'coexist cert trust --dry-run',
    'coexist cert trust --java',
    'coexist cert untrust',
  ],
  configure(command, context, _argv, done) {
    withLabOptions(
      command
        .command('export')
        .summary("Write the CA's certificate")
        .description("Write the CA's certificate; its key never leaves the data folder."),
    )
      .addOption(
        new Option('--format <format>', 'pem, der, p12 (a trust store for Java and .NET) or a script for keytool')
          .choices(formats)
          .default('pem'),
      )
      .option('--out <file>', 'into this file; else to standard output')
      .action(async ({ format, out, ...options }: LabOptions & { format: (typeof formats)[number]; out?: string }) => {
        const { caPem } = await findCa(context, options);
        const content = contentOf(caPem, format);
        if (out === undefined) {
          if (typeof content !== 'string') throw new CliFailure(exitCodes.usage, `${format} is no text; say where with --out <file>`);
          context.print(content);
        } else {
          const file = resolve(context.workingDir, out);
          writeFileSync(file, content);
          context.print(options.json === true ? `${JSON.stringify({ file, format })}\n` : `wrote ${file}\n`);
        }
        done(exitCodes.ok);
      });
    for (const [verb, summary] of [
      ['trust', 'Have this machine trust the CA'],
      ['untrust', 'Have it trust the CA no longer'],
    ] as const) {
      withTrustOptions(
        command
          .command(verb)
          .summary(summary)
          .description(`${summary}. What takes another user, or a click, is printed and not done: exit code 3.`),
      ).action(async (options: TrustOptions) => {
        done(await changeTrust(context, verb, options));
      });
    }
  },
};

function withTrustOptions(command: Command): Command {
  return withLabOptions(command)
    .option('--java', 'of the Java on the search path, which goes by authorities of its own')
    .option('--folder <dir>', "the folder for the machine's own authorities, where it is not a usual one (Linux)")
    .option('--dry-run', 'say what would be done, and do nothing');
}

async function findCa(context: CliContext, options: LabOptions): Promise<{ readonly caFile: string; readonly caPem: string }> {
  const config = readClientConfig(context.environment, context);
  const dataDir = options.dataDir === undefined ? config.dataDir : resolve(context.workingDir, options.dataDir);
  const kept = join(dataDir, 'certificates', 'ca.pem');
  const asksLab = options.adminUrl !== undefined || (config.adminUrl !== null && options.dataDir === undefined);
  // It outlives its labs: none has to run.
  if (!asksLab && existsSync(kept)) return { caFile: kept, caPem: readFileSync(kept, 'utf8') };
  const lab = locateLab(context, options);
  const caFile = await localCaFile(lab, await lab.get<EndpointsDocument>('/_coexist/endpoints'), dataDir);
  return { caFile, caPem: readFileSync(caFile, 'utf8') };
}

function contentOf(caPem: string, format: (typeof formats)[number]): string | Buffer {
  if (format === 'pem') return caPem;
  if (format === 'jks-script') return jksScript(caPem);
  const { raw } = new X509Certificate(caPem);
  return format === 'der' ? raw : pkcs12TrustStore(raw, { alias: aliasOf(caPem), password: storePassword });
}

async function changeTrust(context: CliContext, verb: 'trust' | 'untrust', options: TrustOptions): Promise<number> {
  const { caFile, caPem } = await findCa(context, options);
  const store = options.java === true ? 'java' : process.platform;
  const folder = options.folder === undefined ? undefined : resolve(context.workingDir, options.folder);
  const plan = trustPlan({ ...{ verb, store, caPem, caFile, folder }, isFolder, isWritable });
  const byHand = plan.byHand !== null;
  const lines = plan.steps.map((step) => stepText(step, { caFile, asRoot: byHand && store === 'linux' }));
  const doIt = !byHand && options.dryRun !== true;
  if (doIt) plan.steps.forEach(perform);
  if (options.json === true) context.print(`${JSON.stringify({ done: doIt, byHand: plan.byHand, commands: lines })}\n`);
  else context.print(told(plan, lines, doIt));
  return byHand && options.dryRun !== true ? exitCodes.environment : exitCodes.ok;
}

function told({ byHand }: TrustPlan, lines: readonly string[], isDone: boolean): string {
  const head = isDone ? 'done:' : byHand === null ? 'would do:' : lines.length === 0 ? `${byHand}.` : `${byHand}; what is to be typed:`;
  return `${[head, ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
}

function perform(step: TrustStep): void {
  if (step.kind === 'write') writeFileSync(step.file, step.text, { mode: 0o644 });
  else if (step.kind === 'remove') rmSync(step.file, { force: true });
  else {
    const [file, ...words] = step.command;
    const { status, stderr, error } = spawnSync(file, words, { encoding: 'utf8', timeout: 120_000 });
    if (error !== undefined || status !== 0)
      throw new CliFailure(exitCodes.environment, `${step.command.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return isFolder(path);
  } catch {
    return false;
  }
}
