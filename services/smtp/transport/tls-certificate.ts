import { X509Certificate } from 'node:crypto';
import { isCertificateFor, subjectOf } from '../../../shared/domain/mailflow/tls-names.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { SmtpTlsSettings } from '../../../shared/service/smtp-profile.ts';

type Pair = SmtpTlsSettings['certificate'];

/** What a connector picks its certificate by. */
export interface CertificateChoice {
  /** TlsCertificateName; '' where it names none. */
  readonly name: string;
  /** What the connector calls its server. */
  readonly fqdn: string;
  readonly at: Instant;
}

/**
 * The certificate that a connector shows: the one that it names; else, of those in the servers' store that are enabled for SMTP, carry
 * the connector's name, hold and are somebody else's to vouch for, the newest (OfficeDocs-Exchange, "Selection of inbound STARTTLS
 * certificates" and its kin); else the one that the servers have anyway. Undefined when there is none of the name.
 */
export function chosenCertificate({ name, fqdn, at }: CertificateChoice, settings: Settings, usual: Pair): Pair | undefined {
  if (name !== '') return connectorCertificate(name, settings, usual);
  const [newest] = exchangeCertificates
    .all(settings)
    .filter(({ Services = [], NotBefore, NotAfter }) => Services.includes('SMTP') && NotBefore <= at && at < NotAfter)
    .toSorted((one, other) => other.NotBefore - one.NotBefore)
    .map(({ certificate, privateKey }) => ({ shown: new X509Certificate(Buffer.from(certificate, 'base64')), privateKey }))
    .filter(({ shown }) => shown.subject !== shown.issuer && isCertificateFor(namesOf(shown), fqdn));
  return newest === undefined ? usual : { key: newest.privateKey, cert: newest.shown.toString() };
}

/**
 * The certificate that TlsCertificateName means, `<I>issuer<S>subject`: one in the servers' store that is enabled for SMTP, or
 * the one that they have anyway. Undefined when there is none of that name.
 */
function connectorCertificate(name: string, settings: Settings, usual: Pair): Pair | undefined {
  for (const { certificate, privateKey, Services = [] } of exchangeCertificates.all(settings)) {
    const shown = new X509Certificate(Buffer.from(certificate, 'base64'));
    if (Services.includes('SMTP') && isMeant(name, shown)) return { key: privateKey, cert: shown.toString() };
  }
  return isMeant(name, new X509Certificate(usual.cert)) ? usual : undefined;
}

function isMeant(name: string, { subject, issuer }: X509Certificate): boolean {
  const [, wanted] = /^<I>(.*?)<S>/i.exec(name) ?? [];
  if (wanted !== undefined && !commonName(issuer).includes(/(?:^|,\s*)CN=([^,]*)/i.exec(wanted)?.[1] ?? wanted)) return false;
  return isCertificateFor(commonName(subject), subjectOf(name));
}

function commonName(text: string): readonly string[] {
  return [...text.matchAll(/^CN=(.*)$/gm)].map(([, one = '']) => one);
}

function namesOf({ subject, subjectAltName = '' }: X509Certificate): readonly string[] {
  return [...commonName(subject), ...[...subjectAltName.matchAll(/DNS:([^,\s"]+)/g)].map(([, name = '']) => name)];
}
