import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { goldenCases, goldenRequest } from './golden-case.ts';
import { normalise } from './normalise.ts';

/**
 * One folder per operation, one folder per case inside: `request.xml` is the Body of a request, `response.xml` the whole
 * answer with ids and dates renamed. A case that needs an id of the world or of an earlier answer writes a placeholder
 * that `setup.xml` (a request sent first) fills: see {@link goldenRequest}. COEXIST_RECORD=1 writes what is missing.
 */
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(async () => {
  await lab.close();
});

const ask = async (body: string): Promise<string> => (await lab.ews('mary@contoso.test', body)).body;

test.each(goldenCases)('$operation: $name', async (one) => {
  await lab.reset();
  const body = await ask(await goldenRequest(one, ask));
  const expected = join(one.folder, 'response.xml');
  if (!existsSync(expected)) {
    if (process.env['COEXIST_RECORD'] !== '1') throw new Error(`${expected} is missing: record it with COEXIST_RECORD=1 and read it`);
    writeFileSync(expected, normalise(body));
  }
  expect(normalise(body)).toBe(readFileSync(expected, 'utf8'));
});

test('every answer was held against the official schema', async () => {
  await lab.journal.flush();
  expect(lab.validated()).toBeGreaterThanOrEqual(goldenCases.length);
});
