import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { writeEndpoints } from '../../../services/admin/endpoints.ts';
import type { RunningLab } from '../../../services/cli/context.ts';
import { isAlive } from '../../../services/cli/locate.ts';
import type { Config } from '../../../services/config.ts';
import { allocator, nodeFlags } from '../../../services/heap.ts';
import { absentPid, startFakeLab } from '../../wire/admin/lab.ts';
import { type Outcome, surround } from './surrounding.ts';

const here = surround();
const settings = Object.entries(allocator).map(([name, value]) => `${name}=${value}`);

describe('without a lab', () => {
  const environment = {};
  const file = (): string => join(here.workingDir, '.coexist', 'endpoints.json');

  test.each([[['status']], [['env']], [['logs']], [['clock', 'now']], [['trace', 'ls']], [['ready']]])('%j says so', async (argv) => {
    expect(await here.coexist(argv, { environment })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('no lab is running'),
    });
  });

  test('down has nothing to do; what a killed lab left behind goes', async () => {
    expect(await here.coexist(['down'], { environment })).toEqual({ code: 0, out: 'no lab is running\n', err: '' });
    writeEndpoints(file(), here.lab.endpoints());
    expect(await here.coexist(['status'], { environment })).toMatchObject({
      code: 1,
      err: expect.stringContaining(`process ${absentPid}, has ended`),
    });
    expect(await here.coexist(['down', '--json'], { environment })).toEqual({ code: 0, out: '{"stopped":null}\n', err: '' });
    expect(existsSync(file())).toBe(false);
  });

  test('ready waits for one to be started, and no longer than told', async () => {
    expect(await here.coexist(['ready', '--wait', '1ms'], { environment })).toMatchObject({ code: 4 });
    await here.lab.close();
    here.lab = await startFakeLab({ pid: process.pid });
    const waiting = here.coexist(['ready', '--wait', '1m'], { environment });
    setImmediate(() => writeEndpoints(file(), here.lab.endpoints()));
    expect(await waiting).toMatchObject({ code: 0 });
  });

  test('an address where nobody answers, or somebody else', async () => {
    await here.lab.close();
    expect(await here.coexist(['status', '--admin-url', here.lab.url])).toEqual({
      code: 1,
      out: '',
      err: `coexist: no lab answers at ${here.lab.url}\n`,
    });
  });

  test('a file that is no endpoints.json', async () => {
    writeEndpoints(file(), here.lab.endpoints());
    for (const text of ['', '[]', '{"pid":"1"}', 'null']) {
      writeFileSync(file(), text);
      expect(await here.coexist(['status'], { environment })).toMatchObject({
        code: 2,
        err: expect.stringContaining('does not describe a lab'),
      });
    }
  });
});

describe('up', () => {
  test('in the foreground starts a lab with its configuration and leaves the process to it', async () => {
    const configs: Config[] = [];
    const listeners = ['SIGINT', 'SIGTERM'].map((signal) => [signal, process.listeners(signal as NodeJS.Signals)] as const);
    const start = async (config: Config): Promise<RunningLab> => {
      configs.push(config);
      return { endpoints: here.lab.endpoints(), close: () => here.lab.close(), closed: new Promise(() => {}) };
    };
    const { code, out, err } = await here.coexist(['up', '-p', '5400', '--json'], { start, environment: {} });
    expect([code, err]).toEqual([undefined, '']);
    expect(out).toMatch(/^\{"event":"ready","ms":\d+,"admin":"http:\/\/127\.0\.0\.1:\d+",.*\}\n$/);
    expect(configs).toMatchObject([{ ports: { kind: 'block', base: 5400 }, log: { format: 'json' }, output: 'standard', announce: true }]);
    for (const [signal, before] of listeners) {
      for (const listener of process.listeners(signal as NodeJS.Signals)) if (!before.includes(listener)) process.off(signal, listener);
    }
  });

  test.each([
    [
      Object.assign(new Error('listen'), { code: 'EADDRINUSE', port: 4443, address: '127.0.0.1' }),
      3,
      /port 4443 on 127\.0\.0\.1 is in use/,
    ],
    [Object.assign(new Error('port 4460 of 127.0.0.1, wanted for control, is in use'), { name: 'PortError' }), 3, /port 4460 of/],
    [Object.assign(new Error('mkdir'), { code: 'EACCES', path: '/lab' }), 3, /no permission for \/lab/],
    [new Error('broken'), 1, /broken/],
  ])('%s', async (error, code, message) => {
    const outcome = await here.coexist(['up'], { start: () => Promise.reject(error), environment: {} });
    expect(outcome).toMatchObject({ code, err: expect.stringMatching(message) });
  });

  test.each(['package.json', 'services/cli/launch.mjs', 'docker/Dockerfile'])('%s gives Node what `up` gives it', (path) => {
    const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
    for (const flag of nodeFlags) expect(text).toContain(flag);
    if (path !== 'package.json') for (const setting of settings) expect(text.replaceAll(/: '(\w+)'/g, '=$1')).toContain(setting);
  });

  test('detached: ready when it returns, found by the other verbs, ended by down', async () => {
    const environment = { PATH: process.env['PATH'], NODE_V8_COVERAGE: '' };
    const { code, out, err } = await here.coexist(['up', '-qd', '--wait', '20s'], { environment });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^\{"event":"ready","ms":\d+,"admin":"http:\/\/127\.0\.0\.1:\d+",/);
    const { pid } = JSON.parse(out) as { pid: number };
    if (process.platform === 'linux') {
      const about = (what: string): readonly string[] => readFileSync(`/proc/${pid}/${what}`, 'utf8').split('\0');
      expect(about('cmdline')).toEqual(expect.arrayContaining([...nodeFlags]));
      expect(about('environ')).toEqual(expect.arrayContaining(settings));
    }
    expect(await here.coexist(['ready'], { environment })).toMatchObject({ code: 0 });
    expect(JSON.parse((await here.coexist(['status', '--json'], { environment })).out)).toMatchObject({ info: { pid } });
    expect(readFileSync(join(here.workingDir, '.coexist', 'coexist.log'), 'utf8')).toBe(
      '{"level":"error","format":"json","colors":false}\n',
    );
    expect(await here.coexist(['down'], { environment })).toEqual({ code: 0, out: `ended process ${pid}\n`, err: '' });
    expect(isAlive(pid)).toBe(false);
  });

  test('detached: what keeps it from starting is told, with its exit code', async () => {
    const environment = { PATH: process.env['PATH'] };
    expect(await here.coexist(['up', '--detach', '--seed', 'fails'], { environment })).toMatchObject({
      code: 3,
      err: expect.stringContaining('port 4460 of 127.0.0.1, wanted for control, is in use'),
    });
  });

  test('detached: one that is not ready in time is ended', async () => {
    const environment = { PATH: process.env['PATH'] };
    const { code, err } = await here.coexist(['up', '--detach', '--seed', 'hangs', '--wait', '300ms'], { environment });
    expect(err).toContain('was not ready after 300 ms');
    expect(code).toBe(4);
  });
});

describe('exec', () => {
  const script = 'console.log(JSON.stringify(process.env)); process.exit(7)';

  async function run(argv: readonly string[], environment: NodeJS.ProcessEnv = {}, signal?: NodeJS.Signals): Promise<Outcome> {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./fake-coexist.ts')), ...argv], {
      cwd: here.workingDir,
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (signal !== undefined) child.kill(signal);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const [code] = (await once(child, 'close')) as [number];
    return { code, out, err };
  }

  test('gives the command a lab, and its own code back', async () => {
    const { code, out, err } = await run(['exec', '--clock', 'real', '--', process.execPath, '-e', script, '--', '--json']);
    expect([code, err]).toEqual([7, '']);
    expect(JSON.parse(out)).toMatchObject({
      COEXIST_EWS_URL_CONTOSO: 'https://localhost:4443/EWS/Exchange.asmx',
      NODE_EXTRA_CA_CERTS: '/lab/ca.pem',
    });
  });

  test('uses the lab that COEXIST_ADMIN_URL names', async () => {
    const { code, out } = await run(['exec', '--', process.execPath, '-e', script], { COEXIST_ADMIN_URL: here.lab.url });
    expect(code).toBe(7);
    expect(JSON.parse(out)).toMatchObject({
      COEXIST_ADMIN_URL: here.lab.url,
      SSL_CERT_FILE: join(here.workingDir, '.coexist', 'fetched-ca.pem'),
    });
  });

  test.each([
    ['SIGTERM', "process.on('SIGTERM', () => process.exit(9)); console.log('up'); setInterval(() => {}, 1e6)", 9],
    ['SIGTERM', "console.log('up'); setInterval(() => {}, 1e6)", 143],
    ['SIGINT', "console.log('up'); setInterval(() => {}, 1e6)", 130],
  ] as const)('%s reaches the command: %s', async (signal, program, expected) => {
    expect(await run(['exec', '--', process.execPath, '-e', program], {}, signal)).toMatchObject({ code: expected });
  });

  test('a command that is not there', async () => {
    expect(await run(['exec', '--', 'no-such-command'])).toMatchObject({ code: 127, err: expect.stringContaining('no-such-command') });
  });

  test('starts beside a lab of the same folder: its own ports, endpoints and standard output', async () => {
    const configs: Config[] = [];
    const start = async (config: Config): Promise<RunningLab> => {
      configs.push(config);
      return { endpoints: here.lab.endpoints(), close: async () => undefined, closed: Promise.resolve() };
    };
    const environment = { PATH: process.env['PATH'] };
    expect(await here.coexist(['exec', '--', process.execPath, '-e', ''], { start, environment })).toMatchObject({ code: 0 });
    expect(await here.coexist(['exec', '-v', '-p', '5400', '--', process.execPath, '-e', ''], { start, environment })).toMatchObject({
      code: 0,
    });
    const endpointsFile = join(here.workingDir, '.coexist', `exec-${process.pid}`, 'endpoints.json');
    expect(configs).toMatchObject([
      { ports: { kind: 'ephemeral' }, log: { level: 'error' }, output: 'error', announce: false, endpointsFile },
      { ports: { kind: 'block', base: 5400 }, log: { level: 'debug' }, output: 'error', endpointsFile },
    ]);
    expect(existsSync(endpointsFile)).toBe(false);
  });
});
