import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { misconfigurations } from '../../../shared/faults/misconfigurations/index.ts';

const folder = join(import.meta.dirname, '../../../scenarios');
const [, table = ''] = readFileSync(join(folder, 'README.md'), 'utf8').split('### Misconfigurations and what shows them');
const rows = new Map([...table.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, id = '', told = '']) => [id, told] as const));

test('every misconfiguration has a story that shows it; what is no state of a world says why it has none', () => {
  expect([...rows.keys()]).toEqual(misconfigurations.map(({ id }) => id));
  for (const { id, variants } of misconfigurations) {
    const told = rows.get(id) ?? '';
    const stories = [...told.matchAll(/`([^`]+)`/g)].map(([, story = '']) => story);
    expect([id, stories.filter((story) => !existsSync(join(folder, `${story}.yaml`)))]).toEqual([id, []]);
    if (stories.length === 0) expect([id, Object.keys(variants), told]).toEqual([id, [], expect.stringMatching(/^none: /)]);
  }
});
