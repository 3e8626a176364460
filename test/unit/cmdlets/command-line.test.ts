import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LineArgument, parseCommandLine } from '../../../shared/cmdlets/command-line.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';

const bare = (value: string): LineArgument => ({ kind: 'value', value, bare: true });
const value = (told: string | boolean | null): LineArgument => ({ kind: 'value', value: told, bare: false });
const list = (...values: readonly LineArgument[]): LineArgument => ({ kind: 'list', values: values.filter((one) => one.kind === 'value') });
const named = (name: string, attached = false): LineArgument => ({ kind: 'parameter', name, attached });

test.each<readonly [text: string, found: readonly LineArgument[]]>([
  ['Get-Thing', []],
  ['  Set-Thing  one two ', [bare('one'), bare('two')]],
  ['Set-Thing "EX\\EWS (Default Web Site)" -Flag $true', [value('EX\\EWS (Default Web Site)'), named('Flag'), value(true)]],
  ["Set-Thing -Name 'it''s' -Flag:$FALSE", [named('Name'), value("it's"), named('Flag', true), value(false)]],
  ['Set-Thing -Flag: $false', [named('Flag', true), value(false)]],
  ['Set-Thing -Flag -Other x', [named('Flag'), named('Other'), bare('x')]],
  ['Set-Thing -Flag', [named('Flag')]],
  ['Set-Thing -Url $Null', [named('Url'), value(null)]],
  ['Set-Thing "say ""yes"" or \'\'"', [value('say "yes" or \'\'')]],
  ['Set-Thing \'say ""\'', [value('say ""')]],
  ['Set-Thing -Count -5', [named('Count'), bare('-5')]],
  ['Set-Thing -Uri https://mail.contoso.test/EWS', [named('Uri'), bare('https://mail.contoso.test/EWS')]],
  ['Set-Thing -Names a,b , "c d" x', [named('Names'), list(bare('a'), bare('b'), value('c d')), bare('x')]],
  ["Set-Thing 'a',$null", [list(value('a'), value(null))]],
  ['Set-Thing -User joe@contoso.test', [named('User'), bare('joe@contoso.test')]],
  ['Set-Thing -Names @() x', [named('Names'), list(), bare('x')]],
  ['Set-Thing @( "a" ) -Names @("b=c", d)', [list(value('a')), named('Names'), list(value('b=c'), bare('d'))]],
  ['Set–Thing –Flag:$true —Other ―More', [named('Flag', true), value(true), named('Other'), named('More')]],
])('%s', (text, found) => {
  expect(parseCommandLine(text).arguments).toEqual(found);
  expect(parseCommandLine(text).name).toMatch(/^[GS]et-Thing$/);
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
  'Set-Thing a,',
  'Set-Thing @("a"',
  'Set-Thing @("a")b',
  'Set-Thing @(-Flag)',
  'Set-Thing @splatted',
  'Set-Thing a)',
  'Set-Thing ,a',
  'Set-Thing a,,b',
  'Set-Thing a, -Flag',
  'Set-Thing -Flag,a',
  'Set-Thing "a"b,c',
  'Set-Thing -Flag.Other',
  'Set-Thing $nullify',
  'Set-Thing `n',
  `Set-Thing ${'x'.repeat(5_000)}`,
])('%s is refused', (text) => {
  expect(() => parseCommandLine(text)).toThrow(expect.objectContaining({ code: 'bad-line' }));
});

test('a quoted text comes back as it was; anything else is read or refused', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      expect(parseCommandLine(`Set-Thing '${text.replaceAll("'", "''")}'`).arguments).toEqual([value(text)]);
      try {
        parseCommandLine(`Set-Thing ${text}`);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
  );
});
