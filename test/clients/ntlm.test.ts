import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeRecord } from '../../shared/journal/record.ts';
import { curlWords } from '../support/curl-words.ts';
import { hasExchangelib, python } from '../support/exchangelib.ts';
import { envelope } from '../support/soap.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { ask } from '../wire/admin/ask.ts';

const hasCurl = requireTool('curl', 'curl');

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const setExtendedProtection = (checking: string): Promise<unknown> =>
  ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/cmdlets', {
    line: `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -ExtendedProtectionTokenChecking ${checking}`,
    organization: 'contoso',
  });
afterEach(() => setExtendedProtection('Allow'));

const outcomeOf = (record: ExchangeRecord | undefined, check: string): string | undefined =>
  record?.verdict?.checks.find((one) => one.check === check)?.outcome;

/** Runs a program without blocking this process, in which the lab lives. */
function run(file: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: number; out: string; error: string }> {
  return new Promise((resolve, reject) => {
    execFile(file, words, { env }, (failure, out, error) => {
      if (failure !== null && typeof failure.code !== 'number') return reject(new Error(failure.message));
      resolve({ code: Number(failure?.code ?? 0), out, error });
    });
  });
}

const getFolder = envelope(
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
);

describe.skipIf(!hasCurl)('curl, through the forward proxy', () => {
  const mail = 'https://mail.contoso.test/EWS/Exchange.asmx';

  /** The exchanges that one run of curl made with the servers, in order; `lengths` are those of the bodies that it sent. */
  async function curl(scheme: string, userName: string, urls = [mail], password = lab.password) {
    const fixed = curlWords(lab, '--verbose');
    const post = ['--header', 'Content-Type: text/xml', '--data-binary', getFolder];
    const environment = { PATH: process.env['PATH'] };
    const { out, error } = await run('curl', [...fixed, scheme, '--user', `${userName}:${password}`, ...post, ...urls], environment);
    const traces = [...error.matchAll(/^< x-coexist-trace: (\S+)/gim)].map(([, trace = '']) => trace);
    const exchanges = await Promise.all(traces.map((trace) => lab.exchangeOf({ headers: { 'x-coexist-trace': trace } })));
    const lengths = [...error.matchAll(/^> Content-Length: (\d+)/gim)].map(([, length]) => Number(length));
    const connections = error.match(/CONNECT tunnel established/g)?.length;
    return { out, exchanges, lengths, connections, statuses: exchanges.map(({ status }) => status), challenges: error };
  }

  test('--ntlm: an offer without a body, the answer with it, and on with the same connection', async () => {
    const { out, exchanges, lengths, connections, statuses } = await curl('--ntlm', 'CONTOSO\\mary', [mail, mail]);
    expect(statuses).toEqual([401, 200, 200]);
    expect(lengths).toEqual([0, getFolder.length, getFolder.length]);
    expect(connections).toBe(1);
    expect(out.match(/<m:ResponseCode>NoError</g)).toHaveLength(2);
    expect(exchanges.map(({ code, outcome, caller }) => [code, outcome, caller])).toEqual([
      ['ntlm-handshake', 'answered', null],
      ['NoError', 'answered', 'mary@contoso.test'],
      ['NoError', 'answered', 'mary@contoso.test'],
    ]);
    expect(outcomeOf(exchanges[2], 'ntlm.connection')).toBe('passed');
    const answered = exchanges[1]?.verdict?.checks.filter(({ outcome }) => outcome !== 'passed').map(({ check }) => check);
    expect(answered).toEqual(['ntlm.integrity', 'ntlm.channel-binding']);
  });

  test.each(['mary', 'mary@contoso.test', 'contoso\\MARY'])('--ntlm as %s', async (userName) => {
    expect((await curl('--ntlm', userName)).statuses).toEqual([401, 200]);
  });

  test.each([
    ['CONTOSO\\mary', 'wrong', 'ntlm.response'],
    ['CONTOSO\\nobody', undefined, 'account.exists'],
    ['FABRIKAM\\mary', undefined, 'account.exists'],
    ['CONTOSO\\info', undefined, 'account.enabled'],
  ])('--ntlm as %s with %s is refused', async (userName, password, check) => {
    const { statuses, exchanges, out } = await curl('--ntlm', userName, [mail], password);
    expect([statuses, out]).toEqual([[401, 401], '']);
    expect(exchanges[1]).toMatchObject({ code: 'invalid-credentials', outcome: 'refused', caller: userName });
    expect(outcomeOf(exchanges[1], check)).toBe('failed');
  });

  test('--ntlm at Autodiscover, whose virtual directory asks for itself on the same connection', async () => {
    const autodiscover = 'https://mail.contoso.test/autodiscover/autodiscover.xml';
    const { exchanges } = await curl('--ntlm', 'CONTOSO\\mary', [autodiscover]);
    expect(exchanges.map(({ service, status }) => [service, status])).toEqual([
      ['autodiscover', 401],
      ['autodiscover', 200],
    ]);
    const both = await curl('--ntlm', 'CONTOSO\\mary', [autodiscover, mail]);
    expect(both.exchanges.at(2)).toMatchObject({ service: 'ews', status: 401, code: 'no-credentials' });
  });

  test('Exchange Online offers none', async () => {
    const { statuses, challenges } = await curl('--ntlm', 'mary@contoso.test', ['https://outlook.office365.test/EWS/Exchange.asmx']);
    expect(statuses).toEqual([401]);
    expect(challenges).not.toMatch(/^< www-authenticate: (?:NTLM|Negotiate)/im);
  });

  test.each(['--negotiate', '--anyauth'])('%s means Kerberos to curl, which has no ticket: 401', async (scheme) => {
    const { statuses, exchanges } = await curl(scheme, 'CONTOSO\\mary');
    expect(statuses.every((status) => status === 401)).toBe(true);
    expect(exchanges.at(-1)).toMatchObject({ outcome: 'refused' });
  });

  test('where extended protection is required curl cannot sign in: it sends no channel binding', async () => {
    await setExtendedProtection('Require');
    const { statuses, exchanges } = await curl('--ntlm', 'CONTOSO\\mary');
    expect(statuses).toEqual([401, 401]);
    expect(outcomeOf(exchanges[1], 'ntlm.channel-binding')).toBe('failed');
  });
});

test('ews-javascript-api with its NTLM provider', async () => {
  const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1);
  // The provider makes an agent of its own, which knows neither the world's names nor its CA.
  const port = lab.names.hosts['mail.contoso.test']?.split(':')[1];
  const api = new XhrApi({ rejectUnauthorized: false });
  service.XHRApi = api.useNtlmAuthentication('CONTOSO\\mary', lab.password);
  service.Credentials = new ews.WebCredentials('CONTOSO\\mary', lab.password);
  service.Url = new ews.Uri(`https://localhost:${port}/EWS/Exchange.asmx`);
  const inbox = await ews.Folder.Bind(service, ews.WellKnownFolderName.Inbox);
  expect(inbox.TotalCount).toBeGreaterThan(0);
  const last = async () => (await lab.exchanges({ service: 'ews', caller: 'mary@contoso.test' })).at(-1);
  await expect.poll(async () => outcomeOf(await last(), 'ntlm.response')).toBe('passed');
});

describe.skipIf(!hasExchangelib)('exchangelib', () => {
  test.each(['Allow', 'Require'])(
    'signs in with MIC and channel binding: extended protection %s',
    async (checking) => {
      await setExtendedProtection(checking);
      const begin = (await lab.exchanges({ service: 'ews' })).at(-1)?.sequence ?? 0;
      const file = join(lab.dataDir, 'endpoints-for-ntlm.json');
      writeFileSync(file, JSON.stringify(lab.endpoints));
      // requests-ntlm takes MD4 from OpenSSL, which keeps it among its legacy algorithms.
      const legacy = join(lab.dataDir, 'openssl-legacy.cnf');
      writeFileSync(legacy, legacyProvider);
      const { proxyUrl, caFile } = lab.endpoints;
      const variables = { COEXIST_ENDPOINTS: file, HTTPS_PROXY: proxyUrl ?? '', REQUESTS_CA_BUNDLE: caFile };
      const words = [join(import.meta.dirname, 'exchangelib', 'ntlm.py')];
      const { code, out, error } = await run(python, words, { ...process.env, ...variables, OPENSSL_CONF: legacy });
      expect([code, error]).toEqual([0, '']);
      const checks = out.split('\n').flatMap((line): { ok: boolean }[] => (line.startsWith('{') ? [JSON.parse(line)] : []));
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(checks).toHaveLength(7);
      const signedIn = (await lab.exchanges({ service: 'ews', afterSequence: begin })).filter(
        (record) => outcomeOf(record, 'ntlm.response') === 'passed',
      );
      expect(signedIn.length).toBeGreaterThan(0);
      for (const record of signedIn) {
        expect([outcomeOf(record, 'ntlm.integrity'), outcomeOf(record, 'ntlm.channel-binding')]).toEqual(['passed', 'passed']);
      }
    },
    60_000,
  );
});

const legacyProvider = 'openssl_conf = init\n[init]\nproviders = providers\n[providers]\ndefault = on\nlegacy = on\n[on]\nactivate = 1\n';
