/** The id of the n-th fault rule that stands for a break, from 0. */
export function ruleId(id: string, index: number): string {
  return `topology-${id}-${index + 1}`;
}

/** In the place of its id, where a break is hidden. */
export const hiddenBreak = 'hidden';

/** Whether a rule stands for a break that is hidden: what it does says what that is. */
export function isHiddenRule(id: string): boolean {
  return id.startsWith(`topology-${hiddenBreak}-`);
}
