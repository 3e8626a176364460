import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CertificateStore, createCertificateStore } from '../../../shared/net/certificates.ts';
import type { Dialogue } from './dialogue.ts';
import { cloud, mimeOf, sendMessage, useTransportLab } from './transport-lab.ts';

const transport = useTransportLab();
const { run, hello, secured, lastStep } = transport;

let certificates: CertificateStore;
beforeAll(async () => {
  certificates = await createCertificateStore({ folder: join(transport.lab.dataDir, 'certificates'), realNow: () => Date.now() });
});

/** A client's certificate of these names, of the installation's authority or of one that nobody trusts. */
async function shown(names: readonly string[], isTrusted = true): Promise<ConnectionOptions> {
  const issuer = isTrusted ? undefined : await certificates.authorityFor({ commonName: 'stranger', issuedBy: 'itself' });
  const { keyPem, certPem, chain } = await certificates.leafFor(names, issuer === undefined ? {} : { issuer });
  return { key: keyPem, cert: [certPem, ...chain].join('') };
}

const inside = 'X-MS-Exchange-CrossPremises-AuthAs: Internal\r\nX-MS-Exchange-CrossPremises-AuthSource: AM0PR01MB0001.contoso.test\r\n';
const message = (subject: string, to: string) => ({
  ...{ from: 'joe@contoso.test', to },
  text: `${inside}From: joe@contoso.test\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\nx`,
});
const authAs = (mime: string): readonly string[] =>
  [...mime.matchAll(/^X-MS-Exchange-Organization-AuthAs: (.*)\r$/gm)].map(([, as = '']) => as);
const features = ({ say }: Dialogue): Promise<string> => say('EHLO client.test');
const edgeNames = ['mail.protection.outlook.test', '*.mail.protection.outlook.test'];

describe('on-premises', () => {
  test.each([
    ['the edge of the cloud', edgeNames, true, true],
    ['an edge that nobody trusts', edgeNames, false, false],
    ['somebody else', ['mail.fabrikam.test'], true, false],
    ['nobody', [], true, false],
  ])('mail of %s', async (who, names, isTrusted, isBelieved) => {
    const dialogue = await secured(undefined, names.length === 0 ? {} : await shown(names, isTrusted));
    expect((await features(dialogue)).includes('XOORG')).toBe(isBelieved);
    expect(await dialogue.say('MAIL FROM:<joe@contoso.test> XOORG=contoso.test')).toMatch(isBelieved ? /^250 / : /^501 5\.5\.4 /);
    await dialogue.say('RSET');
    const subject = `on-premises from ${who}`;
    expect(await sendMessage(dialogue, message(subject, 'mary@contoso.test'))).toMatch(/^250 /);
    expect(authAs(await mimeOf(transport.lab, 'mary@contoso.test', subject))).toEqual([isBelieved ? 'Internal' : 'Anonymous']);
  });

  test('without TLS nobody is the edge', async () => {
    expect(await features(await hello())).not.toContain('XOORG');
  });

  test('servers whose line is secured by other means are the organisation’s own', async () => {
    await run(
      'New-ReceiveConnector Relay -RemoteIPRanges 127.0.6.1 -AuthMechanism ExternalAuthoritative -PermissionGroups AnonymousUsers,ExchangeServers',
    );
    const dialogue = await hello(undefined, '127.0.6.1');
    expect(await sendMessage(dialogue, { ...message('relayed', 'somebody@elsewhere.test') })).toMatch(/^250 /);
    expect(await sendMessage(dialogue, message('as if own', 'mary@contoso.test'))).toMatch(/^250 /);
    const mime = await mimeOf(transport.lab, 'mary@contoso.test', 'as if own');
    expect(authAs(mime)).toEqual(['Internal']);
  });

  test('who signs in at a connector for users sends as himself, to anybody', async () => {
    await run(
      'New-ReceiveConnector Users -RemoteIPRanges 127.0.6.2 -PermissionGroups ExchangeUsers -AuthMechanism Tls,BasicAuth,BasicAuthRequireTLS -TarpitInterval 00:00:00 -MaxLogonFailures 1',
    );
    expect(await features(await hello(undefined, '127.0.6.2'))).not.toContain('AUTH');
    const dialogue = await secured(undefined, {}, '127.0.6.2');
    expect(await features(dialogue)).toContain('AUTH LOGIN');
    expect(await dialogue.say('MAIL FROM:<mary@contoso.test>')).toMatch(/^530 5\.7\.57 /);
    const login = async (password: string): Promise<string> => {
      await dialogue.say('AUTH LOGIN');
      await dialogue.say(Buffer.from('mary@contoso.test').toString('base64'));
      return dialogue.say(Buffer.from(password).toString('base64'));
    };
    expect(await login('wrong')).toMatch(/^535 5\.7\.3 /);
    expect(await login(transport.lab.password)).toBe('235 2.7.0 Authentication successful');
    expect(await dialogue.say('MAIL FROM:<rob@contoso.test>')).toMatch(/^550 5\.7\.60 /);
    const text = 'From: mary@contoso.test\r\nSubject: by login\r\n\r\nx';
    expect(await sendMessage(dialogue, { from: 'mary@contoso.test', to: 'x@elsewhere.test', text })).toMatch(/^250 /);
  });
});

describe('in the cloud', () => {
  const own = ['smtp.contoso.test'];

  test.each([
    ['own server', own, true, true],
    ['other server', ['mail.fabrikam.test'], true, false],
    ['other server that nobody trusts', ['mail.fabrikam.test'], false, false],
  ])('mail of an %s', async (who, names, isTrusted, isBelieved) => {
    await run('Get-InboundConnector | Set-InboundConnector -TlsSenderCertificateName smtp.contoso.test', cloud);
    const dialogue = await secured(cloud, await shown(names, isTrusted));
    expect((await features(dialogue)).includes('XOORG')).toBe(isBelieved);
    expect(await sendMessage(dialogue, message(`cloud from ${who}`, 'joe@contoso.test'))).toMatch(/^250 /);
    expect(authAs(await mimeOf(transport.lab, 'joe@contoso.test', `cloud from ${who}`))).toEqual([isBelieved ? 'Internal' : 'Anonymous']);
    expect(await sendMessage(dialogue, message('relay', 'x@elsewhere.test'))).toMatch(
      isBelieved ? /^250 / : /^550 5\.7\.64 TenantAttribution; Relay Access Denied \[AM0PR01MB0001\.contoso\.test\]$/,
    );
  });

  test('who shows the own server’s name in a certificate that nobody trusts is not let in', async () => {
    const dialogue = await secured(cloud, await shown(own, false));
    expect(await features(dialogue)).not.toContain('XOORG');
    expect(await sendMessage(dialogue, message('as if own', 'joe@contoso.test'))).toBe(
      '454 4.7.0 Failed to establish appropriate TLS channel: UntrustedRoot: Access Denied',
    );
    expect((await lastStep('MAIL')).failed).toBe('transport.sender');
  });

  test('the own server vouches for nobody whose domain is not the tenant’s, where its certificate is not either', async () => {
    await run('Get-InboundConnector | Set-InboundConnector -TlsSenderCertificateName mail.elsewhere.test', cloud);
    const dialogue = await secured(cloud, await shown(['mail.elsewhere.test']));
    await dialogue.say('MAIL FROM:<x@elsewhere.test>');
    expect(await dialogue.say('RCPT TO:<y@elsewhere.test>')).toBe(
      '550 5.7.64 Relay Access Denied ATTR36. For more details please refer to: https://support.microsoft.com/kb/3169958',
    );
    await run('Get-InboundConnector | Set-InboundConnector -TlsSenderCertificateName smtp.contoso.test', cloud);
  });

  test.each([
    ['-RequireTls $true', 'plain', /^451 5\.7\.3 STARTTLS is required to send mail \[AM0PR01MB0001\.contoso\.test\]$/, 'transport.tls'],
    ['-RequireTls $true', 'secured', /^250 /, undefined],
    [
      '-RequireTls $true -RestrictDomainsToCertificate $true -TlsSenderCertificateName *.fabrikam.test',
      'secured',
      /^550 5\.7\.51 TenantInboundAttribution; .* RestrictDomainsToCertificate/,
      'transport.sender',
    ],
    [
      '-RequireTls $true -RestrictDomainsToCertificate $true -TlsSenderCertificateName *.fabrikam.test',
      'mail.fabrikam.test',
      /^250 /,
      undefined,
    ],
    [
      '-RestrictDomainsToIPAddresses $true -SenderIPAddresses 127.0.6.9',
      'plain',
      /^550 5\.7\.51 .* RestrictDomainsToIPAddresses/,
      'transport.sender',
    ],
    ['-RestrictDomainsToIPAddresses $true -SenderIPAddresses 127.0.0.0/24', 'plain', /^250 /, undefined],
  ])('a partner with %s, %s', async (restrictions, how, expected, failed) => {
    await run(`New-InboundConnector Partner -ConnectorType Partner -SenderDomains fabrikam.test ${restrictions}`, cloud);
    const dialogue = how === 'plain' ? await hello(cloud) : await secured(cloud, how === 'secured' ? {} : await shown([how]));
    expect(await dialogue.say('MAIL FROM:<pat@fabrikam.test>')).toMatch(expected);
    expect((await lastStep('MAIL')).failed).toBe(failed);
    await dialogue.say('RSET');
    // Others are not meant.
    expect(await dialogue.say('MAIL FROM:<x@elsewhere.test>')).toMatch(/^250 /);
    await run('Remove-InboundConnector Partner', cloud);
  });

  test('an address does for who has no certificate to name; the mail is anonymous unless it is said to be internal', async () => {
    await run(
      'New-InboundConnector Printer -ConnectorType OnPremises -SenderDomains * -SenderIPAddresses 127.0.6.5 -TreatMessagesAsInternal $true',
      cloud,
    );
    const dialogue = await hello(cloud, '127.0.6.5');
    const text = 'From: scanner@contoso.test\r\nSubject: scanned\r\n\r\nx';
    expect(await sendMessage(dialogue, { from: 'scanner@contoso.test', to: 'joe@contoso.test', text })).toMatch(/^250 /);
    expect(authAs(await mimeOf(transport.lab, 'joe@contoso.test', 'scanned'))).toEqual(['Internal']);
    expect(await sendMessage(dialogue, { from: 'scanner@contoso.test', to: 'x@elsewhere.test', text })).toMatch(/^250 /);
    // "Important notice": neither the sender's domain nor a certificate is the tenant's.
    expect(await sendMessage(dialogue, { from: 'x@elsewhere.test', to: 'y@elsewhere.test', text })).toMatch(/^550 5\.7\.64 /);
    await run('Remove-InboundConnector Printer', cloud);
  });
});

describe('versions of TLS', () => {
  test.each([
    [undefined, 'TLSv1.3', /^250 /],
    [undefined, 'TLSv1.2', /^250 /],
    [undefined, 'TLSv1.1', undefined],
    [cloud, 'TLSv1.1', /^250 /],
    [cloud, 'TLSv1', /^250 /],
  ] as const)('%s takes %s', async (organization, version, expected) => {
    const options: ConnectionOptions = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' };
    if (expected === undefined) {
      await expect(secured(organization, options)).rejects.toThrow(/protocol version|handshake/);
      return;
    }
    const dialogue = await secured(organization, options);
    expect(await dialogue.say('MAIL FROM:<pat@fabrikam.test>')).toMatch(expected);
    expect((await lastStep('MAIL')).verdict?.checks.find(({ check }) => check === 'transport.tls')?.actual).toMatch(`${version} TLS_`);
  });
});
