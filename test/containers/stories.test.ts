import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { play } from '../../services/runner/play.ts';
import { worldOf } from '../../services/runner/tellings.ts';
import { inspectWorld } from '../../services/world-source.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { StoryWorld } from '../../shared/scenario/story.ts';
import { storiesInContainers } from '../support/stories-in-containers.ts';
import { canBeTold } from '../support/story-needs.ts';
import { type Composed, composeUp, withoutOthers } from './composed.ts';
import { baseImage, docker, image, postgresImage } from './engine.ts';

const token = 'of-this-test-alone';
/** The file of docker/ in which the stories are told, and the service in it that has the control port. */
const places = { 'compose.distributed.yaml': 'admin', 'compose.yaml': 'coexist' } as const;
const given = process.env['COEXIST_TEST_COMPOSE'] ?? 'compose.distributed.yaml';
const file = present(
  Object.keys(places).find((one): one is keyof typeof places => one === given),
  `${given} among ${Object.keys(places).join(', ')}`,
);
const control = places[file];
/** What a story may take beside thirteen containers on two processors: each of its steps is known to all of them before the next begins. */
const storyMs = 120_000;

/** It, with a world. */
async function upWith(world: StoryWorld): Promise<Composed> {
  const told = 'name' in world ? { COEXIST_CONFIG: world.name } : { COEXIST_CONFIG: '', COEXIST_CONFIG_JSON: world.text };
  const source =
    'name' in world ? ({ kind: 'named', name: world.name } as const) : ({ kind: 'text', name: 'the world', text: world.text } as const);
  const { organizations } = (await inspectWorld(source, () => [])).world;
  const environment = {
    ...told,
    COEXIST_IMAGE: image,
    POSTGRES_IMAGE: postgresImage,
    POSTGRES_PASSWORD: token,
    COEXIST_ADMIN_HOST: '0.0.0.0',
    COEXIST_ADMIN_TOKEN: token,
    // Content is as old as a story that begins then thinks it is.
    COEXIST_CLOCK: 'frozen@2026-11-02T08:00:00Z',
    // Programs of stories that listen are on the machine of the engine, which has the first address of the network.
    COEXIST_NEIGHBOURS: '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16',
  };
  const names = organizations.map(({ name }) => name);
  return composeUp(file, environment, withoutOthers(file, names));
}

const told = storiesInContainers();
const worlds = Map.groupBy(present(told.get('from the machine of the engine'), 'stories'), worldOf);

describe.each([...worlds].map(([, stories], index) => ({ stories, index })))('world $index', ({ stories }) => {
  const [first] = stories;
  const { world } = present(first, 'a story');
  let lab: Composed;
  let adminUrl: string;
  let folder: string;
  beforeAll(async () => {
    lab = await upWith(world);
    adminUrl = `http://${await lab.address(control)}:4460`;
    folder = await mkdtemp(join(tmpdir(), 'coexist-stories-'));
    await writeFile(join(folder, 'ca.pem'), await lab.compose('exec', '-T', control, 'cat', '/var/lib/coexist/certificates/ca.pem'));
  }, 900_000);
  afterAll(async () => {
    await lab?.down();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }, 120_000);

  for (const story of stories)
    for (const era of story.eras.length === 0 ? [null] : story.eras)
      test.skipIf(!canBeTold(story.tags))(
        `${story.id}${era === null ? '' : ` ${era}`}`,
        async () => {
          const telling = { era, seed: 'test', environment: process.env, caFile: join(folder, 'ca.pem') };
          const { mismatches, explanations } = await play({ ...story, timeoutMs: storyMs }, { adminUrl, adminToken: token }, telling);
          const unmet = mismatches.map(({ line, what, expected, actual }) => ({ at: `${story.file}:${line}`, what, expected, actual }));
          expect(unmet.length === 0 ? [] : [...unmet, ...explanations]).toEqual([]);
        },
        storyMs + 10_000,
      );

  const inside = (told.get('from a container of the network') ?? []).filter((story) => worldOf(story) === worldOf({ world }));
  if (inside.length === 0) return;
  test(
    'the command line tells the others from a container of the network, by the name of the control port',
    async () => {
      const root = new URL('../..', import.meta.url).pathname;
      const said = await docker(
        ...['run', '--rm', '--network', `${lab.project}_coexist`, '--volume', `${root}:/src:ro`, '--workdir', '/tmp'],
        ...['--env', `COEXIST_ADMIN_TOKEN=${token}`, baseImage, 'node', '/src/services/cli/coexist.ts', 'run'],
        ...['--against', `http://${control}:4460`, ...inside.map(({ file }) => file.replace(root, '/src/'))],
      );
      expect(said.split('\n').at(-1)).toBe(`${inside.length} passed, 0 failed`);
    },
    storyMs,
  );
});
