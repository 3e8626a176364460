import { hash } from 'node:crypto';
import { keptByText } from '../kernel/kept.ts';

/** `jwt:kid=…,aud=…,sha256:…` for a compact JWS; undefined for anything else. */
export function describeJwt(token: string): string | undefined {
  if (!hasThreeParts(token)) return undefined;
  const digest = hash('sha256', token);
  const described = descriptions(digest, () => description(token, digest));
  return described === '' ? undefined : described;
}

/** By digest, which opens no door: a token is sent again and again for as long as it lives, and stands in the hops of both sides. */
const descriptions = keptByText<string>(256);

function description(token: string, digest: string): string {
  const jwt = readJwt(token);
  if (jwt === undefined) return '';
  const { header, claims } = jwt;
  const identity = { kid: header['kid'] ?? header['x5t'], aud: claims['aud'] };
  const named = Object.entries(identity).flatMap(([name, value]) => (typeof value === 'string' ? [`${name}=${printable(value)}`] : []));
  return `jwt:${[...named, `sha256:${digest.slice(0, 8)}`].join(',')}`;
}

function hasThreeParts(text: string): boolean {
  const first = text.indexOf('.');
  const second = first < 0 ? -1 : text.indexOf('.', first + 1);
  return second >= 0 && !text.includes('.', second + 1);
}

/** Header and claims of a compact JWS; undefined for anything else. */
export function readJwt(
  token: string,
): { readonly header: Readonly<Record<string, unknown>>; readonly claims: Readonly<Record<string, unknown>> } | undefined {
  if (!hasThreeParts(token)) return undefined;
  const [first, second] = token.split('.', 2);
  // Addresses have three parts, too: what fails to be read costs more than what is read.
  const header = readObject(first);
  const claims = header && readObject(second);
  return header === undefined || claims === undefined ? undefined : { header, claims };
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
  return text.includes('.eyJ') ? text.replace(jwtPattern, (token) => describeJwt(token) ?? fingerprint(token, 8)) : text;
}

/** Names whose values are secret, in lower case without `_` and `-`. */
const secretNames = new Set([
  ...['password', 'passwd', 'pwd', 'newpassword', 'oldpassword', 'currentpassword', 'clientsecret', 'secret', 'apikey'],
  ...['assertion', 'clientassertion', 'code', 'devicecode', 'codeverifier', 'token', 'accesstoken', 'refreshtoken', 'idtoken'],
  ...['flowtoken', 'admintoken', 'actortoken', 'subjecttoken', 'samlresponse', 'wresult'],
]);

/** Whether a form, query or JSON field of this name holds a secret; the name may be percent-encoded. */
export function isSecretName(name: string): boolean {
  let secret = judgedNames.get(name);
  if (secret === undefined) {
    secret = meansSecret(name);
    if (judgedNames.size >= mostJudgedNames) judgedNames.clear();
    if (name.length <= longestJudgedName) judgedNames.set(name, secret);
  }
  return secret;
}

/** The same few names come in every message: a verdict is kept. */
const judgedNames = new Map<string, boolean>();
const mostJudgedNames = 1_000;
const longestJudgedName = 64;

function meansSecret(name: string): boolean {
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

/** Redacts `name=value` and `name="value"` wherever a secret's name stands before the sign. */
export function redactParameters(text: string): string {
  let clean = '';
  let from = 0;
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    const name = nameBefore(text, at);
    if (name === '' || !isSecretName(name)) continue;
    assignment.lastIndex = at;
    const [found] = assignment.exec(text) ?? [];
    if (found === undefined) continue;
    clean += `${text.slice(from, at)}=${fingerprint(found)}`;
    from = at + found.length;
    at = from - 1;
  }
  return from === 0 ? text : clean + text.slice(from);
}

const assignment = /=\s{0,4}(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^&#\s"'<>]+)/y;
const longestName = 64;
const mostSpaces = 4;

/** The name in front of an equals sign; '' when there is none. Read by hand: a pattern that looks back costs ten times as much. */
function nameBefore(text: string, at: number): string {
  let end = at;
  while (end > 0 && at - end < mostSpaces && isSpace(text.charCodeAt(end - 1))) end -= 1;
  let start = end;
  while (start > 0 && end - start < longestName && !endsName(text.charCodeAt(start - 1))) start -= 1;
  return text.slice(start, end);
}

const nameEnds: ReadonlySet<number> = new Set(Array.from('=&?#;"\'<>{},', (character) => character.charCodeAt(0)));

function endsName(code: number): boolean {
  return nameEnds.has(code) || isSpace(code);
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0xa0 && /\s/.test(String.fromCharCode(code)));
}
