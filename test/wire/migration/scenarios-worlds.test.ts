import { expect, test } from 'vitest';
import { patience } from './scenarios/scenario.ts';
import { worlds } from './scenarios/worlds.ts';

test.each(worlds)('$id: $what', patience, async ({ open, play }) => {
  const moving = await open();
  try {
    await expect(play(moving)).resolves.toBeUndefined();
  } finally {
    await moving.close();
  }
});
