import { beforeEach, expect, test } from 'vitest';
import { dns, sendingStart } from '../../support/sending-ground.ts';
import { sendingTests } from './sending-tests.ts';

const sending = sendingTests();

beforeEach(async () => {
  sending.ground.exchangers.set('fabrikam.test', ['mail.fabrikam.test']);
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  await sending.ground.put({ to: ['pat@fabrikam.test'], hop: dns('fabrikam.test') });
  await sending.ground.put({
    to: ['peg@fabrikam.test'],
    hop: dns('fabrikam.test'),
    facts: { source: 'SMTP', authAs: 'Anonymous', connector: 'EX-SE-01\\Default Frontend EX-SE-01' },
  });
  await sending.ground.sender.settled();
});
const up = () => sending.sinkAt('mail.fabrikam.test');

test('Get-Queue shows where mail waits, by identity, domain, filter and class', async () => {
  const [queue, submission] = await sending.ground.run('Get-Queue');
  expect(queue).toMatchObject({
    ...{ Identity: 'EX-SE-01\\1', DeliveryType: 'DnsConnectorDelivery', NextHopDomain: 'fabrikam.test', Status: 'Retry', MessageCount: 2 },
    ...{
      RetryCount: 1,
      LastRetryTime: new Date(sendingStart),
      NextRetryTime: new Date(sendingStart + 60_000),
      NextHopCategory: 'External',
    },
    LastError: expect.stringMatching(/^451 4\.4\.0 Primary target IP address responded with: "421 4\.2\.1 Unable to connect\."/),
  });
  expect(submission).toMatchObject({ Identity: 'EX-SE-01\\Submission', DeliveryType: 'Undefined', MessageCount: 0 });
  for (const line of [
    'Get-Queue EX-SE-01\\1',
    'Get-Queue 1',
    'Get-Queue EX-SE-01.contoso.test\\fabrikam.test',
    'Get-Queue -Filter "Status -eq \'retry\' -and MessageCount -gt 1"',
    'Get-Queue -Filter "NextHopDomain -like \'*.TEST\'" -Exclude Empty',
    'Get-Queue -Include External',
    'Get-Queue -Exclude Empty',
  ])
    expect(await sending.ground.run(line)).toEqual([queue]);
  expect(await sending.ground.run('Get-Queue -Filter "MessageCount -gt 2"')).toEqual([]);
  for (const line of ['Get-Queue EX-SE-01\\9', 'Get-Queue EX-SE-01\\Unreachable', 'Get-Queue -Server EX-99'])
    await expect(sending.ground.run(line)).rejects.toMatchObject({ code: 'object-not-found' });
  for (const line of [
    'Get-Queue -Filter "Nonsense -eq 1"',
    'Get-Queue -Filter "Status -eq"',
    'Get-Queue -Filter "Status -eq \'a\' -and"',
    'Get-Queue 1 -Filter "a -eq 1"',
  ])
    await expect(sending.ground.run(line)).rejects.toMatchObject({ code: 'bad-parameter' });
});

test('Get-Message shows what waits', async () => {
  const [mine, theirs] = await sending.ground.run('Get-Message');
  expect(mine).toMatchObject({
    ...{
      Identity: 'EX-SE-01\\1\\1',
      Subject: 'Hello',
      InternetMessageId: '<1@contoso.test>',
      FromAddress: 'mary@contoso.test',
      Status: 'Retry',
    },
    ...{ Size: '22 B (22 bytes)', MessageSourceName: 'FromLocal', SCL: -1, Queue: 'EX-SE-01\\1', DateReceived: new Date(sendingStart) },
  });
  expect(theirs).toMatchObject({ MessageSourceName: 'SMTP:Default Frontend EX-SE-01', SCL: null });
  expect(await sending.ground.run('Get-Message EX-SE-01\\1\\2')).toEqual([theirs]);
  expect(await sending.ground.run('Get-Message 2')).toEqual([theirs]);
  expect(await sending.ground.run('Get-Message -Queue EX-SE-01\\fabrikam.test -ResultSize 1')).toEqual([mine]);
  expect(await sending.ground.run('Get-Message -Filter "MessageSourceName -like \'SMTP:*\'"')).toEqual([theirs]);
  await expect(sending.ground.run('Get-Message 7')).rejects.toMatchObject({ code: 'object-not-found' });
});

test('Retry-Queue does not wait for the next attempt', async () => {
  const { messages } = await up();
  await sending.ground.run('Retry-Queue -Filter "NextHopDomain -eq \'fabrikam.test\'"');
  await sending.ground.sender.settled();
  expect(messages).toHaveLength(2);
});

test('a suspended queue sends nothing until it is resumed; a suspended message alone stays', async () => {
  const { messages } = await up();
  await sending.ground.run('Suspend-Queue EX-SE-01\\1');
  await sending.ground.timers.advance(3_600_000);
  expect(await sending.ground.run('Get-Queue 1')).toMatchObject([{ Status: 'Suspended' }]);
  await sending.ground.run('Suspend-Message EX-SE-01\\1\\1');
  await sending.ground.run('Resume-Queue EX-SE-01\\1');
  await sending.ground.sender.settled();
  expect(messages.map(({ recipients }) => recipients)).toEqual([['peg@fabrikam.test']]);
  expect(await sending.ground.run('Get-Message')).toMatchObject([{ Identity: 'EX-SE-01\\1\\1', Status: 'Suspended' }]);
  await sending.ground.run('Resume-Message EX-SE-01\\1\\1');
  await sending.ground.sender.settled();
  expect(messages).toHaveLength(2);
});

test('Remove-Message tells the sender, or nobody', async () => {
  await sending.ground.run('Remove-Message EX-SE-01\\1\\1 -WithNDR $false');
  await sending.ground.sender.settled();
  expect(sending.ground.reports).toEqual([]);
  await sending.ground.run('Remove-Message -Filter "FromAddress -eq \'mary@contoso.test\'"');
  await sending.ground.sender.settled();
  expect(sending.ground.reports).toMatchObject([
    { action: 'failed', undelivered: [{ address: 'peg@fabrikam.test', reply: '550 4.3.2 QUEUE.Admin; message deleted by administrator' }] },
  ]);
  expect(await sending.ground.run('Get-Message')).toEqual([]);
});

test('Retry-Queue -Resubmit chooses the way anew', async () => {
  const { messages } = await up();
  sending.ground.hosts.set('relay.contoso.test', sending.ground.hosts.get('mail.fabrikam.test') ?? 'unknown');
  sending.ground.hosts.set('mail.fabrikam.test', 'refused');
  await sending.ground.run('New-SendConnector Relay -AddressSpaces * -SmartHosts relay.contoso.test');
  await sending.ground.run('Retry-Queue EX-SE-01\\1 -Resubmit $true');
  await sending.ground.sender.settled();
  expect(messages).toHaveLength(2);
  expect(await sending.ground.run('Get-Queue -Exclude Empty')).toEqual([]);
});

test('Set-TransportService sets how long is waited', async () => {
  await sending.ground.run('Set-TransportService EX-SE-01 -TransientFailureRetryCount 0 -OutboundConnectionFailureRetryInterval 00:30:00');
  expect(await sending.ground.run('Get-TransportService')).toMatchObject([
    {
      Name: 'EX-SE-01',
      TransientFailureRetryCount: 0,
      OutboundConnectionFailureRetryInterval: '00:30:00',
      MessageExpirationTimeout: '2.00:00:00',
    },
  ]);
  await sending.ground.timers.advance(4 * 60_000);
  expect(await sending.ground.run('Get-Queue 1')).toMatchObject([{ RetryCount: 5, NextRetryTime: new Date(sendingStart + 34 * 60_000) }]);
});
