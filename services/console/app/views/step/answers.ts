/** What the control port tells of breakpoints and of the hops that wait at them. */

export type Match = Readonly<Partial<Record<'svc' | 'org' | 'op' | 'host' | 'user' | 'trace', string>>>;

export interface Breakpoint {
  readonly id: string;
  readonly seam: string;
  readonly match: Match;
  readonly times?: number;
  readonly stopped: number;
}

export interface HeldHop {
  readonly id: string;
  readonly breakpoint: string;
  readonly seam: string;
  readonly traceId: string | null;
  readonly spanId: string;
  readonly target: string;
  readonly service: string | null;
  readonly organization: string | null;
  readonly operation: string | null;
  readonly host: string | null;
  readonly user: string | null;
  /** `name: value`, without secrets; null where a hop has none to show. */
  readonly headers: readonly string[] | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly editable: readonly ('headers' | 'claims')[];
  readonly since: string;
  readonly until: string;
  readonly client: {
    readonly userAgent: string | null;
    readonly known: string | null;
    readonly waits: 'unknown' | 'for ever' | 'until';
    readonly givesUp: string | null;
    /** Until then, when this was told. */
    readonly leftMs: number | null;
    readonly source: string | null;
    readonly gone: boolean;
  };
}

/** How a held hop went on. */
export interface Released extends HeldHop {
  readonly how?: 'continue' | 'abort' | 'limit' | 'ended';
  readonly edit?: {
    readonly headers?: { readonly set: readonly string[]; readonly remove: readonly string[] };
    readonly claims?: { readonly set: Readonly<Record<string, unknown>>; readonly remove: readonly string[] };
  } | null;
}

/** An edit as the control port takes it. */
export interface HopEdit {
  readonly headers?: { readonly set: Readonly<Record<string, string>>; readonly remove: readonly string[] };
  readonly claims?: { readonly set: Readonly<Record<string, unknown>>; readonly remove: readonly string[] };
}

/** Seams as people speak of them, with what can be changed there. */
export const seams: readonly { readonly id: string; readonly name: string; readonly hint: string }[] = [
  { id: 'http.request', name: 'a request comes in', hint: 'Its header fields and the claims of its bearer can be changed.' },
  { id: 'token.signing', name: 'a token is about to be signed', hint: 'Its claims can be changed: the token is signed with them.' },
  { id: 'token.claims', name: 'a token is about to be handed out', hint: 'OAuth and SAML; it can be looked at.' },
  { id: 'dial', name: 'a server is about to call another', hint: 'The header fields of the call can be changed.' },
  { id: 'ews.call', name: 'an EWS operation is about to run', hint: 'Its operation is known here.' },
  { id: 'mrs.call', name: 'MRSProxy is about to do something', hint: 'Its operation is known here.' },
  { id: 'http.response', name: 'an answer is about to leave', hint: 'Its header fields can be changed.' },
  { id: 'smtp.stage', name: 'a step of SMTP', hint: 'AUTH, MAIL, RCPT, DATA, and SEND of a message on its way out.' },
];
