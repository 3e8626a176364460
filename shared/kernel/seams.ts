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

/** The fault rules in force, asked once per seam and exchange. */
export interface Seams {
  at(seam: Seam, facts: SeamFacts): Decision | undefined;
}

/** No rules at all. */
export const calmSeams: Seams = { at: () => undefined };
