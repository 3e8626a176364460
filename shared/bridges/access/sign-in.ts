import type { Authority } from '../../domain/organization/advertised-urls.ts';
import type { Organizations } from '../../domain/organization/registry.ts';
import { allowsCertificates } from '../../domain/organization/virtual-directories.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Verdict } from '../../kernel/verdict.ts';
import { authenticateBasic, type PasswordAttempt } from './basic.ts';
import { authenticateBearer } from './bearer.ts';
import { authenticateCertificate, type ShownCertificate } from './client-certificate.ts';
import { authenticateDigest, type DigestGround } from './digest.ts';
import { authenticateByConnection, authenticateNtlm, type NtlmGround, type NtlmOutcome } from './ntlm.ts';
import type { Principal } from './principal.ts';
import { challenges } from './schemes.ts';

/** What signing in is judged by, beside the header. */
export interface SignInGround extends NtlmGround {
  readonly organizations: Organizations;
  readonly authority: Authority;
  /** The port under which clients reach the organisation's https listener. */
  readonly publishedPort: number | undefined;
  /** Digest: nonces that were given out, and what the request is. */
  readonly digest: Pick<DigestGround, 'nonces' | 'method' | 'target'>;
  /** The certificate that the client showed, if it was asked for one. */
  readonly shown?: ShownCertificate | undefined;
}

/** What came of it. `userName` is as typed or as the token says, for the journal; null when there was none to read. */
export type SignIn = { readonly verdict: Verdict; readonly userName: string | null; readonly attempt?: PasswordAttempt | undefined } & (
  | {
      readonly principal: Principal;
      /** Of the answer, names in lower case. */
      readonly headers?: Readonly<Record<string, string>>;
      readonly refusal?: never;
    }
  | {
      readonly principal?: never;
      readonly refusal: Refusal;
      readonly status: 401 | 403 | 500;
      /** Names in lower case; several values are several headers, one for each scheme: clients do not take lists apart. */
      readonly headers: Readonly<Record<string, string | string[]>>;
    }
);

/**
 * Judges an `Authorization` header by the scheme that it names. Without one the connection may speak for its client; with
 * one of a single request (Basic, Bearer) nobody stays signed in on it.
 */
export async function signIn(header: string | undefined, ground: SignInGround): Promise<SignIn> {
  if (header === undefined) {
    const outcome = await authenticateByConnection(ground);
    if (outcome !== undefined) return byWindows(outcome, ground);
    return (await signInByCertificate(ground)) ?? signInByPassword(header, ground);
  }
  if (/^(?:ntlm|negotiate)(?: |$)/i.test(header)) return byWindows(await authenticateNtlm(header, ground), ground);
  ground.connection.state = undefined;
  if (/^digest /i.test(header)) return signInByDigest(header, ground);
  return /^bearer(?: |$)/i.test(header) ? signInByToken(header, ground) : signInByPassword(header, ground);
}

function byWindows(outcome: NtlmOutcome, ground: SignInGround): SignIn {
  const { verdict, userName, refusal, attempt } = outcome;
  const tried = attempt === undefined ? {} : { attempt };
  if (refusal === undefined) {
    const { caller, lastWord } = outcome;
    const headers = lastWord === undefined ? {} : { 'www-authenticate': lastWord };
    return { verdict, userName, ...tried, principal: { is: 'user', caller, by: 'NTLM', application: null }, headers };
  }
  const { challenge } = outcome;
  const headers = challenge === undefined ? challengeHeaders(ground) : { 'www-authenticate': challenge };
  return { verdict, userName, ...tried, refusal, status: 401, headers };
}

/** Undefined: no certificate was shown, or the door takes none. Credentials in a header go before it (inferred). */
async function signInByCertificate(ground: SignInGround): Promise<SignIn | undefined> {
  const { shown, point, directory, at } = ground;
  if (shown === undefined || !allowsCertificates(point.organization, point.settings, point.virtualDirectory)) return undefined;
  const outcome = await authenticateCertificate(shown, directory, point.settings, at);
  const { verdict, userName } = outcome;
  if (outcome.refusal === undefined)
    return { verdict, userName, principal: { is: 'user', caller: outcome.caller, by: 'Certificate', application: null } };
  const { refusal, status } = outcome;
  return { verdict, userName, refusal, status, headers: status === 401 ? challengeHeaders(ground) : {} };
}

async function signInByDigest(header: string, ground: SignInGround): Promise<SignIn> {
  const { point, directory, at, digest } = ground;
  const { caller, refusal, isStale = false, ...judged } = await authenticateDigest(header, { point, directory, at, ...digest });
  if (refusal === undefined) return { ...judged, principal: { is: 'user', caller, by: 'Digest', application: null } };
  return { ...judged, refusal, status: 401, headers: challengeHeaders(ground, { isStale }) };
}

async function signInByPassword(header: string | undefined, ground: SignInGround): Promise<SignIn> {
  const { point, directory, at } = ground;
  const { caller, refusal, verdict, userName, attempt } = await authenticateBasic(header, point, directory, at);
  if (refusal !== undefined) return { verdict, userName, attempt, refusal, status: 401, headers: challengeHeaders(ground) };
  return { verdict, userName, attempt, principal: { is: 'user', caller, by: 'Basic', application: null } };
}

async function signInByToken(header: string, ground: SignInGround): Promise<SignIn> {
  const { point, organizations, directory, authority, publishedPort, at } = ground;
  const { host, port, byName } = authority;
  const isUsualPort = port === undefined || port === 443 || port === publishedPort;
  const outcome = await authenticateBearer(header, {
    point,
    organizations,
    settings: point.settings,
    directory,
    requestAuthority: isUsualPort ? host : `${host}:${port}`,
    byName,
    at,
  });
  const { verdict, userName } = outcome;
  if ('principal' in outcome) return { verdict, userName, principal: outcome.principal };
  const { refusal, status, diagnostics } = outcome;
  // A Bearer without a token asks for the challenge, and one that is not taken here says nothing of its token.
  const isTokenRefused = refusal.code !== 'empty-bearer' && refusal.code !== 'bearer-not-offered';
  const headers = {
    ...challengeHeaders(ground, { isTokenRefused }),
    ...(diagnostics === undefined ? {} : { 'x-ms-diagnostics': diagnostics.header }),
  };
  return { verdict, userName, refusal, status, headers };
}

/** `isStale`: a nonce was good once; `isTokenRefused`: a token was brought that was not taken. */
function challengeHeaders(
  { point, digest, at }: SignInGround,
  { isStale = false, isTokenRefused = false } = {},
): Readonly<Record<string, string[]>> {
  const offered = challenges({ ...point, digest: { nonce: () => digest.nonces.give(at), isStale } }, isTokenRefused);
  return offered.length === 0 ? {} : { 'www-authenticate': [...offered] };
}
