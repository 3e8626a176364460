/** One thing that was looked at while judging a credential, a token or a message. */
export interface Check {
  /** Name of the check, stable: tests and `coexist explain` match on it. */
  readonly check: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly expected?: string;
  readonly actual?: string;
  /** The rule's source: a specification section or a page. */
  readonly reference?: string;
}

/** The judgement as a whole: written once, by the code that judges; log, answer and console are derived from it. */
export interface Verdict {
  readonly accepted: boolean;
  readonly checks: readonly Check[];
}

/** Collects checks in the order they are made. `accepted` is true when none failed. */
export function judge(checks: readonly Check[]): Verdict {
  return { accepted: checks.every((check) => check.outcome !== 'failed'), checks };
}
