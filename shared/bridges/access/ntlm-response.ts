import { timingSafeEqual } from 'node:crypto';
import type { TokenChecking } from '../../domain/organization/virtual-directories.ts';
import type { Looked } from '../../kernel/checklist.ts';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Check } from '../../kernel/verdict.ts';
import { type Authenticate, micOffset, type NtlmV2Response, readNtlmV2Response } from '../../protocols/ntlm/authenticate.ts';
import { avFlagMic, avIds } from '../../protocols/ntlm/av-pairs.ts';
import { flags as bit } from '../../protocols/ntlm/flags.ts';
import { channelBindings, exchangeKey, messageIntegrityCode, ntProof, responseKey, sessionBaseKey } from '../../protocols/ntlm/ntlm-v2.ts';
import type { ChallengedConnection } from './connection-sign-in.ts';

/** The NTLMv2 response of a message; a text says why there is none. NTLMv1, whose responses have 24 octets, is never taken. */
export function responseIn({ ntResponse }: Authenticate): NtlmV2Response | string {
  if (ntResponse.length === 0) return 'no response: nobody signs in anonymously';
  if (ntResponse.length <= ntlmV1Length) return 'NTLMv1';
  try {
    return readNtlmV2Response(ntResponse);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.detail ?? error.code;
  }
}

const ntlmV1Length = 24;

/**
 * ResponseKeyNT when the response was made with an account's password, else undefined. Clients that leave the domain out of
 * the computation are taken too (MS-NLMP 3.2.5.1.2). The work is the same for every answer and for every account.
 *
 * @param ntHash 32 hexadecimal digits; null: no password opens the account
 */
export function keyThatProves(
  ntHash: string | null,
  { user, domain }: Authenticate,
  { proof, clientChallenge }: NtlmV2Response,
  serverChallenge: Buffer,
): Buffer | undefined {
  const hash = ntHash === null ? Buffer.alloc(16, 0xff) : Buffer.from(ntHash, 'hex');
  const keys = [domain, ''].map((name) => responseKey(hash, user, name));
  const proving = keys.filter((key) => timingSafeEqual(ntProof(key, serverChallenge, clientChallenge), proof));
  return ntHash === null ? undefined : proving[0];
}

/** What a check came to. */
export interface Finding extends Looked {
  readonly outcome: Check['outcome'];
}

/** A response may be as much older or younger as a server keeps challenges (MS-NLMP 3.2.5.1.2 and its MaxLifetime: 36 hours). */
export function judgeTime({ time }: NtlmV2Response, at: Instant): Finding {
  if (Math.abs(at - time) <= maxLifetimeMs) return { outcome: 'passed' };
  const shown = Math.abs(time) > latestShownMs ? `FILETIME of ${time} ms` : new Date(time).toISOString();
  return { outcome: 'failed', expected: `${new Date(at).toISOString()}, give or take 36 hours`, actual: shown };
}

const maxLifetimeMs = 36 * 3_600_000;
const latestShownMs = 8.64e15;

/** A MIC that is announced must be that of the three messages (MS-NLMP 3.2.5.1.2); clients may announce none. */
export function judgeIntegrity(
  octets: Buffer,
  { flags, encryptedSessionKey }: Authenticate,
  { pairs, proof }: NtlmV2Response,
  key: Buffer,
  { negotiate, challenge }: ChallengedConnection,
): Finding {
  const expected = 'the MIC of the three messages';
  const announced = pairs.get(avIds.flags);
  if (announced?.length !== 4 || (announced.readUInt32LE() & avFlagMic) === 0) return { outcome: 'skipped', actual: 'none announced' };
  if (octets.length < micOffset + 16) return { outcome: 'failed', expected, actual: 'none' };
  const base = sessionBaseKey(key, proof);
  const exchanged = (flags & bit.keyExchange) !== 0 && encryptedSessionKey.length === 16;
  const sessionKey = exchanged ? exchangeKey(base, encryptedSessionKey) : base;
  const code = messageIntegrityCode(sessionKey, negotiate, challenge, octets);
  const isSame = timingSafeEqual(code, octets.subarray(micOffset, micOffset + 16));
  return isSame ? { outcome: 'passed' } : { outcome: 'failed', expected, actual: 'another' };
}

/**
 * A channel binding must be that of this TLS connection, which it is not where somebody in between terminates TLS; where it
 * is required there must be one. Sixteen zeros mean that there is none (MS-NLMP 2.2.2.1).
 *
 * @param certificateHash of the server's certificate; undefined without TLS, where there is nothing to bind to
 */
export function judgeChannelBinding({ pairs }: NtlmV2Response, checking: TokenChecking, certificateHash: Buffer | undefined): Finding {
  if (checking === 'None' || certificateHash === undefined) return { outcome: 'skipped', actual: 'not looked at' };
  const expected = "the binding to this server's certificate";
  const brought = pairs.get(avIds.channelBindings);
  if (brought === undefined || brought.every((octet) => octet === 0))
    return { outcome: checking === 'Allow' ? 'skipped' : 'failed', expected, actual: 'none' };
  if (channelBindings(certificateHash).equals(brought)) return { outcome: 'passed' };
  return { outcome: 'failed', expected, actual: 'the binding to another' };
}
