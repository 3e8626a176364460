import { expect, test } from 'vitest';
import { dataConsistencyScoreOf, scorePasses, worstScore } from '../../../shared/domain/migration/consistency-score.ts';
import { counted, limitFailure, type SkippedCounts, skippedFailure } from '../../../shared/domain/migration/item-limits.ts';
import type { BadItemKind } from '../../../shared/domain/migration/move-report.ts';
import { freshProgress } from '../../../shared/domain/migration/move-request.ts';
import { noon, plainTerms } from '../../support/move-requests.ts';

const none: SkippedCounts = { badItems: 0, largeItems: 0, missingItems: 0, sourcePrincipals: 0 };

test('each kind of item has its counter', () => {
  const kinds: readonly BadItemKind[] = [
    'LargeItem',
    'MissingItem',
    'SourcePrincipalMapping',
    'TargetPrincipalMapping',
    'CorruptItem',
    'CorruptFolderACL',
  ];
  expect(
    counted(
      { ...none, badItems: 1 },
      kinds.map((kind) => ({ kind })),
    ),
  ).toEqual({
    badItems: 4,
    largeItems: 1,
    missingItems: 1,
    sourcePrincipals: 1,
  });
});

const limits = (badItemLimit: number | null, largeItemLimit: number | null = 0) => ({ badItemLimit, largeItemLimit });
const bad = 'TooManyBadItemsPermanentException';
const large = 'TooManyLargeItemsPermanentException';
const missing = 'TooManyMissingItemsPermanentException';

// The first value that passes stands beside the first that fails.
test.each<[string, Partial<SkippedCounts>, ReturnType<typeof limits>, 'copying' | 'strict', string | undefined]>([
  ['nothing', {}, limits(0), 'strict', undefined],
  ['a bad item without a limit set', { badItems: 1 }, limits(0), 'strict', bad],
  ['as many bad items as allowed', { badItems: 10 }, limits(10), 'strict', undefined],
  ['one bad item more', { badItems: 11 }, limits(10), 'strict', bad],
  ['200 more while copying', { badItems: 210 }, limits(10), 'copying', undefined],
  ['201 more while copying', { badItems: 211 }, limits(10), 'copying', bad],
  ['as many large items as allowed', { largeItems: 40 }, limits(0, 40), 'strict', undefined],
  ['one large item more', { largeItems: 41 }, limits(0, 40), 'strict', large],
  ['large items while copying', { largeItems: 200 }, limits(0, 0), 'copying', undefined],
  ['too many large items while copying', { largeItems: 201 }, limits(0, 0), 'copying', large],
  ['missing items within the limit of bad ones', { badItems: 4, missingItems: 6 }, limits(10), 'strict', undefined],
  ['missing items beyond it', { badItems: 4, missingItems: 7 }, limits(10), 'strict', missing],
  ['bad items before large ones', { badItems: 1, largeItems: 1, missingItems: 1 }, limits(0), 'strict', bad],
  ['large items before missing ones', { largeItems: 1, missingItems: 1 }, limits(0), 'strict', large],
  ['a thousand principals that their forest does not know', { sourcePrincipals: 1_000 }, limits(0), 'strict', undefined],
  ['one principal more', { sourcePrincipals: 1_001 }, limits(1_000), 'strict', bad],
  ['no limit', { badItems: 9_999, largeItems: 9_999, missingItems: 9, sourcePrincipals: 9_999 }, limits(null, null), 'strict', undefined],
])('%s', (_what, counts, terms, moment, expected) => {
  expect(limitFailure({ ...none, ...counts }, terms, moment)?.type).toBe(expected);
});

test.each([
  [0, 1_000, 'Perfect'],
  [5, 1_000, 'Good'],
  [6, 1_000, 'Investigate'],
  [10, 100_000, 'Good'],
  [11, 100_000, 'Investigate'],
  [100, 1_000, 'Investigate'],
  [101, 1_000, 'Poor'],
  [1_000, 100_000, 'Investigate'],
  [1_001, 100_000, 'Poor'],
])('%i of %i items left out is %s', (count, all, score) => {
  for (const kind of ['badItems', 'largeItems', 'missingItems'] as const)
    expect(dataConsistencyScoreOf({ ...none, [kind]: count }, all)).toBe(score);
});

test('approval helps a request to investigate and none that is poor', () => {
  expect(
    (['Perfect', 'Good', 'Investigate', 'Poor'] as const).map((score) => [scorePasses(score, false), scorePasses(score, true)]),
  ).toEqual([
    [true, true],
    [true, true],
    [false, true],
    [false, false],
  ]);
  expect(worstScore(['Good', 'Investigate', 'Perfect'])).toBe('Investigate');
  expect(worstScore([])).toBe('Perfect');
});

test('the score is asked for before completion alone, and counts what was left out after the approval', () => {
  const progress = { ...freshProgress(noon), badItems: 50, total: { count: 1_000, bytes: 1 } };
  const scored = { ...plainTerms, scored: true };
  expect(skippedFailure(progress, scored, 'copying', noon)).toBeUndefined();
  expect(skippedFailure(progress, scored, 'strict', noon)).toBeUndefined();
  expect(skippedFailure(progress, scored, 'completing', noon)).toMatchObject({
    message: expect.stringMatching(/^The data consistency score \(Investigate\) for this request is too low/),
  });
  expect(skippedFailure(progress, { ...scored, skippedItemsApproved: noon }, 'completing', noon)).toBeUndefined();
  expect(skippedFailure(progress, { ...scored, skippedItemsApproved: noon }, 'completing', noon + 1)).toBeDefined();
  expect(skippedFailure(progress, plainTerms, 'completing', noon)?.type).toBe(bad);
});
