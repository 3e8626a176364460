import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Config, readClientConfig, readConfig, type Surroundings, UsageError } from '../../../services/config.ts';
import { flags, withoutDetach } from '../../../services/flags.ts';

const workingDir = mkdtempSync(join(tmpdir(), 'coexist-config-'));
afterAll(() => rmSync(workingDir, { recursive: true }));
const quiet: Surroundings = { workingDir, terminal: false };

function read(argv: readonly string[], environment: NodeJS.ProcessEnv = {}, surroundings = quiet): Config {
  return readConfig(argv, environment, surroundings);
}

test('without flags and variables everything has its default', () => {
  const { origins, services, ...config } = read([]);
  expect(config).toEqual({
    world: { kind: 'named', name: 'contoso-hybrid' },
    host: '127.0.0.1',
    adminHost: '127.0.0.1',
    wellKnownPorts: false,
    ports: { kind: 'block', base: 4400 },
    clock: null,
    dataDir: join(workingDir, '.coexist'),
    persistDir: null,
    importDir: null,
    exportDir: null,
    era: null,
    seed: null,
    trace: 'on',
    proxy: true,
    dns: true,
    realNames: false,
    adminToken: null,
    organizations: null,
    advertise: null,
    neighbours: [],
    detach: false,
    waitMs: 30_000,
    log: { level: 'info', format: 'json', colors: false },
    output: 'standard',
    announce: true,
    endpointsFile: join(workingDir, '.coexist', 'endpoints.json'),
    mostWorlds: 32,
  });
  expect([...services]).toEqual([
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
  ]);
  expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
});

/** Flag, the same by variable, the member it sets, and its value. */
const settings: readonly (readonly [argv: readonly string[], environment: NodeJS.ProcessEnv, member: keyof Config, value: unknown])[] = [
  [['--world', 'contoso-hybrid'], { COEXIST_CONFIG: 'contoso-hybrid' }, 'world', { kind: 'named', name: 'contoso-hybrid' }],
  [['--config', 'other'], { COEXIST_CONFIG: 'other' }, 'world', { kind: 'named', name: 'other' }],
  [['-c', 'other'], { COEXIST_CONFIG: 'other' }, 'world', { kind: 'named', name: 'other' }],
  [['--only', 'ews, frontend'], { COEXIST_ONLY: 'ews,frontend' }, 'services', new Set(['ews', 'frontend', 'admin'])],
  [['--era=2016'], { COEXIST_ERA: '2016' }, 'era', '2016'],
  [['--clock', 'real'], { COEXIST_CLOCK: 'real' }, 'clock', { mode: 'real' }],
  [['--clock', 'offset:-30d'], { COEXIST_CLOCK: 'offset:-30d' }, 'clock', { mode: 'offset', offsetMs: -30 * 86_400_000 }],
  [
    ['--clock', 'frozen@2026-11-01T09:00Z'],
    { COEXIST_CLOCK: 'frozen@2026-11-01T10:00+01:00' },
    'clock',
    { mode: 'frozen', at: Date.UTC(2026, 10, 1, 9) },
  ],
  [['--seed', '42'], { COEXIST_SEED: '42' }, 'seed', '42'],
  [['--host', '::'], { COEXIST_HOST: '::' }, 'host', '::'],
  [['--host', '::1'], { COEXIST_HOST: '::1' }, 'adminHost', '::1'],
  [['--host', '0.0.0.0'], { COEXIST_HOST: '0.0.0.0' }, 'adminHost', '127.0.0.1'],
  [['--admin-host', '0.0.0.0'], { COEXIST_ADMIN_HOST: '0.0.0.0' }, 'adminHost', '0.0.0.0'],
  [['--well-known-ports'], { COEXIST_WELL_KNOWN_PORTS: '1' }, 'wellKnownPorts', true],
  [
    ['--organizations', 'CONTOSO, fabrikam'],
    { COEXIST_ORGANIZATIONS: 'contoso,fabrikam' },
    'organizations',
    new Set(['contoso', 'fabrikam']),
  ],
  [['--advertise', '10.1.2.3'], { COEXIST_ADVERTISE: '10.1.2.3' }, 'advertise', '10.1.2.3'],
  [
    ['--neighbours', '172.16.0.0/12, fd00::/64'],
    { COEXIST_NEIGHBOURS: '172.16.0.0/12,fd00::/64' },
    'neighbours',
    ['172.16.0.0/12', 'fd00::/64'],
  ],
  [['--port-base', '5400'], { COEXIST_PORT_BASE: '5400' }, 'ports', { kind: 'block', base: 5400 }],
  [['-p5400'], { COEXIST_PORT_BASE: '5400' }, 'ports', { kind: 'block', base: 5400 }],
  [['--port', '0'], { COEXIST_PORT: '0' }, 'ports', { kind: 'ephemeral' }],
  [['--data-dir', 'lab'], { COEXIST_DATA_DIR: 'lab' }, 'dataDir', join(workingDir, 'lab')],
  [['--persist'], { COEXIST_PERSIST: '1' }, 'persistDir', join(workingDir, '.coexist', 'store')],
  [['--persist', '--seed', '1'], { COEXIST_PERSIST: 'true' }, 'persistDir', join(workingDir, '.coexist', 'store')],
  [['--persist', 'kept'], { COEXIST_PERSIST: 'kept' }, 'persistDir', join(workingDir, 'kept')],
  [['--persist=kept'], { COEXIST_PERSIST: 'kept' }, 'persistDir', join(workingDir, 'kept')],
  [['--import', 'state'], { COEXIST_IMPORT: 'state' }, 'importDir', join(workingDir, 'state')],
  [['--export-on-exit', 'state'], { COEXIST_EXPORT_ON_EXIT: 'state' }, 'exportDir', join(workingDir, 'state')],
  [
    ['--export-on-exit', '--import', 'state'],
    { COEXIST_EXPORT_ON_EXIT: '1', COEXIST_IMPORT: 'state' },
    'exportDir',
    join(workingDir, 'state'),
  ],
  [['--import', 'state'], { COEXIST_EXPORT_ON_EXIT: '0', COEXIST_IMPORT: 'state' }, 'exportDir', null],
  [['--trace', 'retain-on-failure'], { COEXIST_TRACE: 'retain-on-failure' }, 'trace', 'retain-on-failure'],
  [['--no-proxy'], { COEXIST_PROXY: '0' }, 'proxy', false],
  [['--proxy'], { COEXIST_PROXY: 'true' }, 'proxy', true],
  [['--no-dns'], { COEXIST_DNS: '0' }, 'dns', false],
  [['--dns'], { COEXIST_DNS: 'true' }, 'dns', true],
  [['--real-names'], { COEXIST_REAL_NAMES: '1' }, 'realNames', true],
  [['-d'], { COEXIST_DETACH: '1' }, 'detach', true],
  [['--wait', '2m'], { COEXIST_WAIT: '2m' }, 'waitMs', 120_000],
  [['-o', 'json'], { COEXIST_LOG_FORMAT: 'json' }, 'log', { level: 'info', format: 'json', colors: false }],
  [['--json'], { COEXIST_LOG_FORMAT: 'json' }, 'log', { level: 'info', format: 'json', colors: false }],
  [['--output', 'text'], { COEXIST_LOG_FORMAT: 'pretty' }, 'log', { level: 'info', format: 'pretty', colors: false }],
  [['-q'], { COEXIST_LOG_LEVEL: 'error' }, 'log', { level: 'error', format: 'json', colors: false }],
  [['-v'], { COEXIST_LOG_LEVEL: 'debug' }, 'log', { level: 'debug', format: 'json', colors: false }],
  [['-vv'], { COEXIST_LOG_LEVEL: 'trace' }, 'log', { level: 'trace', format: 'json', colors: false }],
];

test.each(settings)('%j and %j', (argv, environment, member, value) => {
  expect(read(argv)[member]).toEqual(value);
  expect(read([], environment)[member]).toEqual(value);
});

test('every flag is tried above', () => {
  const tried = settings.flatMap(([argv]) => argv).join(' ');
  const untried = Object.entries(flags).filter(
    ([name, flag]) => !tried.includes(`--${name}`) && !('short' in flag && tried.includes(`-${flag.short}`)),
  );
  expect(untried.map(([name]) => name)).toEqual([]);
});

test('a flag overrules a variable, and each value knows where it came from', () => {
  const config = read(['--seed', '1', '--port-base', '5000'], {
    COEXIST_SEED: '2',
    COEXIST_ERA: '2016',
    COEXIST_PORT: '0',
    COEXIST_HOST: '',
  });
  expect(config).toMatchObject({ seed: '1', era: '2016', ports: { kind: 'block', base: 5000 } });
  expect(config.origins).toMatchObject({
    seed: '--seed',
    era: 'COEXIST_ERA',
    host: 'default',
    'port-base': '--port-base',
    port: 'COEXIST_PORT',
  });
  expect(read(['--port', '0'], { COEXIST_PORT_BASE: '5000' }).ports).toEqual({ kind: 'ephemeral' });
  expect(read(['--no-proxy', '--proxy', '--seed=1', '--seed=2'])).toMatchObject({ proxy: true, seed: '2' });
});

test('a world file in the working folder is taken, one that is named is found from there', () => {
  const surroundings = { ...quiet, workingDir: mkdtempSync(join(workingDir, 'world-')) };
  const path = join(surroundings.workingDir, 'coexist.world.yaml');
  writeFileSync(path, 'version: 1\n');
  expect(read([], {}, surroundings)).toMatchObject({ world: { kind: 'file', path }, origins: { world: 'coexist.world.yaml' } });
  expect(read(['-c', './coexist.world.yaml'], {}, surroundings).world).toEqual({ kind: 'file', path });
  expect(read(['-c', 'contoso-hybrid'], {}, surroundings).world).toEqual({ kind: 'named', name: 'contoso-hybrid' });
  const inline = { COEXIST_CONFIG_JSON: '{"version":1}' };
  expect(read([], inline, surroundings).world).toEqual({ kind: 'text', name: 'COEXIST_CONFIG_JSON', text: '{"version":1}' });
  expect(read(['-c', path], inline, surroundings).world).toEqual({ kind: 'file', path });
});

describe('colours and format follow the terminal', () => {
  const terminal = { ...quiet, terminal: true };
  test.each([
    [{}, terminal, { format: 'pretty', colors: true }],
    [{ NO_COLOR: '1' }, terminal, { format: 'pretty', colors: false }],
    [{ NO_COLOR: '' }, terminal, { format: 'pretty', colors: true }],
    [{ CI: 'true' }, terminal, { format: 'pretty', colors: false }],
    [{ TERM: 'dumb' }, terminal, { format: 'pretty', colors: false }],
    [{ COEXIST_LOG_FORMAT: 'json' }, terminal, { format: 'json', colors: false }],
    [{ COEXIST_LOG_FORMAT: 'pretty' }, quiet, { format: 'pretty', colors: false }],
  ])('%j %j', (environment, surroundings, log) => {
    expect(read([], environment, surroundings).log).toMatchObject(log);
  });
});

test.each<readonly [readonly string[], NodeJS.ProcessEnv, RegExp]>([
  [['--prot-base', '1'], {}, /unknown flag --prot-base \(did you mean "--port-base"\?\)/],
  [['--open'], {}, /unknown flag --open/],
  [['--strict'], {}, /unknown flag --strict/],
  [['--import'], {}, /--import needs a value: --import <dir>/],
  [['--export-on-exit'], {}, /--export-on-exit needs a folder, --export-on-exit=<dir>, because there is no --import/],
  [[], { COEXIST_EXPORT_ON_EXIT: 'true' }, /COEXIST_EXPORT_ON_EXIT needs a folder, COEXIST_EXPORT_ON_EXIT=<dir>/],
  [['--export-on-exit=on', '--no-export-on-exit'], {}, /unknown flag --no-export-on-exit/],
  [['--no-seed'], {}, /unknown flag --no-seed/],
  [['-x'], {}, /unknown flag -x/],
  [['up'], {}, /unexpected argument "up"/],
  [['--', 'x'], {}, /unexpected argument "--"/],
  [['--seed'], {}, /--seed needs a value: --seed <text>/],
  [['--seed', '--proxy'], {}, /--seed needs a value/],
  [['--seed='], {}, /--seed needs a value/],
  [['--proxy=1'], {}, /--proxy takes no value/],
  [['--only', 'ews,mrsproxi'], {}, /--only: "mrsproxi" is none of frontend,/],
  [['--only', ''], {}, /--only needs a value/],
  [['--era', '2019-01'], {}, /--era: "2019-01" is none of/],
  [['--clock', 'frozen@yesterday'], {}, /--clock: "frozen@yesterday" is none of real, offset/],
  [['--clock', 'frozen@2026-02-30T00:00Z'], {}, /--clock/],
  [['--clock', 'offset:99999999d'], {}, /--clock/],
  [['--host', 'a b'], {}, /--host: "a b" is not an address/],
  [['--well-known-ports', '--port', '0'], {}, /--well-known-ports and --port 0 exclude each other/],
  [['--advertise', '0.0.0.0'], {}, /--advertise: "0.0.0.0" is not an address that others can reach/],
  [['--organizations', 'contoso,'], {}, /--organizations: "contoso," is no list of organisations/],
  [['--port', '443'], {}, /--port: only 0 is accepted/],
  [['--port', '0', '--port-base', '4400'], {}, /--port and --port-base exclude each other/],
  [['--port-base', '65437'], {}, /--port-base: "65437" is not a port from 1 to 65436/],
  [['--port-base', '0'], {}, /is not a port/],
  [['--wait', 'soon'], {}, /--wait: "soon" is not a duration/],
  [['--wait', '-5s'], {}, /--wait needs a value/],
  [['--trace', 'yes'], {}, /--trace: "yes" is none of off, on/],
  [['--output', 'pretty'], {}, /--output: "pretty" is none of text, json/],
  [['-q', '-v'], {}, /exclude each other/],
  [['-c', './absent.yaml'], {}, /-c: there is no file \.\/absent\.yaml/],
  [[], { COEXIST_REAL_NAMES: 'yes' }, /COEXIST_REAL_NAMES: "yes" is none of 0, 1, true, false/],
  [[], { COEXIST_PROXY: 'yes' }, /COEXIST_PROXY: "yes" is none of 0, 1, true, false/],
  [[], { COEXIST_PORT: '0', COEXIST_PORT_BASE: '4400' }, /exclude each other/],
  [[], { COEXIST_CONFIG: 'a', COEXIST_CONFIG_JSON: '{}' }, /both set/],
  [[], { COEXIST_LOG_LEVEL: 'loud' }, /COEXIST_LOG_LEVEL: "loud" is none of trace,/],
  [[], { COEXIST_PROT_BASE: '1' }, /COEXIST_PROT_BASE is not a variable of coexist; did you mean COEXIST_PORT_BASE\?/],
  [[], { COEXIST_ALLOW_EGRESS: '1' }, /nothing is ever forwarded/],
  [[], { COEXIST_CA_KEY: '/x' }, /COEXIST_CA_KEY is not supported/],
  [[], { COEXIST_ADMIN_TOKEN: 'short' }, /a token has 8 to 512/],
])('%j %j is refused', (argv, environment, message) => {
  expect(() => read(argv, environment)).toThrow(UsageError);
  expect(() => read(argv, environment)).toThrow(message);
});

test('variables that coexist gives to clients, and those of others, do not matter', () => {
  const environment = {
    COEXIST_EWS_URL_CONTOSO: 'x',
    COEXIST_TENANT_ID: 'x',
    COEXIST_CLIENT_SECRET: 'x',
    COEXIST_SMTP_CONTOSO: 'x',
    COEXIST_ALLOW_EGRESS: '0',
    COEXISTENCE: '1',
  };
  expect(read([], environment).seed).toBeNull();
});

test('a client is told where the lab is', () => {
  expect(readClientConfig({}, quiet)).toEqual({
    adminUrl: null,
    adminToken: null,
    dataDir: join(workingDir, '.coexist'),
    colors: false,
    terminal: false,
  });
  expect(
    readClientConfig({ COEXIST_ADMIN_URL: 'http://127.0.0.1:4460', COEXIST_ADMIN_TOKEN: 'long-enough', COEXIST_DATA_DIR: '/lab' }, quiet),
  ).toMatchObject({
    ...{ adminUrl: 'http://127.0.0.1:4460', adminToken: 'long-enough', dataDir: '/lab' },
  });
});

test.each([
  [
    ['-d', '--seed', '1'],
    ['--seed', '1'],
  ],
  [
    ['--detach', '-qd', '-dv', '-pd', '-vv'],
    ['-q', '-v', '-pd', '-vv'],
  ],
])('%j without detaching', (argv, expected) => {
  expect(withoutDetach(argv)).toEqual(expected);
});

describe('a secret in a file', () => {
  const file = (content: string): string => {
    const path = join(workingDir, `secret-${content.length}`);
    writeFileSync(path, content);
    return path;
  };

  test('is read without the line end, by the lab and by its clients', () => {
    const environment = {
      COEXIST_PERSIST_FILE: file('postgres://coexist:geheim@db/coexist\n'),
      COEXIST_ADMIN_TOKEN_FILE: file('a-token-of-length\r\n'),
    };
    const { persistDir, adminToken, origins } = read([], environment);
    expect([persistDir, adminToken]).toEqual(['postgres://coexist:geheim@db/coexist', 'a-token-of-length']);
    expect(origins).toMatchObject({ persist: 'COEXIST_PERSIST_FILE', 'admin-token': 'COEXIST_ADMIN_TOKEN_FILE' });
    expect(readClientConfig(environment, quiet).adminToken).toBe('a-token-of-length');
    // A flag overrules it, as it overrules the variable.
    expect(read(['--persist', 'store'], environment).persistDir).toBe(join(workingDir, 'store'));
  });

  test.each([
    [{ COEXIST_PERSIST_FILE: join(workingDir, 'absent') }, /COEXIST_PERSIST_FILE: .*absent cannot be read \(ENOENT\)/],
    [{ COEXIST_PERSIST_FILE: file('x'), COEXIST_PERSIST: 'y' }, /COEXIST_PERSIST and COEXIST_PERSIST_FILE are both set/],
    [{ COEXIST_PERSIST_FILE: file('\n') }, /is empty/],
    [{ COEXIST_ADMIN_TOKEN_FILE: file('x'.repeat(20_000)) }, /more than 16384 octets/],
    [{ COEXIST_ADMIN_TOKEN_FILE: file('short\n') }, /COEXIST_ADMIN_TOKEN_FILE: a token has 8 to 512/],
  ])('%j is refused', (environment, message) => {
    expect(() => read([], environment)).toThrow(UsageError);
    expect(() => read([], environment)).toThrow(message);
  });
});
