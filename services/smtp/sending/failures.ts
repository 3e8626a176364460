import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { DialRefusal } from '../../../shared/net/dial-refusals.ts';
import type { SmtpRefusal } from '../../../shared/net/smtp-refusals.ts';
import type { DestinationRefusal } from './destinations.ts';
import type { Terms } from './terms.ts';

type Code = DialRefusal | SmtpRefusal | DestinationRefusal | 'CertificateNotFound';

/** Why a queue could not be emptied. */
export interface ConnectionFailure {
  /** What is shown as the queue's last error, or told to senders. */
  readonly text: string;
  /** It will not get better: everything in the queue goes back. */
  readonly permanent: boolean;
  readonly host?: string | undefined;
}

/** What happened on the way, as an SMTP reply. `421 4.2.1 Unable to connect` and the others: Exchange 2010's protocol log and queue viewer. */
const replies: Readonly<Record<Code, (values: Refusal['values']) => string>> = {
  NameNotFound: () => '451 4.4.0 DNS query failed',
  ConnectionRefused: () => '421 4.2.1 Unable to connect',
  ConnectTimeout: () => '421 4.2.1 Unable to connect',
  ConnectionReset: () => '421 4.4.2 Connection dropped',
  Timeout: () => '421 4.4.1 Connection timed out',
  AnswerMalformed: () => '451 4.5.0 The remote server does not answer as SMTP has it',
  AnswerTooLarge: () => '451 4.5.0 The remote server does not answer as SMTP has it',
  TlsFailed: () => '454 4.7.0 Failed to establish appropriate TLS channel: NegotiationFailed',
  CertificateRefused: () => '454 4.7.0 Failed to establish appropriate TLS channel: UntrustedRoot',
  ServerCertificateRefused: ({ Status = '' }) => `454 4.7.0 Failed to establish appropriate TLS channel: ${Status}`,
  // KB 2989382
  TlsNotOffered: ({ Reply = '' }) => (Reply === '' ? '451 5.7.3 STARTTLS is required to send mail' : Reply),
  // The code is that of KB 2989382, the words are ours.
  SignInNotOffered: () => '451 5.7.3 AUTH LOGIN is required to send mail',
  SmtpReply: ({ Reply = '' }) => Reply.replaceAll('\n', ' '),
  NonExistentDomain: () => '554 5.4.4 SMTPSEND.DNS.NonExistentDomain; nonexistent domain',
  NoMailHere: () => '556 5.1.10 Recipient address has null MX',
  QueryFailed: () => '451 4.4.0 DNS query failed',
  // Microsoft's archived blogs, "Mailflow issue from Exchange On-Prem to Office 365".
  CertificateNotFound: () => '454 4.7.5 The certificate specified in TlsCertificateName of the SendConnector could not be found.',
};

/** The same as Exchange Online tells it (OfficeDocs-Exchange "Email non-delivery reports in Exchange Online"; defender-docs "Mail flow intelligence"). */
const ofTenants: Readonly<Partial<Record<Code, (values: Refusal['values']) => string>>> = {
  NameNotFound: () => '450 4.4.312 DNS query failed',
  QueryFailed: () => '450 4.4.312 DNS query failed',
  NonExistentDomain: () => '550 5.4.310 DNS domain does not exist [Message=InfoDomainNonexistent]',
  ConnectionRefused: () => '450 4.4.316 Connection refused [Message=Socket error code 10061]',
  ConnectTimeout: () => '450 4.4.315 Connection timed out [Message=Socket error code 10060]',
  Timeout: () => '450 4.4.315 Connection timed out',
  ConnectionReset: () => '450 4.4.318 Connection was closed abruptly [Message=Socket error code 10054]',
  TlsNotOffered: () => '450 4.4.317 Cannot connect to remote server [Message=451 5.7.3 STARTTLS is required to send mail]',
  TlsFailed: () => '450 4.4.317 Cannot connect to remote server [Message=TLS negotiation failed]',
  ServerCertificateRefused: ({ Status = '' }) => `450 4.7.320 Certificate validation failed [Message=${Status}]`,
};

/** Reads what went wrong; what is no refusal is a defect and thrown on. */
export function connectionFailure(
  error: unknown,
  { kind }: Pick<Organization, 'kind'>,
  { errorPolicies }: Pick<Terms, 'errorPolicies'>,
  host?: string,
): ConnectionFailure {
  if (!(error instanceof Refusal) || !Object.hasOwn(replies, error.code)) throw error;
  const code = error.code as Code;
  const said = (kind === 'cloud' ? (ofTenants[code] ?? replies[code]) : replies[code])(error.values);
  const reply = code === 'SmtpReply' ? upgraded(said, errorPolicies) : said;
  const isDns = code === 'NonExistentDomain' || code === 'NoMailHere';
  const permanent = reply.startsWith('5') && !errorPolicies.has(isDns ? 'DowngradeDnsFailures' : 'DowngradeAuthFailures');
  // Of a name that leads nowhere nobody's address has answered.
  const isOwn = code === 'QueryFailed' || code === 'NameNotFound' || code === 'CertificateNotFound';
  const bare = kind === 'cloud' || permanent || isDns || isOwn;
  return { text: bare ? reply : targetResponded(reply), permanent, host };
}

/**
 * UpgradeCustomFailures: custom transient failures "are upgraded and treated as permanent failures" (page of Set-SendConnector). Which are
 * custom stands in no page: here all that the other server says, but that it closes the session.
 */
export function upgraded(reply: string, errorPolicies: Terms['errorPolicies']): string {
  if (!errorPolicies.has('UpgradeCustomFailures') || reply.startsWith('421')) return reply;
  return reply.replace(/^4(\d\d[ -])4(?=\.\d)/, '5$15').replace(/^4(?=\d\d)/, '5');
}

/** Observed: support.microsoft.com KB 979175. */
function targetResponded(reply: string): string {
  return (
    `451 4.4.0 Primary target IP address responded with: "${reply.replace(/\.?$/, '.')}" Attempted failover to alternate host, but ` +
    'that did not succeed. Either there are no alternate hosts, or delivery failed to all alternate hosts.'
  );
}

/** SmartHostAuthMechanism ExchangeServer wants Kerberos, which is not here (KB 979175 has the text). */
export const noExchangeAuthentication: ConnectionFailure = {
  text: targetResponded('451 5.7.3 Cannot achieve Exchange Server authentication'),
  permanent: false,
};

/** OfficeDocs-Exchange, "Fix NDR error code 550 4.4.7". */
export const expired = '550 4.4.7 QUEUE.Expired; message expired';

/** Observed in reports about what Remove-Message has removed: `#550 4.3.2 QUEUE.Admin; message deleted by administrator##`. */
export const deletedByAdministrator = '550 4.3.2 QUEUE.Admin; message deleted by administrator';
