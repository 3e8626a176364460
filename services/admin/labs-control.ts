/** Exercises in the lab's own world, one at a time. */
export interface LabsControl {
  /** Those that fit the world, blind ones last. */
  list(): Promise<readonly ListedLab[]>;
  /** Refuses with `UnknownLab`. */
  view(id: string): Promise<LabView>;
  /** For whoever presents it; refuses with `StillHidden` for a blind one that is not solved. */
  presented(id: string): Promise<PresentedLab>;
  /**
   * Puts the world back to its seed and prepares it; what ran before is over. `seed` decides what is broken in a blind one. Refuses with
   * `UnknownLab`, and `LabNotPrepared` when a step does not succeed.
   */
  start(id: string, seed?: string): Promise<LabView>;
  /** Whether it is solved; `answers` to its questions, in their order. Refuses with `LabNotRunning`, as the others below. */
  check(id: string, answers: readonly string[]): Promise<LabChecked>;
  /** Shows one more hint, if there is one left. */
  hint(id: string): Promise<LabView>;
  /** Names what is broken in a blind one, by the id of a misconfiguration. Refuses with `NotBlind` and `UnknownCause`. */
  answer(id: string, cause: string): Promise<LabAnswered>;
  /** Does what the solution says. Refuses with `StillHidden` and `LabNotPrepared`. */
  solve(id: string): Promise<LabView>;
  /** Puts the world back to its seed, and ends it. */
  reset(id: string): Promise<LabView>;
}

export type LabRefusalCode =
  | 'UnknownLab'
  | 'LabNotRunning'
  | 'LabNotPrepared'
  | 'NotBlind'
  | 'UnknownCause'
  | 'StillHidden'
  | 'NothingToBreak';

export type LabState = 'new' | 'running' | 'solved';

export interface ListedLab {
  readonly id: string;
  readonly title: string;
  readonly blind: boolean;
  readonly state: LabState;
}

export interface LabView extends ListedLab {
  readonly story: string;
  readonly task: string;
  /** Those that were shown so far. */
  readonly hints: readonly string[];
  readonly hintsLeft: number;
  readonly questions: readonly string[];
  /** How often it was looked at whether it is solved. */
  readonly checks: number;
  /** Of real time since its start, or until it was solved; null: it does not run. */
  readonly seconds: number | null;
  readonly score: LabScore | null;
}

export interface PresentedLab extends LabView {
  readonly notes: string;
  readonly allHints: readonly string[];
  /** Steps as people read them. */
  readonly solution: readonly string[];
  readonly answers: readonly { readonly ask: string; readonly accepts: readonly string[]; readonly because: string }[];
}

export interface LabChecked {
  readonly passed: boolean;
  /** What is not as it should be; of a blind one only that it is so. */
  readonly unmet: readonly { readonly what: string; readonly expected: string; readonly actual: string }[];
  /** By question: whether the answer is right, and why, once it is. */
  readonly answers: readonly { readonly right: boolean; readonly because: string | null }[];
  readonly lab: LabView;
}

export interface LabAnswered {
  readonly right: boolean;
  readonly title: string | null;
  readonly remedy: string | null;
  readonly lab: LabView;
}

/** Of a blind exercise; at most 100. */
export interface LabScore {
  /** 50 for the right cause, 10 less for each wrong one before it. */
  readonly cause: number;
  /** 30 when it works again. */
  readonly fix: number;
  /** 20, one less for every two minutes of real time. */
  readonly time: number;
  /** 5 for each. */
  readonly hints: number;
  readonly total: number;
}
