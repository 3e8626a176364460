import type { QueryTerm } from '../../../shared/domain/mailbox/query-string/read.ts';

/** What of an item each part of it is called in a highlighted term (the names are inferred: Microsoft lists none). */
const scopes = {
  subject: ['Subject'],
  body: ['Body'],
  from: ['From'],
  to: ['To'],
  cc: ['Cc'],
  bcc: ['Bcc'],
  participants: ['To', 'Cc', 'Bcc'],
  attachment: ['Attachment'],
  category: ['Categories'],
  any: ['Subject', 'Body'],
} as const satisfies Readonly<Record<QueryTerm['part'], readonly string[]>>;

/** The words of a query that a client is to highlight, once for each place where they may stand. */
export function highlightTerms(terms: readonly QueryTerm[]): readonly { readonly Scope: string; readonly Value: string }[] {
  return terms.flatMap(({ part, text }) => scopes[part].map((Scope) => ({ Scope, Value: text })));
}
