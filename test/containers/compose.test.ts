import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inspectWorld } from '../../services/world-source.ts';
import { worldHosts } from '../../shared/domain/organization/world-hosts.ts';
import { type Composed, composeUp } from './composed.ts';
import { baseImage, docker, image } from './engine.ts';

let lab: Composed;

beforeAll(async () => {
  lab = await composeUp('compose.yaml', { COEXIST_IMAGE: image, BASE: baseImage });
});
afterAll(async () => {
  await lab?.down();
});

/** The aliases that a file gives. */
function aliasesIn(name: string): readonly string[] {
  const text = readFileSync(new URL(`../../docker/${name}`, import.meta.url), 'utf8');
  const { services } = parse(text, { merge: true }) as { services: Record<string, { networks?: unknown }> };
  const networks = Object.values(services).map((service) => service.networks as { coexist?: { aliases?: string[] } } | undefined);
  return networks.flatMap((network) => network?.coexist?.aliases ?? []);
}

test.each(['compose.yaml', 'compose.distributed.yaml'])('every name of the world is an alias in %s once, and no other', async (name) => {
  const { world } = await inspectWorld({ kind: 'named', name: 'contoso-hybrid' }, () => []);
  expect(aliasesIn(name).toSorted()).toEqual([...worldHosts(world)].sort());
});

test('what the shell of the caller says of a lab of his own has no part in this', () => {
  expect(Object.keys(process.env).filter((name) => /^COEXIST_(?!TEST_)/.test(name))).toEqual([]);
});

test('another container reaches the names at the ports that belong to them, and trusts what is on the volume', async () => {
  const script = `
    const names = ['mail.contoso.test', 'outlook.office365.com', 'login.microsoftonline.com', 'autodiscover.fabrikam.test'];
    for (const name of names) console.log(name, (await fetch('https://' + name + '/', { redirect: 'manual' })).headers.get('x-coexist') !== null);
    console.log((await fetch('http://autodiscover.contoso.mail.onmicrosoft.test/autodiscover/autodiscover.xml', { redirect: 'manual' })).headers.get('location'));
  `;
  const said = await docker(
    ...['run', '--rm', '--network', `${lab.project}_coexist`, '--volume', `${lab.project}_data:/lab:ro`],
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
  const told = await lab.compose('exec', '-T', 'coexist', 'coexist', 'status');
  expect(told).toContain('contoso-hybrid');
});
