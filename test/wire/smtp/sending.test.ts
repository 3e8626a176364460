import { expect, test } from 'vitest';
import { protocolLogLines } from '../../../shared/journal/smtp-receive-log.ts';
import { dns, sendingStart } from '../../support/sending-ground.ts';
import { sendingTests } from './sending-tests.ts';

const minute = 60_000;
const sending = sendingTests();
const { fabrikam, connector } = sending;

async function tracked() {
  const rows = await sending.ground.store.read.selectFrom('tracking_event').selectAll().orderBy('number').execute();
  return rows.map(({ event, source, facts }) => {
    const { recipients, recipientStatus } = JSON.parse(facts) as { recipients: string[]; recipientStatus: string[] };
    return [event, source, recipients.join(), recipientStatus.join()];
  });
}

test("what is put into a queue is sent at once to the mail exchanger of its domain, from the organisation's own address", async () => {
  const { messages } = await fabrikam();
  await sending.ground.put({ to: ['pat@fabrikam.test', 'peg@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.sender.settled();
  expect(messages).toMatchObject([
    { sender: 'mary@contoso.test', recipients: ['pat@fabrikam.test', 'peg@fabrikam.test'], from: '127.0.1.1' },
  ]);
  expect(await sending.ground.queues()).toEqual([]);
  expect(await sending.ground.store.read.selectFrom('transport_message').selectAll().execute()).toEqual([]);
  expect(await tracked()).toEqual([
    ['SEND', 'SMTP', 'pat@fabrikam.test,peg@fabrikam.test', '250 2.6.0 Queued mail for delivery,250 2.6.0 Queued mail for delivery'],
  ]);
});

test('the next exchanger is tried where the first is down; headers of the organisation stay at home', async () => {
  const { messages } = await fabrikam();
  sending.ground.exchangers.set('fabrikam.test', ['down.fabrikam.test', 'mail.fabrikam.test']);
  sending.ground.hosts.set('down.fabrikam.test', 'refused');
  await sending.ground.put({
    to: ['pat@fabrikam.test'],
    hop: dns('fabrikam.test'),
    text: 'X-MS-Exchange-Organization-AuthAs: Internal\r\nSubject: a\r\n\r\n',
  });
  await sending.ground.sender.settled();
  expect(messages[0]?.text).toBe('Subject: a\r\n\r\n');
});

test('a destination that is down is tried after 1 minute four times, after 5 six times, then every 10; it is told after 4 hours and after 2 days', async () => {
  sending.ground.exchangers.set('fabrikam.test', ['mail.fabrikam.test']);
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.sender.settled();
  const waits = [];
  for (let attempt = 1; attempt <= 12; attempt += 1) {
    const [queue] = await sending.ground.queues();
    expect(queue).toMatchObject({ status: 'Retry', attempts: attempt });
    waits.push(((queue?.retry ?? 0) - sending.ground.clock.now()) / minute);
    await sending.ground.timers.set(queue?.retry ?? 0);
  }
  expect(waits).toEqual([1, 1, 1, 1, 5, 5, 5, 5, 5, 5, 10, 10]);
  const [queue] = await sending.ground.queues();
  expect(queue?.lastError).toBe(
    '451 4.4.0 Primary target IP address responded with: "421 4.2.1 Unable to connect." Attempted failover to alternate host, but that did not succeed. Either there are no alternate hosts, or delivery failed to all alternate hosts.',
  );
  await sending.ground.timers.set(sendingStart + 240 * minute - 1);
  expect(sending.ground.reports).toEqual([]);
  await sending.ground.timers.set(sendingStart + 240 * minute);
  expect(sending.ground.reports).toMatchObject([{ action: 'delayed', sender: 'mary@contoso.test' }]);
  await sending.ground.timers.set(sendingStart + 2 * 1_440 * minute);
  expect(sending.ground.reports).toMatchObject([
    {},
    { action: 'failed', undelivered: [{ address: 'pat@fabrikam.test', reply: '550 4.4.7 QUEUE.Expired; message expired' }] },
  ]);
  expect(await sending.ground.queues()).toEqual([]);
  expect((await tracked()).map(([event, source]) => `${event} ${source}`)).toEqual(['DEFER QUEUE', 'FAIL QUEUE']);
});

test('a server that comes back gets what has waited; what came in between has waited with it', async () => {
  sending.ground.exchangers.set('fabrikam.test', ['mail.fabrikam.test']);
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.sender.settled();
  const { messages } = await fabrikam();
  await sending.ground.put({ to: ['peg@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.sender.settled();
  expect(messages).toEqual([]);
  await sending.ground.timers.advance(minute);
  expect(messages.map(({ recipients }) => recipients)).toEqual([['pat@fabrikam.test'], ['peg@fabrikam.test']]);
});

test('refusals are told by recipient: 5 goes back at once, 4 is tried again by itself after 15 minutes', async () => {
  let busy = true;
  const { messages } = await fabrikam({
    recipient: (address) =>
      address.startsWith('no') ? [550, '5.1.1 User unknown'] : address.startsWith('wait') && busy ? [450, '4.2.1 Busy'] : undefined,
  });
  await sending.ground.put({ to: ['no@fabrikam.test', 'wait@fabrikam.test', 'pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.sender.settled();
  expect(sending.ground.reports).toMatchObject([
    { action: 'failed', undelivered: [{ address: 'no@fabrikam.test', reply: '550 5.1.1 User unknown', remoteHost: 'mail.fabrikam.test' }] },
  ]);
  expect(await sending.ground.queues()).toMatchObject([{ status: 'Ready', attempts: 0 }]);
  busy = false;
  await sending.ground.timers.advance(15 * minute - 1);
  expect(messages).toHaveLength(1);
  await sending.ground.timers.advance(1);
  expect(messages.map(({ recipients }) => recipients)).toEqual([['pat@fabrikam.test'], ['wait@fabrikam.test']]);
  expect((await tracked()).map(([event, , to]) => `${event} ${to}`)).toEqual([
    'SEND pat@fabrikam.test',
    'DEFER wait@fabrikam.test',
    'FAIL no@fabrikam.test',
    'SEND wait@fabrikam.test',
  ]);
});

test('a connector that upgrades failures takes what the other server refuses for the moment for permanent', async () => {
  await sending.ground.run(
    'New-SendConnector Impatient -AddressSpaces fabrikam.test -ErrorPolicies DowngradeDnsFailures,UpgradeCustomFailures',
  );
  const hop = dns('fabrikam.test', 'Impatient');
  await fabrikam({ recipient: (address) => (address.startsWith('wait') ? [450, '4.2.1 Busy'] : undefined) });
  await sending.ground.put({ to: ['wait@fabrikam.test', 'pat@fabrikam.test'], hop });
  await sending.ground.sender.settled();
  expect(sending.ground.reports).toMatchObject([
    { action: 'failed', undelivered: [{ address: 'wait@fabrikam.test', reply: '550 5.2.1 Busy' }] },
  ]);
  // That nobody can be reached is nothing that a server has said.
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop });
  await sending.ground.sender.settled();
  expect(sending.ground.reports).toHaveLength(1);
  expect(await sending.ground.queues()).toMatchObject([{ connector: 'Impatient', status: 'Retry' }]);
});

test('a domain that does not exist comes back at once, unless the connector downgrades failures of DNS', async () => {
  await connector({ Name: 'Patient', ErrorPolicies: 'DowngradeDnsFailures' });
  await sending.ground.put({ to: ['pat@nowhere.test'], hop: dns('nowhere.test') });
  await sending.ground.put({ to: ['pat@nowhere.test'], hop: dns('nowhere.test', 'Patient') });
  await sending.ground.sender.settled();
  expect(sending.ground.reports).toMatchObject([
    { action: 'failed', undelivered: [{ reply: '554 5.4.4 SMTPSEND.DNS.NonExistentDomain; nonexistent domain' }] },
  ]);
  expect(await sending.ground.queues()).toMatchObject([{ connector: 'Patient', status: 'Retry' }]);
});

test("a connector that requires TLS waits where there is none, and where the certificate is not the domain's", async () => {
  const plain = await fabrikam();
  await connector({ Name: 'Secure', RequireTLS: true, TlsAuthLevel: 'DomainValidation', TlsDomain: 'mail.fabrikam.test' });
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test', 'Secure') });
  await sending.ground.sender.settled();
  expect((await sending.ground.queues())[0]?.lastError).toContain('"451 5.7.3 STARTTLS is required to send mail."');
  const { certPem: cert, keyPem: key } = await sending.ground.certificates.leafFor(['other.test']);
  const wrong = await fabrikam({ certificate: { cert, key } });
  await sending.ground.timers.advance(minute);
  expect((await sending.ground.queues())[0]?.lastError).toContain(
    '"454 4.7.0 Failed to establish appropriate TLS channel: SubjectMismatch."',
  );
  const right = await sending.ground.certificates.leafFor(['mail.fabrikam.test']);
  const { messages } = await fabrikam({ certificate: { cert: right.certPem, key: right.keyPem } });
  await sending.ground.timers.advance(minute);
  expect([...plain.messages, ...wrong.messages]).toEqual([]);
  expect(messages).toMatchObject([{ secure: true }]);
});

test('two processes on one store send each message once', async () => {
  const { messages } = await fabrikam();
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  const wanted = Array.from({ length: 60 }, (_, index) => `p${index}@fabrikam.test`);
  for (const address of wanted) await sending.ground.put({ to: [address], hop: dns('fabrikam.test') });
  await sending.ground.sender.settled();
  const other = sending.ground.another('other');
  const sink = await fabrikam();
  await sending.ground.store.transaction((tx) => tx.updateTable('transport_queue').set({ status: 'Ready', retry: null }).execute());
  await Promise.all([other.start(), sending.ground.put({ to: ['last@fabrikam.test'], hop: dns('fabrikam.test') })]);
  await Promise.all([other.settled(), sending.ground.sender.settled()]);
  await other.stop();
  expect(messages).toEqual([]);
  expect(sink.messages.flatMap(({ recipients }) => recipients).toSorted()).toEqual([...wanted, 'last@fabrikam.test'].toSorted());
});

test('what could not be routed goes on its way when a connector for it appears', async () => {
  const { messages } = await fabrikam();
  const unreachable = { delivery: 'Unreachable', connector: '', nextHop: 'Unreachable Domain', lastError: 'no connector' } as const;
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop: unreachable });
  await sending.ground.sender.settled();
  expect(await sending.ground.queues()).toMatchObject([{ delivery: 'Unreachable', lastError: 'no connector' }]);
  await connector({ Name: 'Internet', AddressSpaces: ['SMTP:*;1'] });
  await expect.poll(() => messages.length).toBe(1);
  await sending.ground.sender.settled();
  expect(messages).toHaveLength(1);
});

test('a connector whose log is verbose tells every line of a session, without the message', async () => {
  const { certPem: cert, keyPem: key } = await sending.ground.certificates.leafFor(['mail.fabrikam.test']);
  await fabrikam({ certificate: { cert, key } });
  await connector({ Name: 'Logged', ProtocolLoggingLevel: 'Verbose' });
  await sending.ground.put({
    to: ['pat@fabrikam.test'],
    hop: dns('fabrikam.test', 'Logged'),
    text: 'Subject: Hello\r\n\r\nnobody else reads this\r\n',
  });
  await sending.ground.sender.settled();
  const smtp = sending.ground.recorder.exchanges.find(({ facts }) => facts.smtp !== undefined)?.facts.smtp;
  const log = smtp && protocolLogLines(smtp, smtp.remote ?? '').split('\n');
  const form = /^2026-11-21T08:00:00\.000Z,Logged,[\dA-F]{16},(\d+),(?:127\.0\.1\.1:\d+)?,(?:127\.0\.0\.1:\d+)?,(.),(.*),$/;
  const told = log?.map((line) => form.exec(line));
  expect(told?.map((match) => Number(match?.[1]))).toEqual(told?.map((_match, index) => index));
  const said = told?.map((match) => `${match?.[2]} ${match?.[3]}`);
  expect(said).toEqual(
    expect.arrayContaining([
      '* attempting to connect',
      '+ ',
      '> EHLO EX-SE-01.contoso.test',
      '> STARTTLS',
      expect.stringMatching(/^\* "TLS protocol SP_PROT_TLS1_3_CLIENT negotiation succeeded using bulk encryption algorithm CALG_AES_256 /),
      '> MAIL FROM:<mary@contoso.test>',
      '> RCPT TO:<pat@fabrikam.test>',
      '> DATA',
      '> QUIT',
      '- ',
    ]),
  );
  expect(log?.join('\n')).not.toContain('nobody');
});

test('what a killed process held is its own again at once, and anybody else’s when its lease is over', async () => {
  sending.ground.exchangers.set('fabrikam.test', ['mail.fabrikam.test']);
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.sender.settled();
  const { messages } = await fabrikam();
  const held = (holder: string, lease: number) =>
    sending.ground.store.transaction((tx) =>
      tx.updateTable('transport_queue').set({ status: 'Ready', retry: null, holder, lease }).execute(),
    );
  await held('killed', Date.now() + 300);
  const other = sending.ground.another('other');
  await other.start();
  await other.settled();
  expect(messages).toEqual([]);
  await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(1);
  await other.stop();
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  await sending.ground.put({ to: ['peg@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.sender.settled();
  const sink = await fabrikam();
  await held('again', Date.now() + 3_600_000);
  const again = sending.ground.another('again');
  await again.start();
  await again.settled();
  await again.stop();
  expect(sink.messages).toHaveLength(1);
});

test('a remote domain without DisplaySenderName sees addresses alone, the others names', async () => {
  const { messages } = await fabrikam();
  await sending.ground.run('New-RemoteDomain Fabrikam -DomainName fabrikam.test');
  await sending.ground.run('Set-RemoteDomain Fabrikam -DisplaySenderName $false');
  const hop = dns('fabrikam.test');
  const text =
    'From: =?utf-8?q?Mary_M=C3=A4jor?=\r\n <mary@contoso.test>\r\nSender: Rob <rob@contoso.test>\r\nTo: "Pat" <pat@fabrikam.test>\r\nSubject: Hello\r\n\r\nFrom: Mary\r\n';
  await sending.ground.put({ to: ['pat@fabrikam.test', 'eve@example.test'], hop, text });
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop, text, facts: { directionality: 'Incoming' } });
  await sending.ground.sender.settled();
  const nameless =
    'From: <mary@contoso.test>\r\nSender: <rob@contoso.test>\r\nTo: "Pat" <pat@fabrikam.test>\r\nSubject: Hello\r\n\r\nFrom: Mary\r\n';
  expect(messages.map(({ recipients, text: got }) => [recipients, got])).toEqual([
    [['eve@example.test'], text],
    [['pat@fabrikam.test'], nameless],
    [['pat@fabrikam.test'], text],
  ]);
});
