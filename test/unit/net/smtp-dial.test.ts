import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createPatience, type Patience } from '../../../shared/kernel/patience.ts';
import { calmSeams, type Seams } from '../../../shared/kernel/seams.ts';
import { runInTransactionScope } from '../../../shared/kernel/transaction-scope.ts';
import type { TlsRange } from '../../../shared/net/agents.ts';
import { type CertificateStore, type CertificateVariant, createCertificateStore } from '../../../shared/net/certificates.ts';
import { createDialer } from '../../../shared/net/dialer.ts';
import type { SmtpCall, SmtpTls } from '../../../shared/net/smtp-dial.ts';
import { createMemoryRecorder } from '../../support/recorder.ts';
import { openScript, openSink, type SinkOptions } from '../../support/smtp-sink.ts';
import { whileHeld } from '../../support/while-held.ts';

const clock = { now: () => Date.UTC(2026, 10, 21) };
let certificates: CertificateStore;
const cleanUp: (() => unknown)[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-smtp-'));
  certificates = await createCertificateStore({ folder, realNow: () => Date.now() });
  return () => rm(folder, { recursive: true });
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const opportunistic: SmtpTls = { use: 'opportunistic', level: 'EncryptionOnly', domain: 'fabrikam.test' };
const envelope = { sender: 'mary@contoso.test', recipients: [{ address: 'pat@fabrikam.test' }], messageId: '<1@contoso.test>' };
const octets = Buffer.from('Subject: Hello\r\n\r\n.dot\r\n');

function open(port: number, seams: Seams = calmSeams, tls?: TlsRange | 'none', patience?: Patience) {
  const recorder = createMemoryRecorder();
  const dialer = createDialer({
    caPem: certificates.caPem,
    clock,
    recorder,
    ...{ seams, patience },
    tlsOf: () => Promise.resolve(tls),
    resolve: (host) => (host === 'mail.fabrikam.test' || host === '127.0.0.1' ? { address: '127.0.0.1', port } : 'unknown'),
  });
  cleanUp.push(() => dialer.close());
  const smtp = (changes: Partial<SmtpCall> = {}) =>
    dialer.smtp({
      ...{ host: 'mail.fabrikam.test', port: 25, name: 'mail.contoso.test', tls: opportunistic, connector: 'Internet', protocolLog: true },
      ...{ service: 'smtp', organization: 'contoso', timeoutMs: 5_000, idleMs: 5_000 },
      ...changes,
    });
  return { smtp, recorder };
}

async function sink(options: SinkOptions = {}) {
  const opened = await openSink(options);
  cleanUp.push(opened.close);
  return opened;
}

async function secureSink(names = ['mail.fabrikam.test'], options: SinkOptions = {}, variant: CertificateVariant = {}) {
  const { keyPem: key, certPem, chain } = await certificates.leafFor(names, variant);
  return sink({ ...options, certificate: { key, cert: [certPem, ...chain].join('') } });
}

test('messages go one after another over one session, with TLS where it is offered; the journal has every line', async () => {
  const { port, messages } = await secureSink(['mail.fabrikam.test'], { engine: { size: 1_000 } });
  const { smtp, recorder } = open(port);
  const link = await smtp({ localAddress: '127.0.1.7' });
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  expect(await link.send({ ...envelope, traceparent }, octets)).toEqual(
    new Map([['pat@fabrikam.test', '250 2.6.0 Queued mail for delivery']]),
  );
  await link.send({ ...envelope, sender: '' }, octets);
  await link.close();
  expect(messages).toMatchObject([
    {
      sender: 'mary@contoso.test',
      recipients: ['pat@fabrikam.test'],
      text: octets.toString(),
      secure: true,
      from: '127.0.1.7',
      connection: 1,
    },
    { sender: '', connection: 1 },
  ]);
  const [session, first] = recorder.exchanges;
  expect(first).toMatchObject({ traceId: 'a'.repeat(32), outcome: 'answered', facts: { status: 250 } });
  expect(session).toMatchObject({ outcome: 'answered', start: { protocol: 'smtp', host: 'mail.fabrikam.test' } });
  const lines = session?.answer?.headers ?? [];
  expect(lines[0]).toBe('* attempting to connect');
  expect(lines[1]).toBe('+ ');
  expect(session?.facts.smtp).toMatchObject({
    ...{ connector: 'Internet', session: session?.spanId.toUpperCase(), remote: `127.0.0.1:${port}` },
    local: expect.stringMatching(/^127\.0\.1\.7:\d+$/),
  });
  expect(lines).toContain('> STARTTLS');
  expect(lines.find((line) => line.startsWith('* TLS'))).toMatch(
    /^\* TLS protocol SP_PROT_TLS1_3_CLIENT negotiation succeeded using bulk encryption algorithm CALG_AES_256 with strength 256 bits, MAC hash algorithm CALG_SHA_384/,
  );
  expect(lines.filter((line) => line.startsWith('> MAIL'))).toEqual(['> MAIL FROM:<mary@contoso.test> SIZE=24', '> MAIL FROM:<> SIZE=24']);
  expect(lines.at(-2)).toMatch(/^< 221 /);
  expect(lines.at(-1)).toBe('- ');
  expect(lines.join('\n')).not.toContain('dot');
});

test('each recipient has the reply that decided about it, and a refused transaction leaves the session usable', async () => {
  const { port, messages } = await sink({
    recipient: (address) =>
      address.startsWith('no') ? [550, `5.1.1 ${address} unknown`] : address.startsWith('wait') ? [450, '4.2.1 Busy'] : undefined,
    message: ({ text }) => (text.includes('spam') ? [554, '5.7.1 Rejected'] : undefined),
  });
  const link = await open(port).smtp();
  cleanUp.push(() => link.close());
  const to = (...names: string[]) => ({ ...envelope, recipients: names.map((name) => ({ address: `${name}@fabrikam.test` })) });
  expect(Object.fromEntries(await link.send(to('pat', 'nobody', 'wait'), octets))).toEqual({
    'pat@fabrikam.test': '250 2.6.0 Queued mail for delivery',
    'nobody@fabrikam.test': '550 5.1.1 nobody@fabrikam.test unknown',
    'wait@fabrikam.test': '450 4.2.1 Busy',
  });
  expect(Object.fromEntries(await link.send(to('no', 'wait'), octets))).toMatchObject({ 'wait@fabrikam.test': '450 4.2.1 Busy' });
  expect(Object.fromEntries(await link.send(to('pat'), Buffer.from('Subject: spam\r\n\r\n')))).toEqual({
    'pat@fabrikam.test': '554 5.7.1 Rejected',
  });
  expect(link.alive).toBe(true);
  await link.send(to('pat'), octets);
  expect(messages).toHaveLength(2);
});

test('DSN parameters and XOORG go to a server that takes them, and to no other', async () => {
  const offering = await openScript(['220 hi', '250-mail\r\n250-DSN\r\n250 XOORG', '250 ok', '250 ok', '354 go', '250 done', '221 bye']);
  const silent = await openScript(['220 hi', '250-mail\r\n250 HELP', '250 ok', '250 ok', '354 go', '250 done', '221 bye']);
  cleanUp.push(offering.close, silent.close);
  const given = {
    ...envelope,
    envelopeId: 'a+b',
    returns: 'HDRS',
    recipients: [{ address: 'pat@fabrikam.test', notify: ['SUCCESS', 'FAILURE'], original: 'patrick@fabrikam.test' }],
  } as const;
  for (const { port } of [offering, silent]) {
    const link = await open(port).smtp({ originatorOrganization: 'contoso.test' });
    await link.send(given, octets);
    await link.close();
  }
  expect(offering.heard.slice(1, 3)).toEqual([
    'MAIL FROM:<mary@contoso.test> RET=HDRS ENVID=a+2Bb XOORG=contoso.test',
    'RCPT TO:<pat@fabrikam.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;patrick@fabrikam.test',
  ]);
  expect(silent.heard.slice(1, 3)).toEqual(['MAIL FROM:<mary@contoso.test>', 'RCPT TO:<pat@fabrikam.test>']);
});

const required = (level: SmtpTls['level'], domain = 'mail.fabrikam.test'): SmtpTls => ({ use: 'required', level, domain });

test.each([
  ['EncryptionOnly', 'other.fabrikam.test', 'itself', undefined],
  ['CertificateValidation', 'other.fabrikam.test', 'installation', undefined],
  ['CertificateValidation', 'mail.fabrikam.test', 'itself', 'UntrustedRoot'],
  ['DomainValidation', 'mail.fabrikam.test', 'installation', undefined],
  ['DomainValidation', 'other.fabrikam.test', 'installation', 'SubjectMismatch'],
] as const)('under %s a certificate for %s, issued by %s: %s', async (level, name, issuedBy, status) => {
  const issuer = await certificates.authorityFor({ commonName: 'Somebody', issuedBy });
  const { port, messages } = await secureSink([name], {}, { issuer });
  const { smtp } = open(port);
  if (status === undefined) {
    const link = await smtp({ tls: required(level) });
    await link.send(envelope, octets);
    await link.close();
    expect(messages).toHaveLength(1);
  } else
    await expect(smtp({ tls: required(level) })).rejects.toMatchObject({ code: 'ServerCertificateRefused', values: { Status: status } });
});

test('an expired certificate is refused under CertificateValidation', async () => {
  const day = 86_400_000;
  const { port } = await secureSink(['mail.fabrikam.test'], {}, { notBefore: Date.now() - 9 * day, notAfter: Date.now() - day });
  await expect(open(port).smtp({ tls: required('CertificateValidation') })).rejects.toMatchObject({ values: { Status: 'CertExpired' } });
});

test('the client shows its certificate to a server that asks', async () => {
  const { keyPem: key, certPem: cert } = await certificates.leafFor(['mail.contoso.test']);
  const subjects: string[] = [];
  const { port } = await secureSink(['mail.fabrikam.test'], {
    engine: {
      requestCert: true,
      rejectUnauthorized: false,
      onSecure(socket, _session, done) {
        if (socket instanceof TLSSocket) subjects.push(socket.getPeerX509Certificate()?.subjectAltName ?? '');
        done();
      },
    },
  });
  const link = await open(port).smtp({ tls: { ...required('DomainValidation'), certificate: { cert, key } } });
  await link.close();
  expect(subjects).toEqual(['DNS:mail.contoso.test']);
});

test('TLS that is required and not offered ends the session; TLS versions without a common one end in TlsFailed, or without TLS', async () => {
  const plain = await sink();
  await expect(open(plain.port).smtp({ tls: required('EncryptionOnly') })).rejects.toMatchObject({ code: 'TlsNotOffered' });
  const old = await secureSink(['mail.fabrikam.test'], { engine: { maxVersion: 'TLSv1.2' } });
  for (const versions of [{ oldest: 'TLSv1.3', newest: 'TLSv1.3' }, 'none'] as const) {
    const { smtp } = open(old.port, calmSeams, versions);
    await expect(smtp({ tls: required('EncryptionOnly') })).rejects.toMatchObject({ code: 'TlsFailed' });
    const link = await smtp({ tls: opportunistic });
    await link.send(envelope, octets);
    await link.close();
  }
  expect(old.messages).toMatchObject([{ secure: false }, { secure: false }]);
  const two = await open(old.port).smtp({ tls: required('EncryptionOnly') });
  expect(two.tls?.version).toBe('TLSv1.2');
  await two.close();
});

test('a server that says no, says nothing, closes or does not exist is told by its refusal', async () => {
  const refusing = await openScript(['421 4.3.2 Service not available']);
  const mute = createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  cleanUp.push(refusing.close, () => mute.close());
  const mutePort = (mute.address() as { port: number }).port;
  await expect(open(refusing.port).smtp()).rejects.toMatchObject({
    code: 'SmtpReply',
    values: { Reply: '421 4.3.2 Service not available' },
  });
  await expect(open(mutePort).smtp({ timeoutMs: 100 })).rejects.toMatchObject({ code: 'Timeout' });
  await expect(open(1).smtp()).rejects.toMatchObject({ code: 'ConnectionRefused' });
  await expect(open(1).smtp({ host: 'nowhere.test' })).rejects.toMatchObject({ code: 'NameNotFound' });
});

test.each([
  ['MAIL', []],
  ['RCPT', ['250 ok']],
  ['DATA', ['250 ok', '250 ok']],
  ['the message', ['250 ok', '250 ok', '354 go']],
])('a server that has to go says so to %s: the session is over, and nobody was refused', async (_what, before) => {
  const going = await openScript(['220 hi', '250 mail', ...before, '421 4.3.2 Service not available']);
  cleanUp.push(going.close);
  const link = await open(going.port).smtp();
  await expect(link.send(envelope, octets)).rejects.toMatchObject({
    code: 'SmtpReply',
    values: { Reply: '421 4.3.2 Service not available' },
  });
  expect(link.alive).toBe(false);
});

test('a fault rule has it say so: the same, and the journal tells whose doing it was', async () => {
  const { port } = await sink();
  const seams: Seams = {
    at: (asked) => (asked === 'smtp.stage' ? { rule: 'r', effect: { kind: 'reply', code: 421, text: '4.3.2 x' } } : undefined),
  };
  const { smtp, recorder } = open(port, seams);
  const link = await smtp();
  await expect(link.send(envelope, octets)).rejects.toMatchObject({ code: 'SmtpReply', values: { Reply: '421 4.3.2 x' } });
  expect(link.alive).toBe(false);
  expect(recorder.exchanges[1]).toMatchObject({ outcome: 'fault' });
});

test('while something is held a server need not answer; then it is waited for as long as ever', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => void (String(chunk).startsWith('EHLO') && socket.write('250 mail\r\n')));
    socket.write('220 hi\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => server.close());
  const { port } = server.address() as { port: number };
  const patience = createPatience();
  const session = async (its?: Patience) => open(port, calmSeams, undefined, its).smtp({ idleMs: 50 });
  const link = await session(patience);
  const late = (sending: Promise<unknown>) => expect(sending).rejects.toMatchObject({ code: 'Timeout' });
  await whileHeld(
    patience,
    () => late(link.send(envelope, octets)),
    () => late(session().then((other) => other.send(envelope, octets))),
  );
});

test('a session that breaks in the midst of a message is refused, not taken for a reply', async () => {
  const { port, close } = await openScript(['220 hi', '250 mail', '250 ok', '250 ok', '354 go']);
  cleanUp.push(close);
  const { smtp, recorder } = open(port);
  const link = await smtp();
  await expect(link.send(envelope, octets)).rejects.toMatchObject({ code: 'ConnectionReset' });
  expect(link.alive).toBe(false);
  expect(recorder.exchanges[1]).toMatchObject({ outcome: 'aborted' });
});

test('a message beyond the limit that the server advertises is not sent', async () => {
  const { port } = await sink({ engine: { size: 20 } });
  const link = await open(port).smtp();
  cleanUp.push(() => link.close());
  expect([...(await link.send(envelope, octets)).values()]).toEqual([expect.stringMatching(/^552 5\.3\.4 /)]);
});

test('no session is opened inside a transaction, and fault rules act at dns, dial and smtp.stage', async () => {
  const { port } = await sink();
  await expect(runInTransactionScope(async () => open(port).smtp())).rejects.toThrow('while a transaction is open');
  const refuse = (seam: string): Seams => ({
    at: (asked) => (asked === seam ? { rule: 'r', effect: { kind: seam === 'smtp.stage' ? 'reset' : 'refuse' } } : undefined),
  });
  await expect(open(port, refuse('dns')).smtp()).rejects.toMatchObject({ code: 'NameNotFound' });
  await expect(open(port, refuse('dial')).smtp()).rejects.toMatchObject({ code: 'ConnectionRefused' });
  const link = await open(port, refuse('smtp.stage')).smtp();
  await expect(link.send(envelope, octets)).rejects.toMatchObject({ code: 'ConnectionReset' });
});
