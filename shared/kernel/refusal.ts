/**
 * An expected "no": a code from a closed list of the module that refuses, never a defect. It is thrown so that an
 * operation reads straight on, and turned into the protocol's words by the service's `failures.ts`.
 */
export class Refusal<Code extends string = string> extends Error {
  readonly code: Code;
  /** Values that the protocol's answer may carry (`SmtpAddress`, `MailboxGuid`, `BackOffMilliseconds` ...). */
  readonly values: Readonly<Record<string, string>>;
  /** Private: for the journal and the log, never for the answer. */
  readonly detail: string | undefined;

  constructor(code: Code, options: { detail?: string; values?: Readonly<Record<string, string>> } = {}) {
    super(options.detail === undefined ? code : `${code}: ${options.detail}`);
    this.name = 'Refusal';
    this.code = code;
    this.values = options.values ?? {};
    this.detail = options.detail;
  }
}
