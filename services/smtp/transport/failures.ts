import type { SmtpReply } from '../../../shared/service/smtp-session.ts';

/** Why a step of a conversation with another server is refused. */
export type TransportRefusalCode =
  | 'tls-required'
  | 'edge-tls-required'
  | 'not-authenticated'
  | 'not-authenticated-2010'
  | 'ehlo-domain'
  | 'certificate-untrusted'
  | 'certificate-restricted'
  | 'address-restricted'
  | 'recipient-blocked'
  | 'relay-denied'
  | 'relay-denied-2010'
  | 'edge-relay-denied'
  | 'edge-relay-unattributed'
  | 'header-too-big'
  | 'hop-count'
  | 'edge-hop-count'
  | 'bare-linefeeds'
  | 'rate-limited';

type Wording = (facts: { readonly host: string; readonly address: string }) => SmtpReply;

const restricted = (kind: string): SmtpReply => ({
  code: 550,
  text: `5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the message's recipient domain. The connector had ${kind} set`,
});

/**
 * Exchange's words. Sources: "Allow relaying" and the lists of non-delivery reports of OfficeDocs-Exchange (5.7.57, 5.7.54, 5.4.6,
 * 5.4.14, 5.7.64, 5.6.11), KB 2989382 (5.7.3), 2888788 (4.7.0) and 4019940 (ATTR36), the Exchange Team Blog on Directory Based Edge Blocking (5.4.1). Those of 5.7.51, of a
 * header that is too big and of an EHLO without a domain are quoted by administrators; those of bare line feeds are ours.
 */
const wordings: Readonly<Record<TransportRefusalCode, Wording>> = {
  'tls-required': () => ({ code: 530, text: '5.7.0 Must issue a STARTTLS command first' }),
  'edge-tls-required': ({ host }) => ({ code: 451, text: `5.7.3 STARTTLS is required to send mail [${host}]` }),
  'not-authenticated': () => ({ code: 530, text: '5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM' }),
  'not-authenticated-2010': () => ({ code: 530, text: '5.7.1 Client was not authenticated' }),
  'ehlo-domain': () => ({ code: 501, text: '5.5.4 Invalid domain name' }),
  'certificate-untrusted': () => ({ code: 454, text: '4.7.0 Failed to establish appropriate TLS channel: UntrustedRoot: Access Denied' }),
  'certificate-restricted': () => restricted('RestrictDomainsToCertificate'),
  'address-restricted': () => restricted('RestrictDomainsToIPAddresses'),
  'recipient-blocked': ({ address }) => ({ code: 550, text: `5.4.1 [${address}]: Recipient address rejected: Access denied` }),
  'relay-denied': () => ({ code: 550, text: '5.7.54 SMTP; Unable to relay recipient in non-accepted domain' }),
  'relay-denied-2010': () => ({ code: 550, text: '5.7.1 Unable to relay' }),
  'edge-relay-denied': ({ host }) => ({ code: 550, text: `5.7.64 TenantAttribution; Relay Access Denied [${host}]` }),
  'edge-relay-unattributed': () => ({
    code: 550,
    text: '5.7.64 Relay Access Denied ATTR36. For more details please refer to: https://support.microsoft.com/kb/3169958',
  }),
  'header-too-big': () => ({ code: 552, text: '5.3.4 Header size exceeds fixed maximum size' }),
  'hop-count': () => ({ code: 554, text: '5.4.6 Hop count exceeded - possible mail loop' }),
  'edge-hop-count': () => ({ code: 554, text: '5.4.14 Hop count exceeded - possible mail loop ATTR34' }),
  // OfficeDocs-Exchange, "Message rate limits and throttling" and the logs that administrators quote.
  'rate-limited': () => ({ code: 421, text: '4.4.2 Message submission rate for this client has exceeded the configured limit' }),
  'bare-linefeeds': () => ({ code: 550, text: '5.6.11 The message has line feeds without carriage returns' }),
};

/** The reply to a step that was refused. */
export function transportReply(code: TransportRefusalCode, host: string, address = ''): SmtpReply {
  return wordings[code]({ host, address });
}
