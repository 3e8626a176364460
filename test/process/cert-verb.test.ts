import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { stepText, trustPlan } from '../../services/cli/ca-trust.ts';
import { coexist, type Ended } from '../support/lab-process.ts';
import { requireTool } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'coexist-cert-'));
const caFile = join(folder, '.coexist', 'certificates', 'ca.pem');
let caPem: string;
let fingerprint: string;
beforeAll(() => {
  mkdirSync(join(folder, '.coexist', 'certificates'), { recursive: true });
  cpSync(join(inject('installation'), 'certificates', 'ca.pem'), caFile);
  caPem = readFileSync(caFile, 'utf8');
  fingerprint = new X509Certificate(caPem).fingerprint256;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = (...words: readonly string[]): Promise<Ended> => coexist(words, { cwd: folder });

describe('export', () => {
  test('PEM and DER are the certificate, no lab has to run, and no key goes along', async () => {
    expect(await cli('cert', 'export')).toMatchObject({ code: 0, out: caPem, err: '' });
    expect((await cli('cert', 'export', '--format', 'der', '--out', 'ca.der')).code).toBe(0);
    expect(new X509Certificate(readFileSync(join(folder, 'ca.der'))).fingerprint256).toBe(fingerprint);
    expect(caPem).not.toContain('PRIVATE KEY');
    expect((await cli('cert', 'export', '--format', 'der')).code).toBe(2);
    expect((await cli('cert', 'export', '--format', 'pfx')).code).toBe(2);
    const elsewhere = await cli('cert', 'export', '--data-dir', 'none');
    expect(elsewhere).toMatchObject({ code: 1, err: expect.stringContaining('no lab is running') });
  });

  test.skipIf(!requireTool('openssl', 'openssl'))('PKCS #12 is what OpenSSL reads, under its password alone', async () => {
    expect((await cli('cert', 'export', '--format', 'p12', '--out', 'trust.p12')).code).toBe(0);
    const read = (password: string) =>
      spawnSync('openssl', ['pkcs12', '-in', 'trust.p12', '-nokeys', '-passin', `pass:${password}`], { cwd: folder, encoding: 'utf8' });
    expect(new X509Certificate(read('changeit').stdout.replace(/^[\s\S]*?(?=-----BEGIN)/, '')).fingerprint256).toBe(fingerprint);
    expect(read('other').stderr).toContain('Mac verify error');
  });

  test.skipIf(!requireTool('keytool', 'default-jre-headless'))(
    'Java takes it for an authority, and the script makes its old form',
    { timeout: 60_000 },
    async () => {
      await cli('cert', 'export', '--format', 'p12', '--out', 'java.p12');
      const list = (keystore: string): string =>
        execFileSync('keytool', ['-list', '-keystore', keystore, '-storepass', 'changeit', '-J-Duser.language=en'], {
          cwd: folder,
          encoding: 'utf8',
        });
      expect(list('java.p12')).toMatch(/coexist-[0-9a-f]{8}, .*trustedCertEntry/);
      expect(list('java.p12')).toContain(fingerprint);
      writeFileSync(join(folder, 'make.sh'), (await cli('cert', 'export', '--format', 'jks-script')).out);
      execFileSync('sh', ['make.sh'], { cwd: folder, stdio: 'ignore' });
      expect(list('coexist-trust.jks')).toContain(fingerprint);
    },
  );
});

describe('trust', () => {
  test('puts the CA where it is told, and takes it away again', async () => {
    const anchors = join(folder, 'anchors');
    mkdirSync(anchors);
    const planned = await cli('cert', 'trust', '--folder', 'anchors', '--dry-run');
    expect([planned.code, planned.out]).toEqual([
      0,
      expect.stringMatching(/^would do:\n {2}install -m 644 .*ca\.pem .*anchors\/coexist-[0-9a-f]{8}\.crt\n$/),
    ]);
    expect(readdirSync(anchors)).toEqual([]);
    expect((await cli('cert', 'trust', '--folder', 'anchors')).code).toBe(0);
    const [file = ''] = readdirSync(anchors);
    expect(readFileSync(join(anchors, file), 'utf8')).toBe(caPem);
    expect((await cli('cert', 'untrust', '--folder', 'anchors')).code).toBe(0);
    expect(existsSync(join(anchors, file))).toBe(false);
  });

  test('what is not ours to do is printed, not done: exit code 3', async () => {
    const java = await cli('cert', 'trust', '--java', '--json');
    expect([java.code, JSON.parse(java.out)]).toEqual([
      3,
      {
        done: false,
        byHand: expect.any(String),
        commands: [
          expect.stringMatching(/^keytool -importcert -noprompt -file .*ca\.pem -cacerts -storepass changeit -alias coexist-\w{8}$/),
        ],
      },
    ]);
    expect((await cli('cert', 'untrust', '--java', '--dry-run')).out).toMatch(/^ {2}keytool -delete -cacerts .*-alias coexist-\w{8}$/m);
    expect(await cli('cert', 'trust', '--folder', 'no-such-folder')).toMatchObject({
      code: 3,
      out: expect.stringMatching(/^ {2}sudo install -m 644 /m),
    });
  });

  const facts = { caFile: '/lab/ca file.pem', isWritable: () => false };
  const lines = (store: NodeJS.Platform, verb: 'trust' | 'untrust', isFolder: (path: string) => boolean = () => true): readonly string[] =>
    trustPlan({ ...facts, verb, store, caPem, isFolder }).steps.map((step) =>
      stepText(step, { caFile: facts.caFile, asRoot: store === 'linux' }),
    );
  test('each system has its own way', () => {
    expect(lines('linux', 'trust')).toEqual([
      expect.stringMatching(/^sudo install -m 644 '\/lab\/ca file\.pem' \/usr\/local\/share\/ca-certificates\/coexist-\w{8}\.crt$/),
      'sudo update-ca-certificates',
    ]);
    expect(lines('linux', 'untrust')[1]).toBe('sudo update-ca-certificates --fresh');
    expect(lines('linux', 'trust', (path) => path.startsWith('/etc/pki'))[1]).toBe('sudo update-ca-trust extract');
    expect(lines('linux', 'trust', () => false)).toEqual([]);
    expect(lines('darwin', 'trust')).toEqual(["security add-trusted-cert -r trustRoot -p ssl '/lab/ca file.pem'"]);
    expect(lines('win32', 'trust')).toEqual(["certutil -user -addstore Root '/lab/ca file.pem'"]);
    expect(lines('win32', 'untrust')[0]).toMatch(/^certutil -user -delstore Root [0-9a-f]{40}$/);
    expect(lines('freebsd', 'trust')).toEqual([]);
  });
});
