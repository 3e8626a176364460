import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type MovingLab, openMovingLab } from './moving-lab.ts';
import { perimeter } from './scenarios/perimeter.ts';
import { clear, patience } from './scenarios/scenario.ts';

let moving: MovingLab;
beforeAll(async () => {
  moving = await openMovingLab();
});
afterEach(() => clear(moving));
afterAll(() => moving.close());

test.each(perimeter)('$id: $what', patience, async ({ play }) => {
  await expect(play(moving)).resolves.toBeUndefined();
});
