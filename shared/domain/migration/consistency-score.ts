/** DataConsistencyScore: what Exchange Online says of a migration in place of the limits. */
export const dataConsistencyScores = ['Perfect', 'Good', 'Investigate', 'Poor'] as const;
export type DataConsistencyScore = (typeof dataConsistencyScores)[number];
