import { largestMessageBytes } from '../../shared/domain/mailflow/largest-message.ts';
import { mailCertificateNames, mailHosts } from '../../shared/domain/organization/mail-hosts.ts';
import { present } from '../../shared/kernel/assert.ts';
import { createSmtpHost, type SmtpHost } from '../../shared/service/smtp-host.ts';
import type { SmtpReply } from '../../shared/service/smtp-session.ts';
import { serverHost, type TransportParts } from './context.ts';
import { words } from './failures.ts';

/** Nobody's mail is taken before a receive connector says whose. */
const closed: SmtpReply = { code: 421, text: '4.3.2 Service not available' };

/** Port 25 of an organisation, where other servers bring mail. */
export async function createTransportHost(parts: TransportParts, name: string): Promise<SmtpHost> {
  const organization = present((await parts.organizations()).byName(name), `the organisation ${name}`);
  const names = [...mailCertificateNames(organization), ...mailHosts(organization)];
  const identity = await parts.certificates.secureContextFor(names);
  const shown = await parts.certificates.leafFor(names);
  return createSmtpHost({
    name: serverHost(organization) ?? name,
    banner: 'Microsoft ESMTP MAIL Service ready',
    limits: {
      ...{ maxConnections: 200, maxMessageBytes: largestMessageBytes, maxHeldBytes: 256 * 1024 * 1024, maxRecipients: 500 },
      ...{ maxRefusedRecipients: 100, maxErrors: 10, idleTimeoutMs: 300_000, connectionTimeoutMs: 600_000 },
    },
    certificate: { key: shown.keyPem, cert: [shown.certPem, ...shown.chain].join('') },
    contextFor: () => identity.context,
    words,
    open: () => {
      const refuse = (): Promise<SmtpReply> => Promise.resolve(closed);
      return { authenticate: refuse, sender: refuse, recipient: refuse, message: refuse };
    },
    broken: () => {},
  });
}
