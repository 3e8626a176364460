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

/** A session's TLS as Windows' Schannel names it (learn.microsoft.com "Exchange Server TLS guidance, part 2", protocol log). */
export function tlsLine(socket: TLSSocket, side: 'CLIENT' | 'SERVER'): string {
  const version = (socket.getProtocol() ?? '').replace('v', '').replace('.', '_');
  const { algorithm, bits, hash, hashBits } = cipherOf(socket.getCipher().standardName);
  return (
    `TLS protocol SP_PROT_${version.includes('_') ? version : `${version}_0`}_${side} negotiation succeeded using bulk encryption ` +
    `algorithm CALG_${algorithm} with strength ${bits} bits, MAC hash algorithm CALG_${hash} with strength ${hashBits} bits ` +
    'and key exchange algorithm CALG_ECDHE with strength 256 bits'
  );
}

/** `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384` and `TLS_AES_256_GCM_SHA384`, as their algorithms. */
function cipherOf(name: string): { algorithm: string; bits: number; hash: string; hashBits: number } {
  const [, size] = /AES_(128|256)/.exec(name) ?? [];
  const [, hash = '256'] = /SHA(\d*)$/.exec(name) ?? [];
  const bits = Number(size ?? 256);
  const hashBits = hash === '' ? 160 : Number(hash);
  return { algorithm: size === undefined ? 'CHACHA20' : `AES_${bits}`, bits, hash: hash === '' ? 'SHA1' : `SHA_${hashBits}`, hashBits };
}
