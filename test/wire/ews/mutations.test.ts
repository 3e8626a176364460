import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { messages, types } from '../../../shared/protocols/ews/namespaces.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';
import { asSchemaHasIt, requireEwsSchema } from '../../support/ews-schema.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, texts } from './answers.ts';
import { goldenCases, goldenRequest } from './golden-case.ts';
import { everyElement, mutation } from './mutations.ts';

const runs = 6;
/** By the machine's clock, however loaded it is. */
const longestMs = 10_000;
const schema = requireEwsSchema();

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const declared = `xmlns:m="${messages}" xmlns:t="${types}"`;
const parsed = (body: string) => parseXml(body.replace(/^\s*<([\w:]+)/, `<$1 ${declared}`));
const ask = async (body: string): Promise<string> => (await lab.ews('mary@contoso.test', body)).body;
/** Of every golden request; placeholders are ids that are none. */
const pool = goldenCases.flatMap(({ folder }) => everyElement(parsed(readFileSync(join(folder, 'request.xml'), 'utf8'))).slice(1));

test.each(goldenCases)('$operation: $name, changed at random', async (one) => {
  await lab.reset();
  const root = parsed(await goldenRequest(one, ask));
  await fc.assert(
    fc.asyncProperty(mutation(pool), async (mutate) => {
      const body = writeXml(mutate(root), { prefixes: { [messages]: 'm', [types]: 't' } });
      const before = performance.now();
      const answer = await lab.ews('mary@contoso.test', body);
      const tookMs = performance.now() - before;
      const { outcome, error } = await lab.exchangeOf(answer);
      expect({ body, outcome, error }).not.toMatchObject({ outcome: 'defect' });
      expect([200, 500]).toContain(answer.status);
      expect(answer.status === 500 ? all(answer.body, 'Fault') : [{}]).toHaveLength(1);
      expect(texts(answer.body, 'ResponseCode').length).toBeGreaterThan(0);
      expect(schema?.violations(asSchemaHasIt(answer.body)) ?? []).toEqual([]);
      expect(tookMs).toBeLessThan(longestMs);
    }),
    { numRuns: runs, seed: inject('seed') },
  );
});
