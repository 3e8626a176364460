/**
 * What the control port answers, as far as the console reads it. Its own types: the console knows the lab by HTTP alone; a test
 * holds them against those of the control port.
 */

export type Outcome = 'answered' | 'refused' | 'fault' | 'aborted' | 'defect';

export interface Check {
  readonly check: string;
  readonly outcome: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly reference?: string;
}

export interface Message {
  readonly headers: readonly string[];
  readonly body: string | null;
  readonly bodyBytes: number;
  readonly bodyNote?: 'truncated' | 'withheld' | 'dropped';
  readonly tokens?: readonly DecodedToken[];
}

/** A token as far as it may be read: without what makes it one, its signature. */
export type DecodedToken = WebToken | DecryptedToken;

export interface WebToken {
  /** The header or field in which it stood. */
  readonly place: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The assertion of an encrypted token, as whoever it was for has read it. */
export interface DecryptedToken {
  readonly place: string;
  readonly assertion: string;
}

/** An exchange without heads and bodies, as lists and events tell it. */
export interface Exchange {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpan: string | null;
  readonly sequence: number;
  readonly at: number;
  readonly startedMs: number;
  readonly durationMs: number | null;
  readonly direction: 'incoming' | 'outgoing';
  readonly protocol: string;
  readonly service: string;
  readonly organization: string | null;
  readonly operation: string | null;
  readonly host: string;
  readonly target: string;
  readonly peer: string | null;
  readonly caller: string | null;
  readonly status: number | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly outcome: Outcome | null;
  readonly verdict: { readonly accepted: boolean; readonly checks: readonly Check[] } | null;
  readonly faults: readonly { readonly rule: string; readonly kind: string }[];
  readonly error: { readonly message: string } | null;
}

export interface FullExchange extends Exchange {
  readonly request: Message | null;
  readonly answer: Message | null;
}

export interface TraceNode<One extends Exchange = Exchange> {
  readonly exchange: One;
  readonly children: readonly TraceNode<One>[];
}

/** Exchanges without heads and bodies, but where a trace is kept whole. */
export interface Trace<One extends Exchange = Exchange> {
  readonly traceId: string;
  readonly roots: readonly TraceNode<One>[];
}

export interface TraceSummary {
  readonly traceId: string;
  readonly at: number;
  readonly sequence: number;
  readonly exchanges: number;
  readonly organizations: readonly string[];
  readonly service: string;
  readonly operation: string | null;
  readonly target: string;
  readonly caller: string | null;
  readonly status: number | null;
  readonly code: string | null;
  readonly outcome: Outcome | null;
  readonly verdict: 'accepted' | 'refused' | null;
  readonly durationMs: number | null;
}

export interface Explanation {
  readonly summary: string;
  readonly remedy: string | null;
  readonly flows: readonly ArticleFlow[];
}

/** A published flow as a trace went through it. */
export interface ArticleFlow {
  readonly title: string;
  readonly steps: readonly {
    readonly number: number;
    readonly title: string;
    readonly state: 'done' | 'refused' | 'spared' | 'not-reached';
    readonly check: { readonly check: string; readonly expected?: string; readonly actual?: string } | null;
    readonly spans: readonly string[];
  }[];
}

/** The world as it is drawn. */
export interface WorldMap {
  readonly organizations: readonly MapOrganization[];
  readonly authority: { readonly name: string; readonly up: boolean; readonly exchanges: Counts };
  readonly links: readonly MapLink[];
  readonly broken: readonly { readonly id: string; readonly at: readonly string[] }[];
}

/** Exchanges that have closed, by outcome. */
export type Counts = Readonly<Record<string, number>>;

export interface MapOrganization {
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  readonly product: string;
  readonly era: string | null;
  readonly domains: readonly string[];
  /** As whom lines are run there. */
  readonly administrator: string;
  readonly hosts: readonly { readonly name: string; readonly service: string; readonly address: string | null; readonly up: boolean }[];
  readonly exchanges: Counts;
  /** What lint finds of it that belongs to no link. */
  readonly wrong: readonly { readonly id: string; readonly object: string; readonly says: string }[];
}

/** Something that one organization has configured and that joins it to another one. */
export interface MapLink {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** Whose configuration it is. */
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly enabled: boolean;
  /** The line that shows it, to be run at `at`. */
  readonly line: string;
  /** Misconfigurations that lint sees in it. */
  readonly wrong: readonly string[];
}
