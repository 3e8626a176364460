import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { calmSeams } from '../../../shared/kernel/seams.ts';
import { runInTransactionScope } from '../../../shared/kernel/transaction-scope.ts';
import { type CertificateStore, createCertificateStore } from '../../../shared/net/certificates.ts';
import { createDialer } from '../../../shared/net/dialer.ts';
import type { ImapCall } from '../../../shared/net/imap-dial.ts';
import { canRunDovecot, type Dovecot, dovecotPassword, dovecotProgram, startDovecot } from '../../support/dovecot.ts';
import { createMemoryRecorder } from '../../support/recorder.ts';
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

function open(port: number) {
  const recorder = createMemoryRecorder();
  const dialer = createDialer({
    ...{ caPem: certificates.caPem, clock, recorder, seams: calmSeams },
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

/** A server that says what a script says to each command. */
async function scripted(greeting: string, answer: (tag: string, command: string) => string): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (greeting !== '') socket.write(greeting);
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').filter(Boolean)) {
        const [tag = '', command = ''] = line.split(' ');
        socket.write(answer(tag, command.toUpperCase()));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const plain: Partial<ImapCall> = { security: 'None', signIn: { userName: 'ann', password: 'x' } };

test('who says nothing is waited for as long as is said, and no longer', async () => {
  const port = await scripted('', () => '');
  await expect(open(port).imap({ ...plain, timeoutMs: 50 })).rejects.toMatchObject({ code: 'Timeout' });
});

test('a server that throttles says for how long; nobody waits here', async () => {
  const port = await scripted('* OK [CAPABILITY IMAP4rev1] ready\r\n', (tag, command) =>
    command === 'LOGIN' ? `${tag} NO Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n` : `${tag} OK done\r\n`,
  );
  await expect(open(port).imap(plain)).rejects.toMatchObject({ code: 'Throttled', values: { BackoffMs: '299961' } });
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
