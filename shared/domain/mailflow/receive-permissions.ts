import type { ReceiveConnector } from './receive-connectors.ts';
import { isCertificateFor } from './tls-names.ts';
import type { AuthAs } from './transport-message.ts';

/** What is known of whoever sends by a connector. */
export interface ReceiveSession {
  /** Names in the certificate that the client proved itself with, where a trusted authority vouches for it. */
  readonly certificateNames: readonly string[];
  readonly isSecure: boolean;
  /** Somebody of the organisation has signed in. */
  readonly isSignedIn: boolean;
}

/**
 * What a sender may do and how its mail is taken. Names of the permissions: page "Receive connectors" of
 * OfficeDocs-Exchange.
 */
export interface ReceiveTrust {
  /** ms-Exch-SMTP-Submit. */
  readonly maySubmit: boolean;
  /** ms-Exch-SMTP-Accept-Any-Recipient: to recipients of other domains, too. */
  readonly mayRelay: boolean;
  /** XOORG is offered and believed. */
  readonly tellsOrganization: boolean;
  /** ms-Exch-Accept-Headers-Organization, or the other side of a hybrid deployment: its word of how the message was written counts. */
  readonly keepsHeaders: boolean;
  readonly authAs: AuthAs;
  /** X-MS-Exchange-Organization-AuthMechanism: two hexadecimal digits, '' when nobody has signed in. */
  readonly authMechanism: string;
  readonly bypassesSizeLimit: boolean;
}

/** AuthMechanism of who signed in by a password in TLS, and of externally secured ones. Inferred: no page lists the values. */
const passwordMechanism = '07';
const externalMechanism = '10';

const nobody: ReceiveTrust = {
  ...{ maySubmit: false, mayRelay: false, tellsOrganization: false, keepsHeaders: false },
  ...{ authAs: 'Anonymous', authMechanism: '', bypassesSizeLimit: false },
};

/** What a connector lets a sender do. */
export function receiveTrust(
  connector: Pick<ReceiveConnector, 'permissionGroups' | 'granted' | 'authMechanisms' | 'tlsDomainCapabilities'>,
  session: ReceiveSession,
): ReceiveTrust {
  const { permissionGroups: groups, authMechanisms } = connector;
  if (groups.has('ExchangeServers') && authMechanisms.has('ExternalAuthoritative'))
    return {
      ...{ maySubmit: true, mayRelay: true, tellsOrganization: false, keepsHeaders: true },
      ...{ authAs: 'Internal', authMechanism: externalMechanism, bypassesSizeLimit: true },
    };
  if (session.isSignedIn && groups.has('ExchangeUsers'))
    return { ...nobody, maySubmit: true, mayRelay: true, authAs: 'Internal', authMechanism: passwordMechanism };
  const granted = connector.granted[session.isSignedIn ? 'users' : 'anonymous'];
  const capabilities = session.isSecure ? capabilitiesOf(connector.tlsDomainCapabilities, session.certificateNames) : new Set<string>();
  const isHybrid = capabilities.has('acceptcloudservicesmail') || capabilities.has('acceptoorgprotocol');
  return {
    ...nobody,
    maySubmit:
      groups.has('AnonymousUsers') ||
      granted.includes('ms-Exch-SMTP-Submit') ||
      (groups.has('Partners') && session.certificateNames.length > 0),
    mayRelay: granted.includes('ms-Exch-SMTP-Accept-Any-Recipient'),
    tellsOrganization: isHybrid,
    keepsHeaders: isHybrid,
  };
}

/** `mail.protection.outlook.com:AcceptCloudServicesMail`: what the domain of a client's certificate may. Lower case. */
function capabilitiesOf(entries: readonly string[], names: readonly string[]): ReadonlySet<string> {
  return new Set(
    entries.flatMap((entry) => {
      const colon = entry.lastIndexOf(':');
      return isCertificateFor(names, entry.slice(0, colon)) ? [entry.slice(colon + 1).toLowerCase()] : [];
    }),
  );
}
