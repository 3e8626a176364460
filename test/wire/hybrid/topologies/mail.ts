import type { Party, Step } from './lab.ts';
import { type BrokenTopology, fault, set } from './row.ts';

const wizards = '11111111-1111-4111-8111-111111111111';
const sendConnector = `Set-SendConnector "Outbound to Office 365 - ${wizards}"`;
const internet = 'Set-SendConnector Internet';
const frontend = 'Set-ReceiveConnector "Default Frontend EX-SE-01"';
const inbound = `Set-InboundConnector "Inbound from ${wizards}"`;
const outbound = `Set-OutboundConnector "Outbound to ${wizards}"`;
const again = { at: 'contoso', line: `Get-Queue -Filter "MessageCount -gt 0" | Retry-Queue` } as const;
const anHour = { coexist: 'clock advance 1h' } as const;
const target = (reply: string): string =>
  `451 4.4.0 Primary target IP address responded with: "${reply}." Attempted failover to alternate host`;

const maryToJoe = { is: 'mail', as: 'mary', whom: 'joe' } as const;
const joeToMary = { is: 'mail', as: 'joe', whom: 'mary' } as const;
const maryToPat = { is: 'mail', as: 'mary', whom: 'pat' } as const;
/** Mary as the servers on-premises call her, and as clients write that into an address (MS-OXCMAIL 2.2.1.3). */
const marysName = '/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=c16df3b21dc7847e9f5712365752561e-mary';
const encapsulated = `IMCEAEX-${marysName.replaceAll('/', '_').replaceAll(' ', '+20').replaceAll('(', '+28').replaceAll(')', '+29')}@contoso.test`;

/** What waits in the queues of servers is tried once more when it is put right; what waits in a tenant by itself. */
function then(
  { broken, fixed }: Pick<BrokenTopology, 'broken' | 'fixed'>,
  ...further: readonly Step[]
): Pick<BrokenTopology, 'broken' | 'fixed'> {
  return { broken, fixed: [...fixed, ...further] };
}

const company = "Get-ExchangeCertificate | Where-Object {$_.FriendlyName -eq 'Company'}";
const twoCertificates: Pick<BrokenTopology, 'broken' | 'fixed'> = {
  broken: [
    { outside: "the company's own authority issues it", does: (topology) => topology.importStrangers('smtp.contoso.test', 'Company') },
    { at: 'contoso', line: `${company} | Enable-ExchangeCertificate -Services SMTP` },
  ],
  fixed: [{ at: 'contoso', line: `${company} | Remove-ExchangeCertificate` }],
};
const throughTenant: Step = { at: 'contoso', line: `${internet} -SmartHosts contoso-test.mail.protection.outlook.test` };
const byItself: Step = { at: 'contoso', line: `${internet} -SmartHosts $null` };

/** "Routing Group Connectors" in blogs of administrators, 2013: permissions that Exchange's servers did not inherit. */
function denied(identity: string): Pick<BrokenTopology, 'broken' | 'fixed'> {
  const line = `-ADPermission ${identity} -User "Exchange Servers" -AccessRights ReadProperty -Deny`;
  return { broken: [{ at: 'contoso', line: `Add${line}` }], fixed: [{ at: 'contoso', line: `Remove${line}` }] };
}

function blocked(org: Party, host: string, kind: 'refuse' | 'reset'): Pick<BrokenTopology, 'broken' | 'fixed'> {
  return fault({ match: { org, host }, seam: 'dial', effect: { kind } });
}

/** Mail between the two sides of the hybrid deployment, and with a partner. */
export const mail: readonly BrokenTopology[] = [
  {
    id: 'smtp-tls-cert-name',
    how: 'TlsCertificateName of the receive connector names a certificate that is not there any more',
    ...then(set('contoso', frontend, '-TlsCertificateName "<I>CN=coexist CA<S>CN=old.contoso.test"', '-TlsCertificateName $null'), anHour),
    asked: joeToMary,
    symptom: {
      code: 'waiting',
      says: ['450 4.4.317 Cannot connect to remote server [Message=451 5.7.3 STARTTLS is required to send mail]'],
    },
    failed: [],
  },
  {
    id: 'smtp-tls-cert-name',
    how: 'TlsCertificateName of the send connector does',
    ...then(
      set('contoso', sendConnector, '-TlsCertificateName "<I>CN=coexist CA<S>CN=old.contoso.test"', '-TlsCertificateName $null'),
      again,
    ),
    asked: maryToJoe,
    symptom: {
      code: 'waiting',
      says: ['454 4.7.5 The certificate specified in TlsCertificateName of the SendConnector could not be found.'],
    },
    failed: [],
  },
  {
    id: 'smtp-untrusted-root',
    how: 'two certificates are enabled for SMTP, and the newer one is from an authority that nobody trusts',
    ...then(twoCertificates, again),
    asked: maryToJoe,
    symptom: { code: 'waiting', says: ['454 4.7.0 Failed to establish appropriate TLS channel: UntrustedRoot: Access Denied'] },
    failed: ['contoso-cloud/smtp transport.sender'],
  },
  {
    id: 'smtp-untrusted-root',
    how: 'and the tenant does not go on either when it is shown that',
    ...then(twoCertificates, anHour),
    asked: joeToMary,
    symptom: { code: 'waiting', says: ['450 4.7.320 Certificate validation failed [Message=UntrustedRoot]'] },
    failed: [],
  },
  {
    id: 'smtp-name-mismatch',
    how: 'the certificate has not the domain that the send connector wants',
    ...then(set('contoso', sendConnector, '-TlsDomain mail.elsewhere.test', '-TlsDomain mail.protection.outlook.com'), again),
    asked: maryToJoe,
    symptom: { code: 'waiting', says: [target('454 4.7.0 Failed to establish appropriate TLS channel: SubjectMismatch')] },
    failed: [],
  },
  {
    id: 'smtp-name-mismatch',
    how: 'nor the one that the outbound connector wants',
    ...then(set('contoso-cloud', outbound, '-TlsDomain mail.elsewhere.test', '-TlsDomain smtp.contoso.test'), anHour),
    asked: joeToMary,
    symptom: { code: 'waiting', says: ['450 4.7.320 Certificate validation failed [Message=SubjectMismatch]'] },
    failed: [],
  },
  {
    id: 'smtp-relay',
    how: 'all mail leaves by way of the tenant, whose connector knows another certificate',
    broken: [throughTenant, { at: 'contoso-cloud', line: `${inbound} -TlsSenderCertificateName old.contoso.test` }],
    fixed: [{ at: 'contoso-cloud', line: `${inbound} -TlsSenderCertificateName smtp.contoso.test` }],
    afterwards: [byItself],
    asked: maryToPat,
    symptom: { code: 'returned', says: ['550 5.7.64 TenantAttribution; Relay Access Denied'] },
    failed: ['contoso-cloud/smtp transport.recipient'],
  },
  {
    id: 'smtp-relay',
    how: "the connector knows the server by its address alone, and the sender's domain is none of the tenant's",
    broken: [
      throughTenant,
      { at: 'contoso-cloud', line: `${inbound} -TlsSenderCertificateName $null -SenderIPAddresses 127.0.1.0/24` },
      { at: 'contoso', line: 'New-AcceptedDomain Elsewhere -DomainName elsewhere.test' },
      { at: 'contoso', line: 'Set-Mailbox rob -EmailAddressPolicyEnabled $false' },
      { at: 'contoso', line: 'Set-Mailbox rob -PrimarySmtpAddress rob@elsewhere.test' },
    ],
    fixed: [{ at: 'contoso-cloud', line: `${inbound} -TlsSenderCertificateName smtp.contoso.test -SenderIPAddresses $null` }],
    afterwards: [
      { at: 'contoso', line: 'Set-Mailbox rob -PrimarySmtpAddress rob@contoso.test' },
      { at: 'contoso', line: 'Set-Mailbox rob -EmailAddresses @{Remove="smtp:rob@elsewhere.test"}' },
      { at: 'contoso', line: 'Set-Mailbox rob -EmailAddressPolicyEnabled $true' },
      { at: 'contoso', line: 'Remove-AcceptedDomain Elsewhere -Confirm:$false' },
      byItself,
    ],
    asked: { is: 'mail', as: 'rob', whom: 'pat' },
    symptom: { code: 'returned', says: ['550 5.7.64 Relay Access Denied ATTR36.'] },
    failed: ['contoso-cloud/smtp transport.recipient'],
  },
  {
    id: 'recip-notfound',
    how: "the tenant's user has another address on-premises",
    ...set('contoso-cloud', 'Set-MailUser mary', '-ExternalEmailAddress maria@contoso.test', '-ExternalEmailAddress mary@contoso.test'),
    asked: joeToMary,
    symptom: { code: 'returned', says: ['550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'] },
    failed: ['contoso/smtp mailflow.recipient'],
  },
  {
    id: 'recip-notfound',
    how: 'the remote mailbox leads to an address that the tenant does not have: its edge says so',
    ...set(
      'contoso',
      'Set-RemoteMailbox joe',
      '-RemoteRoutingAddress joseph@contoso.mail.onmicrosoft.test',
      '-RemoteRoutingAddress joe@contoso.mail.onmicrosoft.test',
    ),
    asked: maryToJoe,
    symptom: {
      code: 'returned',
      says: ['550 5.4.1 [joseph@contoso.mail.onmicrosoft.test]: Recipient address rejected: Access denied'],
    },
    failed: ['contoso-cloud/smtp transport.recipient'],
  },
  {
    id: 'x500-missing',
    how: "an old message is answered by its writer's legacyExchangeDN, which nobody has any more",
    ...set(
      'contoso-cloud',
      'Set-MailUser mary',
      `-EmailAddresses @{Remove="X500:${marysName}"}`,
      `-EmailAddresses @{Add="X500:${marysName}"}`,
    ),
    asked: { ...joeToMary, to: encapsulated },
    symptom: {
      code: 'returned',
      says: ['550 5.1.11 RESOLVER.ADR.ExRecipNotFound; Recipient not found by Exchange Legacy encapsulated email address lookup'],
    },
    failed: ['contoso-cloud/ews mailflow.recipient'],
  },
  {
    id: 'fw-block-in',
    how: 'a firewall lets no mail of the tenant in',
    ...then(blocked('contoso-cloud', 'smtp.contoso.test', 'refuse'), anHour),
    asked: joeToMary,
    symptom: { code: 'waiting', says: ['450 4.4.316 Connection refused [Message=Socket error code 10061]'] },
    failed: [],
  },
  {
    id: 'fw-rst',
    how: 'a firewall resets its connections',
    ...then(blocked('contoso-cloud', 'smtp.contoso.test', 'reset'), anHour),
    asked: joeToMary,
    symptom: { code: 'waiting', says: ['450 4.4.318 Connection was closed abruptly [Message=Socket error code 10054]'] },
    failed: [],
  },
  {
    id: 'fw-block-in',
    how: 'nor of servers',
    ...then(blocked('contoso', 'smtp.fabrikam.test', 'refuse'), again),
    asked: maryToPat,
    symptom: { code: 'waiting', says: [target('421 4.2.1 Unable to connect')] },
    failed: [],
  },
  {
    id: 'mx-wrong',
    how: 'the MX record names a host that is not there',
    broken: [
      {
        at: 'fabrikam',
        line: 'Add-DnsServerResourceRecord -ZoneName fabrikam.test -Name "@" -MX -MailExchange gone.fabrikam.test -Preference 10',
      },
      anHour,
    ],
    fixed: [{ at: 'fabrikam', line: 'Remove-DnsServerResourceRecord -ZoneName fabrikam.test -Name "@" -RRType Mx -Force' }, anHour, again],
    asked: maryToPat,
    symptom: { code: 'waiting', says: ['451 4.4.0 DNS query failed'] },
    failed: [],
  },
  {
    id: 'no-connector',
    how: 'the send connector for everybody is disabled',
    ...set('contoso', internet, '-Enabled $false', '-Enabled $true'),
    asked: maryToPat,
    symptom: { code: 'waiting', says: ['A matching connector cannot be found to route the external recipient'] },
    failed: [],
  },
  {
    id: 'mailbox-hidden',
    how: 'inheritance is off at the account, and the servers may not read it',
    ...denied('mary'),
    asked: { is: 'mail', as: 'rob', whom: 'mary' },
    symptom: { code: 'waiting', says: ['The mailbox recipient does not have a mailbox database.'] },
    failed: ['contoso/ews mailflow.recipient'],
  },
  {
    id: 'server-hidden',
    how: 'nor the server that keeps the mailbox',
    ...denied('EX-SE-01'),
    asked: { is: 'mail', as: 'rob', whom: 'mary' },
    symptom: { code: 'waiting', says: ['There is currently no route to the mailbox database.'] },
    failed: ['contoso/ews mailflow.recipient'],
  },
];
