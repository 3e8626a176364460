import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createPatience } from '../../../shared/kernel/patience.ts';
import { type CertificateStore, createCertificateStore } from '../../../shared/net/certificates.ts';
import { createSmtpHost, type SmtpHost } from '../../../shared/service/smtp-host.ts';
import { mechanisms } from '../../../shared/service/smtp-mechanisms.ts';
import type { SmtpLimits, SmtpProfile } from '../../../shared/service/smtp-profile.ts';
import type { SmtpDialogue } from '../../../shared/service/smtp-session.ts';
import { DatabaseAway } from '../../../shared/store/database-away.ts';
import { whileHeld } from '../../support/while-held.ts';
import { type Dialogue, openDialogue } from '../../wire/smtp/dialogue.ts';

const limits: SmtpLimits = {
  ...{ maxConnections: 5, maxMessageBytes: 1_000, maxHeldBytes: 1_500, maxRecipients: 2, maxRefusedRecipients: 3, maxErrors: 4 },
  ...{ idleTimeoutMs: 60_000, connectionTimeoutMs: 60_000 },
};
const features: SmtpProfile['features'] = {
  ...{ size: 'told', pipelining: true, dsn: true, enhancedStatusCodes: true, eightBitMime: true, chunking: true, xAnonymousTls: false },
};
const folder = mkdtempSync(join(tmpdir(), 'coexist-smtp-'));
let certificates: CertificateStore;
const ends: (() => void)[] = [];
beforeAll(async () => {
  certificates = await createCertificateStore({ folder, realNow: () => Date.now() });
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Served {
  readonly host: SmtpHost;
  connect(): Promise<Dialogue>;
}

/** A host that accepts everything, but for what a test changes. */
async function serve(
  dialogue: Partial<SmtpDialogue> = {},
  changed: Partial<SmtpLimits> = {},
  profile: Partial<SmtpProfile> = {},
): Promise<Served> {
  const { certPem, keyPem, chain } = await certificates.leafFor(['localhost']);
  const ok = async () => ({ code: 250, text: '2.0.0 OK' });
  const accepting: SmtpDialogue = {
    authenticate: async () => ({ code: 235, text: '2.7.0 Authentication successful' }),
    ...{ sender: ok, recipient: ok, message: ok, ...dialogue },
  };
  const host = createSmtpHost({
    ...{ name: 'host.test', greeting: () => 'host.test ready', limits: { ...limits, ...changed }, words: {}, features },
    tls: { certificate: { key: keyPem, cert: [certPem, ...chain].join('') } },
    signIn: { mechanisms: Object.keys(mechanisms), required: true, inPlainText: false },
    crowded: { connections: '4.3.2 too many', source: '4.3.2 too many of you' },
    ...profile,
    open: () => accepting,
    broken: () => {},
  });
  const server: Server = createServer((socket) => host.take(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const submission = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  ends.push(() => server.close());
  return {
    host,
    async connect() {
      const opened = await openDialogue({
        endpoints: { caFile: certificates.caFile, organizations: { contoso: { submission } } },
      } as never);
      ends.push(() => opened.end());
      return opened;
    },
  };
}

async function signedIn(served: Served): Promise<Dialogue> {
  const dialogue = await served.connect();
  await dialogue.startTls();
  expect(await dialogue.plain('mary', 'x')).toBe('235 2.7.0 Authentication successful');
  return dialogue;
}

async function beginMessage(served: Served): Promise<Dialogue> {
  const dialogue = await signedIn(served);
  for (const line of ['MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA']) await dialogue.say(line);
  return dialogue;
}

test('what comes on all connections together is bounded', async () => {
  const served = await serve();
  const [first, second] = await Promise.all([beginMessage(served), beginMessage(served)]);
  const half = 'x'.repeat(900);
  void first.send(half);
  await passed(50);
  expect(await second.send(`${half}\r\n.\r\n`)).toBe('452 4.3.1 Insufficient system resources');
  first.end();
  await passed(50);
  // What the first had sent counts no longer.
  for (const line of ['MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA']) await second.say(line);
  expect(await second.send(`${half}\r\n.\r\n`)).toBe('250 2.0.0 OK');
});

test('recipients of a message are bounded, and those that are refused', async () => {
  const crowded = await signedIn(await serve());
  await crowded.say('MAIL FROM:<a@b.test>');
  for (const name of ['c', 'd']) expect(await crowded.say(`RCPT TO:<${name}@d.test>`)).toMatch(/^250 /);
  expect(await crowded.say('RCPT TO:<e@d.test>')).toMatch(/^452 4\.5\.3 /);

  const harvested = await signedIn(await serve({ recipient: async () => ({ code: 550, text: '5.1.10 nobody' }) }));
  await harvested.say('MAIL FROM:<a@b.test>');
  for (const name of ['c', 'd', 'e', 'f']) expect(await harvested.say(`RCPT TO:<${name}@d.test>`)).toBe('550 5.1.10 nobody');
  expect([await harvested.hear(), await harvested.hear()]).toEqual([
    '421 4.7.0 Too many errors on this connection, closing transmission channel',
    '(closed)',
  ]);
});

test.each(['idleTimeoutMs', 'connectionTimeoutMs'] as const)('%s ends a connection', async (name) => {
  const { hear } = await signedIn(await serve({}, { [name]: 400 }));
  expect(await hear()).toMatch(name === 'idleTimeoutMs' ? /^451 4\./ : /^421 4\.4\./);
  expect(await hear()).toBe('(closed)');
});

test.each([
  ['idleTimeoutMs', /^451 4\./],
  ['connectionTimeoutMs', /^421 4\.4\./],
] as const)('%s stands while something is held, and holds afterwards', async (name, last) => {
  const patience = createPatience();
  const [patient, other] = [await serve({}, { [name]: 400 }, { patience }), await serve({}, { [name]: 400 })];
  const held = await signedIn(patient);
  const others = async (): Promise<void> => expect(await (await signedIn(other)).hear()).toMatch(last);
  expect(await whileHeld(patience, held.hear, others)).toMatch(last);
});

test('a step that fails is answered as one that may be tried again', async () => {
  const fail = (): Promise<never> => Promise.reject(new Error('the reason'));
  const temporary = '451 4.7.0 Temporary server error. Please try again later.';
  const unlucky = await serve({ authenticate: fail });
  const dialogue = await unlucky.connect();
  await dialogue.startTls();
  expect(await dialogue.plain('mary', 'x')).toBe(temporary);
  expect(await dialogue.say('MAIL FROM:<a@b.test>')).toMatch(/^530 /);

  const half = await serve({ message: fail });
  const sending = await beginMessage(half);
  expect(await sending.send('x\r\n.\r\n')).toBe(temporary);
});

test('while the database is away it is not the message that has to wait: the connection ends', async () => {
  const served = await serve({ message: () => Promise.reject(new DatabaseAway(new Error('write EPIPE'))) });
  const sending = await beginMessage(served);
  expect(await sending.send('x\r\n.\r\n')).toBe('421 4.3.2 Service not available');
  expect(await sending.hear()).toBe('(closed)');
});

test('a message under way is acknowledged although the host closes', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const served = await serve({
    async message() {
      await promise;
      return { code: 250, text: '2.0.0 stored' };
    },
  });
  const sending = await beginMessage(served);
  const answer = sending.send('x\r\n.\r\n');
  await passed(50);
  served.host.close();
  resolve();
  expect(await answer).toBe('250 2.0.0 stored');
  expect(await sending.say('NOOP')).toMatch(/^421 /);
});

test('a client that leaves in the middle of a message leaves nothing behind', async () => {
  let messages = 0;
  const served = await serve({
    async message() {
      messages += 1;
      return { code: 250, text: '2.0.0 OK' };
    },
  });
  const leaving = await beginMessage(served);
  void leaving.send('half of it\r\n');
  await passed(30);
  leaving.end();
  await passed(50);
  expect(messages).toBe(0);
});
