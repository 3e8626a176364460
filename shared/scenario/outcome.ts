/** What one step came to. */
export interface Answer {
  /** Whether it did what it was to do. */
  readonly ok: boolean;
  /** In the words of who answered: a response code, a status, `answered`, `refused`, an exit code. */
  readonly code: string;
  readonly status: number | null;
  /** What people read: messages, diagnostics, output. */
  readonly text: string;
  /** By the name of the element or property, in the order of the answer. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Something that is not as it was expected. */
export interface Mismatch {
  /** Line of the file. */
  readonly line: number;
  /** `answer code`, `hops`, `given cmdlet`. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

/** How a story ended, told once. */
export interface Outcome {
  readonly status: 'passed' | 'failed';
  /** Empty when it passed; the first one ends the story. */
  readonly mismatches: readonly Mismatch[];
  /** As `coexist explain` tells it: every trace of the act in which something was refused. */
  readonly explanations: readonly string[];
  /** Their ids, and those of what ended well. */
  readonly traces: readonly string[];
  readonly durationMs: number;
}
