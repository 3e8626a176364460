import { parseArgs } from 'node:util';
import { eraNames } from '../shared/domain/world/vocabulary.ts';
import { didYouMean } from '../shared/kernel/nearest.ts';

/** Bad usage: a flag, a variable or a file that cannot be understood. Exit code 2; the message is for the user as it stands. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The services that `--only` may name. */
export const serviceNames = [
  'frontend',
  'azure-auth',
  'graph',
  'autodiscover',
  'ews',
  'mrsproxy',
  'rpcproxy',
  'oab',
  'admin-api',
  'smtp',
  'migration',
  'dns',
  'proxy',
  'perimeter',
  'admin',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** One flag of `coexist up`. `switch` takes no value, `optional` may take one. */
export interface Flag {
  readonly kind: 'text' | 'switch' | 'optional';
  readonly variable: string | null;
  readonly text: string;
  readonly takes?: string;
  readonly short?: string;
}

/** The flags of `coexist up`, in the order in which help shows them. */
export const flags = {
  world: {
    kind: 'text',
    short: 'c',
    takes: 'file|name',
    variable: 'COEXIST_CONFIG',
    text: 'world file, or the name of a built-in world (contoso-hybrid)',
  },
  only: { kind: 'text', takes: 'services', variable: 'COEXIST_ONLY', text: `comma-separated: ${serviceNames.join(', ')}` },
  era: { kind: 'text', takes: 'era', variable: 'COEXIST_ERA', text: `era of the cloud: ${eraNames.join(', ')}` },
  clock: { kind: 'text', takes: 'time', variable: 'COEXIST_CLOCK', text: 'real, offset:+30d or frozen@2026-11-01T09:00Z' },
  seed: { kind: 'text', takes: 'text', variable: 'COEXIST_SEED', text: 'seed of all chance and generated data' },
  host: { kind: 'text', takes: 'address', variable: 'COEXIST_HOST', text: 'address to bind (127.0.0.1)' },
  'admin-host': {
    kind: 'text',
    takes: 'address',
    variable: 'COEXIST_ADMIN_HOST',
    text: 'address that the control port binds (127.0.0.1); any other wants the token of COEXIST_ADMIN_TOKEN, or makes one',
  },
  'well-known-ports': {
    kind: 'switch',
    variable: 'COEXIST_WELL_KNOWN_PORTS',
    text: 'as clients expect them: 443 for all names together, 80, 25, 26, 587 and 53 (off)',
  },
  advertise: {
    kind: 'text',
    takes: 'address',
    variable: 'COEXIST_ADVERTISE',
    text: 'with PostgreSQL: where the other processes of the lab reach this one',
  },
  organizations: {
    kind: 'text',
    takes: 'names',
    variable: 'COEXIST_ORGANIZATIONS',
    text: 'comma-separated: those that front ends and SMTP are opened for (all)',
  },
  neighbours: {
    kind: 'text',
    takes: 'networks',
    variable: 'COEXIST_NEIGHBOURS',
    text: 'comma-separated private networks (172.16.0.0/12): listeners, smart hosts and IMAP servers that somebody names may be there (none)',
  },
  'port-base': { kind: 'text', short: 'p', takes: 'port', variable: 'COEXIST_PORT_BASE', text: 'first port of the block of 100 (4400)' },
  port: { kind: 'text', takes: '0', variable: 'COEXIST_PORT', text: '0: every port is chosen by the system' },
  'data-dir': { kind: 'text', takes: 'dir', variable: 'COEXIST_DATA_DIR', text: 'CA, caches and endpoints.json (.coexist)' },
  persist: {
    kind: 'optional',
    takes: 'dir',
    variable: 'COEXIST_PERSIST',
    text: 'keep the store on disk (in the data folder), or in PostgreSQL (postgres://...), which labs may share',
  },
  import: { kind: 'text', takes: 'dir', variable: 'COEXIST_IMPORT', text: 'start from the state that --export-on-exit left there' },
  'export-on-exit': {
    kind: 'optional',
    takes: 'dir',
    variable: 'COEXIST_EXPORT_ON_EXIT',
    text: 'write the state there when the lab ends (where --import took it from)',
  },
  trace: { kind: 'text', takes: 'mode', variable: 'COEXIST_TRACE', text: 'heads and bodies of exchanges: off, on or retain-on-failure' },
  proxy: { kind: 'switch', variable: 'COEXIST_PROXY', text: 'forward proxy for clients with fixed names (on; --no-proxy)' },
  dns: { kind: 'switch', variable: 'COEXIST_DNS', text: 'name server of the world (on; --no-dns)' },
  'real-names': { kind: 'switch', variable: 'COEXIST_REAL_NAMES', text: "advertise Microsoft's real names where hosts have one" },
  detach: { kind: 'switch', short: 'd', variable: 'COEXIST_DETACH', text: 'return when the lab is ready' },
  wait: { kind: 'text', takes: 'duration', variable: 'COEXIST_WAIT', text: 'with --detach: how long to wait (30s)' },
  output: {
    kind: 'text',
    short: 'o',
    takes: 'text|json',
    variable: 'COEXIST_LOG_FORMAT',
    text: 'text for people, JSON lines for machines',
  },
  quiet: { kind: 'switch', short: 'q', variable: null, text: 'errors only (COEXIST_LOG_LEVEL=error)' },
  verbose: { kind: 'switch', short: 'v', variable: null, text: 'more: -v debug, -vv trace (COEXIST_LOG_LEVEL)' },
} as const satisfies Readonly<Record<string, Flag>>;
export type FlagName = keyof typeof flags;

const flagAliases: Readonly<Record<string, FlagName>> = { config: 'world' };

/** A value as text, and what it came from: `--port-base`, `COEXIST_PORT_BASE`. */
export type Given = { readonly value: string; readonly origin: string };

/** Reads a command line; `verbosity` counts `-v`. Throws {@link UsageError} for unknown flags, missing values and operands. */
export function readFlags(argv: readonly string[]): { values: ReadonlyMap<FlagName, Given>; verbosity: number } {
  const words = argv.flatMap((word) => (word === '--json' ? ['--output=json'] : [word]));
  const { tokens } = parseArgs({ args: fillOptional(words), options: parserOptions(), strict: false, tokens: true });
  const values = new Map<FlagName, Given>();
  let verbosity = 0;
  for (const token of tokens) {
    if (token.kind !== 'option') {
      throw new UsageError(`unexpected argument ${JSON.stringify(token.kind === 'positional' ? token.value : '--')}`);
    }
    const negated = token.name.startsWith('no-') && flagNamed(token.name) === undefined;
    const name = flagNamed(negated ? token.name.slice(3) : token.name);
    const flag = name === undefined ? undefined : flags[name];
    if (name === undefined || flag === undefined || (negated && flag.kind !== 'switch')) {
      throw new UsageError(
        `unknown flag ${token.rawName}${didYouMean(
          token.rawName,
          Object.keys(flags).map((known) => `--${known}`),
        )}`,
      );
    }
    if (flag.kind === 'switch') {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
      if (name === 'verbose') verbosity += 1;
      values.set(name, { value: negated ? 'false' : 'true', origin: token.rawName });
      continue;
    }
    const missing =
      token.value === undefined || (flag.kind === 'text' && token.value === '') || (!token.inlineValue && token.value.startsWith('-'));
    if (missing) throw new UsageError(`${token.rawName} needs a value: --${name} <${flag.takes}>`);
    values.set(name, { value: token.value ?? '', origin: token.rawName });
  }
  return { values, verbosity };
}

/** parseArgs knows no option whose value may be left out: `--persist` without one becomes `--persist=`. */
function fillOptional(words: readonly string[]): string[] {
  return words.map((word, index) => {
    const name = word.startsWith('--') ? flagNamed(word.slice(2)) : undefined;
    const next = words[index + 1];
    return name !== undefined && flags[name].kind === 'optional' && (next === undefined || next.startsWith('-')) ? `${word}=` : word;
  });
}

function parserOptions(): NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']> {
  const entries = [...Object.keys(flags), ...Object.keys(flagAliases)].map((word) => {
    const flag: Flag = flags[flagNamed(word) ?? 'world'];
    const short = flag.short === undefined || word in flagAliases ? {} : { short: flag.short };
    return [word, { type: flag.kind === 'switch' ? 'boolean' : 'string', ...short }] as const;
  });
  return Object.fromEntries(entries);
}

function flagNamed(word: string): FlagName | undefined {
  if (Object.hasOwn(flags, word)) return word as FlagName;
  return Object.hasOwn(flagAliases, word) ? flagAliases[word] : undefined;
}

/** The same command line without `--detach`: for the process that shall stay. Expects one that {@link readFlags} accepts. */
export function withoutDetach(argv: readonly string[]): readonly string[] {
  return argv.flatMap((word) => {
    if (word === '--detach' || word === '-d') return [];
    // In `-qd` every letter is a switch; in `-pd` the d is the value of -p.
    return /^-[dqv]+$/.test(word) ? [word.replaceAll('d', '')] : [word];
  });
}
