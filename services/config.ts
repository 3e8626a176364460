import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isLoopbackName } from '../shared/domain/organization/host-map.ts';
import { parseClockSetting } from '../shared/domain/world/clock.ts';
import type { WorldReference } from '../shared/domain/world/load.ts';
import { type EraName, eraNames } from '../shared/domain/world/vocabulary.ts';
import type { ClockSetting } from '../shared/domain/world/world.ts';
import { parseDuration } from '../shared/kernel/duration.ts';
import { didYouMean } from '../shared/kernel/nearest.ts';
import { type Distribution, readDistribution } from './distribution-flags.ts';
import { type FlagName, flags, type Given, readFlags, type ServiceName, serviceNames, UsageError } from './flags.ts';
import { hasBlock, type PortPlan, readPorts } from './ports.ts';
import { checkVariables, variable } from './variables.ts';

export { UsageError } from './flags.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Everything that can be told from outside, checked. */
export interface Config extends Distribution {
  readonly world: WorldReference;
  readonly services: ReadonlySet<ServiceName>;
  /** The address that every listener binds. */
  readonly host: string;
  /** The address that the control port binds: loopback unless another is asked for. */
  readonly adminHost: string;
  readonly ports: PortPlan;
  /** Whether 443 is open for all names, and what else has a port that clients expect has that one. */
  readonly wellKnownPorts: boolean;
  /** Overrules the world's own clock; null leaves it. */
  readonly clock: ClockSetting | null;
  /** Absolute. `endpoints.json`, the CA and caches. */
  readonly dataDir: string;
  /** Absolute, or the address of a PostgreSQL database; null keeps the store in memory. */
  readonly persistDir: string | null;
  /** Absolute. The folder whose state the lab starts from; null starts from the seeded world. */
  readonly importDir: string | null;
  /** Absolute. Where the state is written when the lab ends; null writes none. */
  readonly exportDir: string | null;
  /** Overrules the era of every cloud organisation; null leaves the world's own. */
  readonly era: EraName | null;
  /** Overrules the world's own seed; null leaves it. */
  readonly seed: string | null;
  /** Whether heads and bodies of exchanges are kept. */
  readonly trace: 'off' | 'on' | 'retain-on-failure';
  readonly proxy: boolean;
  /** Whether the name server runs. */
  readonly dns: boolean;
  /** Addresses that are given out have Microsoft's own names where hosts have one. */
  readonly realNames: boolean;
  /** Required of every caller of the control port when set. */
  readonly adminToken: string | null;
  readonly detach: boolean;
  readonly waitMs: number;
  readonly log: { readonly level: LogLevel; readonly format: 'pretty' | 'json'; readonly colors: boolean };
  /** Where log and announcement go: `error` under `exec`, whose standard output belongs to the command that it runs. */
  readonly output: 'standard' | 'error';
  /** Whether readiness is announced. */
  readonly announce: boolean;
  /** Absolute; where the endpoints are published. */
  readonly endpointsFile: string;
  /** How many further worlds its control port may start. */
  readonly mostWorlds: number;
  /** Where each value came from: `--port-base`, `COEXIST_PORT_BASE`, `coexist.world.yaml` or `default` (clock, seed, era: the world). */
  readonly origins: Readonly<Partial<Record<FlagName | 'log-level' | 'admin-token', string>>>;
}

/** What a process knows of its surroundings besides flags and variables. */
export interface Surroundings {
  /** Absolute. */
  readonly workingDir: string;
  /** Standard output is a terminal. */
  readonly terminal: boolean;
}

/**
 * Flags, variables and defaults made into one configuration; a flag overrules a variable, a variable the world file,
 * the file the default. What a world file says itself stays null here. Throws {@link UsageError}.
 */
export function readConfig(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
  surroundings: Surroundings = currentSurroundings(),
): Config {
  const { values, verbosity } = readFlags(argv);
  checkVariables(environment);
  const origins: { -readonly [Name in keyof Config['origins']]: Config['origins'][Name] } = {};
  const given = (name: FlagName): Given | undefined => {
    const found = values.get(name) ?? variable(environment, flags[name].variable);
    origins[name] = found?.origin ?? 'default';
    return found;
  };
  const pick = <T>(name: FlagName, fallback: T, read: (found: Given) => T): T => {
    const found = given(name);
    return found === undefined ? fallback : read(found);
  };
  const path = (found: Given): string => resolve(surroundings.workingDir, found.value);

  const world = readWorld(given('world'), environment, surroundings, origins);
  const dataDir = pick('data-dir', resolve(surroundings.workingDir, '.coexist'), path);
  const importDir = pick('import', null, path);
  const level = variable(environment, 'COEXIST_LOG_LEVEL');
  const adminToken = variable(environment, 'COEXIST_ADMIN_TOKEN');
  origins['log-level'] = (values.get('quiet') ?? values.get('verbose') ?? level)?.origin ?? 'default';
  origins['admin-token'] = adminToken?.origin ?? 'default';
  const host = pick('host', '127.0.0.1', readHost);
  const ports = readPorts(given('port'), given('port-base'));
  const format = pick<'pretty' | 'json'>('output', surroundings.terminal ? 'pretty' : 'json', readFormat);
  return {
    world,
    services: pick('only', new Set(serviceNames), readServices),
    host,
    adminHost: pick('admin-host', isLoopbackName(host) ? host : '127.0.0.1', readHost),
    ports,
    wellKnownPorts: pick('well-known-ports', false, (found) => readSwitch(found) && hasBlock(ports, found)),
    clock: pick<ClockSetting | null>('clock', null, readClock),
    dataDir,
    persistDir: pick('persist', null, (found) =>
      isDatabase(found.value) ? found.value : readFolder(found, () => resolve(dataDir, 'store'), path),
    ),
    importDir,
    exportDir: pick('export-on-exit', null, (found) => readFolder(found, () => importedFrom(importDir, found), path)),
    era: pick<EraName | null>('era', null, (found) => oneOf(found, eraNames)),
    seed: pick<string | null>('seed', null, ({ value }) => value),
    trace: pick<Config['trace']>('trace', 'on', (found) => oneOf(found, ['off', 'on', 'retain-on-failure'])),
    proxy: pick('proxy', true, readSwitch),
    dns: pick('dns', true, readSwitch),
    realNames: pick('real-names', false, readSwitch),
    adminToken: readToken(adminToken),
    ...readDistribution(given),
    detach: pick('detach', false, readSwitch),
    waitMs: pick('wait', 30_000, readWait),
    log: {
      level: readLevel(values.has('quiet'), verbosity, level),
      format,
      colors: format === 'pretty' && wantsColors(environment, surroundings),
    },
    output: 'standard',
    announce: true,
    endpointsFile: resolve(dataDir, 'endpoints.json'),
    mostWorlds: 32,
    origins,
  };
}

/** What a command that talks to a running lab is told by its environment. */
export interface ClientConfig {
  readonly adminUrl: string | null;
  readonly adminToken: string | null;
  readonly dataDir: string;
  readonly colors: boolean;
  readonly terminal: boolean;
}

/** The client's part of the environment. Throws {@link UsageError}. */
export function readClientConfig(
  environment: NodeJS.ProcessEnv = process.env,
  surroundings: Surroundings = currentSurroundings(),
): ClientConfig {
  checkVariables(environment);
  return {
    adminUrl: variable(environment, 'COEXIST_ADMIN_URL')?.value ?? null,
    adminToken: readToken(variable(environment, 'COEXIST_ADMIN_TOKEN')),
    dataDir: resolve(surroundings.workingDir, variable(environment, 'COEXIST_DATA_DIR')?.value ?? '.coexist'),
    colors: wantsColors(environment, surroundings),
    terminal: surroundings.terminal,
  };
}

/** The version that package.json tells. */
export function productVersion(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}

/** Those of this process. */
export function currentSurroundings(): Surroundings {
  return { workingDir: process.cwd(), terminal: process.stdout.isTTY === true };
}

function readWorld(
  told: Given | undefined,
  environment: NodeJS.ProcessEnv,
  { workingDir }: Surroundings,
  origins: Partial<Record<FlagName, string>>,
): WorldReference {
  const inline = variable(environment, 'COEXIST_CONFIG_JSON');
  if (inline !== undefined && (told === undefined || told.origin === 'COEXIST_CONFIG')) {
    if (told !== undefined) throw new UsageError('COEXIST_CONFIG and COEXIST_CONFIG_JSON are both set');
    origins.world = inline.origin;
    return { kind: 'text', name: inline.origin, text: inline.value };
  }
  const file = told?.value ?? 'coexist.world.yaml';
  const path = resolve(workingDir, file);
  if (existsSync(path)) {
    if (told === undefined) origins.world = file;
    return { kind: 'file', path };
  }
  if (told !== undefined && !/^[a-z0-9][a-z0-9-]*$/.test(told.value))
    throw new UsageError(`${told.origin}: there is no file ${told.value}`);
  return { kind: 'named', name: told?.value ?? 'contoso-hybrid' };
}

function oneOf<const T extends readonly string[]>({ value, origin }: Given, members: T): T[number] {
  const member = members.find((candidate) => candidate === value);
  if (member === undefined) {
    throw new UsageError(`${origin}: ${JSON.stringify(value)} is none of ${members.join(', ')}${didYouMean(value, members)}`);
  }
  return member;
}

function readSwitch({ value, origin }: Given): boolean {
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw new UsageError(`${origin}: ${JSON.stringify(value)} is none of 0, 1, true, false`);
}

function readServices({ value, origin }: Given): ReadonlySet<ServiceName> {
  const names = value.split(',').map((name) => oneOf({ value: name.trim(), origin }, serviceNames));
  // Readiness, shutdown and endpoints are asked of the control port, whatever else runs.
  return new Set<ServiceName>([...names, 'admin']);
}

function readHost({ value, origin }: Given): string {
  if (!/^[A-Za-z0-9._:-]{1,253}$/.test(value)) throw new UsageError(`${origin}: ${JSON.stringify(value)} is not an address`);
  return value;
}

/** Whether `--persist` names a PostgreSQL database and not a folder. */
export function isDatabase(place: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(place);
}

/** A folder that may be left out, or, by a variable, be switched on or off. */
function readFolder(found: Given, defaultDir: () => string, path: (found: Given) => string): string | null {
  if (found.value === '' || found.value === '1' || found.value === 'true') return defaultDir();
  return found.value === '0' || found.value === 'false' ? null : path(found);
}

function importedFrom(importDir: string | null, { origin }: Given): string {
  if (importDir === null) throw new UsageError(`${origin} needs a folder, ${origin}=<dir>, because there is no --import to take it from`);
  return importDir;
}

function readWait({ value, origin }: Given): number {
  const waitMs = parseDuration(value);
  if (waitMs === undefined || waitMs < 0) throw new UsageError(`${origin}: ${JSON.stringify(value)} is not a duration such as 30s or 5m`);
  return waitMs;
}

function readFormat(found: Given): 'pretty' | 'json' {
  if (found.origin === 'COEXIST_LOG_FORMAT') return oneOf(found, ['pretty', 'json']);
  return oneOf(found, ['text', 'json']) === 'json' ? 'json' : 'pretty';
}

function readLevel(quiet: boolean, verbosity: number, level: Given | undefined): LogLevel {
  if (quiet && verbosity > 0) throw new UsageError('--quiet and --verbose exclude each other');
  if (quiet) return 'error';
  if (verbosity > 0) return verbosity === 1 ? 'debug' : 'trace';
  return level === undefined ? 'info' : oneOf(level, logLevels);
}

function readToken(found: Given | undefined): string | null {
  if (found === undefined) return null;
  if (!/^[\x21-\x7e]{8,512}$/.test(found.value))
    throw new UsageError(`${found.origin}: a token has 8 to 512 printable characters without blanks`);
  return found.value;
}

function readClock({ value, origin }: Given): ClockSetting {
  const setting = parseClockSetting(value);
  if (setting === undefined)
    throw new UsageError(`${origin}: ${JSON.stringify(value)} is none of real, offset:+30d, frozen@2026-11-01T09:00Z`);
  return setting;
}

/** https://no-color.org; CI logs and dumb terminals get plain text too. */
function wantsColors(environment: NodeJS.ProcessEnv, { terminal }: Surroundings): boolean {
  const quiet = [environment['NO_COLOR'], environment['CI']].some((value) => value !== undefined && value !== '');
  return terminal && !quiet && environment['TERM'] !== 'dumb';
}
