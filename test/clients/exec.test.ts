import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hasExchangelib, python } from '../support/exchangelib.ts';
import { coexist } from '../support/lab-process.ts';

const scripts = join(import.meta.dirname, 'exchangelib');

describe.skipIf(!hasExchangelib)('exchangelib under coexist exec, with only the proxy and the CA', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-exec-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['https://mail.contoso.test/EWS/Exchange.asmx', 'mary@contoso.test', 'CONTOSO\\mary'],
    ['https://outlook.office365.com/EWS/Exchange.asmx', 'joe@contoso.test', 'joe@contoso.test'],
  ])(
    '%s',
    async (endpoint, mail, userName) => {
      const command = [python, join(scripts, 'inbox.py'), endpoint, mail, userName, 'Pa55word!'];
      const { code, out, err } = await coexist(['exec', '--', 'env', ...unset, ...command], { cwd: folder });
      expect([code, err]).toEqual([0, '']);
      expect(JSON.parse(out)).toEqual({ inbox: 'Inbox', newest: 5, draft: 'Ünder exec', build: 15 });
    },
    60_000,
  );

  test.each(['application', 'password', 'refresh'])(
    'it gets its token itself: %s',
    async (credentials) => {
      const command = [python, join(scripts, 'oauth.py'), credentials];
      const { code, out, err } = await coexist(['exec', '--', 'env', ...unset, ...command], { cwd: folder });
      expect([code, err]).toEqual([0, '']);
      const folders = ['Deleted Items', 'Drafts', 'Inbox', 'Sent Items'];
      expect(JSON.parse(out)).toEqual({ folders, items: 5, draft: 'Ünder OAuth', build: 15 });
    },
    60_000,
  );
});

/** All but HTTPS_PROXY and the CA that requests reads. */
const unset = [
  'HTTP_PROXY',
  'http_proxy',
  'https_proxy',
  'COEXIST_ADMIN_URL',
  'COEXIST_CA_FILE',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
].map((name) => `--unset=${name}`);
