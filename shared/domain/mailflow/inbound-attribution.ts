import type { Settings } from '../organization/settings.ts';
import { addressRange, isInRange } from './address-range.ts';
import { type Connector, inboundConnectors } from './connectors.ts';
import { isCertificateFor, subjectOf } from './tls-names.ts';
import type { AuthAs } from './transport-message.ts';

/** What a tenant's edge knows of whoever sends to it. */
export interface EdgeSession {
  readonly remoteAddress: string;
  readonly isSecure: boolean;
  /** Names in the certificate that the client proved itself with, where a trusted authority vouches for it. */
  readonly certificateNames: readonly string[];
  /** Names in one that nobody trusted vouches for. */
  readonly untrustedNames: readonly string[];
}

/** Why a tenant's edge takes no mail from a sender. */
export type EdgeRefusalCode = 'tls-required' | 'certificate-untrusted' | 'certificate-restricted' | 'address-restricted';

/** Whose mail it is, and how it is taken. */
export interface EdgeTrust {
  /** Name of the inbound connector; '' when there is none for it. */
  readonly connector: string;
  /** The connector is one of the organisation's own servers: mail may go on to anybody. */
  readonly isOwnServer: boolean;
  /** It is known by its certificate, whose domain vouches for mail of others, too. */
  readonly isCertified: boolean;
  /** CloudServicesMailEnabled: XOORG is offered, and the other side's word of how the message was written counts. */
  readonly keepsHeaders: boolean;
  readonly authAs: AuthAs;
  readonly refusal: EdgeRefusalCode | undefined;
}

const stranger: EdgeTrust = {
  ...{ connector: '', isOwnServer: false, isCertified: false, keepsHeaders: false, authAs: 'Anonymous', refusal: undefined },
};

/**
 * What the inbound connectors of a tenant make of a sender: one of its own servers is known by certificate or address, a partner
 * by the domain it writes from, and then it has to be as the connector says (page of New-InboundConnector).
 *
 * @param sender reverse path; undefined before it is known, when only own servers are
 */
export function edgeTrust(settings: Settings, session: EdgeSession, sender: string | undefined): EdgeTrust {
  const enabled = inboundConnectors.all(settings).filter((connector) => connector['Enabled'] !== false);
  const own = enabled.find(
    (connector) => connector['ConnectorType'] === 'OnPremises' && isItsServer(connector, session) && isItsDomain(connector, sender),
  );
  if (own !== undefined) return ofOwnServer(own, session);
  // KB 2888788: who shows the name of one's own server in a certificate of an unknown authority is not let in.
  const pretended = enabled.find(
    (connector) =>
      connector['ConnectorType'] === 'OnPremises' &&
      connector['RequireTls'] === true &&
      isCertificateFor(session.untrustedNames, subjectOf(textOf(connector, 'TlsSenderCertificateName'))) &&
      isItsDomain(connector, sender),
  );
  if (pretended !== undefined) return { ...stranger, connector: pretended.Name, refusal: 'certificate-untrusted' };
  const domain = sender === undefined ? undefined : domainOf(sender);
  const partners = enabled
    .filter((connector) => (connector['ConnectorType'] ?? 'Partner') === 'Partner' && domain !== undefined)
    .map((connector) => ({ connector, closeness: closenessOf(connector, domain ?? '') }))
    .filter(({ closeness }) => closeness >= 0)
    .toSorted((one, other) => other.closeness - one.closeness);
  const [partner] = partners;
  return partner === undefined ? stranger : ofPartner(partner.connector, session);
}

function ofOwnServer(connector: Connector, session: EdgeSession): EdgeTrust {
  const keepsHeaders = connector['CloudServicesMailEnabled'] === true && session.isSecure;
  return {
    connector: connector.Name,
    isOwnServer: true,
    isCertified: textOf(connector, 'TlsSenderCertificateName') !== '',
    keepsHeaders,
    authAs: connector['TreatMessagesAsInternal'] === true ? 'Internal' : 'Anonymous',
    refusal: connector['RequireTls'] === true && !session.isSecure ? 'tls-required' : undefined,
  };
}

function ofPartner(connector: Connector, session: EdgeSession): EdgeTrust {
  const byAddress = connector['RestrictDomainsToIPAddresses'] === true && !hasAddress(connector, session);
  const byCertificate = connector['RestrictDomainsToCertificate'] === true && !hasCertificate(connector, session);
  const tls = connector['RequireTls'] === true && !session.isSecure ? 'tls-required' : undefined;
  const refusal = tls ?? (byCertificate ? 'certificate-restricted' : byAddress ? 'address-restricted' : undefined);
  return { ...stranger, connector: connector.Name, refusal };
}

/** A certificate is looked at where the connector names one, else the address. */
function isItsServer(connector: Connector, session: EdgeSession): boolean {
  return textOf(connector, 'TlsSenderCertificateName') === '' ? hasAddress(connector, session) : hasCertificate(connector, session);
}

function hasCertificate(connector: Connector, { certificateNames }: EdgeSession): boolean {
  return isCertificateFor(certificateNames, subjectOf(textOf(connector, 'TlsSenderCertificateName')));
}

function hasAddress(connector: Connector, { remoteAddress }: EdgeSession): boolean {
  return textsOf(connector, 'SenderIPAddresses').some((text) => {
    const range = addressRange(text);
    return range !== undefined && isInRange(remoteAddress, range);
  });
}

/** The null reverse path is anybody's. */
function isItsDomain(connector: Connector, sender: string | undefined): boolean {
  return sender === undefined || sender === '' || closenessOf(connector, domainOf(sender)) >= 0;
}

/** How closely SenderDomains name a domain: the number of labels; less than nothing where they do not. */
function closenessOf(connector: Connector, domain: string): number {
  return Math.max(
    -1,
    ...textsOf(connector, 'SenderDomains').map((space) => {
      const pattern = space
        .replace(/^smtp:/i, '')
        .replace(/;\d+$/, '')
        .toLowerCase();
      if (pattern === '*' || pattern === '*.*') return 0;
      if (pattern === domain) return 1_000;
      return pattern.startsWith('*.') && domain.endsWith(pattern.slice(1)) ? pattern.split('.').length : -1;
    }),
  );
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

function textOf(connector: Connector, name: string): string {
  const value = connector[name];
  return typeof value === 'string' ? value : '';
}

function textsOf(connector: Connector, name: string): readonly string[] {
  const value = connector[name];
  return Array.isArray(value) ? value : [];
}
