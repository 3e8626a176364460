import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CommandLine, LineArgument, LineTable, LineValue } from '../../../shared/cmdlets/line/command-line.ts';
import { parseLine, parseStatement } from '../../../shared/cmdlets/line/parse.ts';
import { longestCmdletLine } from '../../../shared/domain/world/vocabulary.ts';

/** A line of one command. */
function parseCommandLine(text: string): CommandLine {
  const [command, ...others] = parseLine(text);
  if (command === undefined || others.length > 0) throw new Error('not one command');
  return command;
}

const bare = (value: string): LineArgument => ({ kind: 'value', value, bare: true });
const value = (told: string | boolean | null): LineArgument => ({ kind: 'value', value: told, bare: false });
const list = (...values: readonly LineArgument[]): LineArgument => ({ kind: 'list', values: values.filter((one) => one.kind === 'value') });
const table = (...entries: LineTable['entries']): LineArgument => ({ kind: 'table', entries });
const told = (text: string): LineValue => ({ kind: 'value', value: text, bare: false });
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
  ['Set-Thing “mbx1\\EWS (Default Web Site)” ‘it’’s’ "a” „b"', [told('mbx1\\EWS (Default Web Site)'), told('it’s'), told('a'), told('b')]],
  ['Set-Thing "`$true" "a`"b" "``" "one`ntwo" "100$" "$ 5" "`q"', ['$true', 'a"b', '`', 'one\ntwo', '100$', '$ 5', 'q'].map(told)],
  ["Set-Thing 'a`n$b'", [told('a`n$b')]],
  ['Set-Thing @ -Name @ x', [bare('@'), named('Name'), bare('@'), bare('x')]],
  [
    "Set-Thing -Names @{Add='x','y'; \"Remove\" = @('z') ; n=5}",
    [
      named('Names'),
      table(
        ['Add', { kind: 'list', values: [told('x'), told('y')] }],
        ['Remove', { kind: 'list', values: [told('z')] }],
        ['n', { kind: 'value', value: '5', bare: true }],
      ),
    ],
  ],
  ['Set-Thing @{}', [table()]],
  ['Set-Thing a # the rest | is; "a comment', [bare('a')]],
  ['Set-Thing # one\n a#b c:#d', [bare('a#b'), bare('c:#d')]],
  ['Set-Thing a `\n  b', [bare('a'), bare('b')]],
])('%s', (text, found) => {
  expect(parseCommandLine(text).arguments).toEqual(found);
  expect(parseCommandLine(text).name).toMatch(/^[GS]et-Thing$/);
});

test.each([
  '',
  'thing',
  '# alone',
  'Get-Thing |',
  'Get-Thing | | Remove-Thing',
  'Get-Thing || Remove-Thing',
  '| Get-Thing',
  'fl | Get-Thing',
  `Get-Thing ${'| fl '.repeat(16)}`,
  'Get-Thing | "Remove-Thing"',
  'Get-Thing; Remove-Thing',
  'Get-Thing && Remove-Thing',
  'Get-Thing > file',
  'Set-Thing "open',
  "Set-Thing 'open",
  'Set-Thing a"b"',
  'Set-Thing @{a=x}',
  'Set-Thing @{a=1',
  'Set-Thing @{a=}',
  'Set-Thing @{a}',
  'Set-Thing @{a=1 b=2}',
  'Set-Thing @{a=1; A=2}',
  'Set-Thing @{a=1}b',
  'Set-Thing @{a={$_.Name}}',
  'Set-Thing {Get-Thing}',
  'Set-Thing “open',
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
  'Set-Thing `n',
])('%s is refused', (text) => {
  expect(() => parseCommandLine(text)).toThrow(
    expect.objectContaining({ code: 'bad-line', detail: expect.stringMatching(/\(column \d+\)$/) }),
  );
});

test('a line is as long as a photograph needs, and no longer', () => {
  const name = 'Set-Thing ';
  const most = name + 'x'.repeat(longestCmdletLine - name.length);
  expect(parseCommandLine(most).arguments).toHaveLength(1);
  expect(() => parseCommandLine(`${most}x`)).toThrow(
    expect.objectContaining({ code: 'bad-line', detail: expect.stringMatching(/characters$/) }),
  );
});

test.each([
  ['Get-Thing a`b', 11, 'cannot read "a`b"'],
  ['Get-Thing a,', 13, "Missing expression after ','."],
  ['Get-Thing "a', 11, 'The string is missing the terminator: ".'],
  ['  Get-Thing "a$(b)"', 17, '"b)"" does not begin with the name of a cmdlet'],
  ['Get-Thing $env:x', 11, 'cannot read "$env"'],
  ['Get-Thing (Get-Thing', 21, "Missing closing ')' in expression."],
  ['Get-Thing $x.Name()', 18, 'variables, their properties and [0] are understood here'],
  ['$True = Get-Thing', 1, 'Cannot overwrite variable true because it is read-only or constant.'],
  ['Get-Thing | % {Get-Thing', 25, "Missing closing '}' in statement block or type definition."],
  ['Get-Thing | % {Get-Thing ; Get-Thing}', 26, 'cannot read "; Get-Thing}"'],
  [`Get-Thing ${'('.repeat(9)}`, 20, 'parentheses and blocks are nested at most 8 deep'],
  ['Get-Thing | ', 13, 'An empty pipe element is not allowed.'],
  ['Get-Thing | (x)', 13, '"(x)" does not begin with the name of a cmdlet'],
  ["Get-Thing | ? {$_.Name -in 'a'}", 24, '-in is not understood'],
  ["Get-Thing | ? {$_.Name.ToLower() -eq 'a'}", 16, 'cannot read "$_.Name.ToLower() -eq \'a\'}"'],
  ['Get-Thing | ? {$_.Name -eq a}', 28, 'cannot read "a": a text in a condition has quotes.'],
  ["Get-Thing | ? {$_.Name -match '(a'}", 31, '"(a" cannot be used'],
  ["Get-Thing | ? {$_.Name -eq 'a'", 31, "Missing closing '}' in statement block or type definition."],
  ["Get-Thing | ? {($_.Name -eq 'a'}", 32, "Missing closing ')' in expression."],
  ['Get-Thing | ? {$_ -eq 1}', 16, 'cannot read "$_ -eq 1}"'],
  ['Get-Thing | ? {}', 16, 'cannot read "}"'],
  [`Get-Thing | ? {${'('.repeat(40)}`, 49, 'a condition is nested at most 32 deep'],
])('%s is refused at column %i', (text, column, why) => {
  const detail = expect.stringMatching(new RegExp(`\\(column ${column}\\)$`));
  expect(() => parseLine(text)).toThrow(expect.objectContaining({ detail }));
  expect(() => parseLine(text)).toThrow(expect.objectContaining({ detail: expect.stringContaining(why) }));
});

test('commands between pipes', () => {
  const short = (text: string) => parseLine(text).map(({ name, column, arguments: written }) => [name, column, written.length]);
  expect(short("Get-Thing x|Set–Thing -Flag | ?{$_.Name -eq 'a'} |fl Name, *Url # as a list")).toEqual([
    ['Get-Thing', 1, 1],
    ['Set-Thing', 13, 1],
    ['?', 31, 1],
    ['fl', 51, 1],
  ]);
});

const quoteless = fc.constantFrom(
  '',
  'a',
  ' ',
  '\n',
  '"',
  '“',
  '”',
  '„',
  "'",
  '‘',
  '’',
  '‚',
  '‛',
  '`',
  '$',
  '$true',
  '#',
  '|',
  '@',
  '–',
  ',',
  '😀',
);
const texts = fc.oneof(
  fc.string({ maxLength: 60, unit: 'binary' }),
  fc.array(quoteless, { maxLength: 20 }).map((parts) => parts.join('')),
);
/** Ways to write a text so that it comes back. */
const quoted: readonly ((text: string) => string)[] = [
  (text) => `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`,
  (text) => `‘${text.replaceAll(/['‘’‚‛]/g, '$&$&')}’`,
  (text) => `"${text.replaceAll(/["“”„`$]/g, '`$&')}"`,
  (text) => `“${text.replaceAll(/["“”„]/g, '$&$&').replaceAll(/[`$]/g, '`$&')}”`,
];

test('a quoted text comes back as it was, alone, in a list and in a table', () => {
  fc.assert(
    fc.property(texts, texts, (one, two) => {
      for (const quote of quoted) {
        const [first, second] = [quote(one), quote(two)];
        expect(parseCommandLine(`Set-Thing ${first} -Name:${second}`).arguments).toEqual([told(one), named('Name', true), told(two)]);
        expect(parseCommandLine(`Set-Thing ${first} , ${second}`).arguments).toEqual([list(told(one), told(two))]);
        expect(parseCommandLine(`Set-Thing @{Add=${first};Remove=@(${second})}`).arguments).toEqual([
          table(['Add', told(one)], ['Remove', { kind: 'list', values: [told(two)] }]),
        ]);
      }
    }),
  );
});

test('anything is read or refused', () => {
  const scraps = [
    ...'{}()|;,#`"\'$_.@=-:'.split(''),
    ' -eq ',
    '$_.Name',
    "'a'",
    ' -and ',
    '-not ',
    '@(',
    '@{',
    ' | ? {',
    ' -match ',
    ' -Name ',
    'x',
    '\n',
    '1',
  ];
  const anything = fc.oneof(
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.array(fc.constantFrom(...scraps), { maxLength: 40 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(anything, (text) => {
      for (const line of [text, `Set-Thing ${text}`, `Get-Thing | ? {${text}}`]) {
        try {
          const { source, commands } = parseStatement(line);
          expect(source !== undefined || commands.length > 0).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ name: 'Refusal', code: 'bad-line', detail: expect.stringMatching(/\(column \d+\)$/) });
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
