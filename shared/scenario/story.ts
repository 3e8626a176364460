import type { HopPattern, Steps, Word } from './steps.ts';

/** A scenario file that was read and found right. */
export interface Story {
  /** Folder and file without ending: `free-busy/partner-sees-mary`. */
  readonly id: string;
  /** Absolute. */
  readonly file: string;
  readonly name: string;
  /** What somebody who reads it knows afterwards. */
  readonly teaches: string;
  /** Where the behaviour is published. */
  readonly source: string;
  readonly tags: readonly string[];
  readonly world: StoryWorld;
  /** World time at the start, ISO 8601; it stands still until it is moved. */
  readonly clock: string;
  /** The eras in which it is told, the usual one first; none: it has nothing to do with eras. */
  readonly eras: readonly string[];
  /** Real time for all of it. */
  readonly timeoutMs: number;
  readonly acts: readonly Act[];
  /**
   * What makes an exercise of it; null: it is told and no more. What its first act is given is what the exercise starts with, what its
   * second one is given is the solution, and what that one does and expects is the check.
   */
  readonly lab: StoryLab | null;
}

/** An exercise, as those who do it and those who present it read it. */
export interface StoryLab {
  /** Says what it is about, and not what is wrong. */
  readonly title: string;
  /** What has happened, as somebody tells it who does not know why. */
  readonly story: string;
  readonly task: string;
  /** From the first idea to what has to be done. */
  readonly hints: readonly string[];
  readonly questions: readonly LabQuestion[];
  /** For whoever presents it. */
  readonly notes: string;
}

/** Something to be found out. */
export interface LabQuestion {
  readonly ask: string;
  /** Texts, letter case aside, or `/regular expressions/`; one of them has to fit. */
  readonly accepts: readonly string[];
  readonly because: string;
}

/** A world by its name or path, or the text of a world file that changes another one. */
export type StoryWorld = { readonly name: string } | { readonly text: string };

/** What is prepared, what happens, and what comes of it. A story has one or several, one after the other. */
export interface Act {
  readonly line: number;
  readonly given: readonly Step[];
  readonly when: readonly Step[];
  readonly expected: readonly Expectation[];
}

/** One word of the vocabulary with what it takes. */
export type Step = { readonly [W in Word]: { readonly word: W; readonly of: Steps[W]; readonly line: number } }[Word];

/** What is expected: always, or in one era or of one product (`then@2025-11`). */
export interface Expectation {
  readonly only: string | null;
  readonly line: number;
  readonly of: Expected;
}

/** Says of a text what it holds and what it does not: each as it stands, or `/a regular expression/`. */
export interface Says {
  readonly says?: readonly string[] | undefined;
  readonly saysNot?: readonly string[] | undefined;
}

/** What can be expected of an act. */
export interface Expected {
  /** Of the last step of `when`. */
  readonly answer?: (Says & AnswerPattern) | undefined;
  /** What was answered, in this order; others may stand between. */
  readonly hops?: readonly HopPattern[] | undefined;
  readonly noHops?: readonly HopPattern[] | undefined;
  /** `organization/service check` of every check that failed: all that there are, whatever the order. */
  readonly failed?: readonly string[] | undefined;
  /** Of the token that was got last. */
  readonly claims?: Readonly<Record<string, string>> | undefined;
  readonly mailbox?: readonly MailboxPattern[] | undefined;
  readonly queue?: readonly QueuePattern[] | undefined;
  readonly log?: readonly LogPattern[] | undefined;
  readonly report?: readonly ReportPattern[] | undefined;
  readonly cmdlet?: readonly CmdletPattern[] | undefined;
  /** Ids of what `coexist topology lint` finds: all that there are. */
  readonly lint?: readonly string[] | undefined;
}

export interface AnswerPattern {
  /** `NoError`, a response code, `delivered`, `refused`, an exit code: what each word answers stands in scenarios/README.md. */
  readonly code?: string | undefined;
  /** Of HTTP. */
  readonly status?: number | undefined;
  /** By the name of the element or the property: all its values, in their order. */
  readonly values?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Subjects of what lies in a folder. */
export interface MailboxPattern {
  readonly of: string;
  readonly at?: string | undefined;
  readonly folder?: string | undefined;
  readonly has?: readonly string[] | undefined;
  readonly hasNot?: readonly string[] | undefined;
}

/** What waits on an organisation's servers. */
export interface QueuePattern extends Says {
  readonly at: string;
  readonly empty?: boolean | undefined;
}

/** Lines that an organisation's web servers have logged during the act. */
export interface LogPattern extends Says {
  readonly at: string;
  readonly format: 'iis' | 'httpproxy';
}

/** The report of a move. */
export interface ReportPattern extends Says {
  readonly at: string;
  readonly of: string;
}

/** What a cmdlet answers then. */
export interface CmdletPattern extends Says {
  readonly at: string;
  readonly line: string;
  readonly as?: string | undefined;
  readonly count?: number | undefined;
}
