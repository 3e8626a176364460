import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from './ask.ts';

let lab: TestLab;
let url: string;
beforeAll(async () => {
  lab = await openTestLab();
  url = lab.endpoints.adminUrl;
});
afterAll(() => lab.close());

const story = 'free-busy/mary-sees-joe';
const run = (id: string, body: object = {}) => ask(url, 'POST', `/_coexist/v1/scenarios/${encodeURIComponent(id)}/run`, body);

test('those that fit the running world are listed with what they teach and do, and none that runs a program', async () => {
  const { scenarios } = (await ask(url, 'GET', '/_coexist/v1/scenarios')).body as {
    readonly scenarios: readonly { readonly id: string; readonly area: string; readonly steps: readonly { readonly word: string }[] }[];
  };
  expect(scenarios.length).toBeGreaterThan(50);
  expect(scenarios.find(({ id }) => id === story)).toMatchObject({
    area: 'free-busy',
    tags: ['oauth', 'free-busy'],
    steps: [
      { part: 'given', word: 'meet' },
      { part: 'when', word: 'freeBusy', of: { as: 'mary@contoso.test', of: 'joe@contoso.test' } },
    ],
  });
  expect(scenarios.filter(({ steps }) => steps.some(({ word }) => word === 'run'))).toEqual([]);
});

test('one is told in this lab: its hops are in the journal', { timeout: 60_000 }, async () => {
  const { status, body } = await run(story);
  expect([status, body]).toEqual([200, expect.objectContaining({ id: story, status: 'passed', mismatches: [], era: null })]);
  const { traces } = body as { readonly traces: readonly string[] };
  expect(traces.length).toBeGreaterThan(0);
  const hops = (await lab.exchanges({})).filter(({ traceId }) => traces.includes(traceId));
  expect(hops.map(({ service }) => service)).toEqual(expect.arrayContaining(['azure-auth', 'autodiscover', 'ews']));
  expect(lab.clock.state().mode).toBe('frozen');
});

test('one at a time, and none that there is not', { timeout: 60_000 }, async () => {
  const [one, other] = await Promise.all([run(story), run(story)]);
  expect([one.status, other.status].toSorted((a, b) => a - b)).toEqual([200, 422]);
  expect((one.status === 422 ? one : other).body).toMatchObject({ title: 'StoryUnderWay' });
  expect((await run('free-busy/nothing')).body).toMatchObject({ status: 422, title: 'UnknownScenario' });
  expect((await run(story, { era: '2025-11' })).body).toMatchObject({ status: 422, title: 'EraNotTold' });
  expect((await run(story, { era: '1999' })).status).toBe(400);
});

test('cmdlet lines are completed by the kind of the organization', async () => {
  const complete = (line: string, organization: string) =>
    ask(url, 'GET', `/_coexist/v1/cmdlets/completions?${new URLSearchParams({ line, organization }).toString()}`);
  expect((await complete('New-MigrationE', 'contoso-cloud')).body).toEqual({ from: 0, words: ['New-MigrationEndpoint'] });
  expect((await complete('Set-WebServicesV', 'contoso-cloud')).body).toEqual({ from: 0, words: [] });
  expect((await complete('Set-WebServicesV', 'contoso')).body).toEqual({ from: 0, words: ['Set-WebServicesVirtualDirectory'] });
  expect((await complete('Get-', 'nobody')).status).toBe(404);
});
