import { createHmac, sign, X509Certificate } from 'node:crypto';
import { exportJWK, jwtVerify } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Refusal } from '../../../shared/kernel/refusal.ts';
import {
  type Jwt,
  readJwt,
  signingCredential,
  signJwt,
  thumbprints,
  unsignedJwt,
  verificationKey,
  verifySignature,
} from '../../../shared/protocols/oauth/jwt.ts';
import { type SelfSigned, selfSigned } from './self-signed.ts';

const claims = { aud: '00000002-0000-0ff1-ce00-000000000000/mail.contoso.test@contoso.test', nbf: '1700000000', exp: '1700000300' };
let signer: SelfSigned;
let other: SelfSigned;
beforeAll(async () => {
  [signer, other] = [await selfSigned(), await selfSigned()];
});

const base64Url = (value: string | Buffer | object): string =>
  Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');
const tokenOf = (header: string | Buffer | object, payload: string | Buffer | object, signature = ''): string =>
  `${base64Url(header)}.${base64Url(payload)}.${signature}`;
const read = (token: string): Jwt => {
  const jwt = readJwt(token);
  if ('problem' in jwt) throw new Error(jwt.problem);
  return jwt;
};
const problemOf = (token: string): string => {
  const jwt = readJwt(token);
  return 'problem' in jwt ? jwt.problem : 'none';
};
const alg = { typ: 'JWT', alg: 'RS256' };

describe('readJwt', () => {
  test('gives header, claims, signature and what the signature is over', async () => {
    const token = await signJwt(claims, signingCredential(signer.certificate, signer.privateKey));
    const jwt = read(token);
    expect(jwt.header).toEqual({ ...alg, x5t: thumbprints(signer.certificate).x5t });
    expect(jwt.claims).toEqual(claims);
    expect(`${jwt.signingInput}.${jwt.signature.toString('base64url')}`).toBe(token);
    expect(jwt.token).toBe(token);
  });

  test('takes the same name at different places, and names that objects have anyway', () => {
    const payload = '{"a":{"a":[{"a":1},{"a":2}]},"b":"\\"a\\":{:","__proto__":{"x":1},"constructor":2,"toString":":"}';
    const jwt = read(tokenOf(alg, payload));
    expect(Object.keys(jwt.claims)).toEqual(['a', 'b', '__proto__', 'constructor', 'toString']);
    expect((jwt.claims as { x?: number }).x).toBeUndefined();
  });

  test('keeps the last tokens as they were read, beyond anybody’s reach', async () => {
    const token = await signJwt({ ...claims, roles: ['one'] }, signingCredential(signer.certificate, signer.privateKey));
    const jwt = read(token);
    expect(read(token)).toBe(jwt);
    expect(await verifySignature(jwt, verificationKey(signer.certificate))).toBe(true);
    expect(() => (jwt.claims['roles'] as string[]).push('two')).toThrow(TypeError);
    const copy = { ...jwt };
    expect(await verifySignature(copy, verificationKey(signer.certificate))).toBe(true);
    copy.signingInput += 'A';
    expect(await verifySignature(copy, verificationKey(signer.certificate))).toBe(false);
    for (let number = 0; number < 300; number += 1) read(tokenOf(alg, { number }));
    expect(read(token)).not.toBe(jwt);
    expect(read(token)).toEqual(jwt);
    const long = tokenOf(alg, { a: 'x'.repeat(8_192) });
    expect(read(long)).not.toBe(read(long));
  });

  const depth = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  test('takes 16 levels, and 64 KiB', () => {
    expect(problemOf(tokenOf(alg, depth(16)))).toBe('none');
    const token = tokenOf(alg, { a: 'x'.repeat(40_000) });
    const fill = (64 * 1024 - token.length - 2) / 4;
    const longest = tokenOf(alg, { a: 'x'.repeat(40_000 + Math.floor(fill) * 3) });
    expect(longest.length).toBeGreaterThan(64 * 1024 - 8);
    expect(problemOf(longest)).toBe('none');
  });

  const empty = base64Url({});
  const start = base64Url(alg);
  test.each<[string, string, string]>([
    ['nothing', '', 'The token does not have three parts with dots between them.'],
    ['one dot', `${start}.${empty}`, 'The token does not have three parts with dots between them.'],
    [
      'four dots (encrypted)',
      `${start}.${empty}.${empty}.${empty}.${empty}`,
      'The token does not have three parts with dots between them.',
    ],
    ['three dots', `${start}.${empty}..`, 'The token does not have three parts with dots between them.'],
    ['more than 64 KiB', `${start}.${'A'.repeat(64 * 1024)}.`, 'The token is longer than 65536 characters.'],
    ['an empty header', `.${empty}.`, "The token's header is not JSON."],
    ['an empty payload', `${start}..`, "The token's payload is not JSON."],
    ['a blank in front', ` ${start}.${empty}.`, "The token's header has a character that is not of base64url."],
    ['a line end behind', `${start}.${empty}.\n`, "The token's signature has a character that is not of base64url."],
    ['padding', `${start}.${empty}==.`, "The token's payload has a character that is not of base64url."],
    ['padding of the signature', `${start}.${empty}.QQ==`, "The token's signature has a character that is not of base64url."],
    ['a plus', `${start}.${empty}.+A`, "The token's signature has a character that is not of base64url."],
    ['a slash', `${start}.${empty}./A`, "The token's signature has a character that is not of base64url."],
    ['a letter beyond ASCII', `${start}.${empty}.QÅ`, "The token's signature has a character that is not of base64url."],
    ['a single character over', `${start}.${empty}AA.`, "The token's payload has a length that base64url cannot have."],
    [
      'bits after the last octet',
      `${start}.e31.`,
      "The token's payload is not canonical base64url: bits are set at its end that no octet holds.",
    ],
    [
      'bits after the last octet of the signature',
      `${start}.${empty}.QR`,
      "The token's signature is not canonical base64url: bits are set at its end that no octet holds.",
    ],
    [
      'octets that are not UTF-8',
      tokenOf(alg, Buffer.from([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d])),
      "The token's payload is not UTF-8.",
    ],
    ['half a surrogate pair', tokenOf(alg, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])), "The token's payload is not UTF-8."],
    ['a byte order mark', tokenOf(alg, '\ufeff{}'), "The token's payload is not JSON."],
    ['text after the object', tokenOf(alg, '{}{}'), "The token's payload is not JSON."],
    ['a list', tokenOf(alg, '[]'), "The token's payload is not a JSON object."],
    ['null', tokenOf(alg, 'null'), "The token's payload is not a JSON object."],
    ['a number for a header', tokenOf('1', {}), "The token's header is not a JSON object."],
    ['a member twice', tokenOf(alg, '{"iss":"a","iss":"b"}'), "The token's payload names a member twice."],
    ['a member twice, spelled twice', tokenOf(alg, '{"iss":"a","\\u0069ss":"b"}'), "The token's payload names a member twice."],
    ['a member twice, far inside', tokenOf(alg, '{"a":[[{"b":":\\\\","b":{}}]]}'), "The token's payload names a member twice."],
    ['a member of the header twice', tokenOf('{"alg":"RS256","alg":"none"}', {}), "The token's header names a member twice."],
    ['17 levels', tokenOf(alg, depth(17)), "The token's payload is nested deeper than 16 levels."],
    ['17 lists', tokenOf(alg, `{"a":${'['.repeat(17)}${']'.repeat(17)}}`), "The token's payload is nested deeper than 16 levels."],
    ['no algorithm', tokenOf({ typ: 'JWT' }, {}), "The token's header names no algorithm."],
    ['a list of algorithms', tokenOf({ alg: ['RS256'] }, {}), "The token's header names no algorithm."],
    [
      'critical extensions',
      tokenOf({ ...alg, crit: ['b64'], b64: false }, {}),
      "The token's header has extensions that must be understood (crit).",
    ],
  ])('refuses %s', (_, token, problem) => {
    expect(problemOf(token)).toBe(problem);
  });
});

describe('verifySignature', () => {
  const isSigned = async (token: string, certificate = signer.certificate): Promise<boolean> =>
    await verifySignature(read(token), verificationKey(certificate));

  test.each(['RS256', 'PS256'])('takes %s of the key, and no other key', async (algorithm) => {
    const token = await signJwt(claims, signingCredential(signer.certificate, signer.privateKey), { alg: algorithm });
    expect(await isSigned(token)).toBe(true);
    expect(await isSigned(token, other.certificate)).toBe(false);
  });

  /** A token whose header says one thing and whose signature is another. */
  const signedAs = (header: object, hash: string, options: object = {}): string => {
    const input = tokenOf(header, claims).slice(0, -1);
    return `${input}.${sign(hash, Buffer.from(input), { key: signer.privateKey, ...options }).toString('base64url')}`;
  };

  test.each<[string, (name: string) => string]>([
    ['RS256', (name) => signedAs({ alg: name }, 'sha256')],
    ['PS256', (name) => signedAs({ alg: name }, 'sha256', { padding: 6, saltLength: 32 })],
  ])('a signature made by hand is good as %s, under no other name', async (name, make) => {
    expect(await isSigned(make(name))).toBe(true);
    for (const wrong of ['RS256', 'PS256', 'RS384', 'RS512', 'PS384', 'ES256', 'HS256', 'none', 'rs256', 'RS256 ', ''].filter(
      (it) => it !== name,
    ))
      expect([wrong, await isSigned(make(wrong))]).toEqual([wrong, false]);
  });

  test('other hashes and salts are false', async () => {
    expect(await isSigned(signedAs({ alg: 'RS256' }, 'sha1'))).toBe(false);
    expect(await isSigned(signedAs({ alg: 'RS256' }, 'sha512'))).toBe(false);
    expect(await isSigned(signedAs({ alg: 'PS256' }, 'sha256', { padding: 6, saltLength: 20 }))).toBe(false);
  });

  test('HMAC with what everybody knows of the key is false', async () => {
    const { certificate, publicKey } = signer;
    const der = Buffer.from(certificate, 'base64');
    for (const secret of [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      der,
      certificate,
    ]) {
      for (const name of ['HS256', 'RS256']) {
        const input = tokenOf({ typ: 'JWT', alg: name }, claims).slice(0, -1);
        const mac = createHmac('sha256', secret).update(input).digest('base64url');
        expect(await isSigned(`${input}.${mac}`)).toBe(false);
      }
    }
  });

  test('no signature is false, whatever the algorithm', async () => {
    for (const name of ['none', 'None', 'RS256', 'PS256']) expect(await isSigned(tokenOf({ alg: name }, claims))).toBe(false);
    expect(await isSigned(unsignedJwt(claims))).toBe(false);
  });

  test('a key that the header brings along or points to does not count', async () => {
    const jwk = await exportJWK(other.publicKey);
    const { x5t, x5tS256 } = thumbprints(signer.certificate);
    const brought = {
      jwk,
      x5c: [other.certificate],
      jku: 'https://evil.test/keys',
      x5u: 'https://evil.test/key',
      kid: x5t,
      x5t,
      'x5t#S256': x5tS256,
    };
    const credential = signingCredential(other.certificate, other.privateKey);
    const token = await signJwt(claims, credential, brought);
    expect(await isSigned(token)).toBe(false);
    expect(await isSigned(token, other.certificate)).toBe(true);
  });

  test('a short key and one of another kind verify nothing', async () => {
    const short = await selfSigned(1024);
    const input = tokenOf(alg, claims).slice(0, -1);
    const token = `${input}.${sign('sha256', Buffer.from(input), short.privateKey).toString('base64url')}`;
    expect(await isSigned(token, short.certificate)).toBe(false);
    const curve = await selfSigned('P-256');
    for (const name of ['RS256', 'PS256', 'ES256']) {
      const text = tokenOf({ alg: name }, claims).slice(0, -1);
      const signature = sign('sha256', Buffer.from(text), { key: curve.privateKey, dsaEncoding: 'ieee-p1363' });
      expect(await isSigned(`${text}.${signature.toString('base64url')}`, curve.certificate)).toBe(false);
    }
  });
});

describe('keys', () => {
  test('are kept by the text of the certificate', () => {
    expect(verificationKey(signer.certificate)).toBe(verificationKey(signer.certificate));
    expect(signingCredential(signer.certificate, signer.privateKey)).toBe(signingCredential(signer.certificate, signer.privateKey));
    expect(signingCredential(signer.certificate, signer.privateKey)).not.toBe(signingCredential(signer.certificate, other.privateKey));
    expect(verificationKey(signer.certificate).x5t).toBe(thumbprints(signer.certificate).x5t);
  });

  test('of which only so many are kept', () => {
    const first = verificationKey(signer.certificate);
    // White space does not count in base64, so that one certificate has any number of texts.
    for (let blanks = 1; blanks <= 256; blanks += 1) verificationKey(`${signer.certificate}${' '.repeat(blanks)}`);
    expect(verificationKey(signer.certificate)).not.toBe(first);
  });

  test('are named as others name them', () => {
    const { fingerprint, fingerprint256 } = new X509Certificate(Buffer.from(signer.certificate, 'base64'));
    const { x5t, x5tS256, thumbprint } = thumbprints(signer.certificate);
    expect(thumbprint).toBe(fingerprint.replaceAll(':', ''));
    expect(x5t).toBe(Buffer.from(thumbprint, 'hex').toString('base64url'));
    expect(x5tS256).toBe(Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'));
  });

  test('that cannot be read are refused, those too short to sign with when they shall sign', async () => {
    const code = (work: () => unknown): string => {
      try {
        work();
        return 'none';
      } catch (error) {
        return (error as Refusal).code;
      }
    };
    expect(code(() => verificationKey('bm8gY2VydGlmaWNhdGU='))).toBe('MalformedCertificate');
    expect(code(() => thumbprints(''))).toBe('MalformedCertificate');
    expect(code(() => signingCredential('', signer.privateKey))).toBe('MalformedCertificate');
    expect(code(() => signingCredential(signer.certificate, 'no key'))).toBe('MalformedPrivateKey');
    for (const weak of [await selfSigned(1024), await selfSigned('P-256')]) {
      await expect(signJwt(claims, signingCredential(weak.certificate, weak.privateKey))).rejects.toMatchObject({
        code: 'SigningKeyTooSmall',
      });
    }
  });
});

describe('signJwt and unsignedJwt', () => {
  test('write the header that Exchange writes', async () => {
    const credential = signingCredential(signer.certificate, signer.privateKey);
    const headerOf = (token: string): string => Buffer.from(token.split('.')[0] ?? '', 'base64url').toString();
    expect(headerOf(await signJwt(claims, credential))).toBe(`{"typ":"JWT","alg":"RS256","x5t":"${credential.x5t}"}`);
    expect(headerOf(await signJwt(claims, credential, { kid: 'one' }))).toBe(
      `{"typ":"JWT","alg":"RS256","x5t":"${credential.x5t}","kid":"one"}`,
    );
    const unsigned = unsignedJwt(claims);
    expect(unsigned).toMatch(/^[\w-]+\.[\w-]+\.$/);
    expect(headerOf(unsigned)).toBe('{"typ":"JWT","alg":"none"}');
    expect(read(unsigned)).toMatchObject({ claims, signature: Buffer.alloc(0) });
  });

  test('keep claims in their order and add none', async () => {
    const payload = { z: 'é😀', exp: 1, a: [1, { b: null }] };
    const token = await signJwt(payload, signingCredential(signer.certificate, signer.privateKey));
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).toBe(JSON.stringify(payload));
  });

  test('are good for jose', async () => {
    const token = await signJwt({ exp: 1_700_000_300 }, signingCredential(signer.certificate, signer.privateKey));
    const { payload } = await jwtVerify(token, signer.publicKey, { algorithms: ['RS256'], currentDate: new Date(1_700_000_000_000) });
    expect(payload).toEqual({ exp: 1_700_000_300 });
  });
});
