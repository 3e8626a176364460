import { isKnownAtEdge } from '../../../shared/domain/mailflow/edge-blocking.ts';
import type { TransportFacts } from '../../../shared/domain/mailflow/transport-message.ts';
import { domainTypeOf } from '../../../shared/domain/organization/accepted-domains.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import { type Check, judge } from '../../../shared/kernel/verdict.ts';
import type { SmtpReply, SmtpSession } from '../../../shared/service/smtp-session.ts';
import type { TransportParts } from '../context.ts';
import type { Desk, DeskTrust } from './desk.ts';
import { type TransportRefusalCode, transportReply } from './failures.ts';

/** MAIL: whether the connector takes mail from whoever is there. */
export function judgeSender(desk: Desk, trust: DeskTrust, session: SmtpSession, exchange: OpenExchange): SmtpReply {
  const { tls, clientName } = session;
  const needsTls = trust.refusal === 'tls-required' || trust.refusal === 'edge-tls-required';
  const lacksDomain = desk.requiresEhloDomain && !clientName.includes('.');
  const restricted = trust.refusal !== undefined && !needsTls;
  const checks: Check[] = [
    { check: 'transport.connector', outcome: 'passed', actual: trust.connector === '' ? 'none' : trust.connector },
    {
      check: 'transport.tls',
      outcome: needsTls ? 'failed' : 'passed',
      ...(needsTls ? { expected: 'STARTTLS before MAIL' } : {}),
      actual: tls === undefined ? 'plain text' : `${tls.version} ${tls.cipher}`,
    },
    {
      check: 'transport.sender',
      outcome: restricted || lacksDomain ? 'failed' : 'passed',
      actual: restricted ? (trust.refusal ?? '') : `${trust.authAs}${trust.tellsOrganization ? ', cross-premises headers are kept' : ''}`,
    },
  ];
  exchange.judged(judge(checks));
  const code = trust.refusal ?? (lacksDomain ? 'ehlo-domain' : undefined);
  if (code === undefined) return { code: 250, text: '2.1.0 Sender OK' };
  exchange.note({ code });
  return transportReply(code, desk.host);
}

/** RCPT: whether mail for an address is this organisation's, or may go on from here. */
export async function judgeRecipient(
  parts: TransportParts,
  { organization, settings, blocksUnknown, host }: Desk,
  trust: DeskTrust & Pick<TransportFacts, 'originatorOrganization'>,
  address: string,
  exchange: OpenExchange,
): Promise<SmtpReply> {
  const accepted = domainTypeOf(organization, settings, address.slice(address.lastIndexOf('@') + 1));
  const check = 'transport.recipient';
  const refuse = (code: TransportRefusalCode, expected: string, actual: string): SmtpReply => {
    exchange.judged(judge([{ check, outcome: 'failed', expected, actual }]));
    exchange.note({ code, detail: address });
    return transportReply(code, host, address);
  };
  const isRelay = accepted === undefined && address.toLowerCase() !== 'postmaster';
  // Centralised mail transport: the other side of the hybrid deployment sends its own mail to the world by way of this one.
  const { originatorOrganization } = trust;
  const isOurs = originatorOrganization !== undefined && domainTypeOf(organization, settings, originatorOrganization) !== undefined;
  if (isRelay && !trust.mayRelay && !(trust.tellsOrganization && isOurs))
    return refuse(trust.relayRefusal, 'a recipient in an accepted domain', 'another domain');
  if (blocksUnknown && accepted === 'Authoritative' && !(await isKnownAtEdge(parts.directory(organization.name), settings, address)))
    return refuse('recipient-blocked', `a recipient of ${organization.name}`, 'nobody has the address');
  exchange.judged(judge([{ check, outcome: 'passed', actual: accepted ?? 'relayed' }]));
  return { code: 250, text: '2.1.5 Recipient OK' };
}
