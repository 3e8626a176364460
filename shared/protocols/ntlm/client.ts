import { Refusal } from '../../kernel/refusal.ts';
import type { ConnectionFacts, ConnectionProof, Dialer, HttpsAnswer, HttpsCall } from '../../net/dialer.ts';
import { micOffset, writeAuthenticate } from './authenticate.ts';
import { avFlagMic, avIds } from './av-pairs.ts';
import { type Challenge, readChallenge } from './challenge.ts';
import { readFileTime } from './file-time.ts';
import { flags as bit } from './flags.ts';
import { writeNegotiate } from './negotiate.ts';
import {
  channelBindings,
  clientChallengeOf,
  exchangeKey,
  messageIntegrityCode,
  ntHashOf,
  ntProof,
  responseKey,
  sessionBaseKey,
} from './ntlm-v2.ts';

/** Whom a client calls as. */
export interface NtlmCredentials {
  readonly is: 'ntlm';
  /** An account's name; with an empty domain a user principal name too. */
  readonly user: string;
  /** NetBIOS name, or ''. */
  readonly domain: string;
  readonly password: string;
}

/** An account of the other side, for whichever of Windows' schemes is offered there. */
export interface AccountCredentials {
  readonly is: 'account';
  /** `DOMAIN\account` or a user principal name. */
  readonly userName: string;
  readonly password: string;
}

const offered =
  bit.unicode |
  bit.requestTarget |
  bit.sign |
  bit.ntlm |
  bit.alwaysSign |
  bit.extendedSessionSecurity |
  bit.targetInfo |
  bit.version |
  bit.key128 |
  bit.keyExchange |
  bit.key56;

/**
 * Signs a call in by NTLMv2 (MS-NLMP 3.1.5.1), with the channel binding of its TLS connection and, where the challenge has
 * the server's time, a MIC. Where the other side offers no NTLM the call is answered by its 401.
 *
 * @param url of the call: its host is the target name that the answer is bound to
 */
export function ntlmProof(credentials: NtlmCredentials, url: string): ConnectionProof {
  const negotiate = writeNegotiate({ flags: offered });
  return {
    offer: `NTLM ${negotiate.toString('base64')}`,
    respond({ headers }, connection) {
      const lines = [headers['www-authenticate'] ?? []].flat();
      const token = lines.map((line) => /^NTLM +([A-Za-z0-9+/]+={0,2}) *$/i.exec(line)?.[1]).find((found) => found !== undefined);
      if (token === undefined) return undefined;
      const octets = Buffer.from(token, 'base64');
      const challenge = readOrNone(octets);
      if (challenge === undefined) return undefined;
      const answer = answerTo(challenge, { negotiate, challenge: octets }, credentials, `HTTP/${new URL(url).hostname}`, connection);
      return `NTLM ${answer.toString('base64')}`;
    },
  };
}

/**
 * Calls with an account as Windows' clients do: by NTLM where it is offered, and by Basic only where it is not. A refused
 * password is the answer: it is not sent in the clear after that.
 */
export async function dialAs(
  dialer: Pick<Dialer, 'https'>,
  call: Omit<HttpsCall, 'proof'>,
  account: AccountCredentials,
): Promise<HttpsAnswer> {
  const answer = await dialer.https({ ...call, proof: ntlmProof(ntlmCredentials(account), call.url) });
  if (answer.status !== 401 || offers(answer, 'NTLM') || !offers(answer, 'Basic')) return answer;
  return dialer.https({ ...call, headers: { ...call.headers, authorization: basicAuthorization(account) } });
}

/** RFC 7617, in UTF-8. */
export function basicAuthorization({ userName, password }: Pick<AccountCredentials, 'userName' | 'password'>): string {
  return `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`;
}

/** The account as NTLM names it. */
export function ntlmCredentials({ userName, password }: AccountCredentials): NtlmCredentials {
  const [, domain = '', user = userName] = /^([^\\]*)\\(.*)$/s.exec(userName) ?? [];
  return { is: 'ntlm', user, domain, password };
}

function offers({ headers }: HttpsAnswer, scheme: 'NTLM' | 'Basic'): boolean {
  const lines = [headers['www-authenticate'] ?? []].flat();
  return lines.some((line) => new RegExp(`(^|,)\\s*${scheme}(\\s|,|$)`, 'i').test(line));
}

/** What cannot be read is no challenge: the 401 that it came with is all the answer there is. */
function readOrNone(octets: Buffer): Challenge | undefined {
  try {
    return readChallenge(octets);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'ntlm-malformed') return undefined;
    throw error;
  }
}

function answerTo(
  { flags, serverChallenge, targetInfo }: Challenge,
  before: { readonly negotiate: Buffer; readonly challenge: Buffer },
  { user, domain, password }: NtlmCredentials,
  targetName: string,
  { at, certificateHash, random }: ConnectionFacts,
): Buffer {
  const timestamp = targetInfo.get(avIds.timestamp);
  const hasTime = timestamp?.length === 8;
  const pairs = new Map(targetInfo);
  if (hasTime) pairs.set(avIds.flags, littleEndian((targetInfo.get(avIds.flags)?.readUInt32LE() ?? 0) | avFlagMic));
  pairs.set(avIds.channelBindings, channelBindings(certificateHash));
  pairs.set(avIds.targetName, Buffer.from(targetName, 'utf16le'));

  const key = responseKey(ntHashOf(password), user, domain);
  const clientChallenge = clientChallengeOf(hasTime ? readFileTime(timestamp) : at, random(8), pairs);
  const proof = ntProof(key, serverChallenge, clientChallenge);
  const base = sessionBaseKey(key, proof);
  const exchanges = (flags & bit.keyExchange) !== 0;
  const sessionKey = exchanges ? random(16) : base;
  const message = writeAuthenticate({
    flags: flags & offered,
    domain,
    user,
    workstation: '',
    ntResponse: Buffer.concat([proof, clientChallenge]),
    encryptedSessionKey: exchanges ? exchangeKey(base, sessionKey) : Buffer.alloc(0),
  });
  if (hasTime) messageIntegrityCode(sessionKey, before.negotiate, before.challenge, message).copy(message, micOffset);
  return message;
}

function littleEndian(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value >>> 0);
  return octets;
}
