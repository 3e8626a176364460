/** The places where a fault can act. The pipeline that owns the octets or the claims asks here; operations know none. */
export const seams = [
  'dial',
  'dns',
  'tls',
  'tls.accept',
  'tls.certificate',
  'http.request',
  'http.response',
  'soap.response',
  'ews.call',
  'ews.item',
  'token.claims',
  'token.signing',
  'smtp.stage',
  'mrs.call',
  'mrs.store',
  'calendar.open',
] as const;
export type Seam = (typeof seams)[number];

/** What is known at a seam; a rule's `match` compares these. */
export interface SeamFacts {
  readonly service?: string | undefined;
  readonly organization?: string | undefined;
  readonly operation?: string | undefined;
  readonly host?: string | undefined;
  readonly user?: string | undefined;
  readonly traceId?: string | undefined;
}

/** What a fault does; the host that meets it executes it. Kinds are described in `shared/faults/kinds`. */
export type Effect =
  | { readonly kind: 'status'; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly kind: 'latency'; readonly delayMs: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'reply'; readonly code: number; readonly text: string }
  | { readonly kind: 'lookup'; readonly code?: 'NXDOMAIN' | 'SERVFAIL' | undefined; readonly leadsTo?: string | undefined }
  | {
      readonly kind: 'ews-error';
      readonly code: string;
      readonly text?: string | undefined;
      readonly values: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'claims'; readonly set: Readonly<Record<string, unknown>>; readonly remove: readonly string[] }
  | { readonly kind: 'certificate'; readonly shows: 'expired' | 'wrong-name' | 'missing-intermediate' | 'untrusted' }
  | { readonly kind: 'tls-version'; readonly only: 'TLSv1' | 'TLSv1.1' }
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'exception'; readonly type: string; readonly message: string }
  | { readonly kind: 'stall'; readonly cause: string };

/** A rule that took effect. */
export interface Decision {
  readonly rule: string;
  readonly effect: Effect;
}

/** The seams at which a hop can be made to wait, and what of it can be changed there. */
export const holdSeams = {
  'http.request': ['headers', 'claims'],
  'http.response': ['headers'],
  'ews.call': [],
  'mrs.call': [],
  'token.signing': ['claims'],
  'token.claims': [],
  'smtp.stage': [],
  dial: ['headers'],
} as const satisfies Partial<Record<Seam, readonly ('headers' | 'claims')[]>>;
export type HoldSeam = keyof typeof holdSeams;

/** A hop as it waits. */
export interface Hop {
  readonly spanId: string;
  /** `POST /EWS/Exchange.asmx`, `MAIL FROM:<mary@contoso.test>`. */
  readonly target: string;
  /** Of the request or of the answer, names in lower case; with secrets. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Of the token that is issued, or of the bearer that has come. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Aborts when whoever waits for it has gone. */
  readonly gone?: AbortSignal | undefined;
}

/** What is put in place of what a hop has, and what is taken away. */
export interface Edit<Value = unknown> {
  readonly set: Readonly<Record<string, Value>>;
  readonly remove: readonly string[];
}

/** What is changed in a hop before it goes on. */
export interface HopEdit {
  readonly headers?: Edit<string> | undefined;
  readonly claims?: Edit | undefined;
}

/** How the wait of a hop ends. `gone`: nobody waits for it any more. */
export type Release =
  | { readonly how: 'continue'; readonly breakpoint: string; readonly edit?: HopEdit | undefined }
  | { readonly how: 'abort'; readonly breakpoint: string }
  | { readonly how: 'gone'; readonly breakpoint: string };

/** The fault rules in force, asked once per seam and exchange. */
export interface Seams {
  at(seam: Seam, facts: SeamFacts): Decision | undefined;
  /**
   * Whether the hop is to wait; undefined: it goes on at once. Asked before {@link at}. Absent: nothing is ever held.
   *
   * @param show called only when it waits
   */
  hold?(seam: HoldSeam, facts: SeamFacts, show: () => Hop): Promise<Release> | undefined;
}

/** Values after an edit, names as they are written. */
export function edited<Value>(values: Readonly<Record<string, Value>>, { set, remove }: Edit<Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries({ ...values, ...set }).filter(([name]) => !remove.includes(name)));
}

/** No rules at all. */
export const calmSeams: Seams = { at: () => undefined };
