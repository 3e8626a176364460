import { plain } from './log-line.ts';
import { addressOf, isWebExchange, targetOf, type WebExchange, type WebLog } from './web-log.ts';

/**
 * The log of Internet Information Services: W3C extended format (learn.microsoft.com "W3C Logging"; the fields of its
 * default set). Times are those of the server's own clock, in UTC, when the answer has left. Blanks within a field are `+`.
 */
export const iisLog: WebLog = {
  head(_server, at) {
    const lines = ['Software: Microsoft Internet Information Services 10.0', 'Version: 1.0', `Date: ${stamp(at)}`, `Fields: ${fields}`];
    return lines.map((line) => `#${line}\n`).join('');
  },
  line(_server, record) {
    if (!isWebExchange(record)) return undefined;
    const { web, status } = record;
    const { method, stem } = targetOf(record.target);
    const [substatus, win32] = refinedStatus(record);
    const words = [
      ...[addressOf(web.server), method, stem, queryOf(record), web.port, web.account, addressOf(record.peer ?? '')],
      ...[web.userAgent, web.referer, status, substatus, win32, Math.round(record.durationMs ?? 0)],
    ];
    return `${stamp(record.closed ?? record.at)} ${words.map(field).join(' ')}`;
  },
};

const fields =
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) ' +
  'sc-status sc-substatus sc-win32-status time-taken';

function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function field(value: string | number | null): string {
  const text = plain(String(value ?? '')).replace(/\s/g, '+');
  return text === '' ? '-' : text;
}

/** Exchange's front end adds the id by which its own log (HttpProxy) names the request. */
function queryOf({ target, service, web }: WebExchange): string {
  const query = targetOf(target).query.slice(1);
  return service === 'frontend' || web.requestId === null ? query : `${query}&CorrelationID=<empty>;&cafeReqId=${web.requestId};`;
}

const accessDenied = 5;
const logonFailure = 1_326;
const fileNotFound = 2;
/** CERT_E_UNTRUSTEDROOT and CERT_E_EXPIRED. */
const untrustedRoot = 2_148_204_809;
const certificateExpired = 2_148_204_801;
/** By the check that failed: what Windows says of accounts (learn.microsoft.com "System Error Codes"). */
const logonFailures: Readonly<Record<string, number>> = {
  'account.enabled': 1_331,
  'account.expires': 1_793,
  'account.locked': 1_909,
  'account.password-age': 1_330,
  'account.password-change': 1_907,
};

/**
 * Substatus ("The HTTP status code in IIS 7 and later versions": 401.1 the credentials are wrong, 401.2 none were brought
 * that the server takes, 403.4 SSL is required, 403.7 a certificate is) and the Windows error that comes with it.
 */
function refinedStatus({ status, code, service, protocol, web, verdict }: WebExchange): readonly [substatus: number, win32: number] {
  if (status === 401 && (code === 'no-credentials' || code === 'scheme-not-offered')) return [2, accessDenied];
  if (status === 401 && code === 'invalid-credentials' && web.scheme !== 'Bearer')
    return [1, logonFailures[verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check ?? ''] ?? logonFailure];
  if (status === 403 && code === 'certificate-required') return [7, accessDenied];
  if (status === 403 && code === 'certificate-untrusted') return [16, untrustedRoot];
  if (status === 403 && code === 'certificate-expired') return [17, certificateExpired];
  if (status === 403 && service === 'frontend' && protocol === 'http') return [4, accessDenied];
  return [0, status === 404 ? fileNotFound : 0];
}
