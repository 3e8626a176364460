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
  /** A body or an assertion, without secrets; null where there is none to show. */
  readonly text: string | null;
  readonly editable: readonly ('headers' | 'claims' | 'text' | 'reply')[];
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
    readonly text?: Replacement;
    readonly reply?: Reply;
  } | null;
}

/** An edit as the control port takes it. */
export interface HopEdit {
  readonly headers?: { readonly set: Readonly<Record<string, string>>; readonly remove: readonly string[] };
  readonly claims?: { readonly set: Readonly<Record<string, unknown>>; readonly remove: readonly string[] };
  readonly text?: Replacement;
  readonly reply?: Reply;
}

export interface Replacement {
  readonly find: string;
  readonly replace: string;
}

export interface Reply {
  readonly code: number;
  readonly text: string;
}

/** Seams as people speak of them, with what can be changed there. */
export const seams: readonly { readonly id: string; readonly name: string; readonly hint: string }[] = [
  {
    id: 'http.request',
    name: 'a request comes in',
    hint: 'Its header fields and the claims of its bearer can be changed; its body has not been read yet.',
  },
  { id: 'token.signing', name: 'a token is about to be signed', hint: 'Its claims can be changed: the token is signed with them.' },
  {
    id: 'token.claims',
    name: 'a token is about to be sent',
    hint: 'SAML: the assertion can be changed behind its signature, before it is encrypted. OAuth: it can be looked at.',
  },
  {
    id: 'dial',
    name: 'a server is about to call another',
    hint: 'Its header fields and its text can be changed; an encrypted token in it as the octets that it is.',
  },
  { id: 'ews.call', name: 'an EWS operation is about to run', hint: 'Its operation is known here.' },
  { id: 'mrs.call', name: 'MRSProxy is about to do something', hint: 'Its operation is known here.' },
  { id: 'http.response', name: 'an answer is about to leave', hint: 'Its header fields and its text can be changed.' },
  {
    id: 'smtp.stage',
    name: 'a step of SMTP',
    hint: 'AUTH, MAIL, RCPT, DATA, and SEND of a message on its way out. It can be refused by a reply instead of being done; its line cannot be changed.',
  },
];
