import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectStories } from '../../services/runner/collect.ts';
import { play } from '../../services/runner/play.ts';
import { hasExchangelib } from '../support/exchangelib.ts';
import { type Composed, composeUp } from './composed.ts';
import { image, postgresImage } from './engine.ts';

const token = 'of-this-test-alone';
/** What a story takes beside thirteen containers on two processors: each of its steps is known to all of them before the next begins. */
const storyMs = 120_000;

/**
 * One story or two of each kind. Those whose clients get tokens of people are not among them: the control port of a lab in containers tells its
 * client addresses of the authentication service, and of the organisations, that are published on the engine's machine alone.
 */
const told = [
  'clients/curl',
  'clients/exchangelib-refused',
  'clients/exchangelib',
  'dauth/application-uri-of-another',
  'dauth/application-uri-wrong',
  'eras/basic-ends-in-the-cloud',
  'free-busy/device-asks-for-credentials',
  'free-busy/partner-sees-mary',
  'sign-in/autodiscover-follows-a-moved-mailbox',
];

let lab: Composed;
let adminUrl: string;
let folder: string;

beforeAll(async () => {
  lab = await composeUp('compose.distributed.yaml', {
    COEXIST_IMAGE: image,
    POSTGRES_IMAGE: postgresImage,
    POSTGRES_PASSWORD: token,
    COEXIST_ADMIN_TOKEN: token,
    // Content is as old as a story that begins then thinks it is.
    COEXIST_CLOCK: 'frozen@2026-11-02T08:00:00Z',
    COEXIST_PORT_ADMIN: '0',
    COEXIST_PORT_PROXY: '0',
  });
  adminUrl = `http://${await lab.address('admin')}:4460`;
  folder = await mkdtemp(join(tmpdir(), 'coexist-stories-'));
  await writeFile(join(folder, 'ca.pem'), await lab.compose('exec', '-T', 'contoso', 'cat', '/var/lib/coexist/certificates/ca.pem'));
}, 900_000);
afterAll(async () => {
  await lab?.down();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}, 120_000);

const stories = collectStories(
  told.map((id) => `../../scenarios/${id}.yaml`),
  import.meta.dirname,
);

for (const story of stories)
  test.skipIf(story.tags.includes('exchangelib') && !hasExchangelib)(
    `${story.id}`,
    async () => {
      const [era = null] = story.eras;
      const telling = { era, seed: 'test', environment: process.env, caFile: join(folder, 'ca.pem') };
      const { mismatches, explanations } = await play({ ...story, timeoutMs: storyMs }, { adminUrl, adminToken: token }, telling);
      const unmet = mismatches.map(({ line, what, expected, actual }) => ({ at: `${story.file}:${line}`, what, expected, actual }));
      expect(unmet.length === 0 ? [] : [...unmet, ...explanations]).toEqual([]);
    },
    storyMs + 10_000,
  );
