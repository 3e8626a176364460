/** A subject in its two halves; together they are the subject. */
export interface SubjectParts {
  /** `Re: `, or ''. */
  readonly prefix: string;
  readonly normalized: string;
}

/**
 * Separates the prefix from a subject: one to three characters, no colon, blank or digit among them, followed by a colon
 * and a blank (MS-OXCMAIL 2.2.3.2.6.1; the blank is required as in PidTagSubjectPrefix, MS-OXCMSG 3.1.5.13, so that
 * `C:\` stays whole).
 */
export function splitSubject(subject: string): SubjectParts {
  const prefix = /^[^:\s\d]{1,3}: +/u.exec(subject)?.[0] ?? '';
  return { prefix, normalized: subject.slice(prefix.length) };
}
