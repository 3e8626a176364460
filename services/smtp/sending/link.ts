import type { Queue } from '../../../shared/domain/mailflow/queue-hold.ts';
import { egressAddress } from '../../../shared/domain/organization/mail-hosts.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { SmtpLink } from '../../../shared/net/smtp-link.ts';
import type { Transport } from './context.ts';
import { destinationsOf } from './destinations.ts';
import { type ConnectionFailure, connectionFailure, noExchangeAuthentication } from './failures.ts';
import type { Terms } from './terms.ts';

/** From a host's name to the end of EHLO, and for a connection without an octet: bounds of ours, in machine time. */
const hostMs = 15_000;
const mostIdleMs = 60_000;

/** Opens a session with the first host of a queue's destination that has one; else says what the last one said. */
export async function openLink(transport: Transport, queue: Queue, terms: Terms): Promise<SmtpLink | ConnectionFailure> {
  const { parts, organization } = transport;
  const { signIn } = terms;
  if (signIn === 'impossible') return noExchangeAuthentication;
  let failure: ConnectionFailure | undefined;
  let hosts: readonly string[];
  try {
    if (terms.lacksCertificate) throw new Refusal('CertificateNotFound', { detail: `TlsCertificateName of ${terms.connector}` });
    hosts = await destinationsOf(parts, organization.name, queue);
  } catch (error) {
    return connectionFailure(error, organization, terms);
  }
  const { all } = await parts.organizations();
  for (const host of hosts) {
    try {
      return await parts.dialer.smtp({
        ...{ host, port: terms.port, isSmartHost: queue.delivery === 'SmartHostConnectorDelivery', name: terms.name },
        ...{ tls: terms.tls, signIn, connector: terms.connector, protocolLog: terms.protocolLog },
        localAddress: egressAddress(all, organization.name, parts.network.egress ?? parts.network.addresses),
        originatorOrganization: terms.originatorOrganization,
        ...{ service: 'smtp', organization: organization.name, timeoutMs: hostMs, idleMs: Math.min(terms.idleMs, mostIdleMs) },
      });
    } catch (error) {
      failure = connectionFailure(error, organization, terms, host);
      if (failure.permanent) return failure;
    }
  }
  return failure ?? { text: '451 4.4.0 DNS query failed', permanent: false };
}
