import { describe, expect, test } from 'vitest';
import type { NextHop } from '../../../shared/domain/mailflow/next-hop.ts';
import { sendingTests } from './sending-tests.ts';

const sending = sendingTests();

interface Peer {
  readonly offersTls?: boolean;
  readonly methods?: readonly string[];
  readonly disabled?: readonly string[];
}

/** A relay that takes mail of `relay-user` alone: smtp-server of nodemailer, as somebody else would run it. */
async function relay({ offersTls = true, methods = ['LOGIN', 'PLAIN'], disabled = [] }: Peer = {}) {
  const { keyPem: key, certPem, chain } = await sending.ground.certificates.leafFor(['relay.fabrikam.test']);
  const seen: { method: string; username: string | null | undefined; password: string | null | undefined; secure: boolean }[] = [];
  const sink = await sending.sinkAt('relay.fabrikam.test', {
    ...(offersTls ? { certificate: { key, cert: [certPem, ...chain].join('') } } : {}),
    engine: {
      authOptional: disabled.includes('AUTH'),
      authMethods: [...methods],
      allowInsecureAuth: true,
      disabledCommands: [...disabled, ...(offersTls ? [] : ['STARTTLS'])],
      onAuth({ method, username, password }, { secure }, done) {
        seen.push({ method, username, password, secure });
        if (username === 'relay-user' && password === 'S3cret! word') done(null, { user: username });
        else done(Object.assign(new Error('5.7.8 Authentication credentials invalid'), { responseCode: 535 }));
      },
    },
  });
  return { sink, seen };
}

const hop: NextHop = { delivery: 'SmartHostConnectorDelivery', connector: 'Relay', nextHop: 'relay.fabrikam.test' };
const credential = (password: string) => `-AuthenticationCredential @{UserName='relay-user'; Password='${password}'}`;

async function sendBy(parameters: string): Promise<string | null | undefined> {
  await sending.ground.run(
    `New-SendConnector Relay -AddressSpaces * -SmartHosts relay.fabrikam.test -ProtocolLoggingLevel Verbose ${parameters}`,
  );
  await sending.ground.put({ to: ['pat@elsewhere.test'], hop });
  await sending.ground.sender.settled();
  const [queue] = await sending.ground.queues();
  return queue?.lastError;
}

describe('a smart host that wants to know who sends', () => {
  test.each(['BasicAuth', 'BasicAuthRequireTLS'])('%s: by AUTH LOGIN, in TLS where there is some', async (mechanism) => {
    const { sink, seen } = await relay();
    expect(await sendBy(`-SmartHostAuthMechanism ${mechanism} ${credential('S3cret! word')}`)).toBeUndefined();
    expect(seen).toEqual([{ method: 'LOGIN', username: 'relay-user', password: 'S3cret! word', secure: true }]);
    expect(sink.messages).toMatchObject([{ recipients: ['pat@elsewhere.test'], secure: true }]);
  });

  test('BasicAuth goes without TLS, too; BasicAuthRequireTLS waits rather than tell the password', async () => {
    const { sink, seen } = await relay({ offersTls: false });
    expect(await sendBy(`-SmartHostAuthMechanism BasicAuth ${credential('S3cret! word')}`)).toBeUndefined();
    expect([seen.length, sink.messages.length]).toEqual([1, 1]);
    await sending.ground.run('Set-SendConnector Relay -SmartHostAuthMechanism BasicAuthRequireTLS');
    await sending.ground.put({ to: ['pat@elsewhere.test'], hop });
    await sending.ground.sender.settled();
    expect((await sending.ground.queues())[0]?.lastError).toContain('451 5.7.3 STARTTLS is required to send mail');
    expect(seen.length).toBe(1);
  });

  test('a wrong password: mail goes back, or waits where the connector says so', async () => {
    await relay();
    expect(await sendBy(`-SmartHostAuthMechanism BasicAuth ${credential('wrong')}`)).toBeUndefined();
    expect(sending.ground.reports).toMatchObject([
      { action: 'failed', undelivered: [{ reply: '535 5.7.8 Authentication credentials invalid' }] },
    ]);
    await sending.ground.run('Set-SendConnector Relay -ErrorPolicies DowngradeAuthFailures');
    await sending.ground.put({ to: ['pat@elsewhere.test'], hop });
    await sending.ground.sender.settled();
    expect((await sending.ground.queues())[0]?.lastError).toContain('535 5.7.8 Authentication credentials invalid');
  });

  test.each<[string, Peer]>([
    ['no AUTH', { disabled: ['AUTH'] }],
    ['another mechanism', { methods: ['PLAIN'] }],
  ])('a host that offers %s', async (_, peer) => {
    const { sink } = await relay(peer);
    expect(await sendBy(`-SmartHostAuthMechanism BasicAuth ${credential('S3cret! word')}`)).toContain(
      '451 5.7.3 AUTH LOGIN is required to send mail',
    );
    expect(sink.messages).toEqual([]);
  });

  test('nobody signs in without a credential, or without a mechanism', async () => {
    const { seen } = await relay();
    await sendBy(credential('S3cret! word'));
    await sending.ground.run('Remove-SendConnector Relay');
    await sendBy('-SmartHostAuthMechanism BasicAuth');
    expect(seen).toEqual([]);
  });

  test('ExchangeServer wants Kerberos: mail waits', async () => {
    const { sink } = await relay();
    expect(await sendBy('-SmartHostAuthMechanism ExchangeServer')).toContain('451 5.7.3 Cannot achieve Exchange Server authentication');
    expect(sink.connections).toBe(0);
  });

  test('the password is neither shown nor logged', async () => {
    await relay();
    await sendBy(`-SmartHostAuthMechanism BasicAuth ${credential('S3cret! word')}`);
    expect(await sending.ground.run('Get-SendConnector Relay')).toMatchObject([
      { AuthenticationCredential: 'System.Management.Automation.PSCredential', SmartHostAuthMechanism: 'BasicAuth' },
    ]);
    const kept = JSON.stringify(sending.ground.recorder.exchanges);
    expect(kept).toContain('AUTH LOGIN');
    for (const secret of ['S3cret! word', Buffer.from('S3cret! word').toString('base64')]) expect(kept).not.toContain(secret);
  });
});
