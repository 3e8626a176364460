import fc from 'fast-check';
import { compactVerify } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  readJwt,
  type SigningCredential,
  signingCredential,
  signJwt,
  type VerificationKey,
  verificationKey,
  verifySignature,
} from '../../../shared/protocols/oauth/jwt.ts';
import { type SelfSigned, selfSigned } from './self-signed.ts';

let signer: SelfSigned;
let credential: SigningCredential;
let key: VerificationKey;
beforeAll(async () => {
  signer = await selfSigned();
  credential = signingCredential(signer.certificate, signer.privateKey);
  key = verificationKey(signer.certificate);
});

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const claims = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 });
const signed = fc.record({ claims, algorithm: fc.constantFrom('RS256', 'PS256') });

/** The token with one part of it, told by its number, made anew. */
const withPart = (token: string, which: number, change: (part: string) => string): string =>
  token
    .split('.')
    .map((part, index) => (index === which ? change(part) : part))
    .join('.');
const octetsOf = (token: string): readonly string[] => token.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'));

/**
 * What was changed is no token any more, or its signature is wrong; and jose, which nobody here wrote, agrees. (OpenSSL
 * below it takes a PSS signature without its leading zeros.)
 */
async function expectRefused(mutant: string): Promise<void> {
  const jwt = readJwt(mutant);
  if ('problem' in jwt) return;
  expect(await verifySignature(jwt, key)).toBe(false);
  if (jwt.signature.length === 256)
    // A changed bit can make HS256 of RS256: jose then says that the key is of the wrong type.
    await expect(compactVerify(mutant, signer.publicKey)).rejects.toBeInstanceOf(Error);
}

/** Whoever has just passed is remembered: that must not help what is made of it. */
async function expectTaken(token: string): Promise<void> {
  const jwt = readJwt(token);
  if ('problem' in jwt) throw new Error(jwt.problem);
  expect(await verifySignature(jwt, key)).toBe(true);
}

const at = fc.nat(100_000);
const part = fc.constantFrom(0, 1, 2);

/** Every way to spoil a part's octets, written canonically again: only the signature can tell. */
const octetChanges = fc.oneof(
  fc.tuple(at, fc.nat(7)).map(([place, bit]) => (octets: Buffer) => {
    const index = place % octets.length;
    octets[index] = (octets[index] ?? 0) ^ (1 << bit);
    return octets;
  }),
  fc.tuple(at, fc.nat(255)).map(([place, octet]) => (octets: Buffer) => {
    const index = place % (octets.length + 1);
    return Buffer.concat([octets.subarray(0, index), Buffer.from([octet]), octets.subarray(index)]);
  }),
  at.map((place) => (octets: Buffer) => {
    const index = place % octets.length;
    return Buffer.concat([octets.subarray(0, index), octets.subarray(index + 1)]);
  }),
  fc.tuple(at, at).map(([one, other]) => (octets: Buffer) => {
    const [left, right] = [one % octets.length, other % octets.length];
    [octets[left], octets[right]] = [octets[right] ?? 0, octets[left] ?? 0];
    return octets;
  }),
);

/** Ways to spoil its characters. */
const characterChanges = fc.oneof(
  fc.tuple(at, fc.constantFrom(...alphabet.split(''))).map(([place, character]) => (text: string) => {
    const index = place % text.length;
    return text.slice(0, index) + character + text.slice(index + 1);
  }),
  fc
    .tuple(at, fc.constantFrom(...alphabet.split(''), '.', '=', '+', '/', ' ', '\n', '\u0000', 'é'))
    .map(([place, character]) => (text: string) => {
      const index = place % (text.length + 1);
      return text.slice(0, index) + character + text.slice(index);
    }),
  at.map((place) => (text: string) => text.slice(0, place % text.length) + text.slice((place % text.length) + 1)),
  fc.tuple(at, at).map(([one, other]) => (text: string) => {
    const [left, right] = [Math.min(one % text.length, other % text.length), Math.max(one % text.length, other % text.length)];
    if (left === right) return text;
    return text.slice(0, left) + text.charAt(right) + text.slice(left + 1, right) + text.charAt(left) + text.slice(right + 1);
  }),
);

describe('a signed token', () => {
  test('is its key’s and no other’s, before and after many others', async () => {
    const another = verificationKey((await selfSigned()).certificate);
    const tokens = await Promise.all(Array.from({ length: 300 }, (_, number) => signJwt({ number }, credential)));
    for (const token of [...tokens, ...tokens]) {
      await expectTaken(token);
      const jwt = readJwt(token);
      if ('problem' in jwt) throw new Error(jwt.problem);
      expect(await verifySignature(jwt, another)).toBe(false);
    }
  });

  test('is read and verified', async () => {
    await fc.assert(
      fc.asyncProperty(signed, async ({ claims: payload, algorithm }) => {
        const token = await signJwt(payload, credential, { alg: algorithm });
        const jwt = readJwt(token);
        if ('problem' in jwt) throw new Error(jwt.problem);
        expect(JSON.stringify(jwt.claims)).toBe(JSON.stringify(payload));
        expect(await verifySignature(jwt, key)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('of which any octets are changed is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        signed,
        part,
        fc.array(octetChanges, { minLength: 8, maxLength: 24 }),
        async ({ claims: payload, algorithm }, which, changes) => {
          const token = await signJwt(payload, credential, { alg: algorithm });
          await expectTaken(token);
          for (const change of changes) {
            const mutant = withPart(token, which, (text) => change(Buffer.from(text, 'base64url')).toString('base64url'));
            if (mutant !== token) await expectRefused(mutant);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of which any characters are changed is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        signed,
        part,
        fc.array(characterChanges, { minLength: 8, maxLength: 24 }),
        async ({ claims: payload, algorithm }, which, changes) => {
          const token = await signJwt(payload, credential, { alg: algorithm });
          await expectTaken(token);
          for (const change of changes) {
            const mutant = withPart(token, which, change);
            if (mutant === token) continue;
            await expectRefused(mutant);
            // Other characters for the same octets are no token at all.
            if (octetsOf(mutant).join('.') === octetsOf(token).join('.')) expect(readJwt(mutant)).toHaveProperty('problem');
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('every bit of the signature counts', async () => {
    const token = await signJwt({ a: 1 }, credential);
    const jwt = readJwt(token);
    if ('problem' in jwt) throw new Error(jwt.problem);
    for (let bit = 0; bit < jwt.signature.length * 8; bit += 1) {
      const signature = Buffer.from(jwt.signature);
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await verifySignature({ ...jwt, signature }, key)).toBe(false);
    }
  });

  test.each(['RS256', 'PS256'])('by %s whose signature begins with a zero is refused without that zero', async (alg) => {
    let [token, signature] = ['', Buffer.alloc(0)];
    for (let tried = 0; signature[0] !== 0; tried += 1) {
      token = await signJwt({ tried }, credential, { alg });
      signature = Buffer.from(token.split('.')[2] ?? '', 'base64url');
    }
    const jwt = readJwt(token);
    if ('problem' in jwt) throw new Error(jwt.problem);
    expect(await verifySignature(jwt, key)).toBe(true);
    expect(await verifySignature({ ...jwt, signature: signature.subarray(1) }, key)).toBe(false);
    expect(await verifySignature({ ...jwt, signature: Buffer.concat([Buffer.alloc(1), signature]) }, key)).toBe(false);
  });

  test('every other spelling of its last characters is refused', async () => {
    const token = await signJwt({ a: 1 }, credential, { kid: 'x' });
    expect(readJwt(token)).not.toHaveProperty('problem');
    for (const which of [0, 1, 2]) {
      for (const last of alphabet) {
        const mutant = withPart(token, which, (text) => text.slice(0, -1) + last);
        if (mutant !== token) await expectRefused(mutant);
      }
    }
  });
});

describe('readJwt', () => {
  test('takes any text, and never says any of it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.array(fc.base64String({ maxLength: 80 })).map((parts) => parts.join('.')),
        ),
        (text) => {
          const jwt = readJwt(text);
          if (!('problem' in jwt)) return;
          expect(jwt.problem).toMatch(/^The token('s (header|payload|signature))? [\x20-\x7e]+\.$/);
          if (text.length > 24) expect(jwt.problem).not.toContain(text);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('counts members as they are written: one that stands twice is refused wherever it is', () => {
    const name = fc.string({ maxLength: 6 });
    const tree = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc
          .oneof(fc.string(), fc.double({ noDefaultInfinity: true, noNaN: true }), fc.boolean(), fc.constant(null))
          .map((leaf) => JSON.stringify(leaf)),
        fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(', ')}]`),
        fc
          .array(fc.tuple(name, tie('value')), { maxLength: 4 })
          .map((members) => `{ ${members.map(([key, value]) => `${JSON.stringify(key)} : ${value}`).join(',')} }`),
      ),
    })).value;
    /** The judgement by another way: a reader that is told of every member in turn. */
    const namesTwice = (text: string): boolean => {
      const levels: Set<string>[] = [];
      for (const [, string, colon, bracket] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|([[\]{}])/g)) {
        if (bracket === '{' || bracket === '[') levels.push(new Set());
        else if (bracket !== undefined) levels.pop();
        else if (colon !== undefined) {
          const names = levels.at(-1);
          const key = JSON.parse(string ?? '""') as string;
          if (names?.has(key) === true) return true;
          names?.add(key);
        }
      }
      return false;
    };
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, tree), { maxLength: 4 }), (members) => {
        const text = `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
        const jwt = readJwt(`${header}.${Buffer.from(text).toString('base64url')}.`);
        const isTooDeep = 'problem' in jwt && jwt.problem.includes('deeper');
        if (!isTooDeep) expect('problem' in jwt).toBe(namesTwice(text));
      }),
      { numRuns: 1000 },
    );
  });
});
