import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { digestKeys } from '../../shared/domain/identity/digest-keys.ts';
import { curlWords } from '../support/curl-words.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { envelope } from '../support/soap.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';

const run = promisify(execFile);
const url = 'https://mail.contoso.test/EWS/Exchange.asmx';
const inbox = envelope(
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
);
const directory = 'WebServicesVirtualDirectory "EWS (Default Web Site)"';

describe.skipIf(!requireTool('curl', 'curl'))('Digest, as curl speaks it', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
  });
  afterEach(() => lab.reset());
  afterAll(() => lab.close());

  const offered = (flag: boolean) => runCmdlet(lab, 'contoso', `Set-${directory} -DigestAuthentication $${flag}`);
  /** Statuses of a request's answers, one after another, and who it was at last. */
  async function curl(user: string, password = lab.password, ...words: readonly string[]) {
    const fixed = curlWords(lab, '--verbose');
    const post = ['--digest', '--user', `${user}:${password}`, '--header', 'Content-Type: text/xml', '--data-binary', inbox];
    const { stderr } = await run('curl', [...fixed, ...post, ...words, url], { env: { PATH: process.env['PATH'] } });
    const traces = [...stderr.matchAll(/^< x-coexist-trace: (\S+)/gim)].map(([, trace = '']) => trace);
    const record = await lab.exchangeOf({ headers: { 'x-coexist-trace': traces.at(-1) ?? '' } });
    const statuses = [...stderr.matchAll(/^< HTTP\/[\d.]+ (\d{3})(?! Connection)/gm)].map(([, status]) => Number(status));
    return { statuses, caller: record.caller, failed: record.verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check };
  }

  /** An answer to a challenge, made by hand. */
  async function answer(header: string, method = 'POST') {
    const got = await lab.https(url, { method, headers: { 'content-type': 'text/xml', authorization: header }, body: inbox });
    const failed = (await lab.exchangeOf(got)).verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check;
    const challenge = /Digest qop=.*?realm="[^"]*"(?:,stale=true)?/.exec(String(got.headers['www-authenticate'] ?? ''))?.[0];
    return { status: got.status, failed, challenge };
  }

  test('is not offered until the virtual directory takes it', async () => {
    expect(await curl('CONTOSO\\mary')).toMatchObject({ statuses: [401] });
    await offered(true);
    for (const user of ['CONTOSO\\mary', 'mary', 'mary@contoso.test'])
      expect(await curl(user)).toEqual({ statuses: [401, 200], caller: 'mary@contoso.test', failed: undefined });
    expect(await curl('mary', 'wrong')).toMatchObject({ failed: 'digest.response' });
    expect(await curl('nobody')).toMatchObject({ failed: 'account.exists' });
    expect(await runCmdlet(lab, 'contoso', `Get-${directory}`)).toMatchObject([
      { DigestAuthentication: true, WindowsAuthentication: true },
    ]);
    await offered(false);
    expect(await curl('mary')).toMatchObject({ statuses: [401] });
  });

  test('a new password counts, and so do a disabled account and a name that was changed', async () => {
    await offered(true);
    await runCmdlet(lab, 'contoso', 'Set-User mary -Password N3w-Pa55word');
    expect(await curl('mary')).toMatchObject({ failed: 'digest.response' });
    expect(await curl('mary', 'N3w-Pa55word')).toMatchObject({ statuses: [401, 200] });
    await runCmdlet(lab, 'contoso', 'New-Mailbox Ann -UserPrincipalName ann@contoso.test -Password Ann-Pa55word');
    expect(await curl('ann@contoso.test', 'Ann-Pa55word')).toMatchObject({ statuses: [401, 200], caller: 'ann@contoso.test' });
    await runCmdlet(lab, 'contoso', 'Disable-ADAccount mary');
    expect(await curl('mary', 'N3w-Pa55word')).toMatchObject({ failed: 'account.enabled' });
  });

  test('an answer is for one request, and is taken once', async () => {
    await offered(true);
    const { createHash } = await import('node:crypto');
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const { challenge = '' } = await answer('Digest x');
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
    expect(challenge).toMatch(/^Digest qop="auth",algorithm=MD5-sess,nonce="[^"]{32}",charset=utf-8,realm="contoso\.test"$/);
    const written = (count: number, changes: Readonly<Record<string, string>> = {}): string => {
      const one = {
        username: 'mary',
        realm: 'contoso.test',
        uri: '/EWS/Exchange.asmx',
        qop: 'auth',
        algorithm: 'MD5-sess',
        nonce,
        ...changes,
      };
      const nc = count.toString(16).padStart(8, '0');
      const key = md5(`${md5(`mary:contoso.test:${lab.password}`)}:${one.nonce}:c`);
      const response = md5(`${key}:${one.nonce}:${nc}:c:auth:${md5(`POST:${one.uri}`)}`);
      const { algorithm, qop, ...quoted } = one;
      const texts = Object.entries(quoted).map(([name, value]) => `${name}="${value}"`);
      return `Digest ${[...texts, `algorithm=${algorithm}`, `qop=${qop}`, `nc=${nc}`, 'cnonce="c"', `response="${response}"`].join(', ')}`;
    };
    expect(await answer(written(2))).toMatchObject({ status: 200 });
    expect(await answer(written(1))).toMatchObject({ status: 200 });
    for (const count of [2, 0]) {
      const again = await answer(written(count));
      expect(again).toMatchObject({ status: 401, failed: 'digest.nonce' });
      expect(again.challenge).toMatch(/,stale=true$/);
    }
    expect(await answer(written(3, { uri: '/EWS/Services.wsdl' }))).toMatchObject({ failed: 'digest.request' });
    expect(await answer(written(3, { realm: 'elsewhere' }))).toMatchObject({ failed: 'digest.request' });
    expect(await answer(written(3, { nonce: 'bm8gbm9uY2Ugb2Ygb3Vycw==' }))).toMatchObject({ failed: 'digest.nonce' });
    expect(await answer(written(3).replace('nc=00000003', 'nc=3'))).toMatchObject({ failed: 'digest.header' });
    expect(await answer(`${written(3)}, nc=00000003`)).toMatchObject({ failed: 'digest.header' });
    await lab.clock.advance(301_000);
    expect(await answer(written(4))).toMatchObject({ status: 401, failed: 'digest.nonce' });
  });

  test('nothing is kept for it in the cloud', () => {
    const names = { samAccountName: 'joe', userPrincipalName: 'joe@contoso.test' };
    const organization = { name: 'contoso-cloud', domains: ['contoso.test'], netbiosName: 'CONTOSO' };
    expect(digestKeys({ ...organization, kind: 'cloud' }, names, 'x')).toBeUndefined();
    expect(Object.keys(digestKeys({ ...organization, kind: 'on-premises' }, names, 'x') ?? {})).toEqual([
      'joe',
      'CONTOSO\\joe',
      'contoso\\joe',
      'joe@contoso.test',
    ]);
  });
});
