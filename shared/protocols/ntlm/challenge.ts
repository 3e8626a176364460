import { type AvPairs, readAvPairs, writeAvPairs } from './av-pairs.ts';
import { flags as bit } from './flags.ts';
import { malformed, readField, requireMessage, writeMessage } from './message.ts';
import { ntlmVersion } from './negotiate.ts';

/** What a server answers an offer with. */
export interface Challenge {
  readonly flags: number;
  /** 8 octets, used once. */
  readonly serverChallenge: Buffer;
  /** The server's names and its time. */
  readonly targetInfo: AvPairs;
}

/** Writes a CHALLENGE_MESSAGE (MS-NLMP 2.2.1.2); `targetName` is the NetBIOS name of the domain. */
export function writeChallenge({ flags, serverChallenge, targetInfo }: Challenge, targetName: string): Buffer {
  const name = Buffer.from(targetName, (flags & bit.unicode) === 0 ? 'latin1' : 'utf16le');
  const payload: readonly [number, Buffer][] = [
    [12, (flags & bit.requestTarget) === 0 ? Buffer.alloc(0) : name],
    [40, writeAvPairs(targetInfo)],
  ];
  return writeMessage('challenge', 56, payload, (fixed) => {
    fixed.writeUInt32LE(flags >>> 0, 20);
    serverChallenge.copy(fixed, 24);
    if ((flags & bit.version) !== 0) ntlmVersion.copy(fixed, 48);
  });
}

/** Reads a CHALLENGE_MESSAGE. Refuses one without TargetInfo: NTLMv2 needs it. */
export function readChallenge(octets: Buffer): Challenge {
  requireMessage(octets, 'challenge', 48);
  const flags = octets.readUInt32LE(20);
  if ((flags & bit.targetInfo) === 0) throw malformed('a CHALLENGE_MESSAGE without TargetInfo');
  return { flags, serverChallenge: octets.subarray(24, 32), targetInfo: readAvPairs(readField(octets, 40)) };
}
