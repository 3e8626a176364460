import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { partJsonSchema, storyJsonSchema } from '../../../services/runner/definition.ts';
import { loadStory } from '../../../services/runner/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'coexist-stories-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const head = 'version: 1\nname: n\nteaches: t\nsource: s\n';
const plain = 'when:\n  - find: { as: mary@contoso.test }\n';
const exercise = 'lab:\n  title: t\n  story: s\n  task: t\n  hints: [h]\n  notes: n\n';

function load(text: string) {
  const file = join(folder, 'a-story.yaml');
  writeFileSync(file, text);
  return loadStory(file);
}

describe('a file that is right', () => {
  test('becomes acts of steps, each with its line', () => {
    const story = load(
      `${head}eras: [2019, 2025-11]\n${plain}then:\n  answer: { code: NoError }\nthen@2025-11:\n  answer: { code: '401' }\nand:\n  - when:\n      - lift: faults\n`,
    );
    expect(story).toMatchObject({ name: 'n', eras: ['2019', '2025-11'], tags: [], world: { name: 'contoso-hybrid' }, timeoutMs: 60_000 });
    expect(story.acts).toMatchObject([
      {
        given: [],
        when: [{ word: 'find', line: 7, of: { as: 'mary@contoso.test' } }],
        expected: [
          { only: null, line: 8, of: { answer: { code: 'NoError' } } },
          { only: '2025-11', line: 10, of: { answer: { code: '401' } } },
        ],
      },
      { when: [{ word: 'lift', of: 'faults', line: 14 }], expected: [] },
    ]);
  });

  test('takes the steps of a part before its own', () => {
    const [act] = load(`${head}include: [partner-federation]\ngiven:\n  - lift: faults\n${plain}`).acts;
    expect(act?.given[0]).toMatchObject({ word: 'cmdlet', of: { line: 'New-FederationTrust "Microsoft Federation Gateway"' } });
    expect(act?.given.at(-1)).toMatchObject({ word: 'lift' });
  });

  test('may hold a world', () => {
    const { world } = load(`${head}world:\n  extends: contoso-hybrid\n  organizations: { fabrikam: null }\n${plain}`);
    expect(JSON.parse('text' in world ? world.text : '')).toEqual({
      version: 1,
      extends: 'contoso-hybrid',
      organizations: { fabrikam: null },
    });
  });
});

test.each<[string, string, RegExp]>([
  ['a mistyped key', `${head}tag: [x]\n${plain}`, /:5:1 unknown key "tag"; did you mean "tags"\?$/],
  ['a mistyped word', `${head}when:\n  - freebusy: { as: a, of: b }\n`, /:6:5 when\.0: unknown key "freebusy"; did you mean "freeBusy"\?/],
  [
    'a mistyped parameter',
    `${head}when:\n  - send: { as: a, to: b, subjct: c }\n`,
    /:6:27 when\.0\.send: unknown key "subjct"; did you mean "subject"\?/,
  ],
  ['two words in one step', `${head}when:\n  - lift: faults\n    fix: x\n`, /:6:5 when\.0: is one word with what it takes$/],
  ['what is missing', 'version: 1\nname: n\nsource: s\nwhen:\n  - lift: faults\n', /:1:1 teaches is missing$/],
  ['an era', `${head}eras: [2018]\n${plain}`, /:5:8 eras\.0: /],
  ['then of no era', `${head}${plain}then@2018: {}\n`, /:7:1 unknown key "then@2018"; did you mean "then@2016"\?$/],
  ['a duration', `${head}when:\n  - clock: { advance: soon }\n`, /:6:23 when\.0\.clock\.advance: is not a duration/],
  [
    'a regular expression',
    `${head}${plain}then:\n  answer: { says: ["/(/"] }\n`,
    /:8:20 then\.answer\.says\.0: is not a regular expression$/,
  ],
  ['XML', `${head}when:\n  - ews: { as: a, request: "<m:GetFolder>" }\n`, /:6:28 request: /],
  ['two elements', `${head}when:\n  - ews: { as: a, request: "<m:A/><m:B/>" }\n`, /:6:28 request: is not one element$/],
  ['a part', `${head}include: [nothing]\n${plain}`, /:5:11 include: there is no part "nothing"$/],
  ['nothing', `${head}given:\n  - lift: faults\n`, /:1:1 nothing happens and nothing is expected/],
  [
    'the world inside',
    `${head}world:\n  extends: contoso-hybrid\n  organisations: {}\n${plain}`,
    /:7:3 world: unknown key "organisations"; did you mean "organizations"\?$/,
  ],
  [
    'an exercise without a check',
    `${head}${exercise}given: [{ lift: faults }]\n${plain}`,
    /:5:1 lab: an exercise has two acts.*here are 1$/,
  ],
  [
    'a question that accepts nothing',
    `${head}${exercise}  questions: [{ ask: q, because: b }]\n${plain}`,
    /:11:15 lab\.questions\.0\.accepts is missing$/,
  ],
  ['YAML', `${head}when: [\n`, /:6:1 /],
])('%s that is wrong is told with its place', (_, text, message) => {
  expect(() => load(text)).toThrow(message);
});

test('a file that is not there', () => {
  expect(() => loadStory(join(folder, 'nothing.yaml'))).toThrow(/nothing\.yaml:1:1 there is no such file$/);
});

test.each([
  ['scenario-v1', storyJsonSchema],
  ['scenario-part-v1', partJsonSchema],
])('the shipped schema %s is the one of the definition', (name, schema) => {
  const shipped = readFileSync(join(import.meta.dirname, `../../../scenarios/schema/${name}.json`), 'utf8');
  expect(JSON.parse(shipped)).toEqual(schema());
});
