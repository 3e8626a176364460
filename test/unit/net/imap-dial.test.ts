import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createPatience, type Patience } from '../../../shared/kernel/patience.ts';
import { calmSeams } from '../../../shared/kernel/seams.ts';
import { runInTransactionScope } from '../../../shared/kernel/transaction-scope.ts';
import { type CertificateStore, createCertificateStore } from '../../../shared/net/certificates.ts';
import { createDialer } from '../../../shared/net/dialer.ts';
import type { ImapCall } from '../../../shared/net/imap-dial.ts';
import { canRunDovecot, type Dovecot, dovecotPassword, dovecotProgram, startDovecot } from '../../support/dovecot.ts';
import { createMemoryRecorder } from '../../support/recorder.ts';
import { type ImapScript, startScriptedImap } from '../../support/scripted-imap.ts';
import { requireTool } from '../../support/tools.ts';

const clock = { now: () => Date.UTC(2026, 10, 21) };
let certificates: CertificateStore;
const cleanUp: (() => unknown)[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-imap-'));
  certificates = await createCertificateStore({ folder, realNow: () => Date.now() });
  return () => rm(folder, { recursive: true });
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

function open(port: number, patience?: Patience) {
  const recorder = createMemoryRecorder();
  const dialer = createDialer({
    ...{ caPem: certificates.caPem, clock, recorder, seams: calmSeams, patience },
    resolve: (host) => (host.endsWith('.source.test') ? { address: '127.0.0.1', port } : 'unknown'),
  });
  cleanUp.push(() => dialer.close());
  const imap = (changes: Partial<ImapCall> = {}) =>
    dialer.imap({
      ...{ host: 'imap.source.test', port: 993, security: 'Ssl', service: 'migration', organization: 'contoso-cloud' },
      ...{ timeoutMs: 5_000, idleMs: 5_000, ...changes },
    });
  return { imap, recorder };
}

describe.skipIf(!requireTool(dovecotProgram, 'dovecot-imapd (and be root)', canRunDovecot()))('of a Dovecot', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    const { certPem, chain, keyPem } = await certificates.leafFor(['imap.source.test']);
    dovecot = await startDovecot({ cert: [certPem, ...chain].join(''), key: keyPem });
    return () => dovecot.stop();
  }, 30_000);
  const signIn = { userName: 'ann', password: dovecotPassword };

  test('folders and messages are read, and nothing of them changes', async () => {
    const at = new Date('2019-03-04T05:06:07Z');
    await dovecot.as('ann', async (client) => {
      await client.mailboxCreate('Projects/Löwe');
      await client.append('INBOX', 'Subject: one\r\n\r\nfirst\r\n', ['\\Flagged'], at);
      await client.append('INBOX', 'Subject: two\r\n\r\nsecond\r\n', ['\\Seen', '\\Answered']);
    });
    for (const [security, port] of [
      ['Ssl', dovecot.imaps],
      ['Tls', dovecot.imap],
      ['None', dovecot.imap],
    ] as const) {
      const { imap, recorder } = open(port);
      const link = await imap({ security, signIn });
      expect((await link.folders()).map(({ names, use }) => `${names.join('|')} ${use}`).toSorted()).toEqual([
        ...['Drafts \\Drafts', 'INBOX \\Inbox', 'Projects|Löwe null', 'Sent \\Sent', 'Trash \\Trash'],
      ]);
      expect(await link.select('INBOX')).toEqual({ uidValidity: expect.stringMatching(/^\d+$/), exists: 2 });
      const messages = await link.messages();
      expect(messages).toMatchObject([{ uid: 1, received: at.getTime(), size: 23 }, { uid: 2 }]);
      expect(messages.map(({ flags }) => flags.filter((flag) => flag !== '\\Recent').toSorted())).toEqual([
        ['\\Flagged'],
        ['\\Answered', '\\Seen'],
      ]);
      expect(String(await link.message(1))).toBe('Subject: one\r\n\r\nfirst\r\n');
      expect(await link.message(77)).toBeUndefined();
      await link.select('Sent');
      expect(await link.messages()).toEqual([]);
      link.close();
      expect(recorder.exchanges).toMatchObject([{ outcome: 'answered', start: { protocol: 'imap', host: 'imap.source.test' } }]);
    }
  });

  test.each<[ImapCall['security'], 'imap' | 'imaps']>([
    ['Ssl', 'imaps'],
    ['Tls', 'imap'],
    ['None', 'imap'],
  ])('by %s, a connection without a sign-in ends when it stands', async (security, door) => {
    const { imap, recorder } = open(dovecot[door]);
    (await imap({ security })).close();
    expect(recorder.exchanges).toMatchObject([{ outcome: 'answered' }]);
  });

  test.each<[string, Partial<ImapCall>, string]>([
    ['a wrong password', { signIn: { ...signIn, password: 'no' } }, 'SignInRefused'],
    ['a certificate for another name', { host: 'other.source.test' }, 'CertificateRefused'],
    ['a name that nobody has', { host: 'imap.nowhere.test' }, 'NameNotFound'],
  ])('%s is refused', async (_what, changes, code) => {
    const { imap, recorder } = open(dovecot.imaps);
    await expect(imap({ signIn, ...changes })).rejects.toMatchObject({ code });
    expect(recorder.exchanges).toMatchObject([{ outcome: 'refused', facts: { code } }]);
  });

  test('a certificate is looked at after STARTTLS as well', async () => {
    await expect(open(dovecot.imap).imap({ signIn, security: 'Tls', host: 'other.source.test' })).rejects.toMatchObject({
      code: 'CertificateRefused',
    });
  });
});

async function scripted(greeting: string, answer: ImapScript): Promise<number> {
  const server = await startScriptedImap(greeting, answer);
  cleanUp.push(() => server.close());
  return server.port;
}

const plain: Partial<ImapCall> = { security: 'None', signIn: { userName: 'ann', password: 'x' } };

const ready = '* OK [CAPABILITY IMAP4rev1] ready\r\n';

test('who says nothing is waited for as long as is said, and no longer', async () => {
  const port = await scripted('', () => '');
  await expect(open(port).imap({ ...plain, timeoutMs: 50 })).rejects.toMatchObject({ code: 'Timeout' });
});

test('while something is held a server need not answer; then it is waited for as long as ever', async () => {
  const silent: ImapScript = (tag, command) =>
    command === 'LOGIN' ? `${tag} OK [CAPABILITY IMAP4rev1] in\r\n` : command === 'EXAMINE' ? '' : `${tag} OK done\r\n`;
  const port = await scripted(ready, silent);
  const patience = createPatience();
  const [held, other] = [await open(port, patience).imap({ ...plain, idleMs: 50 }), await open(port).imap({ ...plain, idleMs: 50 })];
  const goOn = patience.hold();
  let isOver = false;
  const asked = held.select('INBOX').finally(() => {
    isOver = true;
  });
  await expect(other.select('INBOX')).rejects.toMatchObject({ code: 'Timeout' });
  expect(isOver).toBe(false);
  goOn();
  await expect(asked).rejects.toMatchObject({ code: 'Timeout' });
});

test('a server that throttles says for how long; nobody waits here', async () => {
  const port = await scripted('* OK [CAPABILITY IMAP4rev1] ready\r\n', (tag, command) =>
    command === 'LOGIN' ? `${tag} NO Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n` : `${tag} OK done\r\n`,
  );
  await expect(open(port).imap(plain)).rejects.toMatchObject({ code: 'Throttled', values: { BackoffMs: '299961' } });
});

test.each<[string, string, string, string]>([
  ['connections by code', 'NO [LIMIT] Account has too many sessions', 'Throttled', 'Account has too many sessions'],
  ['connections by another code', 'NO [UNAVAILABLE] Later', 'Throttled', 'Later'],
  ['requests', 'NO [THROTTLED] Rate limit', 'Throttled', 'Rate limit'],
  ['connections in words', 'NO Too many simultaneous connections', 'Throttled', 'Too many simultaneous connections'],
  ['sessions of Exchange', 'BAD User is authenticated but not connected.', 'Throttled', 'User is authenticated but not connected.'],
  ['no such password', 'NO [AUTHENTICATIONFAILED] No', 'SignInRefused', 'No'],
])('of a sign-in that a server refuses it is told why: %s', async (_what, said, code, reply) => {
  const port = await scripted(ready, (tag, command) => (command === 'LOGIN' ? `${tag} ${said}\r\n` : `${tag} OK done\r\n`));
  await expect(open(port).imap(plain)).rejects.toMatchObject({ code, values: { Reply: expect.stringContaining(reply) } });
});

test('a server that takes nobody by password, and one that says goodbye', async () => {
  const disabled = await scripted('* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\r\n', (tag, command) =>
    command === 'CAPABILITY' ? `* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n${tag} OK done\r\n` : `${tag} OK done\r\n`,
  );
  await expect(open(disabled).imap(plain)).rejects.toMatchObject({ code: 'SignInRefused', values: { Reply: 'Login is disabled' } });
  const full = await scripted('* BYE Too many connections from your address\r\n', () => '');
  await expect(open(full).imap(plain)).rejects.toMatchObject({ code: 'Throttled' });
  const ending = await scripted(ready, (tag, command, socket) => {
    if (command !== 'EXAMINE') return `${tag} OK done\r\n`;
    socket.end('* BYE Shutting down\r\n');
    return '';
  });
  const link = await open(ending).imap(plain);
  await expect(link.select('INBOX')).rejects.toMatchObject({ code: 'ConnectionReset' });
});

test('a folder that a server does not open leaves the session as it is', async () => {
  const port = await scripted(ready, (tag, command) => {
    if (command === 'EXAMINE') return `${tag} NO [NOPERM] Not yours\r\n`;
    return `${tag} OK done\r\n`;
  });
  const { imap, recorder } = open(port);
  const link = await imap(plain);
  for (const path of ['One', 'Two'])
    await expect(link.select(path)).rejects.toMatchObject({ code: 'CommandRefused', values: { Reply: 'Not yours' } });
  link.close();
  expect(recorder.exchanges).toMatchObject([{ outcome: 'answered' }]);
});

test('a server without STARTTLS is told from one whose TLS fails', async () => {
  const port = await scripted('* OK [CAPABILITY IMAP4rev1] ready\r\n', (tag) => `${tag} OK done\r\n`);
  await expect(open(port).imap({ ...plain, security: 'Tls' })).rejects.toMatchObject({ code: 'NoTls' });
  await expect(open(port).imap({ ...plain, security: 'Ssl' })).rejects.toMatchObject({ code: 'TlsFailed' });
});

test('nobody dials inside a transaction', async () => {
  const { imap } = open(1);
  await expect(runInTransactionScope(() => imap(plain))).rejects.toThrow(/while a transaction is open/);
});
