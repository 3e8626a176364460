import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { texts } from '../wire/ews/answers.ts';
import { runChecks } from './run-checks.ts';

const archive = '/usr/share/davmail/davmail.jar';
const hasDavMail = requireTool('davmail', 'davmail-server', existsSync(archive) && spawnSync('java', ['-version']).status === 0);
const python = '/usr/bin/python3';
const hasPython = requireTool('python3', 'python3', existsSync(python));

describe.skipIf(!hasDavMail || !hasPython)('DavMail as Debian ships it, certificates checked', () => {
  let lab: TestLab;
  let trust: readonly string[];
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    lab = await openTestLab();
    trust = trustOf(lab);
  });
  afterEach(async () => {
    for (const child of running.splice(0)) await ended(child);
  });
  afterAll(() => lab.close());

  test('IMAP and SMTP of a mailbox', async () => {
    const { imap, smtp } = await startDavMail(trust);
    const script = join(import.meta.dirname, 'davmail', 'mail.py');
    const count = await runChecks([python, script, String(imap), String(smtp), 'mary@contoso.test', lab.password], {});
    expect(count).toBeGreaterThanOrEqual(48);
  }, 120_000);

  test('CalDAV of a calendar', async () => {
    const { caldav } = await startDavMail(trust);
    const script = join(import.meta.dirname, 'davmail', 'caldav.py');
    const count = await runChecks([python, script, String(caldav), 'mary@contoso.test', lab.password], {});
    expect(count).toBeGreaterThanOrEqual(23);
    const { body } = await lab.ews(
      'rob@contoso.test',
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
        '<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="Planung"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>' +
        '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
    );
    expect(texts(body, 'Subject')).toEqual(['Planung']);
  }, 120_000);

  test('CalDAV of meetings between two people', async () => {
    const { caldav } = await startDavMail(trust);
    const script = join(import.meta.dirname, 'davmail', 'meetings.py');
    const count = await runChecks([python, script, String(caldav), 'mary@contoso.test', 'rob@contoso.test', lab.password], {});
    expect(count).toBe(22);
  }, 120_000);

  test('a CA that is not trusted keeps it out', async () => {
    const { imap } = await startDavMail([]);
    const script = "import imaplib, sys; imaplib.IMAP4('127.0.0.1', int(sys.argv[1]), timeout=30)";
    const { stderr } = await promisify(execFile)(python, ['-c', script, String(imap)]).catch((error) => error as { stderr: string });
    expect(stderr).toContain('User rejected certificate');
  }, 60_000);

  /** DavMail between a mail program and a host of the world, which it reaches by the forward proxy. */
  async function startDavMail(trusting: readonly string[]): Promise<{ imap: number; smtp: number; caldav: number }> {
    const [imap, smtp, caldav] = [await freePort(), await freePort(), await freePort()];
    const proxy = new URL(lab.endpoints.proxyUrl ?? '');
    const home = join(lab.dataDir, `davmail-${imap}`);
    mkdirSync(home);
    const settings = {
      'davmail.server': 'true',
      'davmail.mode': 'EWS',
      'davmail.url': 'https://mail.contoso.test/EWS/Exchange.asmx',
      'davmail.imapPort': imap,
      'davmail.smtpPort': smtp,
      'davmail.caldavPort': caldav,
      'davmail.bindAddress': '127.0.0.1',
      'davmail.enableProxy': 'true',
      'davmail.proxyHost': proxy.hostname,
      'davmail.proxyPort': proxy.port,
      'davmail.disableUpdateCheck': 'true',
      'davmail.logFilePath': join(home, 'davmail.log'),
      'log4j.rootLogger': 'WARN',
    };
    const file = join(home, 'davmail.properties');
    writeFileSync(
      file,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const child = spawn('java', [...trusting, '-Djava.awt.headless=true', `-Duser.home=${home}`, '-jar', archive, '-notray', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    await listening(child);
    return { imap, smtp, caldav };
  }
});

const storePassword = 'changeit';

/** Words that make Java trust the lab's CA and nothing else. */
function trustOf({ dataDir, endpoints }: TestLab): readonly string[] {
  const file = join(dataDir, 'davmail-trust.p12');
  const words = ['-importcert', '-noprompt', '-alias', 'lab', '-file', endpoints.caFile, '-keystore', file, '-storepass', storePassword];
  const { status, stdout, stderr } = spawnSync('keytool', words, { encoding: 'utf8' });
  expect([status, `${stdout}${stderr}`]).toEqual([0, expect.any(String)]);
  return [`-Djavax.net.ssl.trustStore=${file}`, `-Djavax.net.ssl.trustStorePassword=${storePassword}`];
}

/** A port that nobody listens at: DavMail takes 0 for its default one. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let out = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (/listening|started/i.test(out)) resolve();
      });
    }
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`DavMail ended with ${code}: ${out.slice(-2_000)}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.on('close', () => resolve());
    child.kill('SIGKILL');
  });
}
