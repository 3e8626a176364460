import { people } from './lab.ts';
import type { BrokenTopology } from './row.ts';

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

/** Mail between the two sides of the hybrid deployment, and with a partner. */
export const mail: readonly BrokenTopology[] = [
  {
    id: 'smtp-tls-cert-name',
    how: 'TlsCertificateName of the receive connector names a certificate that is not there any more',
    variant: 'receive',
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
    variant: 'send',
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
    variant: 'company-authority',
    asked: maryToJoe,
    symptom: { code: 'waiting', says: ['454 4.7.0 Failed to establish appropriate TLS channel: UntrustedRoot: Access Denied'] },
    failed: ['contoso-cloud/smtp transport.sender'],
  },
  {
    id: 'smtp-untrusted-root',
    how: 'and the tenant does not go on either when it is shown that',
    variant: 'company-authority',
    asked: joeToMary,
    symptom: { code: 'waiting', says: ['450 4.7.320 Certificate validation failed [Message=UntrustedRoot]'] },
    failed: [],
  },
  {
    id: 'smtp-name-mismatch',
    how: 'the certificate has not the domain that the send connector wants',
    variant: 'send',
    asked: maryToJoe,
    symptom: { code: 'waiting', says: [target('454 4.7.0 Failed to establish appropriate TLS channel: SubjectMismatch')] },
    failed: [],
  },
  {
    id: 'smtp-name-mismatch',
    how: 'nor the one that the outbound connector wants',
    variant: 'outbound',
    asked: joeToMary,
    symptom: { code: 'waiting', says: ['450 4.7.320 Certificate validation failed [Message=SubjectMismatch]'] },
    failed: [],
  },
  {
    id: 'smtp-relay',
    how: 'all mail leaves by way of the tenant, whose connector knows another certificate',
    variant: 'certificate',
    asked: maryToPat,
    symptom: { code: 'returned', says: ['550 5.7.64 TenantAttribution; Relay Access Denied'] },
    failed: ['contoso-cloud/smtp transport.recipient'],
  },
  {
    id: 'smtp-relay',
    how: "the connector knows the server by its address alone, and the sender's domain is none of the tenant's",
    variant: 'address',
    user: people.rob,
    asked: { is: 'mail', as: 'rob', whom: 'pat' },
    symptom: { code: 'returned', says: ['550 5.7.64 Relay Access Denied ATTR36.'] },
    failed: ['contoso-cloud/smtp transport.recipient'],
  },
  {
    id: 'recip-notfound',
    how: "the tenant's user has another address on-premises",
    variant: 'mail-user',
    user: people.mary,
    asked: joeToMary,
    symptom: { code: 'returned', says: ['550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'] },
    failed: ['contoso/smtp mailflow.recipient'],
  },
  {
    id: 'recip-notfound',
    how: 'the remote mailbox leads to an address that the tenant does not have: its edge says so',
    variant: 'remote-mailbox',
    user: people.joe,
    asked: maryToJoe,
    symptom: {
      code: 'returned',
      says: ['550 5.4.1 [joe.gone@contoso.mail.onmicrosoft.test]: Recipient address rejected: Access denied'],
    },
    failed: ['contoso-cloud/smtp transport.recipient'],
  },
  {
    id: 'x500-missing',
    how: "an old message is answered by its writer's legacyExchangeDN, which nobody has any more",
    variant: 'removed',
    user: people.mary,
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
    variant: 'mail',
    later: [anHour],
    asked: joeToMary,
    symptom: { code: 'waiting', says: ['450 4.4.316 Connection refused [Message=Socket error code 10061]'] },
    failed: [],
  },
  {
    id: 'fw-rst',
    how: 'a firewall resets its connections',
    variant: 'mail',
    later: [anHour],
    asked: joeToMary,
    symptom: { code: 'waiting', says: ['450 4.4.318 Connection was closed abruptly [Message=Socket error code 10054]'] },
    failed: [],
  },
  {
    id: 'fw-block-in',
    how: 'nor of servers',
    variant: 'mail-out',
    later: [again],
    asked: maryToPat,
    symptom: { code: 'waiting', says: [target('421 4.2.1 Unable to connect')] },
    failed: [],
  },
  {
    id: 'mx-wrong',
    how: 'the MX record names a host that is not there',
    variant: 'unknown-host',
    asked: maryToPat,
    symptom: { code: 'waiting', says: ['451 4.4.0 DNS query failed'] },
    failed: [],
  },
  {
    id: 'no-connector',
    how: 'the send connector for everybody is disabled',
    variant: 'disabled',
    asked: maryToPat,
    symptom: { code: 'waiting', says: ['A matching connector cannot be found to route the external recipient'] },
    failed: [],
  },
  {
    id: 'mailbox-hidden',
    how: 'inheritance is off at the account, and the servers may not read it',
    variant: 'account',
    user: people.mary,
    asked: { is: 'mail', as: 'rob', whom: 'mary' },
    symptom: { code: 'waiting', says: ['The mailbox recipient does not have a mailbox database.'] },
    failed: ['contoso/ews mailflow.recipient'],
  },
  {
    id: 'server-hidden',
    how: 'nor the server that keeps the mailbox',
    variant: 'server',
    asked: { is: 'mail', as: 'rob', whom: 'mary' },
    symptom: { code: 'waiting', says: ['There is currently no route to the mailbox database.'] },
    failed: ['contoso/ews mailflow.recipient'],
  },
];
