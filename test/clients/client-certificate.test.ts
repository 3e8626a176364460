import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { iisLog } from '../../shared/journal/iis-log.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { envelope } from '../support/soap.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';

const hasTools = requireTool('curl', 'curl') && requireTool('openssl', 'openssl');
const run = promisify(execFile);
const inbox = envelope(
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
);
const directory = 'WebServicesVirtualDirectory "EWS (Default Web Site)"';
const day = 86_400_000;

describe.skipIf(!hasTools)('certificates of clients, made with openssl and shown by curl', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
  });
  afterEach(() => lab.reset());
  afterAll(() => lab.close());

  /** Files of a key and its certificate. `extensions`: as openssl's configuration has them. */
  async function issue(name: string, extensions: readonly string[], signer: 'authority' | 'itself' = 'authority') {
    const path = (kind: string): string => join(lab.dataDir, `${name}.${kind}`);
    writeFileSync(path('ext'), `${extensions.join('\n')}\n`);
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path('key')];
    await run('openssl', ['req', '-new', ...key, '-subj', `/CN=${name}`, '-out', path('csr')]);
    const { caFile } = lab.endpoints;
    const by =
      signer === 'itself' ? ['-signkey', path('key')] : ['-CA', caFile, '-CAkey', join(dirname(caFile), 'ca-key.pem'), '-CAcreateserial'];
    await run('openssl', ['x509', '-req', '-in', path('csr'), ...by, '-days', '30', '-extfile', path('ext'), '-out', path('pem')]);
    return ['--cert', path('pem'), '--key', path('key')];
  }
  const named = (userName: string) => [`subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:${userName}`, 'extendedKeyUsage=clientAuth'];

  /** What came of a request: status, IIS's words of it, the check that failed, who it was, and whether curl was asked for a certificate. */
  async function curl(...words: readonly string[]) {
    const fixed = [
      '--disable',
      '--verbose',
      '--silent',
      '--max-time',
      '20',
      '--proxy',
      lab.endpoints.proxyUrl ?? '',
      '--cacert',
      lab.endpoints.caFile,
    ];
    const post = ['--header', 'Content-Type: text/xml', '--data-binary', inbox, 'https://mail.contoso.test/EWS/Exchange.asmx'];
    const { stdout, stderr } = await run('curl', [...fixed, ...words, ...post], { env: { PATH: process.env['PATH'] } });
    const trace = /^< x-coexist-trace: (\S+)/im.exec(stderr)?.[1] ?? '';
    const record = await lab.exchangeOf({ headers: { 'x-coexist-trace': trace } });
    const server = { name: 'EX', fqdn: 'ex', version: { major: 15, minor: 2, majorBuild: 1, minorBuild: 1 } };
    return {
      status: record.status,
      iis: iisLog.line(server, record)?.split(' ').slice(-4, -1).join(' '),
      failed: record.verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check,
      caller: record.caller,
      isAsked: /Request CERT/i.test(stderr),
      body: stdout,
    };
  }

  test('nobody is asked for one until the virtual directory takes it; then it signs in, and passwords still do', async () => {
    const mary = await issue('mary', named('mary@contoso.test'));
    expect(await curl(...mary)).toMatchObject({ status: 401, isAsked: false });
    await runCmdlet(lab, 'contoso', `Set-${directory} -CertificateAuthentication $true`);
    const signedIn = await curl(...mary);
    expect(signedIn).toMatchObject({ status: 200, isAsked: true, caller: 'mary@contoso.test', failed: undefined });
    expect(signedIn.body).toContain('NoError');
    expect(await curl('--user', `CONTOSO\\rob:${lab.password}`)).toMatchObject({ status: 200, caller: 'rob@contoso.test' });
    expect(await curl()).toMatchObject({ status: 401, isAsked: true });
    await runCmdlet(lab, 'contoso', 'Disable-ADAccount mary');
    expect(await curl(...mary)).toMatchObject({ status: 401, iis: '401 1 1331', failed: 'account.enabled' });
    await runCmdlet(lab, 'contoso', `Set-${directory} -CertificateAuthentication $false`);
    expect(await curl(...mary)).toMatchObject({ status: 401, isAsked: false });
  });

  test('what is wrong with others', async () => {
    await runCmdlet(lab, 'contoso', `Set-${directory} -CertificateAuthentication $true`);
    const [own, usage] = [
      named('mary@contoso.test'),
      ['subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:mary@contoso.test', 'extendedKeyUsage=serverAuth'],
    ];
    expect(await curl(...(await issue('self', own, 'itself')))).toMatchObject({ iis: '403 16 2148204809', failed: 'certificate.chain' });
    expect(await curl(...(await issue('usage', usage)))).toMatchObject({ iis: '403 16 2148204809', failed: 'certificate.usage' });
    expect(await curl(...(await issue('none', ['subjectAltName=email:mary@contoso.test'])))).toMatchObject({
      iis: '401 1 1326',
      failed: 'certificate.user',
    });
    expect(await curl(...(await issue('nobody', named('nobody@contoso.test'))))).toMatchObject({
      iis: '401 1 1326',
      failed: 'certificate.user',
    });
    const mary = await issue('late', own);
    await lab.clock.advance(31 * day);
    expect(await curl(...mary)).toMatchObject({ iis: '403 17 2148204801', failed: 'certificate.time', body: '' });
  });
});
