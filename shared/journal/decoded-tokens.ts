import { hash } from 'node:crypto';
import { keptByText } from '../kernel/kept.ts';
import { redactBody } from './redact-body.ts';
import { fingerprint, isSecretName, readJwt, redactUrl } from './secrets.ts';

/** A token as far as it may be read: without the signature that makes it one. */
export type DecodedToken =
  | {
      /** The header or field in which it stood, in small letters. */
      readonly place: string;
      readonly header: Readonly<Record<string, unknown>>;
      readonly claims: Readonly<Record<string, unknown>>;
    }
  | {
      readonly place: string;
      /** The assertion of an encrypted token, as whoever it was for has read it; XML without values of signatures and keys. */
      readonly assertion: string;
    };

const mostTokens = 8;
const mostBodyBytes = 256 * 1024;
const mostText = 2_048;
const mostDepth = 6;
const mostAssertionBytes = 32 * 1024;
/**
 * Begins with the letters that a search finds in strides, and looks back from there: base64 of other things is full of names that nothing
 * follows, and has these letters here and there.
 */
const tokenFrom = /eyJ(?<=[\s:="']eyJ)[\w-]{4,16384}\.eyJ[\w-]{4,16384}\.[\w-]*/g;
/** What stands before it: `authorization: Bearer `, `assertion=`, `"access_token":"`. */
const placeBefore = /([\w.-]{1,64})["']?\s{0,2}[:=]\s{0,2}["']?(?:[A-Za-z]{1,16} )?$/;
const longestPlace = 96;

/** The JSON web tokens of a message, in their order, at most eight; where there is none it costs a search. */
export function tokensIn(headers: readonly (readonly [string, string])[], body: Uint8Array | string | undefined): readonly DecodedToken[] {
  const found = headers.flatMap(([name, value]) => (value.includes('eyJ') ? tokensOf(`${name}: ${value}`, seen) : []));
  if (body !== undefined && body.length <= mostBodyBytes && hasToken(body)) found.push(...tokensOf(bodyText(body), shown));
  return found.slice(0, mostTokens);
}

/** What was in an encrypted token. */
export function decryptedToken(assertion: string): DecodedToken {
  const { text } = redactBody({ body: assertion, contentType: 'text/xml', contentEncoding: undefined, mostBytes: mostAssertionBytes });
  return { place: 'wsse:security', assertion: (text ?? '').replace(/(<(?:[\w-]+:)?SignatureValue\b[^<>]*>)[^<]*/g, '$1…') };
}

function hasToken(body: Uint8Array | string): boolean {
  return typeof body === 'string' ? body.includes('eyJ') : Buffer.from(body.buffer, body.byteOffset, body.length).includes('eyJ');
}

function bodyText(body: Uint8Array | string): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
}

function tokensOf(text: string, read: (token: string) => ShownToken | undefined): DecodedToken[] {
  const found: DecodedToken[] = [];
  for (const { 0: token, index } of text.matchAll(tokenFrom)) {
    const place = placeBefore.exec(text.slice(Math.max(0, index - longestPlace), index))?.[1];
    const jwt = place === undefined ? undefined : read(token);
    if (place === undefined || jwt === undefined) continue;
    found.push({ place: place.toLowerCase(), ...jwt });
    if (found.length === mostTokens) break;
  }
  return found;
}

type ShownToken = Pick<Extract<DecodedToken, { readonly claims: unknown }>, 'header' | 'claims'>;

/**
 * That of a header stands in the hops of both sides, and in those of the next requests: it is kept by its digest, without what is
 * secret in it. Those of bodies are mostly new.
 */
function seen(token: string): ShownToken | undefined {
  return kept(hash('sha256', token), () => ({ jwt: shown(token) })).jwt;
}

const kept = keptByText<{ readonly jwt: ShownToken | undefined }>(64);

function shown(token: string): ShownToken | undefined {
  const jwt = readJwt(token);
  return jwt && { header: readable(jwt.header, 0), claims: readable(jwt.claims, 0) };
}

function readable(members: Readonly<Record<string, unknown>>, depth: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, readableValue(name, value, depth)]));
}

/** A token inside the token is taken apart too: as it stands it would open doors. */
function readableValue(name: string, value: unknown, depth: number): unknown {
  if (depth > mostDepth) return '…';
  if (typeof value === 'string') {
    const inner = readJwt(value);
    if (inner !== undefined) return { header: readable(inner.header, depth + 1), claims: readable(inner.claims, depth + 1) };
    return isSecretName(name) ? fingerprint(value) : redactUrl(value).slice(0, mostText);
  }
  if (Array.isArray(value)) return value.slice(0, 100).map((member) => readableValue(name, member, depth + 1));
  return typeof value === 'object' && value !== null ? readable(value as Readonly<Record<string, unknown>>, depth + 1) : value;
}
