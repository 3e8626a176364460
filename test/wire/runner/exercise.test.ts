import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectStories } from '../../../services/runner/collect.ts';
import { beginExercise, checkExercise, solveExercise } from '../../../services/runner/exercise.ts';
import { createPatience } from '../../../shared/kernel/patience.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from '../admin/ask.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const story = collectStories([], `${import.meta.dirname}/../../../services`).find(({ id }) => id === 'labs/wrong-target-sharing-epr');
if (story === undefined) throw new Error('there is no such exercise');
const hasty = { ...story, timeoutMs: 1 };

test('an exercise has no less time for a hop that is held, and breakpoints stay', async () => {
  const patience = createPatience();
  const room = { lab: lab.endpoints, patience };
  const { adminUrl } = lab.endpoints;
  await ask(adminUrl, 'POST', '/_coexist/v1/breakpoints', { id: 'stays', seam: 'mrs.call' });
  const goOn = patience.hold();
  expect(await beginExercise(hasty, room, false)).toEqual([]);
  expect(await checkExercise(hasty, room)).not.toEqual([]);
  expect(await solveExercise(hasty, room)).toEqual([]);
  expect(await checkExercise(hasty, room)).toEqual([]);
  expect((await ask(adminUrl, 'GET', '/_coexist/v1/breakpoints')).body).toMatchObject({ breakpoints: [{ id: 'stays' }] });
  goOn();
  await expect(checkExercise(hasty, room)).rejects.toThrow(/abort/i);
});
