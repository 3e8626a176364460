import type { NearRestriction } from '../../../shared/domain/mailbox/near.ts';
import type { ContainsRestriction, Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import type { SearchExpression } from '../../../shared/protocols/ews/restriction.ts';
import { ewsRefusal } from '../failures.ts';

type Near = Extract<SearchExpression, { is: 'Near' }>['value'];

/**
 * What `Near` means, which stands in the schema and on none of Microsoft's pages: that its operands are `Contains` of one property,
 * by words, is inferred. Letter case never matters, as in query strings. Refuses others with ErrorUnsupportedQueryFilter.
 */
export function nearOf({ Distance, Ordered }: Near, operands: readonly Restriction[]): NearRestriction {
  const terms = operands.map((one) => {
    const isByWords = one.kind === 'contains' && (one.mode === 'prefix-on-words' || one.mode === 'exact-phrase');
    if (!isByWords) throw ewsRefusal('ErrorUnsupportedQueryFilter', { detail: `Near of ${one.kind}` });
    return one;
  });
  const [first, second] = terms;
  if (first === undefined || second === undefined || terms.some(({ property }) => property !== first.property))
    throw ewsRefusal('ErrorUnsupportedQueryFilter', { detail: 'Near takes several words of one property' });
  return {
    kind: 'near',
    in: { property: first.property },
    terms: terms.map(({ text, mode }) => ({ text, isPrefix: mode === 'prefix-on-words' })),
    distance: Number(Distance),
    isOrdered: Ordered,
  };
}

/** The operands of what `Near` meant. */
export function operandsOf({ in: place, terms }: NearRestriction): readonly ContainsRestriction[] {
  if ('part' in place) throw ewsRefusal('ErrorUnsupportedQueryFilter', { detail: 'words of a query string' });
  return terms.map(({ text, isPrefix }) => ({
    ...{ kind: 'contains', property: place.property, text, ignoreCase: true, ignoreNonSpacing: false },
    mode: isPrefix ? 'prefix-on-words' : 'exact-phrase',
  }));
}
