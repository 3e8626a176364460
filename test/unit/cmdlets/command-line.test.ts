import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../../shared/cmdlets/command-line.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';

test.each([
  ['Get-Thing', [], []],
  ['  Set-Thing  one two ', ['one', 'two'], []],
  ['Set-Thing "EX\\EWS (Default Web Site)" -Flag $true', ['EX\\EWS (Default Web Site)'], [['Flag', true]]],
  [
    "Set-Thing -Name 'it''s' -Flag:$FALSE",
    [],
    [
      ['Name', "it's"],
      ['Flag', false],
    ],
  ],
  ['Set-Thing -Name "say ""yes"""', [], [['Name', 'say "yes"']]],
  ['Set-Thing -Uri https://mail.contoso.test/EWS', [], [['Uri', 'https://mail.contoso.test/EWS']]],
])('%s', (text, words, named) => {
  expect(parseCommandLine(text)).toMatchObject({ words, named });
});

test.each([
  '',
  'thing',
  '"Get-Thing"',
  'Get-Thing | Remove-Thing',
  'Get-Thing; Remove-Thing',
  'Set-Thing $name',
  'Set-Thing "$name"',
  'Set-Thing "open',
  "Set-Thing 'open",
  'Set-Thing a"b"',
  'Set-Thing @{a=1}',
  'Set-Thing a,b',
  'Set-Thing -Flag',
  'Set-Thing -Flag -Other x',
  'Set-Thing `n',
  `Set-Thing ${'x'.repeat(5_000)}`,
])('%s is refused', (text) => {
  expect(() => parseCommandLine(text)).toThrow(expect.objectContaining({ code: 'bad-line' }));
});

test('a quoted text comes back as it was; anything else is read or refused', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      expect(parseCommandLine(`Set-Thing '${text.replaceAll("'", "''")}'`).words).toEqual([text]);
      try {
        parseCommandLine(`Set-Thing ${text}`);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
  );
});
