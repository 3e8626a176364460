import { createHash, createHmac } from 'node:crypto';
import md4 from 'js-md4';
import type { Instant } from '../../kernel/clock.ts';
import { micOffset } from './authenticate.ts';
import { type AvPairs, writeAvPairs } from './av-pairs.ts';
import { writeFileTime } from './file-time.ts';
import { rc4 } from './rc4.ts';

/** The NT hash of a password (MS-NLMP 3.3.1, NTOWFv1), 16 octets. */
export function ntHashOf(password: string): Buffer {
  return Buffer.from(md4.arrayBuffer(Buffer.from(password, 'utf16le')));
}

/** ResponseKeyNT (MS-NLMP 3.3.2, NTOWFv2): the domain counts to the letter, the user's name in capitals. */
export function responseKey(ntHash: Buffer, user: string, domain: string): Buffer {
  return hmacMd5(ntHash, Buffer.from(capitals(user) + domain, 'utf16le'));
}

/** As Windows writes capitals: a letter for a letter, so that `ß` stays. */
function capitals(text: string): string {
  return Array.from(text, (letter) => (letter.toUpperCase().length === letter.length ? letter.toUpperCase() : letter)).join('');
}

/** NTProofStr: that somebody who has the key has seen the server's challenge. */
export function ntProof(key: Buffer, serverChallenge: Buffer, clientChallenge: Buffer): Buffer {
  return hmacMd5(key, serverChallenge, clientChallenge);
}

/** SessionBaseKey, which with NTLMv2 is KeyExchangeKey too. */
export function sessionBaseKey(key: Buffer, proof: Buffer): Buffer {
  return hmacMd5(key, proof);
}

/** Wraps and unwraps the session key that the client has chosen (MS-NLMP 3.1.5.1.2). */
export function exchangeKey(keyExchangeKey: Buffer, sessionKey: Buffer): Buffer {
  return rc4(keyExchangeKey, sessionKey);
}

/** The MIC over the three messages of a handshake; that of the third counts as zero (MS-NLMP 3.1.5.1.2). */
export function messageIntegrityCode(exportedSessionKey: Buffer, negotiate: Buffer, challenge: Buffer, authenticate: Buffer): Buffer {
  const unsigned = Buffer.from(authenticate);
  unsigned.fill(0, micOffset, micOffset + 16);
  return hmacMd5(exportedSessionKey, negotiate, challenge, unsigned);
}

/** What a client's proof covers: `temp` of the specification (MS-NLMP 3.3.2). */
export function clientChallengeOf(at: Instant, nonce: Buffer, pairs: AvPairs): Buffer {
  return Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    writeFileTime(at),
    nonce,
    Buffer.alloc(4),
    writeAvPairs(pairs),
    Buffer.alloc(4),
  ]);
}

/**
 * MsvAvChannelBindings for a server's certificate: MD5 over a gss_channel_bindings_struct without addresses, whose data is
 * `tls-server-end-point:` and the certificate's hash (MS-NLMP 2.2.2.1, RFC 5929 section 4.1).
 *
 * @param certificateHash SHA-256
 */
export function channelBindings(certificateHash: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), certificateHash]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}

function hmacMd5(key: Buffer, ...parts: readonly Buffer[]): Buffer {
  const hmac = createHmac('md5', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}
