import { Refusal } from '../kernel/refusal.ts';

/** Why a call never got its answer, in the words of the caller's own machine. */
export type DialRefusal =
  | 'NameNotFound'
  | 'ConnectionRefused'
  | 'ConnectionReset'
  | 'ConnectTimeout'
  | 'CertificateRefused'
  | 'TlsFailed'
  | 'Timeout'
  | 'AnswerTooLarge'
  | 'AnswerMalformed';

/** Codes of node:net, node:tls and undici; OpenSSL's verification codes are told by their pattern. */
const refusals: Readonly<Record<string, DialRefusal>> = {
  ENOTFOUND: 'NameNotFound',
  ECONNREFUSED: 'ConnectionRefused',
  EADDRNOTAVAIL: 'ConnectionRefused',
  EHOSTUNREACH: 'ConnectTimeout',
  ENETUNREACH: 'ConnectTimeout',
  ETIMEDOUT: 'ConnectTimeout',
  UND_ERR_CONNECT_TIMEOUT: 'ConnectTimeout',
  ECONNRESET: 'ConnectionReset',
  EPIPE: 'ConnectionReset',
  UND_ERR_SOCKET: 'ConnectionReset',
  UND_ERR_HEADERS_TIMEOUT: 'Timeout',
  UND_ERR_BODY_TIMEOUT: 'Timeout',
  UND_ERR_HEADERS_OVERFLOW: 'AnswerTooLarge',
  UND_ERR_RESPONSE_CONTENT_LENGTH_MISMATCH: 'AnswerMalformed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'AnswerMalformed',
  EPROTO: 'TlsFailed',
};

const versionAlert = 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION';
/** Value of a `TlsFailed`: the other side takes none of the versions that were offered. */
export const versionRefused = 'VersionRefused';

/** Node's names for X509_V_ERR_*, and its own check of names. */
const certificateCode = /CERT|SIGNATURE|CRL|^PATH_LENGTH_EXCEEDED$|^INVALID_CA$|^INVALID_PURPOSE$|^HOSTNAME_MISMATCH$/;

/** The refusal that an error of the transport stands for, or the error itself when it is none: then it is a defect. */
export function dialRefusalOf(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  // undici's parser leaves its code out where llhttp's number has no name.
  const code = error.name === 'HTTPParserError' ? 'HPE_INVALID' : codeOf(error);
  const known = refusals[code] ?? patterned(code);
  if (known === undefined) return error;
  const values = code === versionAlert ? { [versionRefused]: 'true' } : {};
  return new Refusal<DialRefusal>(known, { detail: `${code}: ${error.message}`, values });
}

function patterned(code: string): DialRefusal | undefined {
  if (code.startsWith('HPE_')) return 'AnswerMalformed';
  if (code.startsWith('ERR_SSL_')) return 'TlsFailed';
  // The simulation's own constraint violation has no name in Node: it comes as UNSPECIFIED.
  if (certificateCode.test(code) || code === 'UNSPECIFIED') return 'CertificateRefused';
  return undefined;
}

function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause instanceof Error ? codeOf(error.cause) : '';
}
