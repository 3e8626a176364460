/** DataConsistencyScore: what Exchange Online says of a migration in place of the limits, from best to worst. */
export const dataConsistencyScores = ['Perfect', 'Good', 'Investigate', 'Poor'] as const;
export type DataConsistencyScore = (typeof dataConsistencyScores)[number];

/** Up to how many items, or which share of all items, may be left out for a grade. Microsoft does not tell its own; these are ours. */
const most: Readonly<Record<'Good' | 'Investigate', { readonly items: number; readonly share: number }>> = {
  Good: { items: 5, share: 0.0001 },
  Investigate: { items: 100, share: 0.01 },
};

/** The grade of a request that left out so many of its items. Principals that the source does not know itself lose nobody anything. */
export function dataConsistencyScoreOf(
  skipped: { readonly badItems: number; readonly largeItems: number; readonly missingItems: number },
  allItems: number,
): DataConsistencyScore {
  const count = skipped.badItems + skipped.largeItems + skipped.missingItems;
  if (count === 0) return 'Perfect';
  const within = ({ items, share }: (typeof most)['Good']): boolean => count <= Math.max(items, Math.floor(allItems * share));
  return within(most.Good) ? 'Good' : within(most.Investigate) ? 'Investigate' : 'Poor';
}

/** Whether a request may be completed ("Track and prevent data loss", OfficeDocs-Exchange): approval helps against Investigate alone. */
export function scorePasses(score: DataConsistencyScore, approved: boolean): boolean {
  return score === 'Perfect' || score === 'Good' || (score === 'Investigate' && approved);
}

/** The grade of a batch is that of its worst user. */
export function worstScore(scores: readonly DataConsistencyScore[]): DataConsistencyScore {
  return scores.reduce(
    (one, other) => (dataConsistencyScores.indexOf(other) > dataConsistencyScores.indexOf(one) ? other : one),
    'Perfect',
  );
}
