import { X509Certificate } from 'node:crypto';
import { isCertificateFor, subjectOf } from '../../../shared/domain/mailflow/tls-names.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import type { SmtpTlsSettings } from '../../../shared/service/smtp-profile.ts';

type Pair = SmtpTlsSettings['certificate'];

/**
 * The certificate that TlsCertificateName means, `<I>issuer<S>subject`: one in the servers' store that is enabled for SMTP, or
 * the one that they have anyway. Undefined when there is none of that name.
 */
export function connectorCertificate(name: string, settings: Settings, usual: Pair): Pair | undefined {
  for (const { certificate, privateKey, Services = [] } of exchangeCertificates.all(settings)) {
    const shown = new X509Certificate(Buffer.from(certificate, 'base64'));
    if (Services.includes('SMTP') && isMeant(name, shown)) return { key: privateKey, cert: shown.toString() };
  }
  return isMeant(name, new X509Certificate(usual.cert)) ? usual : undefined;
}

function isMeant(name: string, { subject, issuer }: X509Certificate): boolean {
  const [, wanted] = /^<I>(.*?)<S>/i.exec(name) ?? [];
  const commonName = (text: string): string[] => [...text.matchAll(/^CN=(.*)$/gm)].map(([, one = '']) => one);
  if (wanted !== undefined && !commonName(issuer).includes(/(?:^|,\s*)CN=([^,]*)/i.exec(wanted)?.[1] ?? wanted)) return false;
  return isCertificateFor(commonName(subject), subjectOf(name));
}
