import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { dirname, join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { iisLog } from '../../shared/journal/iis-log.ts';
import { present } from '../../shared/kernel/assert.ts';
import { curlWords } from '../support/curl-words.ts';
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

/** The status of a request on a connection of its own, and whether its TLS session was there before. */
function statusBy(agent: Agent, port: number): Promise<{ readonly status: number | undefined; readonly isReused: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/xml', host: 'mail.contoso.test' };
    const sent = request({ agent, port, host: '127.0.0.1', path: '/EWS/Exchange.asmx', method: 'POST', headers }, (response) => {
      const isReused = (response.socket as TLSSocket).isSessionReused();
      response.resume().once('end', () => resolve({ status: response.statusCode, isReused }));
    });
    sent.once('error', reject).end(inbox);
  });
}

describe.skipIf(!hasTools)('certificates of clients, made with openssl and shown by curl', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
  });
  afterEach(() => lab.reset());
  afterAll(() => lab.close());

  /** Files of a key and its certificate. `extensions`: as openssl's configuration has them. */
  async function issue(
    name: string,
    extensions: readonly string[],
    signer: 'authority' | 'itself' | { readonly other: string } = 'authority',
  ) {
    const path = (kind: string): string => join(lab.dataDir, `${name}.${kind}`);
    writeFileSync(path('ext'), `${extensions.join('\n')}\n`);
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path('key')];
    await run('openssl', ['req', '-new', ...key, '-subj', `/CN=${name}`, '-out', path('csr')]);
    const { caFile } = lab.endpoints;
    if (typeof signer === 'object') {
      const other = (kind: string): string => join(lab.dataDir, `${signer.other}.${kind}`);
      const issuer = ['-CA', other('pem'), '-CAkey', other('key'), '-CAcreateserial'];
      await run('openssl', ['x509', '-req', '-in', path('csr'), ...issuer, '-days', '30', '-extfile', path('ext'), '-out', path('own')]);
      // What curl sends: the certificate and those above it.
      writeFileSync(path('pem'), readFileSync(path('own'), 'utf8') + readFileSync(other('pem'), 'utf8'));
      return ['--cert', path('pem'), '--key', path('key')];
    }
    const by =
      signer === 'itself' ? ['-signkey', path('key')] : ['-CA', caFile, '-CAkey', join(dirname(caFile), 'ca-key.pem'), '-CAcreateserial'];
    await run('openssl', ['x509', '-req', '-in', path('csr'), ...by, '-days', '30', '-extfile', path('ext'), '-out', path('pem')]);
    return ['--cert', path('pem'), '--key', path('key')];
  }
  const named = (userName: string) => [`subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:${userName}`, 'extendedKeyUsage=clientAuth'];

  /** What came of a request: status, IIS's words of it, the check that failed, who it was, and whether curl was asked for a certificate. */
  async function curl(...words: readonly string[]) {
    const fixed = curlWords(lab, '--verbose');
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

  test('other authorities may stand between, if the client sends them', async () => {
    await runCmdlet(lab, 'contoso', `Set-${directory} -CertificateAuthentication $true`);
    const [own, ca] = [
      named('mary@contoso.test'),
      (length: string) => [`basicConstraints=critical,CA:TRUE${length}`, 'keyUsage=critical,keyCertSign'],
    ];
    await issue('issuing', ca(''));
    const mary = await issue('below', own, { other: 'issuing' });
    expect(await curl(...mary)).toMatchObject({ status: 200, caller: 'mary@contoso.test', failed: undefined });
    // A session that is taken up again carries the client's certificate and not those above it.
    const [cert, key, ca0] = [mary[1], mary[3], lab.endpoints.caFile].map((path) => readFileSync(path ?? ''));
    const agent = new Agent({ ...(cert && { cert }), ...(key && { key }), ...(ca0 && { ca: ca0 }), servername: 'mail.contoso.test' });
    const port = Number(present(lab.endpoints.hosts['mail.contoso.test'], 'the listener').split(':').at(-1));
    const again = [await statusBy(agent, port), await statusBy(agent, port)];
    expect(again).toEqual([
      { status: 200, isReused: false },
      { status: 200, isReused: true },
    ]);
    // Without the one in between.
    const alone = ['--cert', join(lab.dataDir, 'below.own'), ...mary.slice(2)];
    expect(await curl(...alone)).toMatchObject({ iis: '403 16 2148204809', failed: 'certificate.chain' });
    await issue('none-below', ca(',pathlen:0'));
    await issue('too-low', ca(''), { other: 'none-below' });
    expect(await curl(...(await issue('last', own, { other: 'too-low' })))).toMatchObject({ failed: 'certificate.chain' });
    await issue('no-authority', ['basicConstraints=CA:FALSE']);
    expect(await curl(...(await issue('forged', own, { other: 'no-authority' })))).toMatchObject({ failed: 'certificate.chain' });
  });

  test('required of everybody, whatever he signs in with', async () => {
    const flags = (value: string) =>
      runCmdlet(
        lab,
        'contoso',
        `Set-WebConfigurationProperty -Filter system.webServer/security/access -Name sslFlags -Value '${value}' -PSPath 'IIS:\\' -Location 'Default Web Site/EWS'`,
      );
    const password = ['--user', `CONTOSO\\rob:${lab.password}`];
    await flags('Ssl,SslNegotiateCert,SslRequireCert');
    expect(await curl(...password)).toMatchObject({ iis: '403 7 5', failed: 'certificate.shown', isAsked: true, body: '' });
    const mary = await issue('mary', named('mary@contoso.test'));
    // It opens the connection and, as long as certificates do not sign in, nothing else.
    expect(await curl(...mary)).toMatchObject({ status: 401 });
    expect(await curl(...mary, ...password)).toMatchObject({ status: 200, caller: 'rob@contoso.test' });
    expect(await curl(...(await issue('self', named('mary@contoso.test'), 'itself')), ...password)).toMatchObject({
      iis: '403 16 2148204809',
    });
    await runCmdlet(lab, 'contoso', `Set-${directory} -CertificateAuthentication $true`);
    expect(await curl(...mary)).toMatchObject({ status: 200, caller: 'mary@contoso.test' });
    await expect(flags('Everything')).rejects.toThrow(/SslRequireCert/);
    await flags('Ssl');
    expect(await curl(...password)).toMatchObject({ status: 200 });
  });
});
