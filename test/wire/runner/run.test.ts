import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { runCli } from '../../../services/cli/program.ts';
import { python } from '../../support/exchangelib.ts';
import { requireTool } from '../../support/tools.ts';
import { all, attributes, texts } from '../ews/answers.ts';

// Each run starts labs in processes of their own.
vi.setConfig({ testTimeout: 60_000 });
const hasJunitparser = spawnSync(python, ['-c', 'import junitparser']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'coexist-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const head = 'version: 1\nteaches: t\nsource: s\n';
const write = (name: string, text: string): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), head + text);
};
const program = (script: string): string => `when:\n  - run: { command: [sh, -c, '${script}'] }\n`;

beforeAll(() => {
  // What labs make once and then keep is the test run's.
  const installation = inject('installation');
  for (const worker of ['worker-1', 'worker-2']) {
    const own = join(folder, '.coexist/runner', worker);
    mkdirSync(join(own, 'certificates'), { recursive: true });
    for (const shared of ['cache', 'keys', 'certificates/issued']) symlinkSync(join(installation, shared), join(own, shared));
    for (const copied of ['ca.pem', 'ca-key.pem'])
      copyFileSync(join(installation, 'certificates', copied), join(own, 'certificates', copied));
  }
  write('good/one.yaml', 'name: one\ntags: [small]\nwhen:\n  - find: { as: mary@contoso.test }\n');
  write('good/two.yaml', `name: two\neras: [2019, 2026-10]\n${program('test -n "$COEXIST_ADMIN_URL"')}`);
  write('bad/refused.yaml', 'name: refused\nwhen:\n  - find: { as: mary@contoso.test, password: wrong }\n');
  write('bad/late.yaml', `name: late\ntimeout: 500ms\n${program('sleep 30')}`);
  write('bad/dying.yaml', `name: dying\n${program('kill -9 $PPID')}`);
  write('odd/sometimes.yaml', `name: sometimes\n${program('test -f seen || { touch seen; exit 1; }')}`);
  write('wrong/key.yaml', 'name: wrong\nwhenn: []\n');
});

async function coexist(
  ...argv: readonly string[]
): Promise<{ readonly code: number | undefined; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const code = await runCli(argv, {
    ...{ workingDir: folder, terminal: false, environment: { PATH: process.env['PATH'] }, mainModule: '' },
    print: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
    },
    readInput: () => Promise.resolve(''),
    start: () => Promise.reject(new Error('not expected to start a lab')),
  });
  return { code, out, err };
}

const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

test('what is true passes: 0, and the last line counts', async () => {
  const { code, out, err } = await coexist('run', './good', '--matrix', 'era=all', '--repeat', '2', '--workers', '2', '--seed', '7');
  expect([code, err, lastLine(out)]).toEqual([0, '', '6 passed, 0 failed']);
  expect(out).toMatch(/^6 scenarios, seed 7\n/);
  for (const line of ['good/one ', 'good/one (2) ', 'good/two@2019 ', 'good/two@2026-10 (2) ']) expect(out).toContain(`ok    ${line}`);
});

describe('what is not true', () => {
  let told: Awaited<ReturnType<typeof coexist>>;
  beforeAll(async () => {
    const reporters = ['list', 'junit:out/junit.xml', 'json:out/run.json', 'tap:out/run.tap', 'github:out/annotations'];
    const flags = reporters.flatMap((reporter) => ['--reporter', reporter]);
    told = await coexist('run', './good', './bad', ...flags, '--workers', '1', '--seed', 'x');
  }, 60_000);
  const output = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8');

  test('fails the run with 1, each with what was expected, why it did not come, and its trace', () => {
    expect([told.code, told.err, lastLine(told.out)]).toEqual([1, '', '2 passed, 3 failed']);
    expect(told.out).toMatch(/FAIL {2}bad\/refused.*\n.*refused\n.*refused\.yaml:6 when find\n +expected success\n +but got +401\n/);
    expect(told.out).toMatch(/^ +remedy: /m);
    const [, trace = ''] = /^ +trace: (.*refused.*)$/m.exec(told.out) ?? [];
    const { traces } = JSON.parse(readFileSync(trace, 'utf8')) as { traces: { roots: { exchange: { service: string } }[] }[] };
    expect(traces[0]?.roots[0]?.exchange.service).toBe('ews');
    expect(told.out).toMatch(/late\.yaml:1 time\n/);
    expect(told.out).toMatch(/dying\.yaml:1 worker\n +expected an end of the story\n +but got +the process ended with SIGKILL\n/);
  });

  test('stands in the JUnit file', () => {
    const document = output('junit.xml');
    expect(attributes(document, 'testsuites', 'tests')).toEqual(['5']);
    expect(attributes(document, 'testsuites', 'failures')).toEqual(['3']);
    expect(attributes(document, 'testsuite', 'name')).toEqual(['bad', 'good']);
    expect(new Set(attributes(document, 'testcase', 'classname'))).toEqual(
      new Set(['bad.dying', 'bad.late', 'bad.refused', 'good.one', 'good.two']),
    );
    expect(texts(document, 'failure').filter((text) => text.includes('remedy: '))).toHaveLength(1);
    expect(texts(document, 'system-out')).toContainEqual(expect.stringMatching(/^\[\[ATTACHMENT\|.*refused.*\.json\]\]$/));
    expect(all(document, 'property').map(({ attributes: [name, value] }) => [name?.value, value?.value])).toContainEqual(['seed', 'x']);
  });

  test.skipIf(!requireTool('python3 with junitparser', 'python3-junitparser', hasJunitparser))('is what a parser of others reads', () => {
    const script = `import sys
from junitparser import JUnitXml
for suite in JUnitXml.fromfile(sys.argv[1]):
    for case in suite:
        print(suite.name, case.classname, case.name, *(type(one).__name__ for one in case.result))`;
    const read = execFileSync(python, ['-c', script, join(folder, 'out/junit.xml')], { encoding: 'utf8' });
    expect(read.trimEnd().split('\n').toSorted()).toEqual([
      'bad bad.dying dying Failure',
      'bad bad.late late Failure',
      'bad bad.refused refused Failure',
      'good good.one one',
      'good good.two two [2019]',
    ]);
  });

  test('stands in the others', () => {
    expect(JSON.parse(output('run.json'))).toMatchObject({ seed: 'x', skipped: [], told: { length: 5 } });
    const tap = output('run.tap');
    expect(tap).toMatch(/^TAP version 14\n1\.\.5\n/);
    expect(tap.match(/^ok \d/gm)).toHaveLength(2);
    expect(tap.match(/^not ok \d/gm)).toHaveLength(3);
    expect(output('annotations')).toMatch(/^::error file=.*refused\.yaml,line=6,title=bad\/refused::refused%0A/m);
  });

  test('is what --last-failed tells again', async () => {
    const { out } = await coexist('run', './good', './bad', '--last-failed', '--grep', 'refused', '--workers', '1', '--trace', 'off');
    expect(lastLine(out)).toBe('0 passed, 1 failed');
    expect(out).not.toContain('trace: ');
  });
});

test('a file that has gone in between fails alone', async () => {
  write('gone/one.yaml', `name: one\n${program('rm -f two.yaml')}`);
  write('gone/two.yaml', `name: two\n${program('rm -f one.yaml')}`);
  const { code, out } = await coexist('run', './gone', '--workers', '1');
  expect([code, lastLine(out)]).toEqual([1, '1 passed, 1 failed']);
  expect(out).toMatch(/:1 file\n +expected the scenario that was there\n +but got +.*there is no such file\n/);
});

test('what passes when it is tried again is flaky, and no success', async () => {
  const { code, out } = await coexist('run', './odd', '--retries', '1', '--workers', '1');
  expect([code, lastLine(out)]).toEqual([1, '0 passed, 0 failed, 1 flaky']);
  expect((await coexist('run', './odd', '--workers', '1')).code).toBe(0);
});

test('--shard tells each scenario in one part alone', async () => {
  const parts: string[][] = [];
  for (const part of ['1/2', '2/2']) {
    const { code, out } = await coexist('run', './good', '--matrix', 'era=all', '--shard', part, '--workers', '1', '--seed', part);
    expect(code).toBe(0);
    parts.push([...out.matchAll(/^ok +(\S+)/gm)].map(([, id = '']) => id));
  }
  expect(parts.map(({ length }) => length)).toEqual([2, 1]);
  expect(parts.flat().toSorted()).toEqual(['good/one', 'good/two@2019', 'good/two@2026-10']);
});

test('--bail ends after the first', async () => {
  const { code, out } = await coexist('run', './bad', '--bail', '--workers', '1', '--grep', 'refused|late');
  expect([code, lastLine(out)]).toEqual([1, '0 passed, 1 failed, 1 skipped']);
});

test.each<[string, readonly string[], number, RegExp]>([
  ['a file that is wrong', ['run', './wrong'], 2, /wrong\/key\.yaml:5:1 unknown key "whenn"; did you mean "when"\?/],
  ['a name of nothing', ['run', 'free-bussy'], 2, /no suite or tag of that name \(did you mean "free-busy"\?\)/],
  ['a reporter', ['run', './good', '--reporter', 'xml'], 2, /"xml" is not one of list, junit/],
  ['a part', ['run', './good', '--shard', '3/2'], 2, /"3\/2" is not i\/n/],
  ['a matrix', ['run', './good', '--matrix', 'product=all'], 2, /is not era=all/],
  ['a number', ['run', './good', '--workers', '0'], 2, /is not a number from 1 to 64/],
  ['nothing that matches', ['run', './good', '--grep', 'nothing'], 5, /no scenario matches/],
])('%s ends with its code', async (_, argv, code, message) => {
  const told = await coexist(...argv);
  expect([told.code, told.err]).toEqual([code, expect.stringMatching(message)]);
});

test('nothing may be nothing wrong', async () => {
  expect((await coexist('run', './good', '--grep', 'nothing', '--pass-with-no-tests')).code).toBe(0);
});

test('scenarios are listed with what they tell', async () => {
  const { code, out } = await coexist('list', 'scenarios', './good');
  expect([code, out]).toEqual([0, expect.stringMatching(/^name +title +tags\ngood\/one +one +small\ngood\/two +two *\n$/)]);
  const { out: shipped } = await coexist('list', 'scenarios', '--json');
  expect((JSON.parse(shipped) as { readonly scenarios: readonly object[] }).scenarios).toContainEqual(
    expect.objectContaining({ id: 'free-busy/partner-sees-mary', tags: ['dauth', 'free-busy'] }),
  );
  expect(existsSync(join(folder, '.coexist/endpoints.json'))).toBe(false);
});
