import { expect, test } from 'vitest';
import type { LabChecked } from '../../../services/admin/labs-control.ts';
import { blindStories } from '../../../services/blind-exercise.ts';
import { collectStories } from '../../../services/runner/collect.ts';
import { openTestLab } from '../../support/test-lab.ts';
import { ask } from '../admin/ask.ts';

test('whatever is broken in the blind exercise, it is not solved before that is mended, and solved then', async () => {
  const fitting = collectStories([], import.meta.dirname).filter(({ world }) => 'name' in world && world.name === 'contoso-hybrid');
  const causes = new Set(blindStories(fitting).map(({ cause }) => cause));
  const lab = await openTestLab();
  const call = (act: string, body: object = {}) => ask(lab.endpoints.adminUrl, 'POST', `/_coexist/v1/labs/blind/${act}`, body);
  const solved: string[] = [];
  const failed: string[] = [];
  try {
    for (let seed = 0; causes.size > solved.length + failed.length && seed < 1_000; seed += 1) {
      expect((await call('start', { seed: String(seed) })).status).toBe(200);
      const rows = await lab.store.read.selectFrom('config_object').select('name').where('kind', '=', 'TopologyBreak').execute();
      const cause = rows[0]?.name ?? 'nothing';
      if (solved.includes(cause) || failed.includes(cause)) continue;
      const before = (await call('check', { answers: [] })).body as LabChecked;
      await call('answer', { cause });
      await call('solve');
      const after = (await call('check', { answers: [] })).body as LabChecked;
      (!before.passed && after.passed ? solved : failed).push(cause);
    }
  } finally {
    await lab.close();
  }
  expect(failed).toEqual([]);
  expect(new Set(solved)).toEqual(causes);
}, 180_000);
