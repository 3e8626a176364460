import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { checkTree } from '../../shared/domain/world/check.ts';
import { worldFile } from '../../shared/domain/world/definition.ts';
import { type Problem, problemAt, WorldFileError } from '../../shared/domain/world/problems.ts';
import { isLocatedMap, type Located, parseYamlTree, placeOf, toPlain } from '../../shared/domain/world/yaml-tree.ts';
import { present } from '../../shared/kernel/assert.ts';
import { parseDuration } from '../../shared/kernel/duration.ts';
import type { Steps } from '../../shared/scenario/steps.ts';
import type { Act, Expectation, Expected, Step, Story, StoryWorld } from '../../shared/scenario/story.ts';
import { XmlSyntaxError } from '../../shared/xml/errors.ts';
import { occasions, partFile, storyFile } from './definition.ts';
import { readBody } from './ews-body.ts';

/** Where the scenarios are that ship with the product. */
export const shippedScenarios: string = join(import.meta.dirname, '../../scenarios');

const usualClock = '2026-11-02T08:00:00Z';
const usualTimeoutMs = 60_000;

/**
 * Reads a scenario file with what it includes. Throws {@link WorldFileError} with `file:line:column` for everything that is
 * wrong with it.
 */
export function loadStory(path: string): Story {
  const file = resolve(path);
  const tree = readTree(file);
  const checked = checkTree(storyFile, tree);
  if ('problems' in checked) throw new WorldFileError(checked.problems);
  const { value } = checked;
  const problems: Problem[] = [];
  const ground: Ground = { tree, problems };
  const included = (value.include ?? []).flatMap((name, index) => readPart(name, file, ground, ['include', index]));
  const acts = [value as WrittenAct, ...((value.and ?? []) as readonly WrittenAct[])].map((act, index) =>
    readAct(act, index === 0 ? [] : ['and', index - 1], ground, index === 0 ? included : []),
  );
  const world = readWorld(ground);
  if (value.lab !== undefined && acts.length !== 2)
    problems.push(
      problemAt(placeOf(tree, ['lab'], 'key'), `lab: an exercise has two acts, what is wrong and the check; here are ${acts.length}`),
    );
  if (problems.length > 0) throw new WorldFileError(problems);
  return {
    ...{ id: `${basename(dirname(file))}/${basename(file).replace(/\.ya?ml$/, '')}`, file, name: value.name },
    ...{ teaches: value.teaches, source: value.source, tags: value.tags ?? [], world, clock: value.clock ?? usualClock },
    eras: (value.eras ?? []).map(String),
    timeoutMs: value.timeout === undefined ? usualTimeoutMs : present(parseDuration(value.timeout), 'a duration that was checked'),
    acts,
    lab: value.lab === undefined ? null : { ...value.lab, questions: value.lab.questions ?? [] },
  };
}

interface Ground {
  readonly tree: Located;
  readonly problems: Problem[];
}

type WrittenStep = Partial<Steps>;
interface WrittenAct {
  readonly given?: readonly WrittenStep[];
  readonly when?: readonly WrittenStep[];
  readonly [then: `then${string}`]: Expected | undefined;
}

function readTree(file: string): Located {
  if (!existsSync(file)) throw new WorldFileError([{ file, line: 1, column: 1, message: 'there is no such file' }]);
  return parseYamlTree(readFileSync(file, 'utf8'), file);
}

function readPart(name: string, from: string, { tree, problems }: Ground, path: readonly PropertyKey[]): readonly Step[] {
  const isPath = name.startsWith('./') || name.startsWith('../');
  const file = isPath ? resolve(dirname(from), name) : join(shippedScenarios, 'parts', `${name}.yaml`);
  if (!existsSync(file) || (!isPath && !/^[a-z0-9-]+$/.test(name))) {
    problems.push(problemAt(placeOf(tree, path), `include: there is no part "${name}"`));
    return [];
  }
  const part = readTree(file);
  const checked = checkTree(partFile, part);
  if ('problems' in checked) throw new WorldFileError(checked.problems);
  return readSteps(checked.value.given as readonly WrittenStep[], ['given'], { tree: part, problems });
}

function readAct(act: WrittenAct, path: readonly PropertyKey[], ground: Ground, before: readonly Step[]): Act {
  const expected = ['then', ...occasions.map((occasion) => `then@${occasion}`)].flatMap((key): Expectation[] => {
    const of = act[key as `then${string}`];
    const only = key === 'then' ? null : key.slice('then@'.length);
    return of === undefined ? [] : [{ only, of, line: placeOf(ground.tree, [...path, key], 'key').line }];
  });
  if (act.when === undefined && expected.length === 0)
    ground.problems.push(problemAt(placeOf(ground.tree, path), 'nothing happens and nothing is expected: when and then are missing'));
  return {
    line: placeOf(ground.tree, path).line,
    given: [...before, ...readSteps(act.given ?? [], [...path, 'given'], ground)],
    when: readSteps(act.when ?? [], [...path, 'when'], ground),
    expected,
  };
}

function readSteps(steps: readonly WrittenStep[], path: readonly PropertyKey[], { tree, problems }: Ground): readonly Step[] {
  return steps.map((step, index) => {
    const [word, of] = present(Object.entries(step)[0], 'the one word of a step');
    const place = placeOf(tree, [...path, index]);
    if (word === 'ews') {
      try {
        readBody((of as Steps['ews']).request);
      } catch (error) {
        if (!(error instanceof XmlSyntaxError)) throw error;
        problems.push(problemAt(placeOf(tree, [...path, index, 'ews', 'request']), `request: ${error.message}`));
      }
    }
    return { word, of, line: place.line } as Step;
  });
}

/** A world inside the file is held against the schema of world files, in its own place. */
function readWorld({ tree, problems }: Ground): StoryWorld {
  const node = isLocatedMap(tree.value) ? tree.value.get('world')?.node : undefined;
  if (node === undefined) return { name: 'contoso-hybrid' };
  if (!isLocatedMap(node.value)) return { name: typeof node.value === 'string' ? node.value : '' };
  const version = { keyPlace: node.place, node: { place: node.place, value: 1 } };
  const whole: Located = { place: node.place, value: new Map([['version', version], ...node.value]) };
  const checked = checkTree(worldFile, whole);
  if ('problems' in checked) problems.push(...checked.problems.map((problem) => ({ ...problem, message: `world: ${problem.message}` })));
  return { text: JSON.stringify(toPlain(whole)) };
}
