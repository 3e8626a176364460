import { fold } from '../../store/fold.ts';
import type { Recipient } from './recipient.ts';

/** Recipients that a text may mean, by display name; `isComplete` is false when there are more behind the page. */
export interface NameMatches {
  readonly recipients: readonly Recipient[];
  readonly isComplete: boolean;
  /** How many there are in all. */
  readonly total: number;
}

/** Which of those that match are wanted. */
export interface NamePage {
  readonly offset: number;
  readonly limit: number;
}

interface Key {
  readonly key: string;
  readonly position: number;
}

/**
 * Ambiguous name resolution over a set of recipients, as Active Directory's `anr` does it (MS-ADTS 3.1.1.3.1.3.1.4): the
 * text is compared with the beginning of display name, given name, surname, alias, account name and primary SMTP address; a
 * text of two words also matches a given name and a surname that begin with them, in either order. A text that begins with
 * a type of address, as in `smtp:mary`, is compared with the beginning of all addresses instead (page "ResolveNames operation").
 */
export function createNameIndex(recipients: readonly Recipient[]): (text: string, page: NamePage) => NameMatches {
  const sorted = recipients.toSorted(
    (left, right) => order(fold(left.displayName), fold(right.displayName)) || order(left.guid, right.guid),
  );
  const keysBy = (of: (recipient: Recipient) => readonly string[]): readonly Key[] =>
    sorted
      .flatMap((recipient, position) => of(recipient).map((key) => ({ key, position })))
      .sort((left, right) => order(left.key, right.key));
  const names = keysBy(namesOf);
  const addresses = keysBy((recipient) => recipient.addresses.map(fold));
  return (text, { offset, limit }) => {
    const wanted = fold(text.trim()).replace(/\s+/g, ' ');
    const found = wanted === '' ? new Set<number>() : prefixed(/^[a-z0-9]+:/.test(wanted) ? addresses : names, wanted);
    const space = wanted.indexOf(' ');
    if (space > 0) {
      const [first, second] = [wanted.slice(0, space), wanted.slice(space + 1)];
      for (const position of prefixed(names, first)) {
        const { givenName = '', surname = '' } = sorted[position]?.details ?? {};
        const both = [fold(givenName), fold(surname)] as const;
        const inOrder = both[0].startsWith(first) && both[1].startsWith(second);
        if (inOrder || (both[1].startsWith(first) && both[0].startsWith(second))) found.add(position);
      }
    }
    const positions = [...found].sort((left, right) => left - right);
    const matches = positions.slice(offset, offset + limit).flatMap((position) => sorted[position] ?? []);
    return { recipients: matches, isComplete: positions.length <= offset + limit, total: positions.length };
  };
}

function prefixed(keys: readonly Key[], prefix: string): Set<number> {
  const found = new Set<number>();
  for (let at = firstAtLeast(keys, prefix); keys[at]?.key.startsWith(prefix); at += 1) found.add(keys[at]?.position ?? 0);
  return found;
}

function namesOf({ displayName, alias, samAccountName, details, primaryAddress }: Recipient): readonly string[] {
  const names = [displayName, alias, samAccountName ?? '', details['givenName'] ?? '', details['surname'] ?? '', primaryAddress];
  return [...new Set(names.filter((name) => name !== '').map(fold))];
}

function firstAtLeast(entries: readonly { readonly key: string }[], key: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.key ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
