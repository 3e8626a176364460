import type { Instant } from './clock.ts';
import type { Verdict } from './verdict.ts';

/** How an exchange ended. `refused`: an expected no; `fault`: injected; `defect`: ours, fails the test that met it. */
export type ExchangeOutcome = 'answered' | 'refused' | 'fault' | 'aborted' | 'defect';

/** What a web server's log tells of a request besides its target. */
export interface WebRequest {
  /** Address and port that the request came to. */
  readonly server: string;
  readonly port: number;
  readonly userAgent: string | null;
  readonly referer: string | null;
  /** Scheme of `Authorization`, one of those that HTTP servers know. */
  readonly scheme: string | null;
  /** `client-request-id`. */
  readonly clientRequestId: string | null;
  /** Octets of the body as announced. */
  readonly bodyBytes: number | null;
}

/** What is known of an exchange when its first octets arrive (or leave). */
export interface ExchangeStart {
  /** The service that answers or, for an outgoing exchange, that asks: `frontend`, `ews`, `autodiscover`, `proxy` ... */
  readonly service: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly protocol: 'https' | 'http' | 'connect' | 'smtp' | 'imap' | 'dns' | 'shell';
  /** `POST /EWS/Exchange.asmx`, or the SMTP command. */
  readonly target: string;
  readonly host: string;
  readonly organization?: string;
  /** The W3C `traceparent` that came with it, if any. */
  readonly traceparent?: string;
  /** Remote address, `ip:port`. */
  readonly peer?: string;
  /** Of requests to a web server. */
  readonly web?: WebRequest;
  readonly at: Instant;
}

/** One event of an SMTP conversation: connect, disconnect, send, receive, information. */
export interface SmtpLine {
  readonly at: Instant;
  readonly event: '+' | '-' | '>' | '<' | '*';
  readonly text: string;
}

/** What was said on an SMTP connection since the exchange before, as a protocol log tells it; free of secrets and of messages' text. */
export interface SmtpConversation {
  /** `EX-SE-01\Default Frontend EX-SE-01`. */
  readonly connector: string;
  /** 16 hexadecimal digits. */
  readonly session: string;
  /** `address:port` of this side. */
  readonly local: string;
  /** The other end, of a connection that this side has opened. */
  readonly remote?: string;
  /** Number of the first line in its session, from 0. */
  readonly first: number;
  readonly lines: readonly SmtpLine[];
}

/** A line of what the Hybrid Configuration wizard tells. */
export interface WizardLine {
  readonly at: Instant;
  readonly level: 'info' | 'error';
  /** The stage, in the words of the wizard. */
  readonly activity: string;
  readonly session?: 'OnPremises' | 'Tenant';
  readonly cmdlet?: string;
  readonly text: string;
}

/** What a run of the wizard has told, and as which product's. */
export interface WizardLog {
  readonly kind: 'Update-HybridConfiguration' | 'wizard';
  readonly lines: readonly WizardLine[];
}

/** What becomes known while an exchange runs. */
export interface ExchangeFacts {
  service?: string;
  organization?: string;
  operation?: string;
  /** The caller as the access check found it: an SMTP address, or the user name as typed when it was refused. */
  caller?: string;
  /** How a web server's log names the caller: the user name as it came, or what a token says. */
  account?: string;
  /** The server's own id of the request, `request-id`. */
  requestId?: string;
  /** Computer name of the server that took the connection. */
  frontEnd?: string;
  /** Full name of the server that the request was for. */
  backEnd?: string;
  /** Protocol's own result: HTTP status. */
  status?: number;
  /** Protocol's own code: `NoError`, `ErrorItemNotFound`, `2000005 invalid_user` ... */
  code?: string;
  /** Of mail, where the connector keeps a protocol log. */
  smtp?: SmtpConversation;
  /** Of a run of the Hybrid Configuration wizard. */
  wizard?: WizardLog;
  /** What was in the encrypted token that came with it: XML, told without what makes it a token. */
  assertion?: string;
  /** Private explanation for log and trace; already free of secrets. */
  detail?: string;
}

/** Of a body that is longer a recorder keeps what it needs and not the body: whoever owns it may let its octets go. */
export const heldBodyBytes = 256 * 1024;

/** One exchange while it is open. Everything is recorded off the request's path; nothing here may throw. */
export interface OpenExchange {
  readonly traceId: string;
  readonly spanId: string;
  /** Service and organisation facts can be set repeatedly; the last one stands. */
  note(facts: ExchangeFacts): void;
  judged(verdict: Verdict): void;
  /**
   * The raw request: its headers, as lines `Name: value` or as alternating names and values (Node's `rawHeaders`), and
   * the octets of its body. Kept by reference, redacted when it is read.
   */
  received(headers: readonly string[], body: Uint8Array | undefined): void;
  /** The raw answer, headers as in {@link received}. */
  sent(headers: readonly string[], body: Uint8Array | string | undefined): void;
  /** A fault rule took effect. */
  faulted(rule: string, kind: string): void;
  /** The longest word wins: a defect is never overwritten by a later outcome. Closing twice keeps the first. */
  close(outcome: ExchangeOutcome, at: Instant, error?: unknown): void;
}

/** Where exchanges are recorded: the journal, or nothing in a unit test. */
export interface ExchangeRecorder {
  open(start: ExchangeStart): OpenExchange;
}
