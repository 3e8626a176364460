import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTrustLab, type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const cloud = 'contoso-cloud';

/** What the wizard of Exchange 2010 SP2 made, as dumped in an article on it, with the values of this world. */
const outbound = {
  ...{ AddressSpaces: ['smtp:contoso.mail.onmicrosoft.test;1'], AuthenticationCredential: null, Comment: null, ConnectedDomains: [] },
  ...{ ConnectionInactivityTimeOut: '00:10:00', DNSRoutingEnabled: true, DomainSecureEnabled: false, Enabled: true },
  ...{
    ErrorPolicies: 'DowngradeAuthFailures',
    ForceHELO: false,
    Fqdn: 'contoso.test',
    HomeMTA: 'Microsoft MTA',
    HomeMtaServerId: 'EX-SE-01',
  },
  ...{ Identity: 'Outbound to Office 365', IgnoreSTARTTLS: false, IsScopedConnector: false, IsSmtpConnector: true },
  ...{ LinkedReceiveConnector: null, MaxMessageSize: '10 MB (10,485,760 bytes)', Name: 'Outbound to Office 365', Port: 25 },
  ...{ ProtocolLoggingLevel: 'None', RequireOorg: false, RequireTLS: true, SmartHostAuthMechanism: 'None', SmartHosts: [] },
  ...{ SmartHostsString: null, SmtpMaxMessagesPerConnection: 20, SourceIPAddress: '0.0.0.0' },
  ...{ SourceRoutingGroup: 'Exchange Routing Group (DWBGZMFD01QNBJR)', SourceTransportServers: ['EX-SE-01'] },
  ...{ TlsAuthLevel: 'DomainValidation', TlsDomain: 'outlook.com', UseExternalDNSServersEnabled: false },
};
const inbound = {
  ...{ AuthMechanism: 'Tls, Integrated, BasicAuth, BasicAuthRequireTLS', Banner: null, BinaryMimeEnabled: true, Bindings: ['10.0.0.5:25'] },
  ...{ ChunkingEnabled: true, DefaultDomain: null, DeliveryStatusNotificationEnabled: true, EightBitMimeEnabled: true },
  ...{ BareLinefeedRejectionEnabled: false, DomainSecureEnabled: false, EnhancedStatusCodesEnabled: true, LongAddressesEnabled: false },
  ...{
    OrarEnabled: false,
    SuppressXAnonymousTls: false,
    AdvertiseClientSettings: false,
    Fqdn: 'contoso.test',
    Comment: null,
    Enabled: true,
  },
  ...{
    ConnectionTimeout: '00:10:00',
    ConnectionInactivityTimeout: '00:05:00',
    MessageRateLimit: 'unlimited',
    MessageRateSource: 'IPAddress',
  },
  ...{ MaxInboundConnection: 5_000, MaxInboundConnectionPerSource: 20, MaxInboundConnectionPercentagePerSource: 2 },
  ...{ MaxHeaderSize: '64 KB (65,536 bytes)', MaxHopCount: 60, MaxLocalHopCount: 12, MaxLogonFailures: 3 },
  ...{ MaxMessageSize: '28 MB (29,360,128 bytes)', MaxProtocolErrors: 5, MaxRecipientsPerMessage: 200, PermissionGroups: 'AnonymousUsers' },
  ...{
    PipeliningEnabled: true,
    ProtocolLoggingLevel: 'None',
    RemoteIPRanges: ['192.0.2.0/24'],
    RequireEHLODomain: false,
    RequireTLS: true,
  },
  ...{ EnableAuthGSSAPI: false, ExtendedProtectionPolicy: 'None', LiveCredentialEnabled: false },
  ...{ TlsDomainCapabilities: ['outlook.com:AcceptOorgProtocol'], Server: 'EX-SE-01', SizeEnabled: 'Enabled', TarpitInterval: '00:00:05' },
  ...{ MaxAcknowledgementDelay: '00:00:30', Name: 'Inbound from Office 365', Identity: 'EX-SE-01\\Inbound from Office 365' },
};

test('the send connector of the wizard, as dumped and in that order', async () => {
  const [made] = await lab.run(
    'New-SendConnector "Outbound to Office 365" -AddressSpaces "smtp:contoso.mail.onmicrosoft.test;1" -ErrorPolicies DowngradeAuthFailures ' +
      '-Fqdn contoso.test -MaxMessageSize 10MB -RequireTLS $true -TlsAuthLevel domainvalidation -TlsDomain outlook.com',
  );
  expect(made).toMatchObject(outbound);
  expect(Object.keys(made ?? {}).slice(0, Object.keys(outbound).length)).toEqual(Object.keys(outbound));
  await lab.run('Set-SendConnector "outbound to office 365" -SmartHosts mail.contoso.test,10.0.0.1 -Name Out -Comment $null');
  expect(await lab.run('Get-SendConnector out')).toMatchObject([{ Name: 'Out', SmartHostsString: 'mail.contoso.test,10.0.0.1' }]);
  await lab.run('Remove-SendConnector Out');
  expect(await lab.run('Get-SendConnector')).toEqual([]);
});

test('the receive connector of the wizard, named with its server or without', async () => {
  const [made] = await lab.run(
    'New-ReceiveConnector "Inbound from Office 365" -Bindings 10.0.0.5:25 -RemoteIPRanges 192.0.2.0/24 -Fqdn contoso.test -RequireTLS $true ' +
      '-PermissionGroups anonymoususers -MaxMessageSize "28 MB (29,360,128 bytes)" -TlsDomainCapabilities outlook.com:AcceptOorgProtocol',
  );
  expect(made).toMatchObject(inbound);
  expect(Object.keys(made ?? {}).slice(0, Object.keys(inbound).length)).toEqual(Object.keys(inbound));
  await lab.run(
    'Set-ReceiveConnector "ex-se-01\\inbound from office 365" -MessageRateLimit 600 -AuthMechanism Tls -TarpitInterval 00:00:00',
  );
  expect(await lab.run('Get-ReceiveConnector "Inbound from Office 365"')).toMatchObject([
    { MessageRateLimit: 600, AuthMechanism: 'Tls', TarpitInterval: '00:00:00' },
  ]);
  await expect(lab.run('Get-ReceiveConnector "mbx1\\Inbound from Office 365"')).rejects.toMatchObject({ code: 'object-not-found' });
});

test('the connectors of a tenant', async () => {
  const [inboundConnector] = await lab.run(
    'New-InboundConnector "Hybrid Mail Flow Inbound Connector" -ConnectorType OnPremises -SenderDomains *.* -RequireTls $true ' +
      '-TlsSenderCertificateName mail.contoso.test -CloudServicesMailEnabled $true',
    cloud,
  );
  expect(inboundConnector).toMatchObject({
    SenderDomains: ['SMTP:*.*;1'],
    ConnectorType: 'OnPremises',
    TlsSenderCertificateName: 'mail.contoso.test',
  });
  await lab.run(
    'New-OutboundConnector Out -RecipientDomains mail.contoso.test,*.* -UseMXRecord $false -SmartHosts mail.contoso.test -TlsSettings DomainValidation -TlsDomain mail.contoso.test',
    cloud,
  );
  expect(await lab.run('Get-OutboundConnector', cloud)).toMatchObject([
    {
      RecipientDomains: ['mail.contoso.test', '*.*'],
      SmartHosts: ['mail.contoso.test'],
      TlsSettings: 'DomainValidation',
      UseMXRecord: false,
    },
  ]);
});

test.each([
  ['New-SendConnector X', 'contoso', 'bad-parameter'],
  ['New-SendConnector X -AddressSpaces "a b"', 'contoso', 'bad-parameter'],
  ['New-SendConnector X -AddressSpaces * -MaxMessageSize 10PB', 'contoso', 'bad-parameter'],
  ['New-SendConnector X -AddressSpaces * -ConnectionInactivityTimeOut soon', 'contoso', 'bad-parameter'],
  ['New-SendConnector X -AddressSpaces * -HomeMTA x', 'contoso', 'bad-parameter'],
  ['New-ReceiveConnector X -RemoteIPRanges everywhere', 'contoso', 'bad-parameter'],
  ['New-ReceiveConnector X -RemoteIPRanges 10.0.0.0/8 -PermissionGroups Friends', 'contoso', 'bad-parameter'],
  ['Set-ReceiveConnector X -Enabled $false', 'contoso', 'object-not-found'],
  ['New-InboundConnector X -SenderDomains *', 'contoso', 'not-available'],
  ['New-SendConnector X -AddressSpaces *', cloud, 'not-available'],
])('%s in %s is refused', async (line, organization, code) => {
  await expect(lab.run(line, organization)).rejects.toMatchObject({ code });
});

test('a size comes back as it was given', async () => {
  await lab.run('New-SendConnector X -AddressSpaces *');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 999_999_999 }), async (octets) => {
      await lab.run(`Set-SendConnector X -MaxMessageSize ${octets}`);
      const [shown] = await lab.run('Get-SendConnector X');
      const size = textShown(shown, 'MaxMessageSize');
      expect(Number(/\(([\d,]+) bytes\)$/.exec(size)?.[1]?.replaceAll(',', ''))).toBe(octets);
    }),
    { numRuns: 30 },
  );
});

describe('sharing policies', () => {
  const setup = { Name: 'Default Sharing Policy', Default: true, Enabled: true };

  test("Setup's is there, in both kinds of organisation, until it is changed", async () => {
    expect(await lab.run('Get-SharingPolicy')).toMatchObject([setup]);
    expect(await lab.run('Get-SharingPolicy "default sharing policy"', cloud)).toMatchObject([setup]);
    await expect(lab.run('Get-SharingPolicy other')).rejects.toMatchObject({ code: 'object-not-found' });
    await lab.run('Set-SharingPolicy "Default Sharing Policy" -Enabled $false');
    expect(await lab.run('Get-SharingPolicy')).toMatchObject([{ ...setup, Enabled: false }]);
  });

  test('one at a time is the default, and that one stays', async () => {
    const [made] = await lab.run(
      'New-SharingPolicy Fabrikam -Domains "fabrikam.test: CalendarSharingFreeBusyDetail, contactssharing","*: CalendarSharingFreeBusySimple"',
    );
    expect(made).toEqual({
      Domains: ['fabrikam.test:CalendarSharingFreeBusyDetail, ContactsSharing', '*:CalendarSharingFreeBusySimple'],
      ...{ Enabled: true, Default: false, Name: 'Fabrikam', Identity: 'Fabrikam' },
    });
    await expect(lab.run('Remove-SharingPolicy "Default Sharing Policy"')).rejects.toMatchObject({ code: 'operation-failed' });
    await lab.run('Set-SharingPolicy Fabrikam -Default');
    expect(await lab.run('Get-SharingPolicy')).toMatchObject([
      { ...setup, Default: false },
      { Name: 'Fabrikam', Default: true },
    ]);
    await lab.run('Remove-SharingPolicy "Default Sharing Policy"');
    expect(await lab.run('Get-SharingPolicy')).toMatchObject([{ Name: 'Fabrikam' }]);
    await expect(lab.run('New-SharingPolicy X -Domains "fabrikam.test: Everything"')).rejects.toMatchObject({ code: 'bad-parameter' });
  });
});

test('what setup made is there, is kept once it is changed, and stays away when it is removed', async () => {
  const names = async () => (await lab.run('Get-ReceiveConnector')).map(({ Identity }) => Identity);
  expect(await names()).toEqual(['EX-SE-01\\Default Frontend EX-SE-01', 'EX-SE-01\\Client Frontend EX-SE-01']);
  expect(await lab.run('Get-ReceiveConnector "EX-SE-01\\Default Frontend EX-SE-01"')).toMatchObject([
    {
      AuthMechanism: 'Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer',
      PermissionGroups: 'AnonymousUsers, ExchangeServers, ExchangeLegacyServers',
      Bindings: ['[::]:25', '0.0.0.0:25'],
    },
  ]);
  await expect(lab.run('New-ReceiveConnector "Default Frontend EX-SE-01" -RemoteIPRanges 10.0.0.0/8')).rejects.toMatchObject({
    code: 'object-exists',
  });
  await lab.run('Set-ReceiveConnector "EX-SE-01\\default frontend ex-se-01" -RequireTLS $true -RemoteIPRanges @{Add="10.0.0.0/8"}');
  const [changed] = await lab.run('Get-ReceiveConnector "Default Frontend EX-SE-01"');
  expect(changed).toMatchObject({ RequireTLS: true, Bindings: ['[::]:25', '0.0.0.0:25'], ProtocolLoggingLevel: 'Verbose' });
  expect(changed?.['RemoteIPRanges']).toContain('10.0.0.0/8');
  expect(changed?.['RemoteIPRanges']).toContain('0.0.0.0-255.255.255.255');
  await lab.run('Set-ReceiveConnector "Client Frontend EX-SE-01" -Name Clients');
  expect(await lab.run('Get-ReceiveConnector Clients')).toMatchObject([
    { PermissionGroups: 'ExchangeUsers', Bindings: ['[::]:587', '0.0.0.0:587'] },
  ]);
  await lab.run('Remove-ReceiveConnector "Default Frontend EX-SE-01"');
  expect(await names()).toEqual(['EX-SE-01\\Clients']);
  await expect(lab.run('Set-ReceiveConnector "Default Frontend EX-SE-01" -Comment x')).rejects.toMatchObject({ code: 'object-not-found' });
  await lab.run('New-ReceiveConnector "Default Frontend EX-SE-01" -RemoteIPRanges 10.0.0.0/8');
  expect(await names()).toEqual(['EX-SE-01\\Default Frontend EX-SE-01', 'EX-SE-01\\Clients']);
});
