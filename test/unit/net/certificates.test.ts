import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CertificateVariant, createCertificateStore, type ServerCertificate } from '../../../shared/net/certificates.ts';
import { requireTool } from '../../support/tools.ts';

const now = Date.now();
const day = 86_400_000;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coexist-certificates-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const open = (changes: { permittedNames?: string[]; at?: number } = {}) =>
  createCertificateStore({ folder, realNow: () => changes.at ?? now, permittedNames: changes.permittedNames ?? [] });
const names = ['mail.contoso.test', 'autodiscover.contoso.test', 'localhost', '127.0.0.1', '::1'];
const mode = async (path: string) => ((await stat(join(folder, path))).mode & 0o777).toString(8);

/** The error of a client that trusts only `ca` and asks for `servername`; undefined when it is content. */
async function handshake({ certPem, keyPem, chain }: ServerCertificate, ca: string, servername: string): Promise<string | undefined> {
  const server = createServer({ cert: [certPem, ...chain].join(''), key: keyPem });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const client: TLSSocket = connect({ host: '127.0.0.1', port: address.port, ca, ...(servername === '127.0.0.1' ? {} : { servername }) });
  try {
    return await new Promise((resolve) => {
      client.once('secureConnect', () => resolve(undefined));
      client.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
  } finally {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

test('an empty folder gets an authority and a certificate that clients accept for each of its names', async () => {
  const store = await open();
  const leaf = await store.leafFor(names);
  const certificate = new X509Certificate(leaf.certPem);
  expect(store.caFile).toBe(join(folder, 'ca.pem'));
  expect(await readFile(store.caFile, 'utf8')).toBe(store.caPem);
  expect(certificate.checkIssued(new X509Certificate(store.caPem))).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(leaf.keyPem))).toBe(true);
  expect(certificate.validFromDate.getTime()).toBe(Math.floor((now - day) / 1_000) * 1_000);
  expect(certificate.validToDate.getTime()).toBe(Math.floor((now + 397 * day) / 1_000) * 1_000);
  for (const name of ['mail.contoso.test', 'autodiscover.contoso.test', 'localhost', '127.0.0.1']) {
    expect(await handshake(leaf, store.caPem, name)).toBeUndefined();
  }
  expect(certificate.checkIP('::1')).toBe('::1');
  expect(await handshake(leaf, store.caPem, 'smtp.contoso.test')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});

test('keys are for the owner only', async () => {
  const store = await open();
  await store.leafFor(names);
  await store.authorityFor({ commonName: 'below', issuedBy: 'installation' });
  expect([await mode('.'), await mode('ca-key.pem'), await mode('issued')]).toEqual(['700', '600', '700']);
  const issued = await readdir(join(folder, 'issued'));
  expect(issued).toHaveLength(2);
  for (const file of issued) expect(await mode(join('issued', file))).toBe('600');
});

test('the next start reads files and loads no certificate library', async () => {
  const first = await open();
  const leaf = await first.leafFor(names);
  const before = Object.keys(createRequire(import.meta.url).cache);
  const second = await open();
  expect(await second.leafFor([...names].map((name) => name.toUpperCase()))).toEqual(leaf);
  expect(second.caPem).toBe(first.caPem);
  expect(Object.keys(createRequire(import.meta.url).cache)).toEqual(before);
  const script = `import { createCertificateStore } from '${new URL('../../../shared/net/certificates.ts', import.meta.url).href}';
    import { writeSync } from 'node:fs';
    const store = await createCertificateStore({ folder: process.argv[1], realNow: () => ${now} });
    await store.leafFor(${JSON.stringify(names)});
    writeSync(1, String('Reflect' in globalThis && 'metadata' in Reflect));`;
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script, folder], { encoding: 'utf8' })).toBe('false');
});

test('many callers at once, in two stores on one folder, end with one authority', async () => {
  const stores = await Promise.all([open(), open(), open()]);
  expect(new Set(stores.map(({ caPem }) => caPem)).size).toBe(1);
  const [store] = stores;
  const leaves = await Promise.all([store.leafFor(names), store.leafFor(names), store.leafFor(names)]);
  expect(new Set(leaves).size).toBe(1);
  for (const other of stores) expect(await handshake(await other.leafFor(names), store.caPem, 'mail.contoso.test')).toBeUndefined();
  expect((await readdir(folder)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
});

test('an authority that another process is just replacing, key first, is waited for', async () => {
  await open();
  const other = join(folder, 'other');
  const { caPem } = await createCertificateStore({ folder: other, realNow: () => now });
  await writeFile(join(folder, 'ca-key.pem'), await readFile(join(other, 'ca-key.pem')));
  const opening = open();
  await passed(20);
  await writeFile(join(folder, 'ca.pem'), caPem);
  expect((await opening).caPem).toBe(caPem);
});

test('a certificate close to its end is replaced at the next start, and so is a file that is none', async () => {
  const leaf = await (await open()).leafFor(names);
  const later = await (await open({ at: now + 380 * day })).leafFor(names);
  expect(new X509Certificate(later.certPem).validToDate.getTime()).toBeGreaterThan(now + 700 * day);
  expect(later.certPem).not.toBe(leaf.certPem);
  const [file = ''] = await readdir(join(folder, 'issued'));
  await writeFile(join(folder, 'issued', file), later.certPem.slice(0, 100));
  expect((await (await open()).leafFor(names)).certPem).not.toBe(later.certPem);
});

test.each([
  ['expired', { notBefore: now - 30 * day, notAfter: now - day }, 'CERT_HAS_EXPIRED'],
  ['not yet valid', { notBefore: now + day, notAfter: now + 30 * day }, 'CERT_NOT_YET_VALID'],
] as const)('a certificate can be %s, and stays so', async (_, variant: CertificateVariant, error) => {
  const store = await open();
  const leaf = await store.leafFor(names, variant);
  expect(await handshake(leaf, store.caPem, 'mail.contoso.test')).toBe(error);
  expect(await (await open()).leafFor(names, variant)).toEqual(leaf);
  expect(await handshake(await store.leafFor(names), store.caPem, 'mail.contoso.test')).toBeUndefined();
});

test('a chain: an authority below the installation, one that nobody trusts, and a chain that is not sent', async () => {
  const store = await open();
  const below = await store.authorityFor({ commonName: 'Issuing', issuedBy: 'installation' });
  const chained = await store.leafFor(names, { issuer: below });
  expect(chained.chain).toEqual([below.certPem]);
  expect(await handshake(chained, store.caPem, 'mail.contoso.test')).toBeUndefined();
  expect(await handshake({ ...chained, chain: [] }, store.caPem, 'mail.contoso.test')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');

  const stranger = await store.authorityFor({ commonName: 'Stranger', issuedBy: 'itself' });
  const strange = await store.leafFor(names, { issuer: stranger });
  expect(await handshake(strange, store.caPem, 'mail.contoso.test')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  expect(await handshake(strange, stranger.certPem, 'mail.contoso.test')).toBeUndefined();

  const again = await open();
  expect(await again.authorityFor({ commonName: 'Issuing', issuedBy: 'installation' })).toEqual(below);
  expect(await again.leafFor(names, { issuer: below })).toEqual(chained);
});

test('a context for a listener comes with the channel binding of its certificate', async () => {
  const store = await open();
  const { certPem } = await store.leafFor(names);
  const identity = await store.secureContextFor(names);
  expect(identity.certificateHash.toString('hex')).toBe(new X509Certificate(certPem).fingerprint256.replaceAll(':', '').toLowerCase());
  expect(await store.secureContextFor(names)).toBe(identity);
});

test.each([
  [[], 'MalformedName'],
  [['mail contoso.test'], 'MalformedName'],
  [['../../ca-key.pem'], 'MalformedName'],
  [['-mail.contoso.test'], 'MalformedName'],
  [['mail..contoso.test'], 'MalformedName'],
  [[`${'a'.repeat(64)}.test`], 'MalformedName'],
  [Array.from({ length: 201 }, (_, index) => `host-${index}.test`), 'MalformedName'],
  [['mail.contoso.test', 'www.example.com'], 'NameNotPermitted'],
  [['example.com'], 'NameNotPermitted'],
  [['contest'], 'NameNotPermitted'],
  [['192.0.2.1'], 'NameNotPermitted'],
])('no certificate for %j', async (wanted, code) => {
  const store = await open();
  await expect(store.leafFor(wanted)).rejects.toMatchObject({ code });
  await expect(store.secureContextFor(wanted)).rejects.toMatchObject({ code });
  expect(await readdir(join(folder, 'issued'))).toEqual([]);
});

test('the list of permitted names can grow: same key, and what clients trusted before stays good', async () => {
  const first = await open({ permittedNames: ['outlook.office365.com'] });
  const before = await first.leafFor(['outlook.office365.com', ...names]);
  const second = await open({ permittedNames: ['partner.example'] });
  expect(second.caPem).not.toBe(first.caPem);
  const leaf = await second.leafFor(['mail.partner.example', 'outlook.office365.com']);
  expect(await handshake(leaf, second.caPem, 'mail.partner.example')).toBeUndefined();
  expect(await handshake(await second.leafFor(names), first.caPem, 'mail.contoso.test')).toBeUndefined();
  expect(await second.leafFor(['outlook.office365.com', ...names])).toEqual(before);
  expect((await open()).caPem).toBe(second.caPem);
});

describe("somebody else's authority", () => {
  async function replaceAuthority(): Promise<string> {
    const key = join(folder, 'ca-key.pem');
    const cert = join(folder, 'ca.pem');
    const other = await createCertificateStore({ folder: join(folder, 'other'), realNow: () => now });
    const { certPem, keyPem } = await other.authorityFor({ commonName: 'Contoso Lab Root', issuedBy: 'itself' });
    await Promise.all([writeFile(cert, certPem.replaceAll('\n', '\r\n')), writeFile(key, keyPem, { mode: 0o644 })]);
    return certPem;
  }

  test('is used, and its key locked away', async () => {
    const certPem = await replaceAuthority();
    const store = await open();
    expect(await handshake(await store.leafFor(['www.example.com']), certPem, 'www.example.com')).toBeUndefined();
    expect(await mode('ca-key.pem')).toBe('600');
  });

  test('is refused without its key, with another key, with octets that are none, or as a server certificate', async () => {
    await replaceAuthority();
    await rm(join(folder, 'ca-key.pem'));
    await expect(open()).rejects.toMatchObject({ code: 'UnusableAuthority', detail: expect.stringContaining('without its key') });
    const other = await createCertificateStore({ folder: join(folder, 'third'), realNow: () => now });
    const leaf = await other.leafFor(names);
    await writeFile(join(folder, 'ca-key.pem'), leaf.keyPem);
    await expect(open()).rejects.toMatchObject({ code: 'UnusableAuthority', detail: expect.stringContaining('P-256') });
    await writeFile(join(folder, 'ca.pem'), leaf.certPem);
    await expect(open()).rejects.toMatchObject({ code: 'UnusableAuthority', detail: expect.stringContaining('P-256') });
    await writeFile(join(folder, 'ca.pem'), 'nothing');
    await expect(open()).rejects.toMatchObject({ code: 'UnusableAuthority', detail: expect.stringContaining('cannot be read') });
  });

  test('is refused when it has run out: only our own is reissued', async () => {
    await replaceAuthority();
    await expect(open({ at: now + 4_000 * day })).rejects.toMatchObject({ code: 'UnusableAuthority' });
  });
});

test('our own authority is reissued when it has run out', async () => {
  const first = await open();
  const later = await open({ at: now + 4_000 * day });
  expect(later.caPem).not.toBe(first.caPem);
  expect(new X509Certificate(later.caPem).publicKey.equals(new X509Certificate(first.caPem).publicKey)).toBe(true);
});

describe.skipIf(!requireTool('openssl', 'openssl'))('openssl, in its strict mode', () => {
  const verify = async (certPem: string, chain: readonly string[] = []) => {
    await writeFile(join(folder, 'leaf.pem'), certPem);
    await writeFile(join(folder, 'chain.pem'), chain.join(''));
    const untrusted = chain.length === 0 ? [] : ['-untrusted', join(folder, 'chain.pem')];
    try {
      return execFileSync(
        'openssl',
        ['verify', '-x509_strict', '-CAfile', join(folder, 'ca.pem'), ...untrusted, join(folder, 'leaf.pem')],
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
    } catch (error) {
      return String((error as { stderr: string }).stderr);
    }
  };

  test('accepts what we issue', async () => {
    const store = await open({ permittedNames: ['outlook.office365.com'] });
    expect(await verify((await store.leafFor([...names, 'outlook.office365.com', '*.fabrikam.test'])).certPem)).toMatch(/: OK$/m);
    const below = await store.authorityFor({ commonName: 'Issuing', issuedBy: 'installation' });
    const chained = await store.leafFor(names, { issuer: below });
    expect(await verify(chained.certPem, chained.chain)).toMatch(/: OK$/m);
  });

  test.each([['www.example.com'], ['outlook.office365.com.example.com'], ['10.0.0.1']])('refuses %s under our authority', async (name) => {
    const store = await open({ permittedNames: ['outlook.office365.com'] });
    // Not through the store, which would refuse: what somebody with the key could do.
    const { issueLeaf } = await import('../../../shared/net/certificate-issuer.ts');
    const issuer = { certPem: store.caPem, keyPem: await readFile(join(folder, 'ca-key.pem'), 'utf8') };
    const { certPem } = await issueLeaf({ names: [name], validity: { notBefore: now - day, notAfter: now + day }, issuer });
    expect(await verify(certPem)).toContain('permitted subtree violation');
  });
});
