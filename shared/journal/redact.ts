import { type DecodedToken, tokensIn } from './decoded-tokens.ts';
import { redactBody } from './redact-body.ts';
import { describeJwt, fingerprint, printable, redactUrl } from './secrets.ts';

/** One message as the journal shows it: nothing in it opens a door. */
export interface RecordedMessage {
  /** `Name: value`, in the order received. */
  readonly headers: readonly string[];
  /** Text, or null when there was none or it is withheld. */
  readonly body: string | null;
  /** Octets of the body as it was on the wire. */
  readonly bodyBytes: number;
  /** Why `body` is not the whole body. */
  readonly bodyNote?: 'truncated' | 'withheld' | 'dropped';
  /** The tokens in it, taken apart. */
  readonly tokens?: readonly DecodedToken[];
}

/** A body longer than this is kept up to here. */
export const mostBodyBytes = 64 * 1024;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Makes a message fit for reading. `headers` are lines (`Name: value`) or alternating names and values (as Node's
 * `rawHeaders`): a name holds no colon, so the two cannot be confused. `bodyBytes`: of the body of which `body` is the beginning.
 */
export function redactMessage(
  headers: readonly string[],
  body: Uint8Array | string | undefined,
  bodyBytes = body === undefined ? 0 : Buffer.byteLength(body),
): RecordedMessage {
  const fields = headerFields(headers);
  const fieldValue = (name: string): string | undefined => fields.find(([known]) => known.toLowerCase() === name)?.[1];
  const redacted =
    body === undefined || bodyBytes === 0
      ? { text: null }
      : redactBody({
          body,
          ...(typeof body === 'string' ? {} : { bodyBytes }),
          contentType: fieldValue('content-type'),
          contentEncoding: fieldValue('content-encoding'),
          mostBytes: mostBodyBytes,
        });
  const tokens = tokensIn(fields, body);
  return {
    headers: fields.map(([name, value]) => (name === '' ? redactUrl(value) : `${name}: ${redactHeader(name.toLowerCase(), value)}`)),
    body: redacted.text,
    bodyBytes,
    ...(redacted.note === undefined ? {} : { bodyNote: redacted.note }),
    ...(tokens.length === 0 ? {} : { tokens }),
  };
}

function headerFields(headers: readonly string[]): (readonly [name: string, value: string])[] {
  if (headers.length % 2 === 0 && headerName.test(headers[0] ?? '')) {
    return Array.from({ length: headers.length / 2 }, (_, index) => [headers[2 * index] ?? '', headers[2 * index + 1] ?? ''] as const);
  }
  return headers.map((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim();
    return headerName.test(name) ? [name, line.slice(colon + 1).trim()] : ['', line];
  });
}

/** A header's value without what is secret in it; `name` in lower case. */
function redactHeader(name: string, value: string): string {
  switch (name) {
    case 'authorization':
    case 'proxy-authorization':
      return redactCredential(value);
    case 'cookie':
      return value.split(';').map(redactPair).join('; ');
    case 'set-cookie': {
      const [pair = '', ...attributes] = value.split(';');
      return [redactPair(pair), ...attributes.map((text) => (cookieAttribute.test(text) ? text.trim() : fingerprint(text)))].join('; ');
    }
    default:
      return secretHeader.test(name) ? fingerprint(value) : redactUrl(value);
  }
}

const cookieAttribute = /^\s*((path|domain|samesite)=[\w./-]*|max-age=-?\d+|expires=[\w ,:+-]*|secure|httponly|partitioned)\s*$/i;
const secretHeader = /(^|[-_])(token|secret|password|api-?key)$/;
const schemes = ['Basic', 'Bearer', 'NTLM', 'Negotiate', 'Digest', 'WSSecurity'];

/**
 * The value of `Authorization`: scheme, what identifies the caller (user name of Basic; key id and audience of a JWT)
 * and the first digits of the secret's SHA-256, so that two uses of one credential can be recognised.
 */
export function redactCredential(value: string): string {
  const text = value.trim();
  const end = text.search(/\s/);
  const [word, secret] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end).trimStart()];
  const scheme = schemes.find((known) => known.toLowerCase() === word.toLowerCase());
  if (scheme === undefined) return fingerprint(value);
  if (secret === '') return scheme;
  if (scheme === 'Basic') return `Basic ${basicUser(secret)}${fingerprint(secret)}`;
  return `${scheme} ${describeJwt(secret) ?? fingerprint(secret, 8)}`;
}

function basicUser(credential: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(credential)) return '';
  const text = Buffer.from(credential, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon > 0 ? `user=${printable(text.slice(0, colon))} ` : '';
}

function redactPair(pair: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? fingerprint(pair.trim()) : `${pair.slice(0, equals).trim()}=${fingerprint(pair.slice(equals + 1).trim())}`;
}
