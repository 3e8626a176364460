import type { Recipient } from '../../../domain/directory/recipient.ts';
import type { TokenKind } from '../../../domain/identity/tokens/checks.ts';
import type { TokenRefusalCode } from '../../../domain/identity/tokens/errors.ts';
import type { Organization } from '../../../domain/organization/organization.ts';
import type { Instant } from '../../../kernel/clock.ts';
import type { EntraErrorCode } from '../../../protocols/oauth/entra-errors.ts';
import type { DraftKeys, MintKind, Signer, TokenDraft } from './draft.ts';

/** What a change may go by. */
export interface DraftFacts {
  /** When the good token would have been issued. */
  readonly at: Instant;
  /** Who is to receive the token. */
  readonly organization: Organization;
  /** Tenant whose authentication service issues it. */
  readonly tenantId: string;
  /** Another tenant: one of the world, or one that nobody has. */
  readonly otherTenantId: string;
  /** Host for which a good token is made, with its port where it has one. */
  readonly host: string;
  readonly keys: DraftKeys;
  /** The user in the token; undefined where it has none. */
  readonly user: Recipient | undefined;
  /** Recipients of the receiver beside the one in the token, as far as the defect needs them. */
  readonly others: Partial<Readonly<Record<Need, Recipient>>>;
}

/** Somebody of the receiving organisation without whom a defect cannot be made. */
export type Need = 'another-user' | 'disabled-account' | 'group';

/** What is done to a good token. */
export type Change = (draft: TokenDraft, facts: DraftFacts) => void;

/** What comes of a defective token. */
export interface ExpectedRefusal {
  readonly status: 400 | 401 | 500;
  /** The reason by which a token is refused, or the AADSTS number by which an assertion is. */
  readonly code: TokenRefusalCode | 'empty-bearer' | EntraErrorCode;
  /** The check that fails. */
  readonly check: string;
  /** Of `x-ms-diagnostics`; absent where there is none. */
  readonly number?: number;
  /** `error_codes` of a token endpoint. */
  readonly numbers?: readonly number[];
  /** The whole text, where Microsoft's is public. */
  readonly text?: string | ((facts: DraftFacts) => string);
}

/** One way for a token to be wrong. */
export interface TokenDefect {
  /** `aud-host-other`: its name everywhere. */
  readonly slug: string;
  /** `O-08`: the case that it is one of, of a token at Exchange (O) or of an assertion at a token endpoint (A). */
  readonly id: string;
  /** What is wrong, in one line. */
  readonly title: string;
  readonly kinds: readonly MintKind[];
  /** The only kind of receiver at which it is a defect. */
  readonly place?: Organization['kind'];
  readonly needs?: Need;
  readonly spoil: Change;
  /** The good twin, where that is not the token as it was: what is done instead. */
  readonly twin?: Change;
  readonly expect: ExpectedRefusal;
  /** What differs for a kind of token, or in the cloud. */
  readonly expectIn?: Partial<Readonly<Record<MintKind | 'cloud', Partial<ExpectedRefusal>>>>;
}

export const s2s: readonly TokenKind[] = ['s2s-act-as', 's2s-app'];
export const access: readonly TokenKind[] = ['user', 'app'];
export const everyToken: readonly TokenKind[] = [...s2s, ...access];

/** What comes of a defect in a token of a kind at a receiver. */
export function expectedOf({ expect, expectIn }: TokenDefect, kind: MintKind, place: Organization['kind']): ExpectedRefusal {
  return { ...expect, ...expectIn?.[kind], ...(place === 'cloud' ? expectIn?.cloud : {}) };
}

type Claims = Readonly<Record<string, unknown>>;
type ClaimsOf = Claims | ((facts: DraftFacts) => Claims);
/** A change that needs no facts. */
type PlainChange = (draft: TokenDraft) => void;

/** Sets claims of the signed part; undefined takes one away. */
export function claim(values: (facts: DraftFacts) => Claims): Change;
export function claim(values: Claims): PlainChange;
export function claim(values: ClaimsOf): Change {
  return ({ signed }, facts) => change(signed.claims, typeof values === 'function' ? values(facts) : values);
}

/** The same, of the outer token. */
export function outer(values: (facts: DraftFacts) => Claims): Change;
export function outer(values: Claims): PlainChange;
export function outer(values: ClaimsOf): Change {
  return (draft, facts) => {
    if (draft.outer === undefined) throw new Error('defect: this token has no outer part');
    change(draft.outer.claims, typeof values === 'function' ? values(facts) : values);
  };
}

/** Sets members of the signed part's header; undefined takes one away. */
export function header(values: (facts: DraftFacts) => Claims): Change;
export function header(values: Claims): PlainChange;
export function header(values: ClaimsOf): Change {
  return ({ signed }, facts) => change(signed.header, typeof values === 'function' ? values(facts) : values);
}

/** Who signs the signed part. */
export function signedBy(signer: Signer): PlainChange {
  return ({ signed }) => {
    signed.signer = signer;
  };
}

/** Several changes, one after the other. */
export function all(...changes: readonly Change[]): Change {
  return (draft, facts) => {
    for (const one of changes) one(draft, facts);
  };
}

/** Does something to the text of the signed part once it is signed. */
export function touch(change: (token: string) => string): PlainChange {
  return (draft) => {
    draft.touch = change;
  };
}

/** Does something to the whole, just before it is sent. */
export function finish(change: (token: string) => string): PlainChange {
  return (draft) => {
    draft.finish = change;
  };
}

/** A time as tokens write it, so many seconds after the issue. */
export function later({ at }: Pick<DraftFacts, 'at'>, seconds: number): number {
  return Math.floor(at / 1_000) + seconds;
}

function change(target: Record<string, unknown>, values: Claims): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete target[name];
    else target[name] = value;
  }
}
