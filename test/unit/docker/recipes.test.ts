import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../../services/config.ts';
import { inspectWorld } from '../../../services/world-source.ts';
import { worldHosts } from '../../../shared/domain/organization/world-hosts.ts';

const docker = new URL('../../../docker/', import.meta.url);
const exposed = (/^EXPOSE (.*)$/m.exec(readFileSync(new URL('Dockerfile', docker), 'utf8'))?.[1] ?? '').split(' ');

/** A service of a job, whatever the system of CI calls its parts. */
interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly aliases: readonly string[];
}

/** Where each recipe tells of the lab. None of the three systems is at hand: this is a check of what they are told. */
const recipes: readonly (readonly [file: string, service: (recipe: never) => Service])[] = [
  [
    'github-actions.yaml',
    (recipe: { jobs: { tests: { services: { coexist: { env: Service['environment']; ports: string[] } } } } }) => {
      const { env, ports } = recipe.jobs.tests.services.coexist;
      return { environment: env, ports, aliases: [] };
    },
  ],
  [
    'gitlab-ci.yaml',
    ({ tests }: { tests: { services: [{ alias: string; variables: Service['environment'] }] } }) => {
      const [{ alias, variables }] = tests.services;
      return { environment: variables, ports: [], aliases: alias.split(',').filter((name) => name !== 'coexist') };
    },
  ],
  [
    'azure-pipelines.yaml',
    ({ resources }: { resources: { containers: [{ env: Service['environment']; ports: string[] }] } }) => {
      const [{ env, ports }] = resources.containers;
      return { environment: env, ports, aliases: [] };
    },
  ],
];

test.each(recipes)('%s: its variables are understood, its ports are the image’s, its names the world’s', async (file, serviceOf) => {
  // What the system puts in: a number.
  const told = readFileSync(new URL(`recipes/${file}`, docker), 'utf8').replaceAll(/\$\{\{.*?\}\}/g, '1');
  const { environment, ports, aliases } = serviceOf(parse(told) as never);
  const { adminHost, adminToken } = readConfig([], environment, { workingDir: '/var/lib/coexist', terminal: false });
  expect([adminHost, adminToken?.length]).toEqual(['0.0.0.0', environment['COEXIST_ADMIN_TOKEN']?.length]);
  for (const pair of ports) {
    const [outside, inside = ''] = pair.split(':');
    // The lab is told no port afterwards.
    expect([outside, exposed.includes(inside)]).toEqual([inside, true]);
  }
  const { world } = await inspectWorld({ kind: 'named', name: 'contoso-hybrid' }, () => []);
  for (const alias of aliases) expect(worldHosts(world)).toContain(alias);
  expect(ports.length + aliases.length).toBeGreaterThan(5);
});
