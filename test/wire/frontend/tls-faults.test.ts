import { type ConnectionOptions, connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { fetchedBy } from '../dns/fetched-by.ts';

const name = 'mail.fabrikam.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterEach(() => lab.faults.clear());
afterAll(() => lab.close());

/** The version that a client ends up with, or why there is none. */
function shaken(servername = name, options: ConnectionOptions = {}): Promise<string> {
  const [host, port] = (lab.names.hosts[servername] ?? '').split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), servername, ca: lab.names.ca, ...options }, () => {
      resolve(socket.getProtocol() ?? '');
      socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

const rule = (effect: object, match: object = { host: name }) => lab.faults.add({ id: 'tls', match, effect });

describe('another certificate', () => {
  test.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['missing-intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ])('%s: clients outside and the servers of others refuse it, for that name alone', async (shows, code) => {
    expect(await shaken()).toBe('TLSv1.3');
    rule({ kind: 'certificate', shows });
    expect(await shaken()).toBe(code);
    expect(await shaken('mail.contoso.test')).toBe('TLSv1.3');
    lab.faults.clear();
    rule({ kind: 'certificate', shows });
    expect(await fetchedBy(lab, 'contoso', name)).toBe('CertificateRefused');
    const met = await lab.exchanges({ service: 'frontend', outcome: 'fault' });
    expect(met.at(-1)).toMatchObject({ organization: 'fabrikam', host: name, faults: [{ rule: 'tls', kind: 'certificate' }] });
    lab.faults.clear();
    expect(await fetchedBy(lab, 'contoso', name)).toBe('200');
  });

  test('the authentication service shows one too', async () => {
    const host = 'login.microsoftonline.test';
    rule({ kind: 'certificate', shows: 'expired' }, { svc: 'azure-auth' });
    expect([await shaken(host), await shaken()]).toEqual(['CERT_HAS_EXPIRED', 'TLSv1.3']);
  });
});

describe('one old version alone', () => {
  test.each(['TLSv1', 'TLSv1.1'] as const)('%s: clients of today get none, others that', async (only) => {
    rule({ kind: 'tls-version', only }, { org: 'fabrikam' });
    expect(await shaken()).toMatch(/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/);
    expect(await shaken(name, { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' })).toBe(only);
    expect(await shaken('mail.contoso.test')).toBe('TLSv1.3');
    expect(await fetchedBy(lab, 'contoso', name)).toBe('TlsFailed');
  });

  test('what a rule lets by is a listener as ever; a connection can also end, or wait, before anything is said', async () => {
    lab.faults.add({ seam: 'tls.accept', match: { org: 'fabrikam' }, effect: { kind: 'latency', delayMs: 60 }, times: 1 });
    const startedAt = performance.now();
    expect(await shaken()).toBe('TLSv1.3');
    expect(performance.now() - startedAt).toBeGreaterThan(55);
    for (const kind of ['reset', 'refuse']) lab.faults.add({ seam: 'tls.accept', match: { org: 'fabrikam' }, effect: { kind }, times: 1 });
    expect([await shaken(), await shaken(), await shaken()]).toEqual(['ECONNRESET', 'ECONNRESET', 'TLSv1.3']);
  });
});
