import type { Instant } from '../../kernel/clock.ts';
import { type AvPairs, readAvPairs } from './av-pairs.ts';
import { readFileTime } from './file-time.ts';
import { flags as bit } from './flags.ts';
import { malformed, readField, readText, requireMessage, writeMessage } from './message.ts';
import { ntlmVersion } from './negotiate.ts';

/** Who a client says it is, and its answer to the challenge. */
export interface Authenticate {
  readonly flags: number;
  readonly domain: string;
  readonly user: string;
  readonly workstation: string;
  /** NtChallengeResponse: 24 octets or fewer are NTLMv1 or nobody. */
  readonly ntResponse: Buffer;
  readonly encryptedSessionKey: Buffer;
}

/** The NTLMv2 response, taken apart (MS-NLMP 2.2.2.7, 2.2.2.8). */
export interface NtlmV2Response {
  /** 16 octets. */
  readonly proof: Buffer;
  /** What the proof covers beside the server's challenge: `temp` of the specification. */
  readonly clientChallenge: Buffer;
  readonly time: Instant;
  readonly pairs: AvPairs;
}

/** Where the MIC stands, in messages that have one. */
export const micOffset = 72;
const fixedLength = 88;

/** Reads an AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3). */
export function readAuthenticate(octets: Buffer): Authenticate {
  requireMessage(octets, 'authenticate', 64);
  const flags = octets.readUInt32LE(60);
  const text = (at: number): string => readText(readField(octets, at), (flags & bit.unicode) !== 0);
  return {
    flags,
    domain: text(28),
    user: text(36),
    workstation: text(44),
    ntResponse: readField(octets, 20),
    encryptedSessionKey: readField(octets, 52),
  };
}

/** Takes an NTLMv2 response apart. Refuses what is shorter than one or of another version. */
export function readNtlmV2Response(octets: Buffer): NtlmV2Response {
  const clientChallenge = octets.subarray(16);
  if (clientChallenge.length < 28) throw malformed('an NTLMv2 response that breaks off');
  if (clientChallenge[0] !== 1 || clientChallenge[1] !== 1) throw malformed('an NTLMv2 response of another version');
  return {
    proof: octets.subarray(0, 16),
    clientChallenge,
    time: readFileTime(clientChallenge.subarray(8, 16)),
    pairs: readAvPairs(clientChallenge.subarray(28)),
  };
}

/** Writes an AUTHENTICATE_MESSAGE in Unicode, with room for a MIC that is still zero. */
export function writeAuthenticate(message: Authenticate): Buffer {
  const text = (value: string): Buffer => Buffer.from(value, 'utf16le');
  const payload: readonly [number, Buffer][] = [
    [28, text(message.domain)],
    [36, text(message.user)],
    [44, text(message.workstation)],
    // Z(24) where the challenge has a timestamp (MS-NLMP 3.1.5.1.2).
    [12, Buffer.alloc(24)],
    [20, message.ntResponse],
    [52, message.encryptedSessionKey],
  ];
  return writeMessage('authenticate', fixedLength, payload, (fixed) => {
    fixed.writeUInt32LE(message.flags >>> 0, 60);
    ntlmVersion.copy(fixed, 64);
  });
}
