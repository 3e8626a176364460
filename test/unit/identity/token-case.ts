import type { BearerGround, BearerRefusalCode } from '../../../shared/bridges/access/bearer.ts';
import { type DraftFacts, everyToken, expectedOf, type TokenDefect } from '../../../shared/bridges/authority/defects/defect.ts';
import type { SigningPair, TokenDraft } from '../../../shared/bridges/authority/defects/draft.ts';
import { tokenDefects } from '../../../shared/bridges/authority/defects/index.ts';
import type { TokenKind } from '../../../shared/domain/identity/tokens/checks.ts';
import type { Place, Trust } from './token-lab.ts';

/** What a case may go by: the facts of a defect, and a partner application that signs for itself. */
export interface CaseFacts extends DraftFacts {
  readonly partner: SigningPair;
}

/** One way for a token to be refused: by a defect of its own, or because of what the organisation is like. */
export interface TokenCase {
  /** `O-08`, as in the catalogue of defects. */
  readonly id: string;
  /** Name of the manipulation. */
  readonly name: string;
  readonly kinds: readonly TokenKind[];
  readonly place: Place;
  /** What is done to a good token. */
  readonly spoil?: (draft: TokenDraft, facts: CaseFacts) => void;
  /** What is done to the organisation's configuration. */
  readonly misconfigure?: (trust: Trust) => Partial<Trust>;
  readonly ground?: Partial<BearerGround>;
  /** The good twin, where it is not the token as it was: what is done instead. */
  readonly twin?: (draft: TokenDraft, facts: CaseFacts) => void;
  readonly expect: Expected | ((kind: TokenKind) => Expected);
}

export interface Expected {
  readonly code: BearerRefusalCode;
  readonly check: string;
  /** Of `x-ms-diagnostics`; absent where there is none. */
  readonly number?: number;
  /** The whole text, where Microsoft's is public. */
  readonly text?: string | ((facts: CaseFacts) => string);
  readonly status?: 401 | 500;
}

/** The defects that the product can mint, at each place where they are defects. */
export const defectCases: readonly TokenCase[] = tokenDefects.flatMap((defect) =>
  (['acme', 'cloud'] as const).filter((place) => isAt(defect, place)).map((place) => caseOf(defect, place)),
);

function isAt({ place, kinds }: TokenDefect, at: Place): boolean {
  return kinds.some(isTokenKind) && (place === undefined || place === kindOf(at));
}

function caseOf(defect: TokenDefect, place: Place): TokenCase {
  const { id, slug, kinds, spoil, twin } = defect;
  const expect = (kind: TokenKind) => expectedOf(defect, kind, kindOf(place)) as Expected;
  return { id, name: slug, kinds: kinds.filter(isTokenKind), place, spoil, expect, ...(twin === undefined ? {} : { twin }) };
}

function isTokenKind(kind: string): kind is TokenKind {
  return (everyToken as readonly string[]).includes(kind);
}

function kindOf(place: Place) {
  return place === 'acme' ? 'on-premises' : 'cloud';
}
