import type { Instant } from '../kernel/clock.ts';
import type { ExchangeFacts, ExchangeOutcome, ExchangeStart, OpenExchange } from '../kernel/exchange.ts';
import type { Verdict } from '../kernel/verdict.ts';
import { DatabaseAway } from '../store/database-away.ts';
import { decryptedToken } from './decoded-tokens.ts';
import type { ExchangeOctets, ExchangeRecord, FaultMark, WebRecord } from './record.ts';
import { mostBodyBytes, type RecordedMessage, redactMessage } from './redact.ts';
import { beginningOf } from './redact-body.ts';
import { redactTokens, redactUrl } from './secrets.ts';
import type { Counted } from './tally.ts';

/** A message by reference: nothing is looked at before somebody reads it, and nothing copied but the beginning of what is long. */
interface RawMessage {
  readonly headers: readonly string[];
  readonly body: Uint8Array | string | undefined;
  /** Of a body that is octets, whole. */
  readonly bodyBytes?: number;
}

/** Which messages are kept: none, all, or those of exchanges that were not plainly answered. */
export type OctetsKept = 'off' | 'on' | 'retain-on-failure';

/** What the heads of an exchange are counted as. */
const headsBytes = 1_024;

/** Identity of an exchange in its trace. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpan: string | null;
}

/** One exchange in memory, from its first octet until its record lies in the store. */
export class Entry implements OpenExchange {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpan: string | null;
  readonly start: ExchangeStart;
  readonly #startedMs: number;
  readonly #octetsKept: OctetsKept;
  readonly #onClose: (entry: Entry, late: boolean) => void;
  readonly #facts: ExchangeFacts = {};
  #verdict: Verdict | null = null;
  #faults: readonly FaultMark[] = [];
  #request: RawMessage | null = null;
  #answer: RawMessage | null = null;
  #octetsDropped = false;
  #outcome: ExchangeOutcome | null = null;
  #closed: Instant | null = null;
  #durationMs: number | null = null;
  #error: ExchangeRecord['error'] = null;
  /** Set by the journal when the exchange closes. */
  sequence = 0;
  /** Set by the journal once the record lies in the store. */
  stored = false;

  constructor(span: Span, start: ExchangeStart, octetsKept: OctetsKept, onClose: (entry: Entry, late: boolean) => void) {
    this.traceId = span.traceId;
    this.spanId = span.spanId;
    this.parentSpan = span.parentSpan;
    this.start = start;
    this.#octetsKept = octetsKept;
    this.#onClose = onClose;
    this.#startedMs = performance.now();
  }

  note(facts: ExchangeFacts): void {
    Object.assign(this.#facts, facts);
  }

  /** Several judgements of one exchange read as one: all checks, and the last word. */
  judged(verdict: Verdict): void {
    const before = this.#verdict;
    this.#verdict = before === null ? verdict : { accepted: verdict.accepted, checks: [...before.checks, ...verdict.checks] };
  }

  received(headers: readonly string[], body: Uint8Array | undefined): void {
    if (this.#octetsKept !== 'off' && this.#outcome === null) this.#request = rawMessage(headers, body);
  }

  sent(headers: readonly string[], body: Uint8Array | string | undefined): void {
    if (this.#octetsKept !== 'off' && this.#outcome === null) this.#answer = rawMessage(headers, body);
  }

  faulted(rule: string, kind: string): void {
    this.#faults = [...this.#faults, { rule, kind }];
  }

  close(ended: ExchangeOutcome, at: Instant, error?: unknown): void {
    // Whoever met it has told it as a defect, as all that he does not know; nothing of ours is wrong.
    const outcome = error instanceof DatabaseAway ? 'refused' : ended;
    const late = this.#outcome !== null;
    if (late && (outcome !== 'defect' || this.#outcome === 'defect')) return;
    if (error !== undefined) this.#error = describeError(error);
    this.#outcome = outcome;
    if (!late) {
      this.#closed = at;
      this.#durationMs = performance.now() - this.#startedMs;
      if (this.#octetsKept === 'retain-on-failure' && outcome === 'answered' && (this.#facts.status ?? 0) < 400) this.dropOctets();
    }
    this.#onClose(this, late);
  }

  get service(): string {
    return this.#facts.service ?? this.start.service;
  }

  get outcome(): ExchangeOutcome | null {
    return this.#outcome;
  }

  /** What is counted of it once it has closed. */
  get counted(): Counted {
    return {
      service: this.service,
      organization: this.#facts.organization ?? this.start.organization ?? '',
      operation: this.#facts.operation ?? '',
      outcome: this.#outcome ?? 'aborted',
      durationMs: this.#durationMs ?? 0,
    };
  }

  /** What the kept octets weigh in memory, nearly. */
  get weightBytes(): number {
    if (this.#request === null && this.#answer === null) return 0;
    return (this.#request?.body?.length ?? 0) + (this.#answer?.body?.length ?? 0) + headsBytes;
  }

  /** Lets the octets go; the record stays. */
  dropOctets(): void {
    this.#octetsDropped ||= this.#request !== null || this.#answer !== null;
    this.#request = null;
    this.#answer = null;
  }

  /** True when octets were recorded and are no longer held here. */
  get octetsDropped(): boolean {
    return this.#octetsDropped;
  }

  record(): ExchangeRecord {
    const { start } = this;
    const facts = this.#facts;
    return {
      traceId: this.traceId,
      spanId: this.spanId,
      parentSpan: this.parentSpan,
      sequence: this.sequence,
      at: start.at,
      closed: this.#closed,
      startedMs: Math.round((performance.timeOrigin + this.#startedMs) * 1_000) / 1_000,
      durationMs: this.#durationMs === null ? null : Math.round(this.#durationMs * 1_000) / 1_000,
      direction: start.direction,
      protocol: start.protocol,
      service: this.service,
      organization: facts.organization ?? start.organization ?? null,
      operation: facts.operation ?? null,
      host: start.host,
      target: redactUrl(start.target),
      peer: start.peer ?? null,
      caller: facts.caller ?? null,
      status: facts.status ?? null,
      web: webRecord(start.web, facts),
      ...(facts.smtp === undefined ? {} : { smtp: facts.smtp }),
      ...(facts.wizard === undefined ? {} : { wizard: facts.wizard }),
      code: facts.code ?? null,
      detail: facts.detail === undefined ? null : redactTokens(facts.detail),
      outcome: this.#outcome,
      verdict: this.#verdict,
      faults: this.#faults,
      error: this.#error,
    };
  }

  octets(): ExchangeOctets {
    const request = readMessage(this.#request);
    const { assertion } = this.#facts;
    const decrypted = request === null || assertion === undefined ? [] : [decryptedToken(assertion)];
    return {
      request: request === null || decrypted.length === 0 ? request : { ...request, tokens: [...(request.tokens ?? []), ...decrypted] },
      answer: readMessage(this.#answer),
    };
  }
}

function webRecord(web: ExchangeStart['web'], { account, requestId, frontEnd, backEnd }: ExchangeFacts): WebRecord | null {
  if (web === undefined) return null;
  const clean = (text: string | null): string | null => (text === null ? null : redactUrl(text));
  return {
    ...{ ...web, userAgent: clean(web.userAgent), referer: clean(web.referer), account: account ?? null, requestId: requestId ?? null },
    ...(frontEnd === undefined ? {} : { frontEnd }),
    ...(backEnd === undefined ? {} : { backEnd }),
  };
}

function rawMessage(headers: readonly string[], body: Uint8Array | string | undefined): RawMessage {
  if (body === undefined || typeof body === 'string') return { headers, body };
  return { headers, body: beginningOf(body, mostBodyBytes), bodyBytes: body.length };
}

function readMessage(message: RawMessage | null): RecordedMessage | null {
  return message === null ? null : redactMessage(message.headers, message.body, message.bodyBytes);
}

function describeError(error: unknown): NonNullable<ExchangeRecord['error']> {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' };
  return { message: redactUrl(message).slice(0, 2_048), stack: redactUrl(stack ?? '').slice(0, 8_192) };
}
