import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDialer } from '../../shared/net/dialer.ts';
import { type Presented, presented } from '../support/presented.ts';
import { createMemoryRecorder } from '../support/recorder.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';

interface Shown {
  readonly Thumbprint: string;
  readonly Services: string;
  readonly Status: string;
  readonly Subject: string;
  readonly CertificateDomains: readonly string[];
  readonly HasPrivateKey: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'coexist-csr-'));
const openssl = (...words: readonly string[]): string => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' }).toString();
const base64 = (name: string): string => readFileSync(join(folder, name)).toString('base64');

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = <Value = Shown>(line: string) => runCmdlet<Value>(lab, 'contoso', line);
const shownTo = (name: string): Promise<Presented> =>
  presented(Number(lab.endpoints.hosts['mail.contoso.test']?.split(':').at(-1)), name, lab.names.ca);

/** Asks for a certificate and has it issued by the lab's authority; gives the name of its file (DER). */
async function issue(name: string, domains: readonly string[]): Promise<string> {
  const line = `New-ExchangeCertificate -GenerateRequest -KeySize 2048 -SubjectName "c=GB, s=London, l=London, o=Contoso, cn=${domains[0]}" -DomainName ${domains.join(',')} -PrivateKeyExportable $True`;
  const [made] = await run<{ readonly Request: string }>(line);
  writeFileSync(join(folder, `${name}.csr`), made?.Request ?? '');
  const ca = dirname(lab.endpoints.caFile);
  const authority = ['-CA', join(ca, 'ca.pem'), '-CAkey', join(ca, 'ca-key.pem'), '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...authority,
    '-copy_extensions',
    'copyall',
    '-days',
    '30',
    '-outform',
    'DER',
    '-out',
    `${name}.cer`,
  );
  return `${name}.cer`;
}

describe.skipIf(!requireTool('openssl', 'openssl'))('a certificate of an authority, by openssl', () => {
  test('the request is one', async () => {
    await issue('first', ['mail.contoso.test', 'autodiscover.contoso.test']);
    expect(execFileSync('openssl', ['req', '-in', 'first.csr', '-verify', '-noout'], { cwd: folder, stdio: 'pipe' }).toString()).toBe('');
    const text = openssl('req', '-in', 'first.csr', '-noout', '-text');
    expect(text).toMatch(/Subject: C ?= ?GB, ST ?= ?London, L ?= ?London, O ?= ?Contoso, CN ?= ?mail\.contoso\.test/);
    expect(text).toMatch(/DNS:mail\.contoso\.test, DNS:autodiscover\.contoso\.test/);
    expect(text).toMatch(/Public-Key: \(2048 bit\)/);
    const waiting = (await run('Get-ExchangeCertificate')).filter(({ Status }) => Status === 'PendingRequest');
    expect(waiting).toMatchObject([
      { Subject: 'C=GB, S=London, L=London, O=Contoso, CN=mail.contoso.test', HasPrivateKey: true, Services: 'None' },
    ]);
  });

  test('it is imported, enabled in pairs of digits, and presented', async () => {
    expect((await shownTo('mail.contoso.test')).certificate.subject.O).toBe('coexist');
    const [imported] = await run(`Import-ExchangeCertificate -FileData ${base64('first.cer')}`);
    expect(imported).toMatchObject({
      CertificateDomains: ['mail.contoso.test', 'autodiscover.contoso.test'],
      Status: 'Valid',
      Services: 'None',
    });
    const pairs = imported?.Thumbprint.toLowerCase().match(/../g)?.join(' ');
    await run(`Enable-ExchangeCertificate -Thumbprint ${pairs} -Services "SMTP, IIS"`);
    expect(await run(`Get-ExchangeCertificate ${imported?.Thumbprint}`)).toMatchObject([{ Services: 'IIS, SMTP' }]);
    const shown = await shownTo('mail.contoso.test');
    expect(shown).toMatchObject({ trusted: true, certificate: { fingerprint: imported?.Thumbprint.match(/../g)?.join(':') } });
    // Whoever came by this machine's own name has no business with it.
    expect((await shownTo('localhost')).certificate.subject.O).toBe('coexist');
    await expect(run(`Import-ExchangeCertificate -FileData ${base64('first.cer')}`)).rejects.toThrow(/already exists/);
  });

  test('PKCS #7 brings the one that waits', async () => {
    const file = await issue('second', ['other.contoso.test']);
    openssl('x509', '-inform', 'DER', '-in', file, '-out', 'second.pem');
    openssl('crl2pkcs7', '-nocrl', '-certfile', 'second.pem', '-outform', 'DER', '-out', 'second.p7b');
    const [imported] = await run(`Import-ExchangeCertificate -FileData ${base64('second.p7b')} -FriendlyName Other`);
    expect(imported).toMatchObject({ CertificateDomains: ['other.contoso.test'], FriendlyName: 'Other' });
    await expect(run(`Import-ExchangeCertificate -FileData "bm90aGluZw=="`)).rejects.toThrow(/takes a certificate, or PKCS #7/);
  });

  test('a name that the certificate lacks breaks callers, and IIS has one certificate', async () => {
    const [other] = (await run('Get-ExchangeCertificate')).filter(
      ({ CertificateDomains }) => CertificateDomains[0] === 'other.contoso.test',
    );
    await run(`Enable-ExchangeCertificate ${other?.Thumbprint} -Services IIS`);
    expect(await run('Get-ExchangeCertificate')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Thumbprint: other?.Thumbprint, Services: 'IIS' }),
        expect.objectContaining({ CertificateDomains: ['mail.contoso.test', 'autodiscover.contoso.test'], Services: 'SMTP' }),
      ]),
    );
    expect(await shownTo('mail.contoso.test')).toMatchObject({
      trusted: false,
      problem: expect.stringMatching(/ERR_TLS_CERT_ALTNAME_INVALID|Hostname/),
    });
    const [address = '', port = ''] = (lab.endpoints.hosts['mail.contoso.test'] ?? '').split(':');
    const dialer = createDialer({
      resolve: () => Promise.resolve({ address, port: Number(port) }),
      caPem: lab.names.ca,
      clock: { now: () => 0 },
      recorder: createMemoryRecorder(),
      seams: { at: () => undefined },
    });
    try {
      const url = 'https://mail.contoso.test/EWS/healthcheck.htm';
      const call = dialer.https({ url, method: 'GET', service: 'test', timeoutMs: 5_000, maxBytes: 1_000 });
      await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/Tls|Certificate/i) });
    } finally {
      await dialer.close();
    }
    await run(`Remove-ExchangeCertificate ${other?.Thumbprint}`);
    expect((await shownTo('mail.contoso.test')).trusted).toBe(true);
  });
});
