import type { Instant } from '../../../kernel/clock.ts';
import { mailboxRefusal } from '../errors.ts';
import type { NearRestriction, NearTerm } from '../near.ts';
import type { Restriction } from '../restriction.ts';
import type { ItemPart, WordsRestriction } from '../words.ts';
import { type Keyword, keywords } from './keywords.ts';

/** A word or phrase that a query looks for, and where. */
export interface QueryTerm {
  readonly part: ItemPart;
  readonly text: string;
}

/** What a query string means. */
export interface QueryString {
  /** Undefined when the query says nothing: everything fits. */
  readonly restriction: Restriction | undefined;
  /** What it looks for, without what must not be there. */
  readonly terms: readonly QueryTerm[];
}

/** Bounds of ours: characters of a query, words and values in it, parentheses around one. */
const mostCharacters = 8_192;
const mostTerms = 500;
const deepest = 32;

/** Where in a query we are. */
interface Reading {
  readonly text: string;
  readonly now: Instant;
  at: number;
  depth: number;
  count: number;
  readonly terms: QueryTerm[];
  isNegated: boolean;
}

const anywhere: Keyword = { part: 'any' };

/**
 * Reads a query string in the subset of Advanced Query Syntax that EWS has (Microsoft's page "QueryString
 * (QueryStringType)"): words, `"phrases"`, `keyword:value`, AND, OR, NOT in capitals, `+`, `-`, parentheses, and AND where
 * nothing stands between. AND binds closer than OR (inferred). What is not understood is words: a keyword that nobody
 * knows, a date that is none, a parenthesis too many is passed over. Dates are days of UTC. Between words or phrases of one part
 * NEAR and ONEAR are those of KQL (page "Keyword Query Language (KQL) syntax reference"), beside anything else AND. Refuses with
 * `query-too-complex`.
 */
export function readQueryString(text: string, now: Instant): QueryString {
  if (text.length > mostCharacters) throw mailboxRefusal('query-too-complex', `${text.length} characters`);
  const reading: Reading = { text, now, at: 0, depth: 0, count: 0, terms: [], isNegated: false };
  const parts: Restriction[] = [];
  while (reading.at < text.length) {
    const part = either(reading, anywhere);
    if (part !== undefined) parts.push(part);
    // A closing parenthesis that nothing opened.
    eat(reading, closing);
  }
  return { restriction: joined('and', parts), terms: reading.terms };
}

const blanks = /\s*/y;
const closing = /\)/y;
const opening = /\(/y;
const or = /OR(?=[\s("]|$)/y;
const and = /AND(?=[\s("]|$)|\+/y;
const not = /NOT(?=[\s("]|$)|-/y;
/** `NEAR`, `NEAR(5)`, `NEAR(n=5)`, and ONEAR: in this order. */
const near = /(O?)NEAR(?:\((?:n=)?(\d{1,4})\))?(?=[\s("]|$)/y;
/** Words on, where no number says so (the same page). */
const usualDistance = 8;
const quoted = /"([^"]*)(?:"(\*)?|$)/y;
const word = /[^\s()"]+/y;
/** `has attachment:true` stands in Microsoft's examples. */
const keyword = /((?:has[ :](?=attachment:))?[a-z]+):\s*/iy;

/** Passes over blanks and what fits, if it stands here. */
function eat(reading: Reading, pattern: RegExp): RegExpExecArray | undefined {
  blanks.lastIndex = reading.at;
  const at = reading.at + (blanks.exec(reading.text)?.[0].length ?? 0);
  pattern.lastIndex = at;
  const found = pattern.exec(reading.text);
  reading.at = found === null ? at : at + found[0].length;
  return found ?? undefined;
}

function stands(reading: Reading, pattern: RegExp): boolean {
  const { at } = reading;
  const found = eat(reading, pattern) !== undefined;
  if (found) reading.at = at;
  return found;
}

function joined(kind: 'and' | 'or', parts: readonly Restriction[]): Restriction | undefined {
  return parts.length > 1 ? { kind, of: parts } : parts[0];
}

function either(reading: Reading, scope: Keyword): Restriction | undefined {
  const parts = [both(reading, scope)];
  while (eat(reading, or) !== undefined) parts.push(both(reading, scope));
  return joined(
    'or',
    parts.filter((part) => part !== undefined),
  );
}

function both(reading: Reading, scope: Keyword): Restriction | undefined {
  const parts: Restriction[] = [];
  for (;;) {
    while (eat(reading, and) !== undefined);
    if (reading.at >= reading.text.length || stands(reading, or) || stands(reading, closing)) return joined('and', parts);
    const part = negated(reading, scope, close);
    if (part !== undefined) parts.push(part);
  }
}

type Reader = (reading: Reading, scope: Keyword) => Restriction | undefined;

/** One condition, or several with NEAR between, which binds closer than NOT. */
function close(reading: Reading, scope: Keyword): Restriction | undefined {
  let part = one(reading, scope);
  for (;;) {
    const start = reading.at;
    const found = part === undefined ? undefined : eat(reading, near);
    const next = found && one(reading, scope);
    if (part === undefined || found === undefined || next === undefined) {
      // NEAR with nothing behind it is a word.
      reading.at = start;
      return part;
    }
    part = nearby(part, next, { distance: Number(found[2] ?? usualDistance), isOrdered: found[1] === 'O' });
  }
}

type Closeness = Pick<NearRestriction, 'distance' | 'isOrdered'>;

function nearby(left: Restriction, right: Restriction, closeness: Closeness): Restriction {
  const chain = left.kind === 'and' && left.of.at(-1)?.kind === 'near' ? left.of : [left];
  const last = chain.at(-1) ?? left;
  const isLike = last.kind === 'near' && last.distance === closeness.distance && last.isOrdered === closeness.isOrdered;
  const [one, other] = [lastTerm(last), lastTerm(right)];
  if (one === undefined || other === undefined || right.kind !== 'words' || one.part !== other.part)
    return { kind: 'and', of: [left, right] };
  const terms = isLike ? [...last.terms, other.term] : [one.term, other.term];
  const joint: NearRestriction = { kind: 'near', in: { part: one.part }, terms, ...closeness };
  const before = isLike ? chain.slice(0, -1) : last.kind === 'near' ? chain : [];
  return before.length === 0 ? joint : { kind: 'and', of: [...before, joint] };
}

function lastTerm(restriction: Restriction): { readonly part: ItemPart; readonly term: NearTerm } | undefined {
  if (restriction.kind === 'words') return { part: restriction.part, term: termOf(restriction) };
  if (restriction.kind !== 'near' || !('part' in restriction.in)) return undefined;
  const term = restriction.terms.at(-1);
  return term && { part: restriction.in.part, term };
}

function termOf({ text, isPrefix }: WordsRestriction): NearTerm {
  return { text, isPrefix };
}

function negated(reading: Reading, scope: Keyword, read: Reader): Restriction | undefined {
  if (eat(reading, not) === undefined) return read(reading, scope);
  return deeper(reading, () => {
    reading.isNegated = !reading.isNegated;
    const of = negated(reading, scope, read);
    reading.isNegated = !reading.isNegated;
    return of && { kind: 'not', of };
  });
}

function deeper<T>(reading: Reading, read: () => T): T {
  reading.depth += 1;
  if (reading.depth > deepest) throw mailboxRefusal('query-too-complex', `more than ${deepest} deep`);
  const value = read();
  reading.depth -= 1;
  return value;
}

function one(reading: Reading, scope: Keyword): Restriction | undefined {
  if (eat(reading, opening) !== undefined) {
    const inner = deeper(reading, () => either(reading, scope));
    eat(reading, closing);
    return inner;
  }
  const start = reading.at;
  const found = eat(reading, keyword);
  const named = found && keywordNamed(found[1] ?? '');
  // `received:NOT today`, `from:(...)`: what follows is read as values of the keyword.
  if (named !== undefined) return deeper(reading, () => negated(reading, named, one));
  reading.at = start;
  return value(reading, scope);
}

function keywordNamed(name: string): Keyword | undefined {
  const plain = name.toLowerCase().replace(/[ :]/, '');
  return Object.hasOwn(keywords, plain) ? keywords[plain] : undefined;
}

function value(reading: Reading, scope: Keyword): Restriction | undefined {
  reading.count += 1;
  if (reading.count > mostTerms) throw mailboxRefusal('query-too-complex', `more than ${mostTerms} words`);
  blanks.lastIndex = reading.at;
  reading.at += blanks.exec(reading.text)?.[0].length ?? 0;
  if ('read' in scope) {
    const read = scope.read(reading.text, reading.at, reading.now);
    if (read !== undefined) {
      reading.at += read.length;
      return read.means;
    }
  }
  const part = 'part' in scope ? scope.part : 'any';
  const phrase = eat(reading, quoted);
  if (phrase !== undefined) return words(reading, part, phrase[1] ?? '', phrase[2] === '*');
  const [plain = ''] = eat(reading, word) ?? [];
  return words(reading, part, plain.replace(/\*+$/, ''), true);
}

function words(reading: Reading, part: ItemPart, text: string, isPrefix: boolean): Restriction | undefined {
  const wanted = text.replace(/\s+/g, ' ').trim();
  if (wanted === '') return undefined;
  if (!reading.isNegated) reading.terms.push({ part, text: wanted });
  return { kind: 'words', part, text: wanted, isPrefix };
}
