import type { AuthAs } from '../../../shared/domain/mailflow/transport-message.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import type { SmtpTls } from '../../../shared/service/smtp-session.ts';
import type { TransportParts } from '../context.ts';
import type { TransportRefusalCode } from './failures.ts';
import type { RateLimit, SubmissionRates } from './submission-rates.ts';

/** Where a connection comes from, and what it proved. */
export interface Arrival {
  readonly remoteAddress: string;
  readonly tls: SmtpTls | undefined;
  readonly isSignedIn: boolean;
}

/** What whoever is on a connection may do, and how its mail is taken. */
export interface DeskTrust {
  /** The receive connector with its server, or the tenant's inbound connector; '' when it has none. */
  readonly connector: string;
  /** Why no mail is taken. */
  readonly refusal: TransportRefusalCode | undefined;
  /** To recipients of other domains, too. */
  readonly mayRelay: boolean;
  /** What is said to recipients of other domains, where it may not. */
  readonly relayRefusal: TransportRefusalCode;
  readonly tellsOrganization: boolean;
  /** The organisation's own headers stay (a server of its own). */
  readonly keepsOrganization: boolean;
  /** The other side's headers become the organisation's. */
  readonly keepsCrossPremises: boolean;
  readonly authAs: AuthAs;
  readonly authMechanism: string;
}

/** How an organisation takes mail by one of its connectors. Pure: made anew whenever its settings change. */
export interface Desk {
  readonly organization: Organization;
  readonly settings: Settings;
  /** `EX-SE-01.contoso.test`. */
  readonly host: string;
  /** Recipients of authoritative domains that the directory does not know are refused (Directory Based Edge Blocking). */
  readonly blocksUnknown: boolean;
  /** Its name in the protocol log; undefined where none is kept. */
  readonly protocolLog: string | undefined;
  readonly maxHeaderBytes: number;
  readonly maxHopCount: number;
  /** Of the organisation's own servers; 0: any number. */
  readonly maxLocalHopCount: number;
  readonly refusesBareLinefeeds: boolean;
  readonly requiresEhloDomain: boolean;
  /** Undefined: as many messages as anybody likes. */
  readonly rate: RateLimit | undefined;
  /** @param sender reverse path; undefined before it is known */
  trust(arrival: Arrival, sender: string | undefined): DeskTrust;
}

/** What conversations at a listener's connectors are led with. */
export interface DeskParts extends TransportParts {
  readonly rates: SubmissionRates;
}

/** Names in the certificate that a client proved itself with, where a trusted authority vouches for it. */
export function trustedNames(tls: SmtpTls | undefined): readonly string[] {
  return tls?.isTrusted === true ? shownNames(tls) : [];
}

/** Names in a certificate that no trusted authority vouches for. */
export function untrustedNames(tls: SmtpTls | undefined): readonly string[] {
  return tls === undefined || tls.isTrusted ? [] : shownNames(tls);
}

function shownNames({ certificate }: SmtpTls): readonly string[] {
  if (certificate === undefined) return [];
  const { subject, subjectAltName = '' } = certificate;
  const common = /^CN=(.*)$/m.exec(subject)?.[1];
  return [...(common === undefined ? [] : [common]), ...[...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name = '']) => name)];
}
