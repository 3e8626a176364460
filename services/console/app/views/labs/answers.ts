/** What the control port tells of exercises. */

export interface ListedLab {
  readonly id: string;
  readonly title: string;
  readonly blind: boolean;
  readonly state: 'new' | 'running' | 'solved';
}

export interface LabScore {
  readonly cause: number;
  readonly fix: number;
  readonly time: number;
  readonly hints: number;
  readonly total: number;
}

export interface Lab extends ListedLab {
  readonly story: string;
  readonly task: string;
  readonly hints: readonly string[];
  readonly hintsLeft: number;
  readonly questions: readonly string[];
  readonly checks: number;
  readonly seconds: number | null;
  readonly score: LabScore | null;
}

export interface Presented extends Lab {
  readonly notes: string;
  readonly allHints: readonly string[];
  readonly solution: readonly string[];
  readonly answers: readonly { readonly ask: string; readonly accepts: readonly string[]; readonly because: string }[];
}

export interface Checked {
  readonly passed: boolean;
  readonly unmet: readonly { readonly what: string; readonly expected: string; readonly actual: string }[];
  readonly answers: readonly { readonly right: boolean; readonly because: string | null }[];
  readonly lab: Lab;
}

export interface Named {
  readonly right: boolean;
  readonly title: string | null;
  readonly remedy: string | null;
  readonly lab: Lab;
}
