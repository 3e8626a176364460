import { afterAll, beforeAll, expect, test } from 'vitest';
import { baseImage, docker, everythingTold, healthy, image, inspect } from './engine.ts';

interface Inspected {
  readonly Size: number;
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[];
    readonly ExposedPorts: Readonly<Record<string, object>>;
    readonly Volumes: Readonly<Record<string, object>>;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
}

const megabyte = 1_000_000;
const hard = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
const containers: string[] = [];
let lab: string;

beforeAll(async () => {
  lab = await begin();
  await healthy(lab);
});
afterAll(async () => {
  if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
});

/** A container as strangers would let it run: nothing may be written but the volume, and no right is left. */
async function begin(...flags: readonly string[]): Promise<string> {
  const id = await docker('run', '--detach', ...hard, ...flags, image);
  containers.push(id);
  return id;
}

/** A command in a new container of the image, as root, so that nothing hides. */
const look = (...command: readonly string[]): Promise<string> =>
  docker('run', '--rm', '--user', '0', '--entrypoint', command[0] ?? '', image, ...command.slice(1));

test('it adds at most 60 MB to its base', async () => {
  const [whole, base] = [await inspect<Inspected>(image), await inspect<Inspected>(baseImage)];
  const added = (whole.Size - base.Size) / megabyte;
  expect(added).toBeLessThanOrEqual(60);
  expect(added).toBeGreaterThan(5);
});

test('it says what it is, who it runs as and what it opens', async () => {
  const { Config } = await inspect<Inspected>(image);
  expect(Config.User).toBe('1000:1000');
  expect(Config.Healthcheck?.Test).toEqual(['CMD', 'bash', '/opt/coexist/docker/healthy.sh']);
  expect(Object.keys(Config.Volumes)).toEqual(['/var/lib/coexist']);
  expect(Config.Labels).toMatchObject({ 'org.opencontainers.image.title': 'coexist', 'org.opencontainers.image.licenses': 'MIT' });
  expect(Config.Labels['org.opencontainers.image.version']).toMatch(/^\d+\.\d+\.\d+/);
  expect(Object.keys(Config.ExposedPorts).sort()).toEqual(
    ['443', '80', '25', '26', '587', '53', '4460', '4438', '4443', '4444', '4445', '4446', '4427', '4486', '4481']
      .map((port) => `${port}/tcp`)
      .concat('53/udp')
      .sort(),
  );
});

test('nothing in it raises rights, and nobody but root can write beside the volume', async () => {
  expect(await look('find', '/', '-xdev', '-type', 'f', '-perm', '/6000')).toBe('');
  expect(await look('find', '/opt', '/usr/local', '-not', '-user', '0')).toBe('');
  expect(await look('find', '/opt', '/usr/local', '-not', '-type', 'l', '-perm', '/0022')).toBe('');
});

test('no secret is in its files, its variables or its history, and nothing of the build is left', async () => {
  const places = ['/opt', '/var', '/etc', '/root', '/home', '/usr/local'];
  const keys = ['grep', '-rlE', '^-----BEGIN [A-Z ]*PRIVATE KEY-----', ...places];
  // grep ends with 1 where it finds nothing.
  await expect(look(...keys)).rejects.toMatchObject({ code: 1, stdout: '' });
  expect(await look('find', '/var/lib/coexist', '-mindepth', '1')).toBe('');
  expect(
    await look(
      'find',
      '/',
      '-xdev',
      '(',
      '-name',
      'build-ca.pem',
      '-o',
      '-name',
      '.npmrc',
      '-o',
      '-name',
      '.env',
      ')',
      '-path',
      '*coexist*',
    ),
  ).toBe('');
  expect(await look('find', '/opt/coexist', '-name', '*.ts', '-not', '-path', '*/scenarios/*')).toBe('');
  const { Config } = await inspect<Inspected>(image);
  for (const text of [...Config.Env, await docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', image)]) {
    expect(text).not.toMatch(/token|password|secret|BEGIN CERTIFICATE/i);
  }
});

test('it is ready without root, without rights and without a file system to write to', async () => {
  expect(await docker('exec', lab, 'id', '-u')).toBe('1000');
  const status = await docker('exec', lab, 'cat', '/proc/1/status');
  expect(/^CapEff:\s*(\w+)$/m.exec(status)?.[1]).toBe('0000000000000000');
  expect(/^NoNewPrivs:\s*(\d)$/m.exec(status)?.[1]).toBe('1');
  await expect(docker('exec', lab, 'touch', '/opt/coexist/x')).rejects.toThrow('Read-only file system');
  // The volume holds what was made at the start, for its owner only.
  expect(await docker('exec', lab, 'stat', '-c', '%a %u', '/var/lib/coexist')).toBe('700 1000');
  expect(await docker('exec', lab, 'stat', '-c', '%a', '/var/lib/coexist/certificates/ca-key.pem')).toBe('600');
});

test('only declared ports listen to others, and the control port to nobody', async () => {
  const listening = (await Promise.all(['tcp', 'tcp6'].map((table) => docker('exec', lab, 'cat', `/proc/net/${table}`))))
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    // State 0A is LISTEN; addresses are hexadecimal, least octet first.
    .flatMap(([, local = '', , state]) => (state === '0A' ? [local.split(':')] : []))
    .map(([address = '', port = '']) => ({ isOpen: !address.slice(0, 8).endsWith('7F'), port: Number.parseInt(port, 16) }));
  // The engine's own name server sits at 127.0.0.11.
  const open = listening.filter(({ isOpen }) => isOpen).map(({ port }) => `${port}/tcp`);
  const { Config } = await inspect<Inspected>(image);
  expect(open.filter((port) => !(port in Config.ExposedPorts))).toEqual([]);
  expect(open).toEqual(expect.arrayContaining(['443/tcp', '80/tcp', '25/tcp', '587/tcp', '53/tcp']));
  expect(open).not.toContain('4460/tcp');
  expect(listening).toContainEqual({ isOpen: false, port: 4460 });
});

test('where the control port is asked for, it wants its token', async () => {
  const token = 'of-this-test-alone';
  const asked = await begin('--env', 'COEXIST_ADMIN_HOST=0.0.0.0', '--env', `COEXIST_ADMIN_TOKEN=${token}`);
  await healthy(asked);
  const address = await docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', asked);
  const url = `http://${address}:4460/_coexist/info`;
  // The one that does not ask for it has nothing there.
  const closed = await docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', lab);
  await expect(fetch(`http://${closed}:4460/livez`)).rejects.toThrow('fetch failed');
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
});

test('each volume has an authority of its own, which a restart keeps', async () => {
  const ca = (id: string): Promise<string> => docker('exec', id, 'cat', '/var/lib/coexist/certificates/ca.pem');
  const other = await begin();
  await healthy(other);
  const before = await ca(lab);
  expect(await ca(other)).not.toBe(before);
  await docker('restart', lab);
  await healthy(lab);
  expect(await ca(lab)).toBe(before);
});

test('it ends at once and well when it is told to', async () => {
  const ending = await begin('--env', 'NODE_DEBUG_NATIVE=COMPILE_CACHE');
  await healthy(ending);
  await docker('stop', '--time', '10', ending);
  const { State } = await inspect<{ State: { ExitCode: number; OOMKilled: boolean } }>(ending);
  const told = await everythingTold(ending);
  const { ExitCode, OOMKilled } = State;
  expect({ ExitCode, OOMKilled, told: ExitCode === 0 ? '' : told.slice(-4_096) }).toEqual({ ExitCode: 0, OOMKilled: false, told: '' });
  // What it had compiled it would write down before it ends, a file for each module: on a busy disk for longer than an engine waits.
  const times = (outcome: string): number => told.split(outcome).length - 1;
  expect(times(' was accepted, ')).toBeGreaterThan(2_000);
  expect(times(' was not initialized, ')).toBeLessThan(20);
});

test('stories are told inside it', async () => {
  const told = await docker('run', '--rm', ...hard, image, 'run', 'free-busy', '--reporter', 'list', '--workers', '1');
  expect(told).toMatch(/\n\d+ passed, 0 failed$/);
  expect(told).not.toMatch(/\n0 passed/);
});
