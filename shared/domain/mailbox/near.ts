import type { PropertyKey, PropertyValue } from '../../kernel/mapi.ts';
import { fold } from '../../store/fold.ts';
import { mailboxRefusal } from './errors.ts';
import { type ItemPart, type ItemParts, mostWords, textsOf, wordKeys } from './words.ts';

/** Terms that stand close together in one text: `NearType` of EWS, NEAR and ONEAR of a query string. */
export interface NearRestriction {
  readonly kind: 'near';
  /** Where: in a part of the item, or in one property. */
  readonly in: { readonly part: ItemPart } | { readonly property: PropertyKey };
  readonly terms: readonly NearTerm[];
  /** How many words on the next term begins at most: 1 for neighbours. */
  readonly distance: number;
  /** In the order given. */
  readonly isOrdered: boolean;
}

/** A word, or several that follow each other, without regard to case. */
export interface NearTerm {
  readonly text: string;
  /** Each word may go on. */
  readonly isPrefix: boolean;
}

type Read = (key: PropertyKey) => PropertyValue | undefined;

/** The properties that are looked at. */
export function nearKeys({ in: place }: NearRestriction): readonly PropertyKey[] {
  return 'part' in place ? wordKeys(place.part) : [place.property];
}

/**
 * A test for terms that stand close together: a place of each in one text so that the next one lies at most `distance` words from
 * the one before. Words between are counted from the end of one to the beginning of the other; terms do not overlap. Refuses with
 * `query-too-large` to search for very many words.
 */
export function nearTest({ in: place, terms, distance, isOrdered }: NearRestriction): (read: Read, parts: ItemParts) => boolean {
  const wanted = terms.map(({ text, isPrefix }) => ({ words: wordsIn(fold(text)), isPrefix }));
  if (wanted.some(({ words }) => words.length > mostWords) || wanted.length > mostTerms)
    throw mailboxRefusal('query-too-large', `${wanted.length} terms close together were searched for`);
  const stands = (value: string): boolean => {
    const words = wordsIn(fold(value));
    let reached: readonly Place[] | undefined;
    for (const term of wanted) {
      const places = placesOf(term, words);
      reached = reached === undefined ? places : places.filter(isNear(reached, distance, isOrdered));
      if (reached.length === 0) return false;
    }
    return true;
  };
  return (read, parts) => {
    for (const value of 'part' in place ? textsOf(place.part, read, parts) : textsIn(read(place.property))) if (stands(value)) return true;
    return false;
  };
}

const mostTerms = 20;

/** A term in a text: the numbers of its first word and of the one behind its last. */
interface Place {
  readonly start: number;
  readonly end: number;
}

function wordsIn(folded: string): readonly string[] {
  return folded.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
}

function placesOf(
  { words: wanted, isPrefix }: { readonly words: readonly string[]; readonly isPrefix: boolean },
  words: readonly string[],
) {
  const places: Place[] = [];
  if (wanted.length === 0) return places;
  for (let start = 0; start + wanted.length <= words.length; start += 1) {
    const fits = wanted.every((word, index) => {
      const there = words[start + index] ?? '';
      return isPrefix ? there.startsWith(word) : there === word;
    });
    if (fits) places.push({ start, end: start + wanted.length });
  }
  return places;
}

/** Whether a place is close to one of some others, which are in the order of the text and equally long: no place is compared with all. */
function isNear(others: readonly Place[], distance: number, isOrdered: boolean): (place: Place) => boolean {
  const length = (others[0]?.end ?? 0) - (others[0]?.start ?? 0);
  const hasStart = (least: number, most: number): boolean => {
    const found = others[firstFrom(others, least)];
    return found !== undefined && found.start <= most;
  };
  return ({ start, end }) => {
    // The other one ends at most `distance - 1` words before this one begins.
    const isBefore = hasStart(start - (distance - 1) - length, start - length);
    return isBefore || (!isOrdered && hasStart(end, end + distance - 1));
  };
}

/** The position of the first place that begins at a word or later. */
function firstFrom(places: readonly Place[], least: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.start ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function textsIn(value: PropertyValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
