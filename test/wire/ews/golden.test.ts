import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { firstText, normalise } from './normalise.ts';

/**
 * One folder per operation, one folder per case inside: `request.xml` is the Body of a request, `response.xml` the whole
 * answer with ids and dates renamed. A case that needs an id of the world or of an earlier answer writes a placeholder
 * that `setup.xml` (a request sent first) or the world fills: see {@link fill}. COEXIST_RECORD=1 writes what is missing.
 */
const here = import.meta.dirname;
const cases = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((operation) =>
    readdirSync(join(here, operation.name)).map((name) => ({ operation: operation.name, name, folder: join(here, operation.name, name) })),
  );

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(async () => {
  await lab.close();
});

test.each(cases)('$operation: $name', async ({ folder }) => {
  await lab.reset();
  const setup = join(folder, 'setup.xml');
  const values: Record<string, string> = {};
  if (existsSync(setup)) {
    const { body } = await lab.ews('mary@contoso.test', fill(readFileSync(setup, 'utf8'), values));
    values['state'] = firstText(body, 'SyncState') ?? '';
    values['subscription'] = firstText(body, 'SubscriptionId') ?? '';
    values['watermark'] = firstText(body, 'Watermark') ?? '';
    for (const [index, id] of [...body.matchAll(/<t:ItemId Id="([^"]+)" ChangeKey="([^"]+)"/g)].entries()) {
      values[`item-${index + 1}`] = id[1] ?? '';
      values[`key-${index + 1}`] = id[2] ?? '';
    }
    for (const [index, id] of [...body.matchAll(/<t:AttachmentId Id="([^"]+)"/g)].entries())
      values[`attachment-${index + 1}`] = id[1] ?? '';
    for (const [index, id] of [...body.matchAll(/<t:FolderId Id="([^"]+)" ChangeKey="([^"]+)"/g)].entries()) {
      values[`folder-${index + 1}`] = id[1] ?? '';
      values[`folder-key-${index + 1}`] = id[2] ?? '';
    }
    for (const [index, id] of [...body.matchAll(/<t:ConversationId Id="([^"]+)"/g)].entries())
      values[`conversation-${index + 1}`] = id[1] ?? '';
  }
  const { body } = await lab.ews('mary@contoso.test', fill(readFileSync(join(folder, 'request.xml'), 'utf8'), values));
  const expected = join(folder, 'response.xml');
  if (!existsSync(expected)) {
    if (process.env['COEXIST_RECORD'] !== '1') throw new Error(`${expected} is missing: record it with COEXIST_RECORD=1 and read it`);
    writeFileSync(expected, normalise(body));
  }
  expect(normalise(body)).toBe(readFileSync(expected, 'utf8'));
});

/**
 * `${item-1}`: the first item id of the setup's answer; likewise `key-n`, `attachment-n`, `folder-n`, `folder-key-n`,
 * `conversation-n`, `state`, `subscription`, `watermark`.
 */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\$\{([a-z0-9-]+)\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for \${${name}}: does the setup's answer hold it?`);
    return value;
  });
}

test('every answer was held against the official schema', async () => {
  await lab.journal.flush();
  expect(lab.validated()).toBeGreaterThanOrEqual(cases.length);
});
