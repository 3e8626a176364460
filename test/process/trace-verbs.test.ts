import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadStory } from '../../services/runner/load.ts';
import { play } from '../../services/runner/play.ts';
import type { TraceDifferences } from '../../shared/journal/trace-diff.ts';
import { coexist, type Ended } from '../support/lab-process.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { askAvailability } from '../wire/ews/ask-availability.ts';

const [mary, joe] = ['mary@contoso.test', 'joe@contoso.test'];

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-22T09:00Z' });
});
afterAll(() => lab.close());

const cli = (...words: readonly string[]): Promise<Ended> =>
  coexist(words, { cwd: lab.dataDir, environment: { COEXIST_ADMIN_URL: lab.endpoints.adminUrl } });

/** The trace of Mary asking for Joe's free/busy. */
async function ask(): Promise<string> {
  const { headers } = await askAvailability(lab, mary, [joe]);
  const traceId = String(headers['x-coexist-trace']);
  // It closes a moment after its answer has arrived.
  await vi.waitFor(async () => expect(await lab.exchanges({ traceId, caller: mary })).not.toEqual([]), 10_000);
  return traceId;
}

async function differences(a: string, b: string): Promise<TraceDifferences> {
  return JSON.parse((await cli('trace', 'diff', a, b, '--json')).out) as TraceDifferences;
}

test('two traces of one question are the same until something is set wrong; then the first difference is told', async () => {
  // The first one fetches tokens and metadata that the later ones have at hand.
  const first = await ask();
  const [before, again] = [await ask(), await ask()];
  const same = await cli('trace', 'diff', before, again);
  expect(same).toMatchObject({ code: 0, out: `${before} and ${again} went the same way\n`, err: '' });
  const spared = await differences(first, before);
  expect(spared.differences[0]).toMatchObject({ part: 'hop', a: expect.stringMatching(/^calls /), b: null });

  lab.faults.add({
    seam: 'soap.response',
    match: { org: 'contoso-cloud', op: 'GetUserAvailability' },
    effect: { kind: 'status', status: 503 },
  });
  const broken = await ask();
  lab.faults.clear();
  const told = await cli('trace', 'diff', before, broken);
  expect(told.code).toBe(1);
  expect(told.out).toMatch(/^first: contoso-cloud\/ews GetUserAvailability: fault\n {2}a -\n {2}b fault-1 \(status\)$/m);
  const { differences: all } = await differences(before, broken);
  expect(all.map(({ hop, part }) => `${hop}: ${part}`)).toEqual(
    expect.arrayContaining(['contoso-cloud/ews GetUserAvailability: status', 'contoso/ews GetUserAvailability: answer body']),
  );

  expect((await cli('trace', 'diff', before, 'ffff')).code).toBe(5);
  expect((await cli('trace', 'diff', before, 'no')).code).toBe(2);
});

test('a trace is told again as a scenario, and passes', async () => {
  const trace = await ask();
  const file = join(lab.dataDir, 'stories/asked.yaml');
  expect(await cli('trace', 'to-scenario', trace, '--out', 'stories/asked')).toMatchObject({ code: 0, out: `wrote ${file}\n`, err: '' });
  const story = loadStory(file);
  expect(story).toMatchObject({
    world: { name: 'contoso-hybrid' },
    clock: '2026-11-22T09:00:00.000Z',
    acts: [{ when: [{ word: 'ews' }] }],
  });
  const hops = story.acts[0]?.expected[0]?.of.hops?.map(({ org, svc }) => `${org} ${svc}`);
  expect(hops).toEqual(expect.arrayContaining(['contoso ews', 'contoso-cloud ews']));
  expect((await play(story, lab.endpoints, { era: story.eras[0] ?? null, seed: 'test' })).mismatches).toEqual([]);

  // What it expects is what was there: where the cloud answers nobody, it fails.
  const broken = readFileSync(file, 'utf8').replace(/^when:$/m, 'given: [{ break: ews-disabled }]\nwhen:');
  writeFileSync(file, broken);
  expect((await play(loadStory(file), lab.endpoints, { era: null, seed: 'test' })).mismatches).not.toEqual([]);
  await lab.reset();

  expect((await cli('trace', 'to-scenario', 'ffff', '--out', 'none.yaml')).code).toBe(5);
  expect((await cli('trace', 'to-scenario', trace)).code).toBe(2);
});

test('an export opens in other programs and holds no secret', async () => {
  const trace = await ask();
  const file = join(lab.dataDir, 'asked.har');
  expect(await cli('trace', 'export', trace, '--format', 'har', '--out', 'asked.har')).toMatchObject({ code: 0, out: `wrote ${file}\n` });
  const text = readFileSync(file, 'utf8');
  const { log } = JSON.parse(text) as { log: { version: string; entries: readonly Record<string, never>[] } };
  expect(log).toMatchObject({ version: '1.2', creator: { name: 'coexist' } });
  for (const entry of log.entries) {
    expect(entry).toMatchObject({
      startedDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      time: expect.any(Number),
      request: {
        method: expect.stringMatching(/^(GET|POST|HEAD|CONNECT)$/),
        url: expect.stringMatching(/^https?:\/\//),
        headers: expect.any(Array),
        queryString: expect.any(Array),
      },
      response: { status: expect.any(Number), content: { size: expect.any(Number), mimeType: expect.any(String) } },
      timings: { send: 0, wait: expect.any(Number), receive: 0 },
    });
  }
  const [asked] = log.entries;
  expect(asked).toMatchObject({
    request: { method: 'POST', url: 'https://mail.contoso.test/EWS/Exchange.asmx', postData: { text: expect.stringContaining(joe) } },
    response: { status: 200, content: { text: expect.stringContaining('NoError') } },
  });
  // The hop to the cloud is there once, as the cloud saw it.
  expect(log.entries.filter((entry) => entry['_operation'] === 'GetUserAvailability')).toHaveLength(2);
  const mermaid = (await cli('trace', 'export', trace, '--format', 'mmd')).out;
  expect(mermaid.split('\n').slice(0, 4)).toEqual([
    'sequenceDiagram',
    `  %% trace ${trace}`,
    '  participant p0 as client',
    '  participant p1 as contoso/ews',
  ]);
  expect(mermaid).toMatch(/^ {2}p0->>p1: GetUserAvailability$/m);
  expect(mermaid).toMatch(/^ {2}p1-->>p0: 200/m);
  const json = (await cli('trace', 'export', trace)).out;
  expect(JSON.parse(json)).toMatchObject({ traceId: trace });
  for (const told of [text, mermaid, json]) {
    expect(told).not.toContain(lab.password);
    expect(told).not.toMatch(/eyJ[\w-]{8,}\.eyJ/);
  }
  expect((await cli('trace', 'export', trace, '--format', 'zip')).code).toBe(2);
  expect((await cli('trace', 'export', trace, '--format', 'zip', '--out', 'asked.zip')).code).toBe(0);
  // A reader that nobody here wrote; it checks each sum.
  const reader =
    'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps({n: z.read(n).decode() for n in z.namelist()}))';
  const read = execFileSync('python3', ['-c', reader, join(lab.dataDir, 'asked.zip')], { encoding: 'utf8' });
  const kept = JSON.parse(read) as Record<string, string>;
  expect(Object.keys(kept)).toEqual(['trace.json', 'trace.har', 'trace.mmd']);
  expect(JSON.parse(kept['trace.json'] ?? '')).toEqual(JSON.parse(json));
  expect(kept['trace.mmd']).toBe(mermaid);
  expect((await cli('trace', 'export', 'ffff', '--format', 'har')).code).toBe(5);
});
