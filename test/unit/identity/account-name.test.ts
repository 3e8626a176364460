import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAccountName } from '../../../shared/domain/identity/account-name.ts';

test.each([
  ['CONTOSO\\mary', { kind: 'domain-account', domain: 'CONTOSO', account: 'mary' }],
  [' mary@contoso.test ', { kind: 'address', address: 'mary@contoso.test' }],
  ['"a@b"@contoso.test', { kind: 'address', address: '"a@b"@contoso.test' }],
  ['mary', { kind: 'account', account: 'mary' }],
  ['CONTOSO\\mary@contoso.test', { kind: 'domain-account', domain: 'CONTOSO', account: 'mary@contoso.test' }],
])('%j', (text, name) => {
  expect(parseAccountName(text)).toEqual(name);
});

test.each(['', '  ', '\\mary', 'CONTOSO\\', 'A\\B\\c', '@contoso.test', 'mary@', 'ma\0ry', 'ma\r\nry', 'x'.repeat(1_025)])(
  '%j is no user name',
  (text) => {
    expect(parseAccountName(text)).toBeUndefined();
  },
);

test('whatever is typed is a name or none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const name = parseAccountName(text);
      if (name !== undefined) expect(Object.values(name)).not.toContain('');
    }),
  );
});
