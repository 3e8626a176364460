import type { Instant } from '../kernel/clock.ts';
import type { ExchangeOutcome, ExchangeStart, SmtpConversation, WebRequest, WizardLog } from '../kernel/exchange.ts';
import type { Verdict } from '../kernel/verdict.ts';
import type { RecordedMessage } from './redact.ts';

/** An exchange as the journal tells it, free of secrets. JSON-safe. */
export interface ExchangeRecord {
  readonly traceId: string;
  readonly spanId: string;
  /** The span that caused it, in this trace; null at the beginning of a trace. */
  readonly parentSpan: string | null;
  /** Order of closing, from 1; 0 while the exchange is open. */
  readonly sequence: number;
  /** World time of the first and of the last octet. */
  readonly at: Instant;
  readonly closed: Instant | null;
  /** Real time of the first octet in milliseconds since 1970: shows what a frozen clock hides. */
  readonly startedMs: number;
  readonly durationMs: number | null;
  readonly direction: ExchangeStart['direction'];
  readonly protocol: ExchangeStart['protocol'];
  readonly service: string;
  readonly organization: string | null;
  readonly operation: string | null;
  readonly host: string;
  readonly target: string;
  readonly peer: string | null;
  readonly caller: string | null;
  readonly status: number | null;
  /** What a web server's log tells besides; null for exchanges that are no requests to one. */
  readonly web: WebRecord | null;
  /** Of SMTP, where a protocol log is kept. */
  readonly smtp?: SmtpConversation;
  /** Of a run of the Hybrid Configuration wizard. */
  readonly wizard?: WizardLog;
  readonly code: string | null;
  readonly detail: string | null;
  readonly outcome: ExchangeOutcome | null;
  readonly verdict: Verdict | null;
  readonly faults: readonly FaultMark[];
  /** What was thrown, when the outcome is `defect`. */
  readonly error: { readonly message: string; readonly stack: string } | null;
}

/** A request as a web server logs it. */
export interface WebRecord extends WebRequest {
  readonly account: string | null;
  readonly requestId: string | null;
  /** The servers that answered, where they are known. */
  readonly frontEnd?: string;
  readonly backEnd?: string;
}

/** A fault rule that took effect. */
export interface FaultMark {
  readonly rule: string;
  readonly kind: string;
}

/** Head and body of both directions; null where nothing was recorded. */
export interface ExchangeOctets {
  readonly request: RecordedMessage | null;
  readonly answer: RecordedMessage | null;
}

/** An exchange with everything that is known of it. */
export interface FullExchange extends ExchangeRecord, ExchangeOctets {}
