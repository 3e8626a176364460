import { fold } from '../../store/fold.ts';
import type { Recipient } from './recipient.ts';

/** Recipients that a text may mean, by display name; `isComplete` is false when there were more than asked for. */
export interface NameMatches {
  readonly recipients: readonly Recipient[];
  readonly isComplete: boolean;
}

/**
 * Ambiguous name resolution over a set of recipients, as Active Directory's `anr` does it (MS-ADTS 3.1.1.3.1.3.1.4): the
 * text is compared with the beginning of display name, given name, surname, alias, account name and SMTP addresses; a
 * text of two words also matches a given name and a surname that begin with them, in either order.
 */
export function createNameIndex(recipients: readonly Recipient[]): (text: string, limit: number) => NameMatches {
  const sorted = recipients.toSorted(
    (left, right) => order(fold(left.displayName), fold(right.displayName)) || order(left.guid, right.guid),
  );
  const entries = sorted
    .flatMap((recipient, position) => keysOf(recipient).map((key) => ({ key, position })))
    .sort((left, right) => order(left.key, right.key));
  const prefixed = (prefix: string): Set<number> => {
    const found = new Set<number>();
    for (let at = firstAtLeast(entries, prefix); entries[at]?.key.startsWith(prefix); at += 1) found.add(entries[at]?.position ?? 0);
    return found;
  };
  return (text, limit) => {
    const wanted = fold(text.trim()).replace(/\s+/g, ' ');
    const found = wanted === '' ? new Set<number>() : prefixed(wanted);
    const space = wanted.indexOf(' ');
    if (space > 0) {
      const [first, second] = [wanted.slice(0, space), wanted.slice(space + 1)];
      for (const position of prefixed(first)) {
        const { givenName = '', surname = '' } = sorted[position]?.details ?? {};
        const names = [fold(givenName), fold(surname)] as const;
        const inOrder = names[0].startsWith(first) && names[1].startsWith(second);
        if (inOrder || (names[1].startsWith(first) && names[0].startsWith(second))) found.add(position);
      }
    }
    const positions = [...found].sort((left, right) => left - right);
    const matches = positions.slice(0, limit).flatMap((position) => sorted[position] ?? []);
    return { recipients: matches, isComplete: positions.length <= limit };
  };
}

function keysOf(recipient: Recipient): readonly string[] {
  const { displayName, alias, samAccountName, details, addresses } = recipient;
  const smtp = addresses.flatMap((address) => (/^smtp:/i.test(address) ? [address.slice(5)] : []));
  const names = [displayName, alias, samAccountName ?? '', details['givenName'] ?? '', details['surname'] ?? '', ...smtp];
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
