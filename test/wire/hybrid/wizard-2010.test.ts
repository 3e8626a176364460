import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { runWizard, wizardLog } from '../../support/run-wizard.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';

const [mary, joe] = ['mary@contoso.test', 'joe@contoso.test'];
const credentials = ['--cloud-credential', 'administrator@contoso.test:Pa55word!'];

let lab: TestLab;
beforeEach(async () => {
  lab = await openTestLab({ world: 'hybrid-2010' });
});
afterEach(() => lab.close());

const run = (line: string, organization = 'contoso') => runCmdlet<Readonly<Record<string, unknown>>>(lab, organization, line);
const rows = async () => {
  const found = await lab.store.read.selectFrom('config_object').selectAll().execute();
  return found.map((row) => JSON.stringify(row)).toSorted((left, right) => (left < right ? -1 : 1));
};

/** Values of "Office 365 - Hybrid Configuration Wizard (HCW)" (Daniel Kenyon-Smith's blog); hosts and addresses are this world's. */
const dumps: readonly (readonly [line: string, organization: string, shown: object])[] = [
  [
    "Get-OrganizationRelationship 'On Premises to Exchange Online Organization Relationship'",
    'contoso',
    {
      DomainNames: ['contoso.mail.onmicrosoft.test'],
      MailboxMoveEnabled: true,
      FreeBusyAccessEnabled: true,
      FreeBusyAccessLevel: 'LimitedDetails',
      ArchiveAccessEnabled: true,
      MailTipsAccessEnabled: true,
      MailTipsAccessLevel: 'All',
      DeliveryReportEnabled: true,
      TargetOwaURL: 'http://outlook.com/owa/contoso.test',
      TargetApplicationUri: 'outlook.com',
    },
  ],
  [
    "Get-OrganizationRelationship 'Exchange Online to on premises Organization Relationship'",
    'contoso-cloud',
    {
      DomainNames: ['contoso.test'],
      FreeBusyAccessEnabled: true,
      FreeBusyAccessLevel: 'LimitedDetails',
      MailTipsAccessEnabled: true,
      MailTipsAccessLevel: 'All',
      DeliveryReportEnabled: true,
      TargetApplicationUri: 'FYDIBOHF25SPDLT.contoso.test',
      TargetAutodiscoverEpr: 'https://autodiscover.contoso.test/autodiscover/autodiscover.svc/WSSecurity',
    },
  ],
  ['Get-WebServicesVirtualDirectory', 'contoso', { MRSProxyEnabled: true }],
  [
    "Get-SendConnector 'Outbound to Office 365'",
    'contoso',
    {
      AddressSpaces: ['smtp:contoso.mail.onmicrosoft.test;1'],
      ConnectionInactivityTimeOut: '00:10:00',
      DNSRoutingEnabled: true,
      DomainSecureEnabled: false,
      Enabled: true,
      ErrorPolicies: 'DowngradeAuthFailures',
      Fqdn: 'contoso.test',
      MaxMessageSize: '10 MB (10,485,760 bytes)',
      Port: 25,
      RequireTLS: true,
      SmartHostAuthMechanism: 'None',
      SmartHosts: [],
      SourceTransportServers: ['EX10-01'],
      TlsAuthLevel: 'DomainValidation',
      TlsDomain: 'outlook.com',
      UseExternalDNSServersEnabled: false,
    },
  ],
  [
    "Get-ReceiveConnector 'Inbound from Office 365'",
    'contoso',
    {
      AuthMechanism: 'Tls, Integrated, BasicAuth, BasicAuthRequireTLS',
      Fqdn: 'contoso.test',
      MaxMessageSize: '28 MB (29,360,128 bytes)',
      MessageRateLimit: 'unlimited',
      PermissionGroups: 'AnonymousUsers',
      RequireTLS: true,
      TlsDomainCapabilities: ['outlook.com:AcceptOorgProtocol'],
      Identity: 'EX10-01\\Inbound from Office 365',
    },
  ],
  [
    "Get-InboundConnector 'Hybrid Mail Flow Inbound Connector'",
    'contoso-cloud',
    {
      Comment:
        'The Hybrid Mail Flow inbound connector was created when hybrid mail flow was configured. This connector cannot be modified.',
      SenderDomains: ['SMTP:*.*;1'],
      RequireTls: true,
      TlsSenderCertificateName: 'smtp.contoso.test',
    },
  ],
  [
    "Get-OutboundConnector 'Hybrid Mail Flow Outbound Connector'",
    'contoso-cloud',
    {
      RecipientDomains: ['smtp.contoso.test', '*.*'],
      SmartHosts: ['smtp.contoso.test'],
      TlsSettings: 'DomainValidation',
      TlsDomain: 'smtp.contoso.test',
    },
  ],
  ["Get-RemoteDomain 'Hybrid Domain - contoso.test'", 'contoso-cloud', { TrustedMailInboundEnabled: true }],
  ["Get-RemoteDomain 'Hybrid Domain - smtp.contoso.test'", 'contoso-cloud', { TrustedMailInboundEnabled: true }],
  [
    "Get-RemoteDomain 'Hybrid Domain - contoso.mail.onmicrosoft.test'",
    'contoso',
    {
      TrustedMailOutboundEnabled: true,
      TargetDeliveryDomain: true,
      AllowedOOFType: 'InternalLegacy',
      AutoReplyEnabled: true,
      AutoForwardEnabled: true,
      DeliveryReportEnabled: true,
      DisplaySenderName: true,
      NDREnabled: true,
      TNEFEnabled: true,
    },
  ],
  [
    'Get-HybridMailflow',
    'contoso-cloud',
    {
      SecureMailEnabled: true,
      CentralizedTransportEnabled: true,
      OnPremisesFQDN: 'smtp.contoso.test',
      CertificateSubject: 'smtp.contoso.test',
      OutboundDomains: ['contoso.test'],
    },
  ],
  [
    "Get-EmailAddressPolicy 'Default Policy'",
    'contoso',
    { EnabledEmailAddressTemplates: ['SMTP:@contoso.test', 'smtp:%m@contoso.mail.onmicrosoft.test'] },
  ],
];

test('before its wizard nothing leads to the other side, and nobody trusts the gateway', async () => {
  expect(await run('Get-FederationTrust')).toEqual([]);
  expect(await run('Get-OrganizationRelationship')).toEqual([]);
  for (const [as, whom, organization, domain] of [
    [mary, joe, 'contoso', 'contoso.mail.onmicrosoft.test'],
    [joe, mary, 'contoso-cloud', 'contoso.test'],
  ] as const) {
    const [shown] = shownIn(await askAvailability(lab, as, [whom], { organization }));
    expect(shown).toMatchObject({ class: 'Error', code: 'ErrorAvailabilityConfigNotFound' });
    expect(shown?.text).toContain(`Configuration information for forest/domain ${domain} could not be found in Active Directory.`);
    expect(shown?.text).toContain('LID: 47932');
  }
  await expect(run('Test-OrganizationRelationship -UserIdentity mary')).rejects.toThrow('Organization is not federated');
});

test('Exchange 2010 SP2: what the wizard leaves is what was dumped, Mary and Joe see each other, a second run writes nothing', async () => {
  const day = [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }];
  await enterAppointments(lab, 'contoso', mary, day);
  await enterAppointments(lab, 'contoso-cloud', joe, day);

  const ran = await runWizard(lab, credentials);
  expect(ran).toMatchObject({ code: 0, err: `log: ${wizardLog(lab)}\n` });
  for (const [line, organization, shown] of dumps)
    expect({ line, shown: await run(line, organization) }).toMatchObject({ line, shown: [shown] });
  expect((await run('Get-Mailbox mary'))[0]).toMatchObject({
    EmailAddresses: expect.arrayContaining(['smtp:mary@contoso.mail.onmicrosoft.test']),
  });
  expect(await run('Get-IntraOrganizationConnector')).toEqual([]);
  expect(readFileSync(wizardLog(lab), 'utf8')).toMatch(
    /\[\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d\] {4}INFO : Session=Tenant Cmdlet=Get-FederationInformation -DomainName 'contoso\.test' -Bypass/,
  );

  const busy = { code: 'NoError', merged: '000000000200000000000000' };
  expect(shownIn(await askAvailability(lab, mary, [joe]))).toMatchObject([busy]);
  expect(shownIn(await askAvailability(lab, joe, [mary], { organization: 'contoso-cloud' }))).toMatchObject([busy]);

  const before = await rows();
  expect(await runWizard(lab, credentials)).toMatchObject({ code: 0 });
  expect(await rows()).toEqual(before);
});

const notReceived =
  "Updating hybrid configuration failed with error 'Subtask Configure execution failed: Creating Organization Relationships. Execution of " +
  'the Get-FederationInformation cmdlet had thrown an exception. This may indicate invalid parameters in your Hybrid Configuration ' +
  'settings. Federation information could not be received from the external organization.';

test('something in front of Autodiscover asks who is there: the tenant gets no federation information', async () => {
  lab.faults.add({ match: { svc: 'autodiscover', org: 'contoso' }, effect: { kind: 'status', status: 401 } });
  const ran = await runWizard(lab, credentials);
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining(notReceived) });
  expect(await run('Get-OrganizationRelationship')).toHaveLength(1);
  expect(await run('Get-OrganizationRelationship', 'contoso-cloud')).toEqual([]);
  // The hole is closed: a further run goes on.
  lab.faults.clear();
  expect(await runWizard(lab, credentials)).toMatchObject({ code: 0 });
});

test('Autodiscover is not published: the tenant does not find it', async () => {
  await run('Add-DnsServerResourceRecord contoso.test -Name autodiscover -CName -HostNameAlias nowhere.example.test');
  expect(await runWizard(lab, credentials)).toMatchObject({ code: 1, err: expect.stringContaining(notReceived) });
});

test('a wildcard certificate before SP2 Update Rollup 1: there is none to choose', async () => {
  const [made] = await run("New-ExchangeCertificate -SubjectName 'CN=*.contoso.test'");
  await run(`Enable-ExchangeCertificate ${String(made?.['Thumbprint'])} -Services SMTP`);
  const ran = await runWizard(lab, credentials);
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('The list of certificates for secure mail is empty') });
  expect(await run('Get-FederationTrust')).toEqual([]);
});
