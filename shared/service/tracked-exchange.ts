import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { ExchangeFacts, ExchangeOutcome, OpenExchange } from '../kernel/exchange.ts';
import type { SeamFacts } from '../kernel/seams.ts';
import type { Verdict } from '../kernel/verdict.ts';

const severity: Readonly<Record<ExchangeOutcome, number>> = { answered: 0, refused: 1, aborted: 2, fault: 3, defect: 4 };

/**
 * The exchange of one http request. It remembers what fault rules match on, keeps the gravest outcome that anybody
 * reports, and is closed in the journal when the answer has left (or never will): `close` only reports.
 */
export class TrackedExchange implements OpenExchange {
  readonly #recorded: OpenExchange;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #facts: { service: string; organization: string | undefined; host: string; operation?: string; user?: string; traceId: string };
  #outcome: ExchangeOutcome | undefined;
  #error: unknown;
  #receivedBody = false;
  #gone: AbortController | undefined;

  constructor(
    recorded: OpenExchange,
    context: {
      readonly request: IncomingMessage;
      readonly response: ServerResponse;
      readonly clock: Clock;
      readonly service: string;
      readonly organization: string | undefined;
      readonly host: string;
    },
  ) {
    const { request, response, clock, service, organization, host } = context;
    this.#recorded = recorded;
    this.#request = request;
    this.#response = response;
    this.#facts = { service, organization, host, traceId: recorded.traceId };
    response.once('close', () => this.#finish(response, clock));
  }

  get traceId(): string {
    return this.#recorded.traceId;
  }

  get spanId(): string {
    return this.#recorded.spanId;
  }

  /** What a rule at a seam of this exchange is matched against. */
  get seamFacts(): SeamFacts {
    return this.#facts;
  }

  /** Request line without the version. */
  get target(): string {
    return `${this.#request.method ?? ''} ${this.#request.url ?? ''}`;
  }

  /** Aborts when the client's connection ends, or the answer has left. */
  get gone(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#response.closed || this.#response.destroyed) this.#gone.abort();
    return this.#gone.signal;
  }

  note(facts: ExchangeFacts): void {
    if (facts.service !== undefined) this.#facts.service = facts.service;
    if (facts.organization !== undefined) this.#facts.organization = facts.organization;
    if (facts.operation !== undefined) this.#facts.operation = facts.operation;
    if (facts.caller !== undefined) this.#facts.user = facts.caller;
    this.#recorded.note(facts);
  }

  judged(verdict: Verdict): void {
    this.#recorded.judged(verdict);
  }

  received(headers: readonly string[], body: Uint8Array | undefined): void {
    this.#receivedBody = true;
    this.#recorded.received(headers, body);
  }

  /** The request's body as read; its head is taken from the request itself. */
  receivedBody(body: Uint8Array | undefined): void {
    this.received(this.#request.rawHeaders, body);
  }

  sent(headers: readonly string[], body: Uint8Array | string | undefined): void {
    if (!this.#receivedBody) this.receivedBody(undefined);
    this.#recorded.sent(headers, body);
  }

  faulted(rule: string, kind: string): void {
    this.#recorded.faulted(rule, kind);
  }

  /** Reports an outcome; the gravest one stands, and the error that came with it. */
  conclude(outcome: ExchangeOutcome, error?: unknown): void {
    if (this.#outcome !== undefined && severity[outcome] <= severity[this.#outcome]) return;
    this.#outcome = outcome;
    this.#error = error;
  }

  close(outcome: ExchangeOutcome, _at: Instant, error?: unknown): void {
    this.conclude(outcome, error);
  }

  #finish(response: ServerResponse, clock: Clock): void {
    this.#gone?.abort();
    if (!this.#receivedBody) this.receivedBody(undefined);
    if (!response.writableFinished) this.conclude('aborted');
    else this.#recorded.note({ status: response.statusCode });
    this.#outcome ??= response.statusCode >= 400 ? 'refused' : 'answered';
    this.#recorded.close(this.#outcome, clock.now(this.#facts.organization), this.#error);
  }
}
