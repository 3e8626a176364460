import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { hasExchangelib, python } from '../support/exchangelib.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab } from '../support/test-lab.ts';

test.skipIf(!hasExchangelib)(
  'exchangelib as Debian ships it sets automatic replies and reads them as MailTips, of a mailbox in the tenant too',
  async () => {
    const lab = await openTestLab();
    try {
      await runCmdlet(
        lab,
        'contoso-cloud',
        'Set-MailboxAutoReplyConfiguration joe -AutoReplyState Enabled -InternalMessage "In the cloud"',
      );
      const file = join(lab.dataDir, 'endpoints-for-replies.json');
      writeFileSync(file, JSON.stringify(lab.endpoints));
      const { proxyUrl, caFile } = lab.endpoints;
      const variables = { COEXIST_ENDPOINTS: file, HTTPS_PROXY: proxyUrl ?? '', HTTP_PROXY: proxyUrl ?? '', REQUESTS_CA_BUNDLE: caFile };
      const script = join(import.meta.dirname, 'exchangelib', 'replies_and_tips.py');
      const { stdout } = await promisify(execFile)(python, [script], { env: { ...process.env, ...variables } });
      expect(JSON.parse(stdout)).toEqual({
        before: { state: 'Disabled', audience: 'All', internal: null, external: null, hours: 24 },
        after: { state: 'Scheduled', audience: 'All', internal: 'Inside', external: 'Outside', hours: 3 },
        tips: [
          ['mary@contoso.test', 'Inside', false, 1],
          ['joe@contoso.test', '<html><body>In the cloud</body></html>', false, 1],
        ],
      });
    } finally {
      await lab.close();
    }
  },
  120_000,
);
