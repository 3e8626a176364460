import type { BearerGround, BearerRefusalCode } from '../../../shared/bridges/access/bearer.ts';
import type { TokenCheck, TokenKind } from '../../../shared/domain/identity/tokens/checks.ts';
import type { Signer, TokenDraft } from './token-drafts.ts';
import type { Place, Trust } from './token-lab.ts';

/** One way for a token to be refused, or to be taken although it looks odd. */
export interface TokenCase {
  /** Row of reference auth.md 7.1. */
  readonly id: string;
  /** Name of the manipulation. */
  readonly name: string;
  readonly kinds: readonly TokenKind[];
  readonly place?: Place;
  /** What is done to a good token. */
  readonly spoil?: (draft: TokenDraft) => void;
  /** What is done to the organisation's configuration. */
  readonly misconfigure?: (trust: Trust) => Partial<Trust>;
  readonly ground?: Partial<BearerGround>;
  /** The good twin, where it is not the token as it was: what is done instead. */
  readonly twin?: (draft: TokenDraft) => void;
  readonly expect: Expected;
}

export interface Expected {
  readonly code: BearerRefusalCode;
  readonly check: TokenCheck;
  /** Of `x-ms-diagnostics`; absent where there is none. */
  readonly number?: number;
  /** The whole text, where Microsoft's is public. */
  readonly text?: string;
  readonly status?: 401 | 500;
}

export const s2s: readonly TokenKind[] = ['s2s-act-as', 's2s-app'];
export const access: readonly TokenKind[] = ['user', 'app'];
export const every: readonly TokenKind[] = [...s2s, ...access];

/** Sets claims of the signed part; undefined takes one away. */
export function claim(values: Readonly<Record<string, unknown>>): (draft: TokenDraft) => void {
  return ({ signed }) => change(signed.claims, values);
}

/** The same, of the outer token. */
export function outer(values: Readonly<Record<string, unknown>>): (draft: TokenDraft) => void {
  return (draft) => {
    if (draft.outer === undefined) throw new Error('this token has no outer part');
    change(draft.outer.claims, values);
  };
}

/** Sets members of the signed part's header. */
export function header(values: Readonly<Record<string, unknown>>): (draft: TokenDraft) => void {
  return ({ signed }) => change(signed.header, values);
}

/** Who signs the signed part. */
export function signedBy(signer: Signer): (draft: TokenDraft) => void {
  return ({ signed }) => {
    signed.signer = signer;
  };
}

/** Does something to the text of the signed part once it is signed. */
export function touch(change: (token: string) => string): (draft: TokenDraft) => void {
  return (draft) => {
    draft.touch = change;
  };
}

/** Does something to the whole, just before it is sent. */
export function finish(change: (token: string) => string): (draft: TokenDraft) => void {
  return (draft) => {
    draft.finish = change;
  };
}

function change(target: Record<string, unknown>, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete target[name];
    else target[name] = value;
  }
}
