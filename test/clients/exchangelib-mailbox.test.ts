import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasExchangelib, python } from '../support/exchangelib.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { runChecks } from './run-checks.ts';

describe.skipIf(!hasExchangelib)('exchangelib as Debian ships it', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
    await runCmdlet(lab, 'contoso', 'New-ManagementRoleAssignment -Role ApplicationImpersonation -User mary');
  });
  afterAll(() => lab.close());

  test.each([
    ['folders', 20],
    ['messages', 25],
    ['finding', 30],
    ['rest', 20],
    ['tasks', 20],
  ])(
    '%s',
    async (script, least) => {
      const file = join(lab.dataDir, 'endpoints-for-python.json');
      writeFileSync(file, JSON.stringify(lab.endpoints));
      const { proxyUrl, caFile } = lab.endpoints;
      const variables = { COEXIST_ENDPOINTS: file, HTTPS_PROXY: proxyUrl ?? '', HTTP_PROXY: proxyUrl ?? '', REQUESTS_CA_BUNDLE: caFile };
      const count = await runChecks([python, join(import.meta.dirname, 'exchangelib', `${script}.py`)], variables);
      expect(count).toBeGreaterThanOrEqual(least);
    },
    120_000,
  );
});
