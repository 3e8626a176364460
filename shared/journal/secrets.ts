import { hash } from 'node:crypto';

/** `jwt:kid=…,aud=…,sha256:…` for a compact JWS; undefined for anything else. */
export function describeJwt(token: string): string | undefined {
  const parts = token.split('.');
  const [head, claims] = [readObject(parts[0]), readObject(parts[1])];
  if (parts.length !== 3 || head === undefined || claims === undefined) return undefined;
  const identity = { kid: head['kid'] ?? head['x5t'], aud: claims['aud'] };
  const named = Object.entries(identity).flatMap(([name, value]) => (typeof value === 'string' ? [`${name}=${printable(value)}`] : []));
  return `jwt:${[...named, fingerprint(token, 8)].join(',')}`;
}

function readObject(part: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (part === undefined || part.length > 16_384 || !/^[\w-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `sha256:` and the first digits of the SHA-256. Four digits for what people choose, more for random tokens. */
export function fingerprint(secret: string, digits = 4): string {
  return `sha256:${hash('sha256', secret).slice(0, digits)}`;
}

/** A name fit for one line: control characters, blanks and commas become `?`, and it ends after 128 characters. */
export function printable(text: string): string {
  const clean = text.replace(/[\u0000-\u0020\u007f-\u009f,]/g, '?');
  return clean.length > 128 ? `${clean.slice(0, 127)}…` : clean;
}

const jwtPattern = /eyJ[\w-]{4,}\.eyJ[\w-]{4,}\.[\w-]*/g;

/** Replaces every JWT that stands somewhere in a text. */
export function redactTokens(text: string): string {
  return text.includes('eyJ') ? text.replace(jwtPattern, (token) => describeJwt(token) ?? fingerprint(token, 8)) : text;
}

/** Names whose values are secret, in lower case without `_` and `-`. */
const secretNames = new Set([
  ...['password', 'passwd', 'pwd', 'newpassword', 'oldpassword', 'currentpassword', 'clientsecret', 'secret', 'apikey'],
  ...['assertion', 'clientassertion', 'code', 'devicecode', 'codeverifier', 'token', 'accesstoken', 'refreshtoken', 'idtoken'],
  ...['admintoken', 'actortoken', 'subjecttoken', 'samlresponse', 'wresult'],
]);

/** Whether a form, query or JSON field of this name holds a secret; the name may be percent-encoded. */
export function isSecretName(name: string): boolean {
  let plain = name;
  try {
    plain = decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    // Not percent-encoding after all: the name counts as it stands.
  }
  return secretNames.has(plain.trim().toLowerCase().replaceAll(/[_-]/g, ''));
}

/** Redacts user information, query and fragment parameters, and tokens: for targets, `Location`, `Referer` and text. */
export function redactUrl(text: string): string {
  let clean = text;
  if (clean.includes('@')) {
    clean = clean.replace(/\/\/[^/?#\s]*@/g, '//…@').replace(/^([A-Z]+ )[^/\s]*:[^/\s]*@/, '$1…@');
  }
  if (clean.includes('=')) clean = redactParameters(clean);
  return redactTokens(clean);
}

const parameter = /=(?<=([^=&?#;\s"'<>{},]{1,64})\s{0,4}=)\s{0,4}(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^&#\s"'<>]+)/g;

/** Redacts `name=value` and `name="value"` wherever a secret's name stands before the sign. */
export function redactParameters(text: string): string {
  return text.replace(parameter, (pair, name: string) => (isSecretName(name) ? `=${fingerprint(pair)}` : pair));
}
