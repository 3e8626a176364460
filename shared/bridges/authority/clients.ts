import { hash, timingSafeEqual } from 'node:crypto';
import type { KeyCredential, ServicePrincipal } from '../../domain/trust/service-principals.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { EntraErrorCode } from '../../protocols/oauth/entra-errors.ts';
import { type Jwt, readJwt, verificationKey, verifySignature } from '../../protocols/oauth/jwt.ts';
import type { ClientAuthentication } from './issue.ts';
import type { Judgement } from './judgement.ts';

/** What a client shows of itself in a token request. */
export interface ClientCredentials {
  readonly secret?: string;
  /** `client_assertion`. */
  readonly assertion?: string;
  readonly assertionType?: string;
}

/** What the judgement of a client needs to know beside the client. */
export interface ClientGround {
  readonly at: Instant;
  /** Whether an audience is a spelling of the endpoint that was asked. */
  readonly isEndpoint: (audience: string) => boolean;
  /** What a confidential client is told that shows nothing. */
  readonly unproved?: EntraErrorCode;
  /** Assertions that were shown before; absent: they are good for as long as they live, as with Entra. */
  readonly seen?: AssertionMemory;
}

/** Assertions that were shown, as long as they live. */
export interface AssertionMemory {
  /** False when it was shown already. `until`: end of its life. */
  remember(name: string, until: Instant, at: Instant): Promise<boolean>;
}

const jwtBearerAssertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Deviation of clocks that is forgiven: this much exactly is still accepted. */
const skewSeconds = 300;
/** Longest life of an assertion. */
const mostLifeSeconds = 24 * 3_600;

/**
 * Judges how a client proves itself; throws the refusal. A public client proves nothing, and a confidential one must.
 * Checks: `client.credentials`, then `client.secret` or those of an assertion.
 */
export async function authenticateClient(
  judgement: Judgement,
  client: ServicePrincipal,
  given: ClientCredentials,
  ground: ClientGround,
): Promise<ClientAuthentication> {
  const shown = given.assertion !== undefined ? 'client_assertion' : given.secret !== undefined ? 'client_secret' : 'nothing';
  const facts = { expected: client.isPublicClient ? 'nothing' : 'client_assertion or client_secret', actual: shown };
  const values = { client: client.appId };
  if (client.isPublicClient && shown !== 'nothing') judgement.refuse('client.credentials', facts, '700025', values);
  if (!client.isPublicClient && shown === 'nothing') judgement.refuse('client.credentials', facts, ground.unproved ?? '7000218', values);
  judgement.pass('client.credentials', facts);
  if (given.assertion !== undefined) {
    await judgeClientAssertion(judgement, client, given.assertion, given.assertionType, ground);
    return '2';
  }
  if (given.secret === undefined) return '0';
  judgeSecret(judgement, client, given.secret, ground.at);
  return '1';
}

/** Every credential is compared, whether or not one has matched: the time taken tells nothing. */
function judgeSecret(judgement: Judgement, client: ServicePrincipal, secret: string, at: Instant): void {
  const shown = hash('sha256', secret, 'buffer');
  const matching = client.passwordCredentials.filter(({ secretHash }) => {
    const stored = Buffer.from(secretHash, 'hex');
    return stored.length === shown.length && timingSafeEqual(stored, shown);
  });
  const values = { client: client.appId };
  if (matching.length === 0) judgement.refuse('client.secret', { actual: 'another secret' }, '7000215', values);
  judgement.pass('client.secret');
  if (!matching.some(({ startDate, endDate }) => startDate <= at && at <= endDate)) {
    judgement.refuse('client.secret-period', { actual: `until ${isoTime(matching[0]?.endDate ?? 0)}` }, '7000222', values);
  }
  judgement.pass('client.secret-period');
}

async function judgeClientAssertion(
  judgement: Judgement,
  client: ServicePrincipal,
  text: string,
  type: string | undefined,
  ground: ClientGround,
): Promise<void> {
  const values = { client: client.appId };
  if (type !== jwtBearerAssertion) {
    const name = 'client_assertion_type';
    const facts = { expected: jwtBearerAssertion, actual: type ?? 'nothing' };
    judgement.refuse('client.assertion-type', facts, type === undefined ? '900144' : '90023', { name });
  }
  const jwt = judgeForm(judgement, text);
  await judgeSignature(judgement, jwt, client.keyCredentials, ground.at, values);
  const { iss, sub, aud } = jwt.claims;
  for (const [name, actual] of Object.entries({ iss, sub })) {
    const facts = { expected: client.appId, actual: claimText(actual), reference: 'RFC 7523 section 3' };
    if (typeof actual !== 'string' || actual.toLowerCase() !== client.appId)
      judgement.refuse(`client.assertion-${name}`, facts, '700021', values);
    judgement.pass(`client.assertion-${name}`, facts);
  }
  const audience = { expected: 'this token endpoint', actual: claimText(aud), reference: 'RFC 7523 section 3' };
  const audiences = Array.isArray(aud) ? (aud as readonly unknown[]) : [aud];
  if (!audiences.some((one) => typeof one === 'string' && ground.isEndpoint(one)))
    judgement.refuse('client.assertion-audience', audience, '700023', values);
  judgement.pass('client.assertion-audience', audience);
  const until = judgeLifetime(judgement, jwt, ground.at);
  if (ground.seen !== undefined) await judgeReplay(judgement, jwt, { seen: ground.seen, until, at: ground.at, client: client.appId });
}

/**
 * Judges whether an assertion was shown before, by its `jti`, or as a whole where it has none; only where the tenant is
 * strict. Check `client.assertion-replay`.
 */
export async function judgeReplay(
  judgement: Judgement,
  { claims: { jti }, token }: Jwt,
  { seen, until, at, client }: { readonly seen: AssertionMemory; readonly until: Instant; readonly at: Instant; readonly client: string },
): Promise<void> {
  const expected = 'an assertion that was not shown before (StrictTokenReplay)';
  const reference = 'RFC 7523 section 3';
  const name = typeof jti === 'string' && jti !== '' ? `${client}/${jti}` : token;
  if (!(await seen.remember(name, until, at))) {
    const actual = 'shown before; the real service keeps no memory of assertions and would accept it';
    judgement.refuse('client.assertion-replay', { expected, actual, reference }, '70002', { client });
  }
  judgement.pass('client.assertion-replay', { expected, actual: 'not shown before', reference });
}

/** Reads an assertion; one that is none is refused. Check `client.assertion-form`. */
export function judgeForm(judgement: Judgement, text: string): Jwt {
  const jwt = readJwt(text);
  if ('problem' in jwt) judgement.refuse('client.assertion-form', { actual: jwt.problem, reference: 'RFC 7519' }, '50027');
  judgement.pass('client.assertion-form');
  return jwt;
}

/**
 * Judges an assertion's algorithm, key and signature against the certificates of its client. Checks
 * `client.assertion-algorithm`, `client.assertion-key`, `client.assertion-key-period`, `client.assertion-signature`.
 */
export async function judgeSignature(
  judgement: Judgement,
  jwt: Jwt,
  keys: readonly KeyCredential[],
  at: Instant,
  more: Readonly<Record<string, string>>,
): Promise<KeyCredential> {
  const thumbprint = namedThumbprint(jwt);
  const values = (reason: string): Readonly<Record<string, string>> => ({ ...more, reason, thumbprint });
  const algorithm = { expected: 'RS256 or PS256', actual: claimText(jwt.header['alg']) };
  if (jwt.header['alg'] !== 'RS256' && jwt.header['alg'] !== 'PS256') {
    judgement.refuse('client.assertion-algorithm', algorithm, '700027', values('The signing algorithm is not supported.'));
  }
  judgement.pass('client.assertion-algorithm', algorithm);
  const key = findKey(jwt, keys);
  const named = { expected: keys.map(({ x5t }) => x5t).join(' '), actual: thumbprint === '' ? 'no thumbprint' : thumbprint };
  if (key === undefined) judgement.refuse('client.assertion-key', named, '700027', values('The key was not found.'));
  judgement.pass('client.assertion-key', named);
  const period = { expected: `${isoTime(key.startDate)} to ${isoTime(key.endDate)}`, actual: isoTime(at) };
  if (at > key.endDate || at < key.startDate) {
    const reason = at > key.endDate ? 'The key used is expired.' : 'The key used is not valid yet.';
    judgement.refuse('client.assertion-key-period', period, '700027', values(reason));
  }
  judgement.pass('client.assertion-key-period', period);
  if (!(await verifySignature(jwt, verificationKey(key.certificate)))) {
    const reason = 'The provided signature value did not match the expected signature value.';
    judgement.refuse('client.assertion-signature', { actual: 'another signature' }, '700027', values(reason));
  }
  judgement.pass('client.assertion-signature');
  return key;
}

/**
 * Judges `nbf` and `exp`, as numbers or as decimal strings, and the life between them; answers its end, forgiveness
 * included. Check `assertion.lifetime`.
 */
export function judgeLifetime(judgement: Judgement, jwt: Jwt, at: Instant): Instant {
  const now = at / 1_000;
  const begins = jwt.claims['nbf'] ?? jwt.claims['iat'];
  const from = begins === undefined ? now : readSeconds(begins);
  const to = readSeconds(jwt.claims['exp']);
  const facts = {
    expected: `${isoTime(at)}, give or take ${skewSeconds} s, in a life of at most ${mostLifeSeconds} s`,
    actual: `${claimText(begins)} to ${claimText(jwt.claims['exp'])}`,
    reference: 'RFC 7523 section 3',
  };
  const isWithin = from !== undefined && to !== undefined && from - skewSeconds <= now && now <= to + skewSeconds;
  if (!isWithin || to - from > mostLifeSeconds) {
    const values = { now: isoTime(at), from: secondsText(from), to: secondsText(to) };
    return judgement.refuse('assertion.lifetime', facts, '700024', values);
  }
  judgement.pass('assertion.lifetime', facts);
  return (to + skewSeconds) * 1_000;
}

/** A time as tokens write it: a number, or a string of digits (dirkjanm/ROADtools sends both). */
function readSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'number' ? value : typeof value === 'string' && /^\d{1,11}$/.test(value) ? Number(value) : Number.NaN;
  return seconds >= 0 && seconds < mostSeconds ? seconds : undefined;
}

/** The end of the year 9999. */
const mostSeconds = 253_402_300_800;

/** The key that the header names, by any of the names that there are; a second name must mean the same key. */
function findKey({ header }: Jwt, keys: readonly KeyCredential[]): KeyCredential | undefined {
  const { sha1, sha256, kid } = thumbprintsOf(header);
  if (sha1 === undefined && sha256 === undefined && kid === undefined) return undefined;
  return keys.find(
    ({ x5t, x5tS256 }) =>
      (sha1 === undefined || sha1 === x5t) &&
      (sha256 === undefined || sha256 === x5tS256) &&
      (kid === undefined || sha1 !== undefined || sha256 !== undefined || kid === x5t || kid === hexThumbprint(x5t)),
  );
}

/** Some clients pad their thumbprints (dirkjanm/ROADtools). */
function thumbprintsOf(header: Jwt['header']): Readonly<Record<'sha1' | 'sha256' | 'kid', string | undefined>> {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value.replace(/=+$/, '') : undefined);
  return { sha1: text(header['x5t']), sha256: text(header['x5t#S256']), kid: text(header['kid']) };
}

/** What the refusal tells of the key that the client used. */
function namedThumbprint({ header }: Jwt): string {
  const { sha1, sha256, kid } = thumbprintsOf(header);
  const named = sha1 ?? sha256;
  return (named === undefined ? (kid ?? '') : hexThumbprint(named)).slice(0, 128);
}

function hexThumbprint(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('hex').toUpperCase();
}

export function claimText(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? 'unknown' : isoTime(seconds * 1_000);
}

function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}
