import { expect, test } from 'vitest';
import { readAuthenticate, readNtlmV2Response } from '../../../shared/protocols/ntlm/authenticate.ts';
import { avIds } from '../../../shared/protocols/ntlm/av-pairs.ts';
import { readChallenge, writeChallenge } from '../../../shared/protocols/ntlm/challenge.ts';
import { readFileTime } from '../../../shared/protocols/ntlm/file-time.ts';
import { clientChallengeOf, exchangeKey, ntHashOf, ntProof, responseKey, sessionBaseKey } from '../../../shared/protocols/ntlm/ntlm-v2.ts';
import { rc4 } from '../../../shared/protocols/ntlm/rc4.ts';

// MS-NLMP 4.2.1 and 4.2.4: User, Domain, Password, a server named Server, and a clock that stands at the beginning of 1601.
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const serverChallenge = hex('0123456789abcdef');
const nonce = hex('aaaaaaaaaaaaaaaa');
const sessionKey = Buffer.alloc(16, 0x55);
const pairs = new Map([
  [avIds.nbDomainName, utf16('Domain')],
  [avIds.nbComputerName, utf16('Server')],
]);
const temp = hex(
  `01010000 00000000 00000000 00000000 aaaaaaaaaaaaaaaa 00000000
   02000c00 44006f006d00610069006e00 01000c00 530065007200760065007200 00000000 00000000`.replaceAll('\n', ''),
);
const challengeMessage = hex(
  `4e544c4d53535000 02000000 0c000c00 38000000 33828ae2 0123456789abcdef 0000000000000000 24002400 44000000
   060070170000000f 530065007200760065007200
   02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000`.replaceAll('\n', ''),
);
const authenticateMessage = Buffer.concat([
  hex(
    `4e544c4d53535000 03000000 18001800 6c000000 54005400 84000000 0c000c00 48000000 08000800 54000000
     10001000 5c000000 10001000 d8000000 358288e2 0501280a0000000f`.replaceAll('\n', ''),
  ),
  utf16('DomainUserCOMPUTER'),
  hex('86c35097ac9cec102554764a57cccc19 aaaaaaaaaaaaaaaa'),
  hex('68cd0ab851e51c96aabc927bebef6a1c'),
  temp,
  hex('c5dad2544fc9799094ce1ce90bc9d03e'),
]);

test('the keys of NTLMv2 (4.2.4.1, 4.2.4.2)', () => {
  const ntHash = ntHashOf('Password');
  expect(ntHash).toEqual(hex('a4f49c406510bdcab6824ee7c30fd852'));
  const key = responseKey(ntHash, 'User', 'Domain');
  expect(key).toEqual(hex('0c868a403bfd7a93a3001ef22ef02e3f'));
  expect(clientChallengeOf(readFileTime(Buffer.alloc(8)), nonce, pairs)).toEqual(temp);
  const proof = ntProof(key, serverChallenge, temp);
  expect(proof).toEqual(hex('68cd0ab851e51c96aabc927bebef6a1c'));
  const base = sessionBaseKey(key, proof);
  expect(base).toEqual(hex('8de40ccadbc14a82f15cb0ad0de95ca3'));
  expect(exchangeKey(base, sessionKey)).toEqual(hex('c5dad2544fc9799094ce1ce90bc9d03e'));
});

test('the CHALLENGE_MESSAGE (4.2.4.3)', () => {
  expect(readChallenge(challengeMessage)).toEqual({ flags: 0xe28a8233, serverChallenge, targetInfo: pairs });
  const written = writeChallenge({ flags: 0xe28a8233 | 0x4, serverChallenge, targetInfo: pairs }, 'Server');
  // The version is another, and the vector names a target without saying so in its flags.
  expect(written.subarray(24, 48)).toEqual(challengeMessage.subarray(24, 48));
  expect(written.subarray(56)).toEqual(challengeMessage.subarray(56));
});

test('the AUTHENTICATE_MESSAGE (4.2.4.3)', () => {
  const read = readAuthenticate(authenticateMessage);
  expect(read).toMatchObject({ flags: 0xe2888235, domain: 'Domain', user: 'User', workstation: 'COMPUTER' });
  expect(read.encryptedSessionKey).toEqual(hex('c5dad2544fc9799094ce1ce90bc9d03e'));
  const response = readNtlmV2Response(read.ntResponse);
  expect(response).toMatchObject({ time: -11_644_473_600_000, pairs });
  expect(response.clientChallenge).toEqual(temp);
});

test.each([
  ['Key', 'Plaintext', 'bbf316e8d940af0ad3'],
  ['Wiki', 'pedia', '1021bf0420'],
  ['Secret', 'Attack at dawn', '45a01f645fc35b383552544b9bf5'],
])('RC4 of %s over %s', (key, text, octets) => {
  expect(rc4(Buffer.from(key), Buffer.from(text)).toString('hex')).toBe(octets);
});
