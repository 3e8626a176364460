import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inspectWorld } from '../../services/world-source.ts';
import { worldHosts } from '../../shared/domain/organization/world-hosts.ts';
import { baseImage, docker, healthy, image } from './engine.ts';

const run = promisify(execFile);
const file = new URL('../../docker/compose.yaml', import.meta.url).pathname;
const project = `coexist-${randomBytes(4).toString('hex')}`;
// Every published port is the engine's choice.
const ports = ['ONPREMISES', 'CLOUD', 'AUTH', 'PARTNER', 'PROXY', 'ADMIN'].map((name) => [`COEXIST_PORT_${name}`, '0'] as const);
const env = { ...process.env, COEXIST_IMAGE: image, BASE: baseImage, ...Object.fromEntries(ports) };

/** `docker-compose` of either generation. */
async function compose(...words: readonly string[]): Promise<string> {
  const asked = ['--file', file, '--project-name', project, ...words];
  const isPlugin = await run('docker', ['compose', 'version']).then(
    () => true,
    () => false,
  );
  const { stdout } = isPlugin ? await run('docker', ['compose', ...asked], { env }) : await run('docker-compose', asked, { env });
  return stdout.trim();
}

beforeAll(async () => {
  await compose('up', '--detach', '--no-build');
  await healthy(await compose('ps', '--quiet', 'coexist'));
});
afterAll(async () => {
  await compose('down', '--volumes', '--timeout', '5');
});

test('the container has every name of the world as an alias, and no other', async () => {
  const { services } = parse(readFileSync(file, 'utf8')) as { services: { coexist: { networks: { coexist: { aliases: string[] } } } } };
  const { world } = await inspectWorld({ kind: 'named', name: 'contoso-hybrid' }, () => []);
  expect(services.coexist.networks.coexist.aliases.toSorted()).toEqual([...worldHosts(world)].sort());
});

test('another container reaches the names at the ports that belong to them, and trusts what is on the volume', async () => {
  const script = `
    const names = ['mail.contoso.test', 'outlook.office365.com', 'login.microsoftonline.com', 'autodiscover.fabrikam.test'];
    for (const name of names) console.log(name, (await fetch('https://' + name + '/', { redirect: 'manual' })).headers.get('x-coexist') !== null);
    console.log((await fetch('http://autodiscover.contoso.mail.onmicrosoft.test/autodiscover/autodiscover.xml', { redirect: 'manual' })).headers.get('location'));
  `;
  const said = await docker(
    ...['run', '--rm', '--network', `${project}_coexist`, '--volume', `${project}_data:/lab:ro`],
    ...['--env', 'NODE_EXTRA_CA_CERTS=/lab/certificates/ca.pem', baseImage, 'node', '--input-type=module', '--eval', script],
  );
  expect(said.split('\n')).toEqual([
    'mail.contoso.test true',
    'outlook.office365.com true',
    'login.microsoftonline.com true',
    'autodiscover.fabrikam.test true',
    'https://autodiscover-s.outlook.test/autodiscover/autodiscover.xml',
  ]);
});

test('the control port answers inside, to the command line', async () => {
  const told = await compose('exec', '-T', 'coexist', 'coexist', 'status');
  expect(told).toContain('contoso-hybrid');
});
