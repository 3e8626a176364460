import { type EdgeRefusalCode, edgeTrust } from '../../../shared/domain/mailflow/inbound-attribution.ts';
import { domainTypeOf } from '../../../shared/domain/organization/accepted-domains.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import type { SmtpFeatures, SmtpLimits } from '../../../shared/service/smtp-profile.ts';
import { type Desk, trustedNames, untrustedNames } from './desk.ts';
import type { TransportRefusalCode } from './failures.ts';
import { mostHeldBytes } from './premises.ts';

const refusals: Readonly<Record<EdgeRefusalCode, TransportRefusalCode>> = {
  'tls-required': 'edge-tls-required',
  'certificate-untrusted': 'certificate-untrusted',
  'certificate-restricted': 'certificate-restricted',
  'address-restricted': 'address-restricted',
};

/** How a tenant's edge takes mail. */
export function edgeDesk(organization: Organization, settings: Settings, host: string): Desk {
  const isAccepted = (domain: string): boolean => domainTypeOf(organization, settings, domain) !== undefined;
  return {
    ...{ organization, settings, host, blocksUnknown: true, protocolLog: undefined },
    ...{
      maxHeaderBytes: 256 * 1024,
      maxHopCount: mostHops,
      maxLocalHopCount: 0,
      refusesBareLinefeeds: false,
      requiresEhloDomain: false,
      rate: undefined,
    },
    trust({ remoteAddress, tls }, sender) {
      const certificateNames = trustedNames(tls);
      const session = { remoteAddress, isSecure: tls !== undefined, certificateNames, untrustedNames: untrustedNames(tls) };
      const edge = edgeTrust(settings, session, sender);
      // "Important notice for our customers who have configured connectors": the sender's domain is the tenant's, or that of the
      // certificate which the connector names (MicrosoftDocs, "Configure a certificate-based connector to relay email messages").
      const senderDomain = (sender ?? '').slice((sender ?? '').lastIndexOf('@') + 1);
      const isOwn = isAccepted(senderDomain) || (edge.isCertified && certificateNames.some((name) => isBelow(name, isAccepted)));
      return {
        connector: edge.connector,
        refusal: edge.refusal === undefined ? undefined : refusals[edge.refusal],
        mayRelay: edge.isOwnServer && isOwn,
        relayRefusal: edge.isOwnServer ? 'edge-relay-unattributed' : 'edge-relay-denied',
        tellsOrganization: edge.keepsHeaders,
        keepsOrganization: false,
        keepsCrossPremises: edge.keepsHeaders,
        authAs: edge.authAs,
        authMechanism: '',
      };
    },
  };
}

/** A name in a domain, or the domain itself. */
function isBelow(name: string, isAccepted: (domain: string) => boolean): boolean {
  const labels = name.split('.');
  return labels.some((_, index) => isAccepted(labels.slice(index).join('.')));
}

/** Ours: Exchange Online says of loops only that it ends them. */
const mostHops = 60;

/** Those of the edge that this engine has. */
export const edgeFeatures: SmtpFeatures = {
  ...{ size: 'told', pipelining: true, dsn: true, enhancedStatusCodes: true, eightBitMime: true, chunking: true, xAnonymousTls: false },
};

/** 150 MB and 500 recipients: limits of Exchange Online (learn.microsoft.com "Exchange Online limits"). The rest are bounds of ours. */
export const edgeLimits: SmtpLimits = {
  ...{ maxConnections: 5_000, maxMessageBytes: 157_286_400, maxHeldBytes: mostHeldBytes, maxRecipients: 500, maxRefusedRecipients: 100 },
  ...{ maxErrors: 10, idleTimeoutMs: 300_000, connectionTimeoutMs: 600_000 },
};
