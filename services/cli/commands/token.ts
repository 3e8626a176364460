import type { Command } from 'commander';
import type { DecodedToken, UndecodedToken } from '../../../shared/bridges/authority/decode.ts';
import { mintKinds } from '../../../shared/bridges/authority/defects/draft.ts';
import { checkLine } from '../../../shared/journal/check-line.ts';
import { painter, plain } from '../../../shared/journal/log-line.ts';
import type { Check } from '../../../shared/kernel/verdict.ts';
import { readClientConfig, UsageError } from '../../config.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { type LabOptions, locateLab } from '../locate.ts';
import { instantOption } from '../options.ts';
import { type Verb, withLabOptions } from '../verb.ts';

interface Minted {
  readonly token: string;
  readonly defect?: { readonly id: string; readonly title: string };
  readonly expected?: { readonly status: number; readonly code: string; readonly check: string };
}

interface Judgement {
  readonly accepted: boolean;
  readonly status: number | null;
  readonly code: string | null;
  readonly diagnostics: string | null;
  readonly checks: readonly Check[];
  readonly summary?: string;
  readonly remedy?: string | null;
}

interface Defects {
  readonly defects: readonly { readonly slug: string; readonly id: string; readonly title: string; readonly kinds: readonly string[] }[];
}

interface MintOptions extends LabOptions {
  readonly org: string;
  readonly as?: string;
  readonly tenant?: string;
  readonly from?: string;
  readonly resource?: string;
  readonly application?: string;
  readonly defect?: string;
  readonly twin?: boolean;
  readonly key?: string;
  readonly lifetime?: string;
  readonly at?: string;
}

interface VerifyOptions extends LabOptions {
  readonly org: string;
  readonly service: string;
  readonly host?: string;
  readonly at?: string;
}

/** One sub-command: its action answers the exit code. */
type Action<Options> = (context: CliContext, options: Options, word: string) => Promise<number>;

export const token: Verb = {
  name: 'token',
  summary: 'Mint tokens, good or broken on purpose, take them apart, and ask what a server would say of them',
  examples: [
    'coexist token mint user --org contoso-cloud --as joe@contoso.test',
    'coexist token mint s2s-act-as --org contoso --as mary@contoso.test --defect aud-host-other',
    'coexist token defects',
    'coexist token mint app --org contoso-cloud | coexist token decode -',
    'coexist token explain "$TOKEN" --org contoso-cloud',
    'curl -H "Authorization: Bearer $(coexist token mint user --org contoso-cloud --as joe@contoso.test)" ...',
  ],
  configure(command, context, _argv, done) {
    const act =
      <Options>(child: Command, action: Action<Options>) =>
      async (...given: unknown[]): Promise<void> => {
        const word = given.find((one): one is string => typeof one === 'string') ?? '';
        done(await action(context, child.opts() as Options, word));
      };
    const verb = (name: string, summary: string): Command =>
      withLabOptions(command.command(name).summary(summary).description(`${summary}.`));
    const minting = verb('mint', 'Print a token, as it is issued or with a defect')
      .argument('<kind>', mintKinds.join(', '))
      .requiredOption('--org <name>', 'organization that is to receive it; of an assertion the tenant')
      .option('--as <user>', 'mail address of the user it is about: user, s2s-act-as')
      .option('--defect <slug>', 'what is to be wrong with it: coexist token defects')
      .option('--twin', "the defect's good twin instead: what is closest to it and still accepted")
      .option('--resource <text>', 'audience, or the host of a server-to-server token')
      .option('--application <name>', 'application that it is issued to, by id or name')
      .option('--tenant <name>', 'tenant that issues it')
      .option('--from <name>', 'organization whose Auth certificate signs an assertion')
      .option('--key <x5t>', 'key that signs: coexist keys')
      .option('--lifetime <duration>', 'how long it lives: 5m')
      .option('--at <time>', 'when it is issued', instantOption);
    minting.action(act(minting, mint));
    const decoding = verb('decode', 'Show what a token says; nothing is judged').argument('<token>', tokenArgument);
    decoding.action(act(decoding, decode));
    const verifying = withVerifyOptions(verb('verify', 'Judge a token as a server would: exit code 0 if it is taken, 1 if not'));
    verifying.action(act(verifying, verify));
    const explaining = withVerifyOptions(verb('explain', 'The same, with every check and what to do'));
    explaining.action(act(explaining, explain));
    const listing = verb('defects', 'List what the mint can make wrong');
    listing.action(act(listing, defects));
  },
};

const tokenArgument = 'the token, with or without Bearer in front; - reads it from standard input';

function withVerifyOptions(command: Command): Command {
  return command
    .argument('<token>', tokenArgument)
    .requiredOption('--org <name>', 'organization that it would be brought to')
    .option('--service <name>', 'EWS, Autodiscover or SMTP', 'EWS')
    .option('--host <host>', 'host, with its port, that the request would name; else the published one')
    .option('--at <time>', 'when; else now, of the lab', instantOption);
}

const mint: Action<MintOptions> = async (context, options, kind) => {
  const { org, as, twin, defect, resource, application, tenant, from, key, lifetime, at } = options;
  if (!(mintKinds as readonly string[]).includes(kind))
    throw new UsageError(`${kind} is no kind of token; there are ${mintKinds.join(', ')}`);
  if (twin === true && defect === undefined) throw new UsageError('--twin needs --defect: whose twin?');
  // What is undefined is not sent.
  const order = { kind, organization: org, user: as, twin, defect, resource, application, tenant, from, key, lifetime, at };
  const minted = await locateLab(context, options).send<Minted>('POST', '/_coexist/v1/tokens/mint', order);
  if (options.json === true) {
    context.print(`${JSON.stringify(minted)}\n`);
    return exitCodes.ok;
  }
  context.print(`${minted.token}\n`);
  const { defect: made, expected } = minted;
  const fate = expected === undefined ? '' : `: expect ${expected.status} ${expected.code}, check ${expected.check}`;
  // Standard output is the token alone.
  if (made !== undefined) context.complain(`${made.id} ${made.title}${fate}\n`);
  return exitCodes.ok;
};

const decode: Action<LabOptions> = async (context, options, word) => {
  const decoded = await locateLab(context, options).send<DecodedToken | UndecodedToken>('POST', '/_coexist/v1/tokens/decode', {
    token: await tokenOf(context, word),
  });
  context.print(options.json === true ? `${JSON.stringify(decoded)}\n` : `${decodedLines(decoded).join('\n')}\n`);
  return decoded.format === 'jwt' ? exitCodes.ok : exitCodes.failure;
};

const verify: Action<VerifyOptions> = async (context, options, word) => {
  const judged = await ask(context, options, 'verify', word);
  const { accepted, status, code, diagnostics, checks } = judged;
  const failed = checks.find(({ outcome }) => outcome === 'failed');
  const refused = [`refused: ${status} ${code}, check ${failed?.check}`, ...(diagnostics === null ? [] : [diagnostics])];
  if (options.json === true) context.print(`${JSON.stringify(judged)}\n`);
  else context.print((accepted ? ['accepted'] : refused).map((line) => `${plain(line)}\n`).join(''));
  return accepted ? exitCodes.ok : exitCodes.failure;
};

const explain: Action<VerifyOptions> = async (context, options, word) => {
  const judged = await ask(context, options, 'explain', word);
  const { colors } = readClientConfig(context.environment, context);
  const { summary = '', remedy, checks, accepted } = judged;
  const lines = [
    painter(colors)('bold', plain(summary)),
    ...(remedy == null ? [] : [`remedy: ${remedy}`]),
    ...checks.map((check) => checkLine(check, colors)),
  ];
  context.print(options.json === true ? `${JSON.stringify(judged)}\n` : `${lines.join('\n')}\n`);
  return accepted ? exitCodes.ok : exitCodes.failure;
};

const defects: Action<LabOptions> = async (context, options) => {
  const answer = await locateLab(context, options).get<Defects>('/_coexist/v1/tokens/defects');
  const width = Math.max(...answer.defects.map(({ slug }) => slug.length));
  const lines = answer.defects.map(({ id, slug, title, kinds }) => `${id}  ${slug.padEnd(width)}  ${title} (${kinds.join(', ')})\n`);
  context.print(options.json === true ? `${JSON.stringify(answer)}\n` : lines.join(''));
  return exitCodes.ok;
};

async function ask(context: CliContext, options: VerifyOptions, verb: 'verify' | 'explain', word: string): Promise<Judgement> {
  const { org, service, host, at } = options;
  const question = { token: await tokenOf(context, word), organization: org, service, host, at };
  return locateLab(context, options).send<Judgement>('POST', `/_coexist/v1/tokens/${verb}`, question);
}

/** A token from the command line, or from standard input. */
async function tokenOf(context: CliContext, word: string): Promise<string> {
  return (word === '-' ? await context.readInput() : word).trim();
}

function decodedLines(decoded: DecodedToken | UndecodedToken): readonly string[] {
  if (decoded.format === 'unreadable') return [plain(decoded.problem)];
  const { header, claims, signature, times, actor } = decoded;
  const shown = (title: string, members: object): readonly string[] => [
    `${title}:`,
    ...Object.entries(members).map(([name, value]) => plain(`  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)),
  ];
  return [
    ...shown(`header (signature: ${signature})`, header),
    ...shown('claims', claims),
    ...(Object.keys(times).length === 0 ? [] : shown('times', times)),
    ...(actor === undefined ? [] : ['actor token:', ...decodedLines(actor).map((line) => `  ${line}`)]),
  ];
}
