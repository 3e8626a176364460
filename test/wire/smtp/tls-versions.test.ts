import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkServerIdentity, connect, type SecureVersion } from 'node:tls';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { createCertificateStore } from '../../../shared/net/certificates.ts';
import { openSink } from '../../support/smtp-sink.ts';
import { premises, useTransportLab } from './transport-lab.ts';

const transport = useTransportLab();
const key = (version: string, side = 'Server') =>
  `${String.raw`-Path "HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols`}\\${version}\\${side}"`;
const set = (version: string, value: number, side?: string, name = 'Enabled') =>
  transport.run(`New-ItemProperty ${key(version, side)} -Name ${name} -Value ${value} -PropertyType DWord -Force`);
const changed = ['TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'];
afterEach(async () => {
  for (const version of changed)
    for (const side of ['Server', 'Client'])
      for (const name of ['Enabled', 'DisabledByDefault'])
        await transport.run(`Remove-ItemProperty ${key(version, side)} -Name ${name}`).catch(() => {});
});

const named = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const only = (version: SecureVersion) => ({ minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' });

async function bySmtp(): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const version of named)
    if (
      await transport.secured(premises, only(version)).then(
        () => true,
        () => false,
      )
    )
      taken.push(version);
  return taken;
}

function byHttps(servername: string): Promise<readonly (string | undefined)[]> {
  const [, port = ''] = (transport.lab.names.hosts['mail.contoso.test'] ?? '').split(':');
  const dial = (version: SecureVersion) =>
    new Promise<string | undefined>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: Number(port), servername, rejectUnauthorized: false, ...only(version) }, () => {
        resolve(socket.getProtocol() ?? undefined);
        socket.destroy();
      });
      socket.once('error', () => resolve(undefined));
    });
  return Promise.all(named.map(dial)).then((all) => all.filter((one) => one !== undefined));
}

const everywhere = async () => [await bySmtp(), await byHttps('mail.contoso.test'), await byHttps('')];

test('the registry says which versions of TLS port 25 and https take, one in the middle too, and from the next connection on', async () => {
  const usual = ['TLSv1.2', 'TLSv1.3'];
  expect(await everywhere()).toEqual([usual, usual, usual]);
  await set('TLS 1.3', 0);
  expect(await everywhere()).toEqual([['TLSv1.2'], ['TLSv1.2'], ['TLSv1.2']]);
  await set('TLS 1.0', 1);
  await set('TLS 1.3', 1);
  const holed = ['TLSv1', 'TLSv1.2', 'TLSv1.3'];
  expect(await everywhere()).toEqual([holed, holed, holed]);
  await set('TLS 1.0', 1, 'Server', 'DisabledByDefault');
  expect(await everywhere()).toEqual([usual, usual, usual]);
  await set('TLS 1.2', 0);
  await set('TLS 1.3', 0);
  expect(await everywhere()).toEqual([[], [], []]);
  for (const version of changed) await transport.run(`Remove-ItemProperty ${key(version)} -Name Enabled`).catch(() => {});
  await transport.run(`Remove-ItemProperty ${key('TLS 1.0')} -Name DisabledByDefault`);
  expect(await everywhere()).toEqual([usual, usual, usual]);
});

test('what servers offer when they send mail is what the Client keys leave', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-versions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const certificates = await createCertificateStore({ folder, realNow: () => Date.now() });
  const { keyPem: key, certPem: cert } = await certificates.leafFor(['relay.test']);
  const sink = await openSink({ certificate: { key, cert }, engine: { minVersion: 'TLSv1.3' } });
  onTestFinished(() => sink.close());
  await transport.run(`New-SendConnector Relay -AddressSpaces relayed.test -SmartHosts [127.0.0.1] -Port ${sink.port} -RequireTLS $true`);
  await set('TLS 1.3', 0, 'Client');
  await transport.lab.ews(
    'mary@contoso.test',
    '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>x</t:Subject><t:ToRecipients><t:Mailbox>' +
      '<t:EmailAddress>ann@relayed.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>',
  );
  await transport.lab.mailSent();
  expect(sink.messages).toEqual([]);
  const [queue] = await transport.run('Get-Queue');
  expect(queue?.['LastError']).toMatch(/454 4\.7\.0 Failed to establish appropriate TLS channel: NegotiationFailed/);
  await set('TLS 1.3', 1, 'Client');
  await transport.run(`Retry-Queue '${String(queue?.['Identity'])}'`);
  await transport.lab.mailSent();
  expect(sink.messages).toMatchObject([{ secure: true, recipients: ['ann@relayed.test'] }]);
});

test('a fault rule leaves one old version of STARTTLS, for one organisation and until it is lifted', async () => {
  transport.lab.faults.add({ id: 'old', match: { org: 'contoso', svc: 'smtp' }, effect: { kind: 'tls-version', only: 'TLSv1.1' } });
  onTestFinished(() => transport.lab.faults.clear());
  expect([await bySmtp(), await byHttps('mail.contoso.test')]).toEqual([['TLSv1.1'], ['TLSv1.2', 'TLSv1.3']]);
  const [met] = (await transport.lab.exchanges({ service: 'smtp', outcome: 'fault' })).slice(-1);
  expect(met).toMatchObject({
    organization: 'contoso',
    protocol: 'smtp',
    target: 'TLS handshake',
    faults: [{ rule: 'old', kind: 'tls-version' }],
  });
  transport.lab.faults.clear();
  expect(await bySmtp()).toEqual(['TLSv1.2', 'TLSv1.3']);
});

test.each([
  ['expired', 'CERT_HAS_EXPIRED'],
  ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['missing-intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
])('a fault rule shows another certificate after STARTTLS: %s', async (shows, code) => {
  const strict = { servername: 'smtp.contoso.test', ca: transport.lab.names.ca, rejectUnauthorized: true, checkServerIdentity };
  const shaken = () =>
    transport.secured(premises, strict).then(
      () => 'well',
      (error: NodeJS.ErrnoException) => error.code,
    );
  onTestFinished(() => transport.lab.faults.clear());
  expect(await shaken()).toBe('well');
  transport.lab.faults.add({ id: 'shown', match: { svc: 'smtp', host: 'smtp.contoso.test' }, effect: { kind: 'certificate', shows } });
  expect(await shaken()).toBe(code);
  transport.lab.faults.clear();
  expect(await shaken()).toBe('well');
});
