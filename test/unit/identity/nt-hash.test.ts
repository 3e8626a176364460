import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ntHash, verifyPassword } from '../../../shared/domain/identity/nt-hash.ts';

test.each([
  // MS-NLMP 4.2.2.1.2
  ['Password', 'a4f49c406510bdcab6824ee7c30fd852'],
  // RFC 1320 A.5: the digest of no octets
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
])('the NT hash of %j', (password, hash) => {
  expect(ntHash(password)).toBe(hash);
});

test('a password belongs to its own hash, however it is spelled', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }), (password, other) => {
      expect(verifyPassword(ntHash(password), password)).toBe(true);
      expect(verifyPassword(ntHash(password).toUpperCase(), password)).toBe(true);
      expect(verifyPassword(ntHash(password), other)).toBe(other === password);
    }),
  );
});

test.each([
  ['no hash', null, 'Password'],
  ['an empty hash', '', ''],
  ['a short hash', 'a4f49c40', 'Password'],
  ['no hexadecimal', 'z'.repeat(32), 'Password'],
  ['another case', ntHash('Password'), 'password'],
  ['a password that is too long', ntHash('a'.repeat(256)), 'a'.repeat(257)],
])('%s is never a match', (_what, hash, password) => {
  expect(verifyPassword(hash, password)).toBe(false);
});
