import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** How far the certificate of a server is looked at: TlsAuthLevel of a send connector, TlsSettings of an outbound one. */
export type TlsAuthLevel = 'EncryptionOnly' | 'CertificateValidation' | 'DomainValidation';

/** Why a certificate does not do, in the words of Exchange's protocol log. */
export type CertificateStatus = 'UntrustedRoot' | 'CertExpired' | 'SubjectMismatch' | 'SignatureFailure';

/**
 * Judges the certificate that a server has shown; undefined: it does.
 *
 * @param shown the server's certificate; Node tells it once for each socket
 * @param domain the name that it must carry under `DomainValidation`; `*.contoso.test` is carried by every name below it
 */
export function judgeServer(
  socket: TLSSocket,
  shown: X509Certificate | undefined,
  level: TlsAuthLevel,
  domain: string,
): CertificateStatus | undefined {
  if (level === 'EncryptionOnly') return undefined;
  if (!socket.authorized) return statusOf(String(socket.authorizationError));
  if (level === 'CertificateValidation') return undefined;
  return shown !== undefined && carries(shown, domain) ? undefined : 'SubjectMismatch';
}

/** Node's names for X509_V_ERR_*. */
function statusOf(code: string): CertificateStatus {
  if (/EXPIRED|NOT_YET_VALID/.test(code)) return 'CertExpired';
  return /SIGNATURE_FAILURE/.test(code) ? 'SignatureFailure' : 'UntrustedRoot';
}

/** Whether a certificate is for a domain: by its names, or, where it has none, by its common name. */
function carries(certificate: X509Certificate, domain: string): boolean {
  const wanted = domain.toLowerCase();
  const names = namesOf(certificate);
  if (wanted.startsWith('*.')) return names.some((name) => name === wanted || name.endsWith(wanted.slice(1)));
  return names.some((name) => name === wanted || (name.startsWith('*.') && wanted.replace(/^[^.]+/, '*') === name));
}

function namesOf({ subjectAltName, subject }: X509Certificate): readonly string[] {
  const alternative = [...(subjectAltName ?? '').matchAll(/(?:^|, )DNS:([^,\s"]+)/g)].map(([, name = '']) => name);
  const common = /^CN=(.+)$/m.exec(subject)?.[1];
  return (alternative.length > 0 || common === undefined ? alternative : [common]).map((name) => name.toLowerCase());
}
