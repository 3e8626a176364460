import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { AxiosError, NtlmClient } from 'axios-ntlm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeMrsMessage } from '../../shared/protocols/mrs/message.ts';
import { actions, anonymous } from '../../shared/protocols/mrs/namespaces.ts';
import { createSequence } from '../../shared/protocols/mrs/sequence-bodies.ts';
import { curlWords } from '../support/curl-words.ts';
import { python } from '../support/exchangelib.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';

const hasCurl = requireTool('curl', 'curl');
const hasRequestsNtlm = requireTool(
  'python3 with requests_ntlm',
  'python3-requests-ntlm',
  spawnSync(python, ['-c', 'import requests_ntlm']).status === 0,
);

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await runCmdlet(lab, 'contoso', 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -MRSProxyEnabled $true');
});
afterAll(() => lab.close());

const url = 'https://mail.contoso.test/EWS/mrsproxy.svc';
const message = writeMrsMessage({
  ...{ action: actions.createSequence, messageId: 'urn:uuid:1', replyTo: anonymous, to: url },
  body: createSequence({ acksTo: anonymous, offered: 'urn:uuid:2' }),
}).toString();

function run(file: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, words, { env }, (failure, out, error) => {
      if (failure !== null) reject(new Error(`${file}: ${error}`));
      else resolve(out);
    });
  });
}

/** Status of a session's opening, and whether there is one. */
async function byCurl(password: string): Promise<string> {
  const fixed = curlWords(lab, '--ntlm');
  const post = ['--user', `CONTOSO\\administrator:${password}`, '--header', 'Content-Type: application/soap+xml', '--data-binary', message];
  const out = await run('curl', [...fixed, ...post, '--write-out', ' %{http_code}', url], { PATH: process.env['PATH'] });
  return `${out.slice(-3)} ${out.includes('CreateSequenceResponse')}`;
}

async function byAxios(password: string): Promise<string> {
  const httpsAgent = new Agent({ keepAlive: true, ca: lab.names.ca });
  const client = NtlmClient({ username: 'administrator', password, domain: 'CONTOSO' }, { httpsAgent });
  const at = `https://localhost:${lab.names.hosts['mail.contoso.test']?.split(':')[1]}/EWS/mrsproxy.svc`;
  try {
    const { status, data } = await client.post<string>(at, message, { headers: { 'content-type': 'application/soap+xml; charset=utf-8' } });
    return `${status} ${data.includes('CreateSequenceResponse')}`;
  } catch (error) {
    if (error instanceof AxiosError) return `${error.response?.status} false`;
    throw error;
  } finally {
    httpsAgent.destroy();
  }
}

async function byRequests(password: string): Promise<string> {
  // requests-ntlm takes MD4 from OpenSSL, which keeps it among its legacy algorithms.
  const legacy = join(lab.dataDir, 'openssl-legacy.cnf');
  writeFileSync(legacy, legacyProvider);
  const { proxyUrl, caFile } = lab.endpoints;
  const variables = { HTTPS_PROXY: proxyUrl ?? '', REQUESTS_CA_BUNDLE: caFile, OPENSSL_CONF: legacy, COEXIST_MESSAGE: message };
  const words = [join(import.meta.dirname, 'mrsproxy', 'requests_ntlm_session.py'), 'CONTOSO\\administrator', password];
  const statuses = (await run(python, words, { ...process.env, ...variables })).trim().split('\n');
  expect(new Set(statuses).size).toBe(1);
  return statuses[0]?.toLowerCase() ?? '';
}

const legacyProvider = 'openssl_conf = init\n[init]\nproviders = providers\n[providers]\ndefault = on\nlegacy = on\n[on]\nactivate = 1\n';

describe.each([
  ['curl --ntlm, which binds nothing', hasCurl, byCurl, '401 false'],
  ['axios-ntlm, which binds nothing', true, byAxios, '401 false'],
  ['requests-ntlm, with MIC and channel binding', hasRequestsNtlm, byRequests, '200 true'],
])('%s', (_, isThere, attempt, whereRequired) => {
  test.skipIf(!isThere).each([
    ['None', '200 true'],
    ['Allow', '200 true'],
    ['Require', whereRequired],
  ])('extended protection %s: %s', async (checking, expected) => {
    const line = `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -ExtendedProtectionTokenChecking ${checking}`;
    await runCmdlet(lab, 'contoso', line);
    expect(await attempt(lab.password)).toBe(expected);
    expect(await attempt('wrong')).toBe('401 false');
  });
});
