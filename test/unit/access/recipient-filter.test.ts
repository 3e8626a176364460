import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecipientFilter } from '../../../shared/bridges/access/recipient-filter.ts';
import { recipient } from '../../contracts/directory/recipients.ts';

const adam = recipient('adam', { displayName: "Adam O'Neil", details: { department: 'Finance', title: 'Accountant' } });
const none: ReadonlySet<string> = new Set();
const covers = (filter: string): boolean | undefined => readRecipientFilter(filter)?.matches(adam, none);

test.each([
  ["Department -eq 'Finance'", true],
  ['department -EQ "FINANCE"', true],
  ["{ DisplayName -eq 'Adam O''Neil' }", true],
  ["Title -eq 'Clerk'", false],
  ["Office -eq ''", false],
  ["Department -eq 'Finance' -and Title -eq 'Clerk'", false],
  ["Department -eq 'Finance' -and Title -eq 'Clerk' -or Alias -eq 'adam'", true],
  ["Alias -eq 'adam' -or Department -eq 'x' -and Title -eq 'y'", true],
  ["(Alias -eq 'adam' -or Department -eq 'x') -and Title -eq 'y'", false],
  ["((((Alias -eq 'adam'))))", true],
  ["MemberOfGroup -eq 'staff@acme.test'", false],
])('%s: %s', (filter, expected) => {
  expect(covers(filter)).toBe(expected);
});

test('the groups that a filter asks about are told, and count when the recipient is in them', () => {
  const filter = readRecipientFilter("MemberOfGroup -eq 'Staff@acme.test' -and Alias -eq 'adam'");
  expect(filter?.groups).toEqual(['staff@acme.test']);
  expect(filter?.matches(adam, new Set(['staff@acme.test']))).toBe(true);
});

test.each([
  '',
  'adam',
  'Alias -eq',
  'Alias -eq adam',
  "Alias -ne 'adam'",
  "Alias -like 'ad*'",
  "-not (Alias -eq 'adam')",
  "'adam' -eq 'adam'",
  "constructor -eq 'x'",
  "__proto__ -eq 'x'",
  "Alias -eq 'adam' Alias -eq 'adam'",
  "(Alias -eq 'adam'",
  "Alias -eq 'adam'; x",
  `${'('.repeat(40)}Alias -eq 'adam'${')'.repeat(40)}`,
  `Alias -eq '${'a'.repeat(5_000)}'`,
])('%s is not understood', (filter) => {
  expect(readRecipientFilter(filter)).toBeUndefined();
});

test('nothing makes it fail', () => {
  const word = fc.constantFrom('(', ')', '{', '}', "'a'", '"b"', "'", '-eq', '-and', '-or', 'Alias', 'MemberOfGroup', ' ', '\n', '$');
  fc.assert(fc.property(fc.array(word), (words) => [true, false, undefined].includes(covers(words.join(' ')))));
  fc.assert(fc.property(fc.string(), (text) => [true, false, undefined].includes(covers(text))));
});
