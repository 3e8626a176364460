import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadStory } from '../../../services/runner/load.ts';
import { play } from '../../../services/runner/play.ts';
import type { Outcome } from '../../../shared/scenario/outcome.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), 'coexist-stories-'));
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-02T08:00Z' });
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const head = 'version: 1\nname: n\nteaches: t\nsource: s\n';
function tell(text: string, era: string | null = null): Promise<Outcome> {
  const file = join(folder, 'a-story.yaml');
  writeFileSync(file, head + text);
  return play(loadStory(file), lab.endpoints, { era, seed: 'test', environment: process.env });
}
const withdrawn = `
given:
  - cmdlet: { at: contoso, line: Set-WebServicesVirtualDirectory EWS* -BasicAuthentication $false }
when:
  - find: { as: mary@contoso.test }
then:
  answer: { code: NoError }
`;

test('a story that is true passes, and is true again: the world is put back before it', async () => {
  const story = `
when:
  - send: { as: mary@contoso.test, to: joe@contoso.test, subject: Hello }
then:
  mailbox:
    - { of: joe@contoso.test, has: [Hello] }
    - { of: mary@contoso.test, folder: sentitems, has: [Hello] }
    - { of: rob@contoso.test, hasNot: [Hello] }
  cmdlet:
    - { at: contoso, line: Get-MessageTrackingLog -MessageSubject Hello -EventId SEND, count: 1 }
  queue:
    - { at: contoso, empty: true }
  failed: []
`;
  for (let time = 0; time < 2; time += 1) expect(await tell(story)).toMatchObject({ status: 'passed', mismatches: [] });
});

test('one that is not true says in which line, what was expected and what came, and explains the trace', async () => {
  const { status, mismatches, explanations, traces } = await tell(withdrawn);
  expect(status).toBe('failed');
  expect(mismatches).toEqual([{ line: 10, what: 'answer code', expected: 'NoError', actual: '401' }]);
  expect(traces.length).toBe(1);
  expect(explanations).toEqual([expect.stringMatching(/^trace [0-9a-f]{32}\n.*\nremedy: .*FAIL/s)]);
});

test.each<[string, string, object]>([
  ['given', 'given:\n  - cmdlet: { at: contoso, line: Get-Mailbox nobody }\nwhen: []\nthen: {}\n', { line: 6, what: 'given cmdlet' }],
  [
    'a step before the last',
    'when:\n  - find: { as: mary@contoso.test, password: wrong }\n  - lift: faults\n',
    { line: 6, what: 'when find', actual: '401' },
  ],
  [
    'a last step that nobody expects to fail',
    'when:\n  - find: { as: mary@contoso.test, password: wrong }\n',
    { line: 6, what: 'when find' },
  ],
  [
    'an answer of which only the words are expected',
    'when:\n  - find: { as: mary@contoso.test, password: wrong }\nthen:\n  answer: { saysNot: [x] }\n',
    { what: 'answer', expected: 'success' },
  ],
  [
    'hops in another order',
    `when:
  - freeBusy: { as: mary@contoso.test, of: joe@contoso.test }
then:
  hops:
    - { org: contoso-cloud, svc: ews, op: GetUserAvailability }
    - { org: contoso, svc: ews, op: GetUserAvailability }
`,
    { line: 7, what: 'hops', expected: '{"org":"contoso","svc":"ews","op":"GetUserAvailability"}' },
  ],
  ['a hop that is not to be', 'when:\n  - find: { as: mary@contoso.test }\nthen:\n  noHops: [{ svc: ews }]\n', { what: 'noHops' }],
  [
    'checks that did not fail',
    'when:\n  - find: { as: mary@contoso.test }\nthen:\n  failed: [contoso/ews x]\n',
    { what: 'failed', actual: 'none' },
  ],
  [
    'a mailbox without it',
    'when: []\nthen:\n  mailbox: [{ of: mary@contoso.test, has: [no such] }]\n',
    { what: 'mailbox of mary@contoso.test' },
  ],
  [
    'a mailbox that cannot be read',
    'when: []\nthen:\n  mailbox: [{ of: mary@contoso.test, folder: nowhere, hasNot: [x] }]\n',
    { what: 'mailbox of mary@contoso.test, nowhere' },
  ],
  ['a queue', 'when: []\nthen:\n  queue: [{ at: contoso, empty: false }]\n', { what: 'queue of contoso' }],
  ['a log', 'when: []\nthen:\n  log: [{ at: contoso, format: iis, says: [x] }]\n', { what: 'log iis of contoso' }],
  ['a report', 'when: []\nthen:\n  report: [{ at: contoso-cloud, of: mary, says: [x] }]\n', { what: 'report of mary' }],
  ['a cmdlet', 'when: []\nthen:\n  cmdlet: [{ at: contoso, line: Get-Mailbox mary, says: [zoe] }]\n', { what: 'cmdlet Get-Mailbox mary' }],
  [
    'claims',
    'when:\n  - token: { mint: { kind: app, organization: contoso-cloud } }\nthen:\n  claims: { iss: nobody }\n',
    { what: 'claims iss' },
  ],
  [
    'values',
    'when:\n  - find: { as: mary@contoso.test, subject: none }\nthen:\n  answer: { values: { Subject: [x] } }\n',
    { what: 'answer values Subject', actual: 'none' },
  ],
  [
    'an exit code',
    'when:\n  - run: { command: [sh, -c, "echo out; exit 3"] }\n',
    { what: 'when run', actual: expect.stringContaining('3 out') },
  ],
  ['a program that is not there', 'when:\n  - run: { command: [no-such-program] }\n', { what: 'when run', actual: 'ENOENT' }],
  ['a program that does not end', 'when:\n  - run: { command: [sleep, "60"], timeout: 100ms }\n', { what: 'when run', actual: 'timeout' }],
  [
    'what does not come',
    'when:\n  - await: { mail: { of: mary@contoso.test, subject: none }, within: 2m }\n',
    { what: 'when await', actual: expect.stringMatching(/^late Re: /) },
  ],
  [
    'a queue that does not fill',
    'when:\n  - await: { queue: { at: contoso, says: nothing }, within: 2m }\n',
    { what: 'when await', actual: 'late nothing waits' },
  ],
  [
    'a cmdlet that does not say it',
    'when:\n  - await: { cmdlet: { at: contoso, line: Get-Mailbox mary, says: zoe }, within: 2m }\n',
    { what: 'when await', actual: expect.stringContaining('late {') },
  ],
  ['a fix of what is not broken', 'when:\n  - fix: nothing\n', { what: 'when fix' }],
  ['what lint finds', 'given:\n  - break: ews-disabled\nwhen: []\nthen:\n  lint: []\n', { what: 'lint', actual: 'ews-disabled' }],
  ['what lint does not find', 'when: []\nthen:\n  lint: [ews-disabled]\n', { what: 'lint', actual: 'nothing' }],
  [
    'a break in a way that there is not',
    'given:\n  - break: { id: ews-disabled, variant: none }\nwhen: []\nthen: {}\n',
    { what: 'given break' },
  ],
  ['the time', 'timeout: 300ms\nwhen:\n  - run: { command: [sleep, "60"] }\n', { what: 'time', actual: 'not ended after 300 ms' }],
])('%s fails it', async (_, story, mismatch) => {
  expect((await tell(story)).mismatches).toMatchObject([mismatch]);
});

test('an era has its own end', async () => {
  const story = `
eras: [2019, 2026-10]
when:
  - find: { as: joe@contoso.test, by: basic }
then:
  answer: { code: NoError }
then@2026-10:
  answer: { code: '401' }
`;
  expect(await tell(story, '2019')).toMatchObject({ status: 'passed' });
  expect(await tell(story, '2026-10')).toMatchObject({ status: 'passed' });
  expect(await tell(story.replace('then@2026-10', 'then@2016'), '2026-10')).toMatchObject({ status: 'failed' });
});

test('a program finds the lab as under coexist exec', async () => {
  const program = 'curl -s -u mary@contoso.test:Pa55word! https://mail.contoso.test/EWS/Exchange.asmx -o /dev/null -w "%{http_code}"';
  expect(
    await tell(`when:\n  - run: { command: [sh, -c, '${program}'] }\nthen:\n  answer: { says: ['302'] }\n  hops: [{ svc: ews }]\n`),
  ).toMatchObject({
    mismatches: [],
  });
});

test('a program ends at its time-out, though one that has left its group holds its output', async () => {
  const pidFile = join(folder, 'left.pid');
  const script = `setsid sh -c "echo \\$\\$ > ${pidFile}; exec sleep 300" & while [ ! -s ${pidFile} ]; do :; done; sleep 300`;
  try {
    const { mismatches } = await tell(`when:\n  - run: { command: [sh, -c, '${script}'], timeout: 2s }\n`);
    expect(mismatches).toMatchObject([{ what: 'when run', actual: 'timeout' }]);
  } finally {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  }
});

test('world time passes where something is awaited', async () => {
  const story = `
given:
  - fault: { match: { org: contoso-cloud, host: smtp.contoso.test }, seam: dial, effect: { kind: refuse }, times: 1 }
when:
  - send: { as: joe@contoso.test, to: mary@contoso.test, subject: Late }
  - await: { mail: { of: mary@contoso.test, subject: Late }, within: 1h, every: 5m }
then:
  cmdlet: [{ at: contoso, line: Get-Mailbox mary, count: 1 }]
`;
  expect(await tell(story)).toMatchObject({ mismatches: [] });
});

test('the example of the page is true', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../scenarios/README.md'), 'utf8');
  const [, example = ''] = /```yaml\n([^`]*\nname: [^`]*)```/.exec(page) ?? [];
  const file = join(folder, 'example.yaml');
  writeFileSync(file, example);
  expect(await play(loadStory(file), lab.endpoints, { era: null, seed: 'test' })).toMatchObject({ mismatches: [] });
});
