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

/**
 * What of a hop can be changed. `text`: of a body that is text, or of an assertion that is signed and not yet encrypted. `reply`: what an SMTP
 * server says instead of doing a step.
 */
export type HopPart = 'headers' | 'claims' | 'text' | 'reply';

/** The seams at which a hop can be made to wait, and what of it can be changed there. */
export const holdSeams = {
  'http.request': ['headers', 'claims'],
  'http.response': ['headers', 'text'],
  'ews.call': [],
  'mrs.call': [],
  'token.signing': ['claims'],
  'token.claims': ['text'],
  'smtp.stage': ['reply'],
  dial: ['headers', 'text'],
} as const satisfies Partial<Record<Seam, readonly HopPart[]>>;
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
  /** Its body, or its assertion, with secrets; absent where it has none or none that is text. */
  readonly text?: string | undefined;
  /** Aborts when whoever waits for it has gone. */
  readonly gone?: AbortSignal | undefined;
}

/** What is put in place of what a hop has, and what is taken away. */
export interface Edit<Value = unknown> {
  readonly set: Readonly<Record<string, Value>>;
  readonly remove: readonly string[];
}

/** A piece of a text, which stands there once, and what is put in its place. */
export interface Replacement {
  readonly find: string;
  readonly replace: string;
}

/** What is changed in a hop before it goes on. */
export interface HopEdit {
  readonly headers?: Edit<string> | undefined;
  readonly claims?: Edit | undefined;
  readonly text?: Replacement | undefined;
  readonly reply?: { readonly code: number; readonly text: string } | undefined;
}

/** A text of which a piece is replaced, if somebody has asked for it. */
export function withReplacement(text: string, replacement: Replacement | undefined): string {
  // Not by a pattern: `$` means nothing here.
  return replacement === undefined ? text : text.split(replacement.find).join(replacement.replace);
}

/** Longer ones are no text that people change by hand. */
const mostTextCharacters = 256 * 1_024;

/** A body as a held hop shows it: what is text, of some length at most; undefined: it is nothing of the kind. */
export function heldText(body: string | Uint8Array | undefined, contentType: string | undefined): string | undefined {
  if (body === undefined || body.length === 0 || body.length > mostTextCharacters) return undefined;
  if (typeof body === 'string') return body;
  if (!/^(?:text\/|multipart\/|application\/(?:[\w.-]+\+)?(?:xml|json|x-www-form-urlencoded))/i.test(contentType ?? '')) return undefined;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
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
